package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_S;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Signs packed down columns, and the floats that counts and grids stand for. */
final class ColumnBits {
  /**
   * Adding and taking away 1.5 * 2^23 rounds a float below 2^22 to the nearest integer. What larger
   * ones give is no smaller than 2^22.
   */
  static final float ROUND = 0x1.8p23f;

  private ColumnBits() {}

  /**
   * Packs signs: bit j of {@code out[o0 + c]} is set where {@code x[x0 + j * ldx + c] < 0}; bits
   * from n on are 0.
   *
   * @param n 0 to 32
   */
  static void pack(float[] x, int x0, int ldx, int n, int cols, int[] out, int o0) {
    int c = 0;
    for (; c + COUNT <= cols; c += COUNT) {
      vector(x, x0 + c, ldx, n, out, o0 + c);
    }
    for (; c < cols; c++) {
      int word = 0;
      for (int j = 0; j < n; j++) {
        word |= (x[x0 + j * ldx + c] < 0 ? 1 : 0) << j;
      }
      out[o0 + c] = word;
    }
  }

  private static void vector(float[] x, int x0, int ldx, int n, int[] out, int o) {
    IntVector word = IntVector.zero(I);
    IntVector zero = IntVector.zero(I);
    for (int j = 0; j < n; j++) {
      FloatVector v = FloatVector.fromArray(F, x, x0 + j * ldx);
      word = word.or(zero.blend(1 << j, v.compare(LT, 0f).cast(I)));
    }
    word.intoArray(out, o);
  }

  /** Dot products of +-1 from counts of differing bits: y = depth - 2 * count. */
  static void dots(int[] counts, int x0, int n, int depth, float[] y, int y0) {
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      IntVector count = IntVector.fromArray(I, counts, x0 + i);
      IntVector dot = IntVector.broadcast(I, depth).sub(count.add(count));
      ((FloatVector) dot.convert(I2F, 0)).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = depth - 2 * counts[x0 + i];
    }
  }

  /** The integers behind floats of a grid: y = rint(x * denominator), below 2^22. */
  static void integers(float[] x, int x0, int n, int denominator, float[] y, int y0) {
    float d = denominator;
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector.fromArray(F, x, x0 + i).mul(d).add(ROUND).sub(ROUND).intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = x[x0 + i] * d + ROUND - ROUND;
    }
  }

  /** {@link #integers} that fit shorts. */
  static void integers(float[] x, int x0, int n, int denominator, short[] y, int y0) {
    float d = denominator;
    int i = 0;
    for (; i + COUNT <= n; i += COUNT) {
      FloatVector v = FloatVector.fromArray(F, x, x0 + i).mul(d).add(ROUND).sub(ROUND);
      ((ShortVector) ((IntVector) v.convert(F2I, 0)).convertShape(I2S, HALF_S, 0))
          .intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = (short) (x[x0 + i] * d + ROUND - ROUND);
    }
  }
}
