package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.testkit.GoldenSuite;

/** What Larq and TensorFlow computed. */
final class NativeGoldenTest extends GoldenSuite {
  NativeGoldenTest() {
    super("native");
  }
}
