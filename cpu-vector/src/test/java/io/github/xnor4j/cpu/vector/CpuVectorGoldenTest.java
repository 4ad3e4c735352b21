package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.testkit.GoldenSuite;

/** What Larq and TensorFlow computed. */
final class CpuVectorGoldenTest extends GoldenSuite {
  CpuVectorGoldenTest() {
    super("cpu-vector");
  }
}
