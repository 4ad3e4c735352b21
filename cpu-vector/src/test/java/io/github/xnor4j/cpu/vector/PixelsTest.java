package io.github.xnor4j.cpu.vector;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PixelsTest {
  private static final int[] SIZES = Samples.SIZES;

  @ParameterizedTest
  @FieldSource("SIZES")
  void scalesUnsignedBytes(int n) {
    Samples samples = new Samples(n);
    byte[] x = samples.bytes(3 + n);
    x[3] = (byte) 255;
    int[][] scales = {{2, -255, 255}, {2, -255, 1}, {1, 0, 256}, {-3, 7, 10}};
    for (int[] s : scales) {
      float[] expected = samples.floats(2 + n + 1);
      float[] y = expected.clone();
      for (int i = 0; i < n; i++) {
        double integer = s[0] * Byte.toUnsignedInt(x[3 + i]) + s[1];
        expected[2 + i] = (float) (integer / s[2]);
      }
      Pixels.scale(x, 3, n, s[0], s[1], s[2], y, 2);
      Samples.assertSame(expected, y, n + " bytes, divisor " + s[2]);
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void scalesToIntegers(int n) {
    Samples samples = new Samples(n);
    byte[] x = samples.bytes(3 + n);
    x[3] = (byte) 255;
    int[][] scales = {{2, -255}, {1, 0}, {-3, 7}, {128, 127}};
    for (int[] s : scales) {
      short[] y = new short[2 + n + 1];
      Pixels.integers(x, 3, n, s[0], s[1], y, 2);
      int[] expected = new int[2 + n + 1];
      int[] actual = new int[2 + n + 1];
      for (int i = 0; i < expected.length; i++) {
        boolean inside = i >= 2 && i < 2 + n;
        expected[i] = inside ? s[0] * Byte.toUnsignedInt(x[1 + i]) + s[1] : 0;
        actual[i] = y[i];
      }
      Samples.assertSame(expected, actual, n + " bytes, multiplier " + s[0]);
    }
  }
}
