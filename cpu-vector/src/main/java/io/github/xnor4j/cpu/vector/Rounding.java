package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.ColumnBits.ROUND;
import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_S;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Floats rounded to 16-bit integers. */
final class Rounding {
  private static final int MANTISSA = (1 << 23) - 1;

  private Rounding() {}

  /**
   * Rounds: {@code y[y0 + i] = rint(x[x0 + i] * scale)}, clamped to +-limit, as in float64; NaN
   * becomes 0.
   *
   * @param limit at most 32767
   * @return how many were clamped, NaN among them
   */
  static int shorts(float[] x, int x0, int n, float scale, int limit, short[] y, int y0) {
    int clamped = 0;
    int i = 0;
    // By a power of two a float's product is exact too, or so large that it is clamped, or so small
    // that it is 0.
    boolean exact =
        (Float.floatToRawIntBits(scale) & MANTISSA) == 0 && Math.abs(scale) >= Float.MIN_NORMAL;
    for (; exact && i + COUNT <= n; i += COUNT) {
      FloatVector q = FloatVector.fromArray(F, x, x0 + i).mul(scale).add(ROUND).sub(ROUND);
      if (q.abs().compare(LE, limit).allTrue()) {
        ((ShortVector) ((IntVector) q.convert(F2I, 0)).convertShape(I2S, HALF_S, 0))
            .intoArray(y, y0 + i);
      } else {
        clamped += clamp(x, x0 + i, COUNT, scale, limit, y, y0 + i);
      }
    }
    return clamped + clamp(x, x0 + i, n - i, scale, limit, y, y0 + i);
  }

  private static int clamp(float[] x, int x0, int n, double scale, int limit, short[] y, int y0) {
    int clamped = 0;
    for (int i = 0; i < n; i++) {
      double v = Math.rint(x[x0 + i] * scale);
      // a NaN is not within the limit either, and is cast to 0
      clamped += Math.abs(v) <= limit ? 0 : 1;
      y[y0 + i] = (short) (int) Math.max(-limit, Math.min(limit, v));
    }
    return clamped;
  }
}
