package io.github.xnor4j.testkit.thirdparty;

import io.github.xnor4j.testkit.GoldenSuite;

class ReferenceGoldenTest extends GoldenSuite {
  ReferenceGoldenTest() {
    super("reference");
  }
}
