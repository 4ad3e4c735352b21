package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.testkit.BackendConformance;

/**
 * Every op, the rules of variables and whole networks against the reference, on the default device.
 * {@link PlainJavaConformanceTest} has all cases in every build.
 */
final class TornadoConformanceTest extends BackendConformance {
  /**
   * The device's compiler takes a tenth of a second for each task, and there are thousands of
   * programs: a part of them is run unless {@code -Dxnor4j.gpu.oneCaseOf=1} asks for all.
   */
  static final int ONE_CASE_OF = Integer.getInteger("xnor4j.gpu.oneCaseOf", 100);

  TornadoConformanceTest() {
    super("gpu-tornado");
  }

  /** There are no threads to tell apart: the same program in two sessions. */
  @Override
  protected int[] threads() {
    return new int[] {1, 2};
  }

  @Override
  protected int oneCaseOf() {
    return ONE_CASE_OF;
  }
}
