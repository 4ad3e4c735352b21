package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.testkit.BackendConformance;

/** Every op, the rules of variables and whole networks against the reference. */
final class CpuVectorConformanceTest extends BackendConformance {
  CpuVectorConformanceTest() {
    super("cpu-vector");
  }
}
