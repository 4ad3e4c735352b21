package io.github.xnor4j.cpu.vector;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ElementwiseTest {
  private static final int[] SIZES = Samples.SIZES;
  private static final int A0 = 1;
  private static final int B0 = 2;
  private static final int Y0 = 3;
  private static final float[] SCALARS = {0.1f, -3, 0, -0f, Float.NaN, Float.NEGATIVE_INFINITY};

  private interface Scalar {
    float of(float a, float b);
  }

  private interface Arrays2 {
    void run(float[] a, int a0, float[] b, int b0, float[] y, int y0, int n);
  }

  private interface ArrayScalar {
    void run(float[] a, int a0, float b, float[] y, int y0, int n);
  }

  private interface ScalarArray {
    void run(float a, float[] b, int b0, float[] y, int y0, int n);
  }

  private interface Rows {
    void run(float[] a, int a0, float[] b, int b0, float[] y, int y0, int rows, int c);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void arrays(int n) {
    check(n, "add", (a, b) -> a + b, Elementwise::add);
    check(n, "sub", (a, b) -> a - b, Elementwise::sub);
    check(n, "mul", (a, b) -> a * b, Elementwise::mul);
    check(n, "div", (a, b) -> a / b, Elementwise::div);
    check(n, "min", Math::min, Elementwise::min);
    check(n, "max", Math::max, Elementwise::max);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void scalars(int n) {
    for (float s : SCALARS) {
      check(n, s, "add", (a, b) -> a + b, Elementwise::add);
      check(n, s, "sub", (a, b) -> a - b, Elementwise::sub);
      check(n, s, "mul", (a, b) -> a * b, Elementwise::mul);
      check(n, s, "div", (a, b) -> a / b, Elementwise::div);
      check(n, s, "min", Math::min, Elementwise::min);
      check(n, s, "max", Math::max, Elementwise::max);
      first(n, s, "sub", (a, b) -> a - b, Elementwise::sub);
      first(n, s, "div", (a, b) -> a / b, Elementwise::div);
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void rows(int c) {
    checkRows(c, "add", (a, b) -> a + b, Elementwise::addRows);
    checkRows(c, "sub", (a, b) -> a - b, Elementwise::subRows);
    checkRows(c, "mul", (a, b) -> a * b, Elementwise::mulRows);
    checkRows(c, "div", (a, b) -> a / b, Elementwise::divRows);
    checkRows(c, "min", Math::min, Elementwise::minRows);
    checkRows(c, "max", Math::max, Elementwise::maxRows);
    checkFromRows(c, "sub", (a, b) -> a - b, Elementwise::subFromRows);
    checkFromRows(c, "div", (a, b) -> a / b, Elementwise::divFromRows);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void functionsOfOne(int n) {
    check(n, "neg", (a, b) -> -a, (a, a0, b, b0, y, y0, m) -> Elementwise.neg(a, a0, y, y0, m));
    check(
        n,
        "abs",
        (a, b) -> Math.abs(a),
        (a, a0, b, b0, y, y0, m) -> Elementwise.abs(a, a0, y, y0, m));
    check(
        n,
        "sqrt",
        (a, b) -> (float) Math.sqrt(a),
        (a, a0, b, b0, y, y0, m) -> Elementwise.sqrt(a, a0, y, y0, m));
    check(
        n,
        "square",
        (a, b) -> a * a,
        (a, a0, b, b0, y, y0, m) -> Elementwise.square(a, a0, y, y0, m));
  }

  private static void check(int n, String name, Scalar scalar, Arrays2 kernel) {
    Samples samples = new Samples(n);
    for (boolean special : new boolean[] {false, true}) {
      float[] a = special ? samples.specials(A0 + n) : samples.floats(A0 + n);
      float[] b = special ? samples.specials(B0 + n) : samples.floats(B0 + n);
      float[] expected = samples.floats(Y0 + n + 1);
      float[] y = expected.clone();
      for (int i = 0; i < n; i++) {
        expected[Y0 + i] = scalar.of(a[A0 + i], b[B0 + i]);
      }
      kernel.run(a, A0, b, B0, y, Y0, n);
      Samples.assertSame(expected, y, name + " of " + n);
      kernel.run(a, A0, b, B0, a, A0, n);
      System.arraycopy(expected, Y0, expected, A0, n);
      Samples.assertSame(
          Arrays.copyOfRange(expected, A0, A0 + n),
          Arrays.copyOfRange(a, A0, A0 + n),
          name + " of " + n + " in place");
    }
  }

  private static void check(int n, float s, String name, Scalar scalar, ArrayScalar kernel) {
    Samples samples = new Samples(n);
    float[] a = samples.specials(A0 + n);
    float[] expected = samples.floats(Y0 + n + 1);
    float[] y = expected.clone();
    for (int i = 0; i < n; i++) {
      expected[Y0 + i] = scalar.of(a[A0 + i], s);
    }
    kernel.run(a, A0, s, y, Y0, n);
    Samples.assertSame(expected, y, name + " of " + n + " and " + s);
  }

  private static void first(int n, float s, String name, Scalar scalar, ScalarArray kernel) {
    Samples samples = new Samples(n);
    float[] b = samples.specials(B0 + n);
    float[] expected = samples.floats(Y0 + n + 1);
    float[] y = expected.clone();
    for (int i = 0; i < n; i++) {
      expected[Y0 + i] = scalar.of(s, b[B0 + i]);
    }
    kernel.run(s, b, B0, y, Y0, n);
    Samples.assertSame(expected, y, name + " of " + s + " and " + n);
  }

  private static void checkRows(int c, String name, Scalar scalar, Rows kernel) {
    int rows = 3;
    Samples samples = new Samples(c);
    float[] a = samples.specials(A0 + rows * c);
    float[] b = samples.specials(B0 + c);
    float[] expected = samples.floats(Y0 + rows * c + 1);
    float[] y = expected.clone();
    for (int i = 0; i < rows * c; i++) {
      expected[Y0 + i] = scalar.of(a[A0 + i], b[B0 + i % c]);
    }
    kernel.run(a, A0, b, B0, y, Y0, rows, c);
    Samples.assertSame(expected, y, name + " of rows of " + c);
  }

  private static void checkFromRows(int c, String name, Scalar scalar, Rows kernel) {
    int rows = 3;
    Samples samples = new Samples(c);
    float[] a = samples.specials(A0 + c);
    float[] b = samples.specials(B0 + rows * c);
    float[] expected = samples.floats(Y0 + rows * c + 1);
    float[] y = expected.clone();
    for (int i = 0; i < rows * c; i++) {
      expected[Y0 + i] = scalar.of(a[A0 + i % c], b[B0 + i]);
    }
    kernel.run(a, A0, b, B0, y, Y0, rows, c);
    Samples.assertSame(expected, y, name + " of a row of " + c);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void selectsByComparison(int n) {
    Samples samples = new Samples(n);
    float[] a = samples.specials(A0 + n);
    float[] b = samples.specials(B0 + n);
    float[] t = samples.specials(n);
    float[] f = samples.specials(n);
    float[][] expected = new float[3][Y0 + n];
    float[][] y = new float[3][Y0 + n];
    for (int i = 0; i < n; i++) {
      expected[0][Y0 + i] = a[A0 + i] < b[B0 + i] ? t[i] : f[i];
      expected[1][Y0 + i] = a[A0 + i] <= b[B0 + i] ? t[i] : f[i];
      expected[2][Y0 + i] = a[A0 + i] == b[B0 + i] ? t[i] : f[i];
    }
    Elementwise.selectLess(a, A0, b, B0, t, 0, f, 0, y[0], Y0, n);
    Elementwise.selectLessEqual(a, A0, b, B0, t, 0, f, 0, y[1], Y0, n);
    Elementwise.selectEqual(a, A0, b, B0, t, 0, f, 0, y[2], Y0, n);
    for (int k = 0; k < 3; k++) {
      Samples.assertSame(expected[k], y[k], "comparison " + k + " of " + n);
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void selectsByComparisonWithAScalar(int n) {
    Samples samples = new Samples(n);
    float[] a = samples.specials(A0 + n);
    float[] t = samples.specials(n);
    float[][] expected = new float[3][Y0 + n];
    float[][] y = new float[3][Y0 + n];
    for (int i = 0; i < n; i++) {
      expected[0][Y0 + i] = a[A0 + i] < 1 ? t[i] : -7;
      expected[1][Y0 + i] = a[A0 + i] <= 1 ? t[i] : -7;
      expected[2][Y0 + i] = a[A0 + i] == 1 ? t[i] : -7;
    }
    Elementwise.selectLess(a, A0, 1, t, 0, -7, y[0], Y0, n);
    Elementwise.selectLessEqual(a, A0, 1, t, 0, -7, y[1], Y0, n);
    Elementwise.selectEqual(a, A0, 1, t, 0, -7, y[2], Y0, n);
    for (int k = 0; k < 3; k++) {
      Samples.assertSame(expected[k], y[k], "comparison " + k + " of " + n);
    }
  }
}
