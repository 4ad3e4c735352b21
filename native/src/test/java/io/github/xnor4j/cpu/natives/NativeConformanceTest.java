package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.testkit.BackendConformance;

/** Every op, the rules of variables and whole networks against the reference. */
final class NativeConformanceTest extends BackendConformance {
  NativeConformanceTest() {
    super("native");
  }

  @Override
  protected int oneCaseOf() {
    return Integer.getInteger("xnor4j.native.oneCaseOf", 1);
  }
}
