package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/**
 * Element-wise float operations on blocks of n elements. Results are those of Java's scalar
 * arithmetic, bit for bit (NaNs aside, which stay NaN): every operation is IEEE's and rounds once,
 * and none is contracted. Operands and result may be the same array at the same offset.
 *
 * <p>An operand is an array with the offset of its first element, a scalar, or, in the methods
 * named {@code ...Rows}, a row of c elements that meets each of {@code rows} rows.
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

  /** y = a + b, b a scalar. */
  static void add(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).add(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] + b;
    }
  }

  /** y = a + b, b a row of c. */
  static void addRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      add(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = a - b. */
  static void sub(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).sub(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] - b[b0 + i];
    }
  }

  /** y = a - b, b a scalar. */
  static void sub(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).sub(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] - b;
    }
  }

  /** y = a - b, b a row of c. */
  static void subRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      sub(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = a - b, a a scalar. */
  static void sub(float a, float[] b, int b0, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, a);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      v.sub(FloatVector.fromArray(F, b, b0 + i)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a - b[b0 + i];
    }
  }

  /** y = a - b, a a row of c. */
  static void subFromRows(
      float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      sub(a, a0, b, b0 + r * c, y, y0 + r * c, c);
    }
  }

  /** y = a * b. */
  static void mul(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).mul(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] * b[b0 + i];
    }
  }

  /** y = a * b, b a scalar. */
  static void mul(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).mul(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] * b;
    }
  }

  /** y = a * b, b a row of c. */
  static void mulRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      mul(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = a / b. */
  static void div(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).div(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] / b[b0 + i];
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

  /** y = a / b, b a row of c. */
  static void divRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      div(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = a / b, a a scalar. */
  static void div(float a, float[] b, int b0, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, a);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      v.div(FloatVector.fromArray(F, b, b0 + i)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a / b[b0 + i];
    }
  }

  /** y = a / b, a a row of c. */
  static void divFromRows(
      float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      div(a, a0, b, b0 + r * c, y, y0 + r * c, c);
    }
  }

  /** y = the smaller of a and b; NaN if one is, and -0.0 is smaller than 0.0. */
  static void min(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).min(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = Math.min(a[a0 + i], b[b0 + i]);
    }
  }

  /** y = the smaller of a and b; NaN if one is, and -0.0 is smaller than 0.0, b a scalar. */
  static void min(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).min(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = Math.min(a[a0 + i], b);
    }
  }

  /** y = the smaller of a and b; NaN if one is, and -0.0 is smaller than 0.0, b a row of c. */
  static void minRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      min(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = the larger of a and b; NaN if one is, and 0.0 is larger than -0.0. */
  static void max(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, b, b0 + i);
      FloatVector.fromArray(F, a, a0 + i).max(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = Math.max(a[a0 + i], b[b0 + i]);
    }
  }

  /** y = the larger of a and b; NaN if one is, and 0.0 is larger than -0.0, b a scalar. */
  static void max(float[] a, int a0, float b, float[] y, int y0, int n) {
    FloatVector v = FloatVector.broadcast(F, b);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, a, a0 + i).max(v).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = Math.max(a[a0 + i], b);
    }
  }

  /** y = the larger of a and b; NaN if one is, and 0.0 is larger than -0.0, b a row of c. */
  static void maxRows(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c) {
    for (int r = 0; r < rows; r++) {
      max(a, a0 + r * c, b, b0, y, y0 + r * c, c);
    }
  }

  /** y = -x. */
  static void neg(float[] x, int x0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, x, x0 + i).neg().intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = -x[x0 + i];
    }
  }

  /** y = the absolute value of x. */
  static void abs(float[] x, int x0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, x, x0 + i).abs().intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = Math.abs(x[x0 + i]);
    }
  }

  /** y = the square root of x, rounded once. */
  static void sqrt(float[] x, int x0, float[] y, int y0, int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector.fromArray(F, x, x0 + i).sqrt().intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = (float) Math.sqrt(x[x0 + i]);
    }
  }

  /** y = x * x. */
  static void square(float[] x, int x0, float[] y, int y0, int n) {
    mul(x, x0, x, x0, y, y0, n);
  }

  /** y = t where a &lt; b, else f; a comparison with NaN is false. */
  static void selectLess(
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      float[] y,
      int y0,
      int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vb = FloatVector.fromArray(F, b, b0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      FloatVector.fromArray(F, f, f0 + i).blend(vt, va.compare(LT, vb)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] < b[b0 + i] ? t[t0 + i] : f[f0 + i];
    }
  }

  /** y = t where a &lt; b, else f; b and f are scalars; a comparison with NaN is false. */
  static void selectLess(
      float[] a, int a0, float b, float[] t, int t0, float f, float[] y, int y0, int n) {
    FloatVector vf = FloatVector.broadcast(F, f);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      vf.blend(vt, va.compare(LT, b)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] < b ? t[t0 + i] : f;
    }
  }

  /** y = t where a &lt;= b, else f; a comparison with NaN is false. */
  static void selectLessEqual(
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      float[] y,
      int y0,
      int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vb = FloatVector.fromArray(F, b, b0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      FloatVector.fromArray(F, f, f0 + i).blend(vt, va.compare(LE, vb)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] <= b[b0 + i] ? t[t0 + i] : f[f0 + i];
    }
  }

  /** y = t where a &lt;= b, else f; b and f are scalars; a comparison with NaN is false. */
  static void selectLessEqual(
      float[] a, int a0, float b, float[] t, int t0, float f, float[] y, int y0, int n) {
    FloatVector vf = FloatVector.broadcast(F, f);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      vf.blend(vt, va.compare(LE, b)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] <= b ? t[t0 + i] : f;
    }
  }

  /** y = t where a == b, else f; a comparison with NaN is false. */
  static void selectEqual(
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      float[] y,
      int y0,
      int n) {
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vb = FloatVector.fromArray(F, b, b0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      FloatVector.fromArray(F, f, f0 + i).blend(vt, va.compare(EQ, vb)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] == b[b0 + i] ? t[t0 + i] : f[f0 + i];
    }
  }

  /** y = t where a == b, else f; b and f are scalars; a comparison with NaN is false. */
  static void selectEqual(
      float[] a, int a0, float b, float[] t, int t0, float f, float[] y, int y0, int n) {
    FloatVector vf = FloatVector.broadcast(F, f);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      FloatVector va = FloatVector.fromArray(F, a, a0 + i);
      FloatVector vt = FloatVector.fromArray(F, t, t0 + i);
      vf.blend(vt, va.compare(EQ, b)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = a[a0 + i] == b ? t[t0 + i] : f;
    }
  }
}
