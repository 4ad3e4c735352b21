package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.B;
import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_B;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static io.github.xnor4j.cpu.vector.Lanes.S;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2S;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Unsigned bytes to floats, or to shorts. */
final class Pixels {
  private Pixels() {}

  /**
   * Scales: {@code y[y0 + i] = (multiplier * v + offset) / divisor}, v the unsigned byte {@code
   * x[x0 + i]}. The integer must stay below 2^24 in absolute value; the division rounds once. A
   * divisor of 1 gives the integers themselves.
   *
   * @param x unsigned bytes
   * @param x0 offset of the first
   * @param n how many
   * @param multiplier of the byte
   * @param offset added to the product
   * @param divisor at least 1, below 2^24
   * @param y floats
   * @param y0 offset of the first
   */
  static void scale(
      byte[] x, int x0, int n, int multiplier, int offset, int divisor, float[] y, int y0) {
    int i = 0;
    for (; i + 4 * COUNT <= n; i += 4 * COUNT) {
      ByteVector v = ByteVector.fromArray(B, x, x0 + i);
      int o = y0 + i;
      IntVector n0 =
          ((IntVector) v.convertShape(ZERO_EXTEND_B2I, I, 0)).mul(multiplier).add(offset);
      ((FloatVector) n0.convert(I2F, 0)).div(divisor).intoArray(y, o);
      IntVector n1 =
          ((IntVector) v.convertShape(ZERO_EXTEND_B2I, I, 1)).mul(multiplier).add(offset);
      ((FloatVector) n1.convert(I2F, 0)).div(divisor).intoArray(y, o + COUNT);
      IntVector n2 =
          ((IntVector) v.convertShape(ZERO_EXTEND_B2I, I, 2)).mul(multiplier).add(offset);
      ((FloatVector) n2.convert(I2F, 0)).div(divisor).intoArray(y, o + 2 * COUNT);
      IntVector n3 =
          ((IntVector) v.convertShape(ZERO_EXTEND_B2I, I, 3)).mul(multiplier).add(offset);
      ((FloatVector) n3.convert(I2F, 0)).div(divisor).intoArray(y, o + 3 * COUNT);
    }
    for (; i < n; i++) {
      y[y0 + i] = (float) (multiplier * (x[x0 + i] & 0xff) + offset) / divisor;
    }
  }

  /**
   * Scales to integers: {@code y[y0 + i] = multiplier * v + offset}, which must fit a short.
   *
   * @param x unsigned bytes
   * @param x0 offset of the first
   * @param n how many
   * @param multiplier of the byte
   * @param offset added to the product
   * @param y shorts
   * @param y0 offset of the first
   */
  static void integers(byte[] x, int x0, int n, int multiplier, int offset, short[] y, int y0) {
    int i = 0;
    for (; i + 2 * COUNT <= n; i += 2 * COUNT) {
      ByteVector v = ByteVector.fromArray(HALF_B, x, x0 + i);
      ((ShortVector) v.convertShape(ZERO_EXTEND_B2S, S, 0))
          .mul((short) multiplier)
          .add((short) offset)
          .intoArray(y, y0 + i);
    }
    for (; i < n; i++) {
      y[y0 + i] = (short) (multiplier * (x[x0 + i] & 0xff) + offset);
    }
  }
}
