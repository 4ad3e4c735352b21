package io.github.xnor4j.testkit.thirdparty;

import io.github.xnor4j.testkit.BackendConformance;

/** In a package of its own, as the test of somebody else's backend is. */
class ReferenceConformanceTest extends BackendConformance {
  ReferenceConformanceTest() {
    super("reference");
  }

  /** It has one. */
  @Override
  protected int[] threads() {
    return new int[] {1, 2};
  }
}
