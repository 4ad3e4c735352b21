package io.github.xnor4j.cpu.vector;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LargestTest {
  private static final int[] SIZES = Samples.SIZES;

  @ParameterizedTest
  @FieldSource("SIZES")
  void isThatOfAPlainLoop(int n) {
    float[] x = new Samples(n).floats(3 + n + 1);
    for (float first : new float[] {x[3], Float.NaN, Float.POSITIVE_INFINITY}) {
      x[3 + n / 2] = first;
      float expected = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        expected = Math.max(expected, x[3 + i]);
      }
      float actual = Largest.largest(x, 3, n);
      Samples.assertSame(new float[] {expected}, new float[] {actual}, n + " elements");
    }
  }
}
