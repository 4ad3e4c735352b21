package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.testkit.GoldenSuite;

/** What Larq and TensorFlow computed. */
final class TornadoGoldenTest extends GoldenSuite {
  TornadoGoldenTest() {
    super("gpu-tornado");
  }

  @Override
  protected int oneCaseOf() {
    return Math.ceilDiv(TornadoConformanceTest.ONE_CASE_OF, 10); // a tenth as many as of ops
  }
}
