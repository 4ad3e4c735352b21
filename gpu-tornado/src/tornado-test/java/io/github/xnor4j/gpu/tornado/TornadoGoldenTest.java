package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.testkit.GoldenSuite;

/** What Larq and TensorFlow computed. */
final class TornadoGoldenTest extends GoldenSuite {
  TornadoGoldenTest() {
    super("gpu-tornado");
  }
}
