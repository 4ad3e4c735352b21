package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * Element-wise float operations on blocks of n elements. Results are those of Java's scalar
 * arithmetic, bit for bit (NaNs aside, which stay NaN): every operation is IEEE's and rounds once,
 * and none is contracted. Operands and result may be the same array at the same offset. Other
 * operations are programs: see {@link ElementKernel}.
 */
final class Elementwise {
  private Elementwise() {}

  /** y = a + b. */
  static void add(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).add(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] + b[b0 + i];
    }
  }

  /** y = a / b, b a scalar. */
  static void div(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).div(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] / b;
    }
  }
}
