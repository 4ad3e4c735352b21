package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floats rounded to integers as in float64, whatever they and the scale are. */
class RoundingTest {
  private static final int X0 = 3;
  private static final int Y0 = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 31, 33, 63, 64, 65, 127, 129, 1000})
  void roundsAsFloat64Does(int n) {
    for (int limit : new int[] {1, 511, 2047, 32767}) {
      for (float scale : new float[] {1, 4, 0x1p20f, 0x1p127f, 0x1p-126f, 3, Float.MIN_VALUE}) {
        Samples samples = new Samples(n + limit);
        check(samples.specials(X0 + n), n, scale, limit);
        float[] halves = samples.floats(X0 + n);
        for (int i = 0; i < halves.length; i++) {
          // ties, and the first that are clamped
          halves[i] = (samples.below(4 * limit + 8) - 2 * limit - 4) / 2f / scale;
        }
        check(halves, n, scale, limit);
        float[] within = samples.floats(X0 + n);
        for (int i = 0; i < within.length; i++) {
          within[i] *= limit / scale;
        }
        check(within, n, scale, limit);
      }
    }
  }

  private static void check(float[] x, int n, float scale, int limit) {
    short[] expected = new short[Y0 + n + 1];
    int clamped = 0;
    for (int i = 0; i < n; i++) {
      double v = Math.rint((double) x[X0 + i] * scale);
      clamped += Math.abs(v) <= limit ? 0 : 1;
      expected[Y0 + i] = (short) (Double.isNaN(v) ? 0 : Math.clamp(v, -limit, limit));
    }
    short[] y = new short[Y0 + n + 1];
    String what = n + " by " + scale + ", limit " + limit;
    assertEquals(clamped, Rounding.shorts(x, X0, n, scale, limit, y, Y0), what);
    for (int i = 0; i < y.length; i++) {
      assertEquals(expected[i], y[i], what + ", element " + i + " of " + x[Math.min(n, i)]);
    }
  }
}
