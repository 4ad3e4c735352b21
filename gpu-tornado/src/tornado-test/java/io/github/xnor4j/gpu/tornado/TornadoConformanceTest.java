package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.testkit.BackendConformance;

/** Every op, the rules of variables and whole networks against the reference. */
final class TornadoConformanceTest extends BackendConformance {
  TornadoConformanceTest() {
    super("gpu-tornado");
  }

  @Override
  protected int[] threads() {
    return new int[] {1, 2};
  }
}
