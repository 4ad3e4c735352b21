package io.github.xnor4j.cpu.vector;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ElementwiseTest {
  private static final int[] SIZES = Samples.SIZES;
  private static final int A0 = 1;
  private static final int B0 = 2;
  private static final int Y0 = 3;
  private static final float[] SCALARS = {0.1f, -3, 0, -0f, Float.NaN, Float.NEGATIVE_INFINITY};

  @ParameterizedTest
  @FieldSource("SIZES")
  void additions(int n) {
    Samples samples = new Samples(n);
    float[] a = samples.specials(A0 + n);
    float[] b = samples.specials(B0 + n);
    float[] expected = samples.floats(Y0 + n + 1);
    float[] y = expected.clone();
    float[] inPlace = a.clone();
    for (int i = 0; i < n; i++) {
      expected[Y0 + i] = a[A0 + i] + b[B0 + i];
      inPlace[A0 + i] = expected[Y0 + i];
    }
    Elementwise.add(a, A0, b, B0, y, Y0, n);
    Samples.assertSame(expected, y, n + " elements");
    Elementwise.add(a, A0, b, B0, a, A0, n);
    Samples.assertSame(inPlace, a, n + " elements in place");
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void divisionsByAScalar(int n) {
    for (float s : SCALARS) {
      Samples samples = new Samples(n);
      float[] a = samples.specials(A0 + n);
      float[] expected = samples.floats(Y0 + n + 1);
      float[] y = expected.clone();
      for (int i = 0; i < n; i++) {
        expected[Y0 + i] = a[A0 + i] / s;
      }
      Elementwise.div(a, A0, s, y, Y0, n);
      Samples.assertSame(expected, y, n + " elements by " + s);
    }
  }
}
