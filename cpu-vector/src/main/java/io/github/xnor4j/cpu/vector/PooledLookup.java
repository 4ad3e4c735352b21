package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of floats by bits behind a max-pool, where all but one gradient of each window are zero.
 * Table lookup as in {@link Lookup}, but once per pooled gradient:
 *
 * <ul>
 *   <li>the gradient of the filter selects, for each image of a word, the bits that lie under the
 *       winner, and looks the sums of 32 images up by them;
 *   <li>the gradient of the input goes through the channels whose winner is the same tap, as many
 *       at a time as a register holds sums of.
 * </ul>
 *
 * <p>That is four elements at 512 bits. Narrower registers hold the sums of three, and then looking
 * up is no faster than multiplying ({@link PooledGemm}).
 */
final class PooledLookup {
  /** The largest window that two bits can name a tap of. */
  static final int TAPS = 4;

  private static final int[] LANE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  private PooledLookup() {}

  /** Whether vectors are wide enough. */
  static boolean isAvailable() {
    return COUNT == 16;
  }

  /** Whether there are such kernels for pixels of so many channels. */
  static boolean takes(int channels) {
    return isAvailable() && channels % Panels.WIDTH == 0;
  }

  // ---- gradient of the filter

  /**
   * The winners of up to 32 images as bits: bit i of low[o0 + c] and high[o0 + c] are the two bits
   * of argmax[m0 + i * stride + c].
   *
   * @param n images, 1 to 32
   * @param c channels
   */
  static void winnerBits(
      int[] argmax, int m0, int stride, int n, int c, int[] low, int[] high, int o0) {
    int ch = 0;
    for (; ch + COUNT <= c; ch += COUNT) {
      winnerBits(argmax, m0 + ch, stride, n, low, high, o0 + ch);
    }
    for (; ch < c; ch++) {
      int l = 0;
      int h = 0;
      for (int i = 0; i < n; i++) {
        int tap = argmax[m0 + i * stride + ch];
        l |= (tap & 1) << i;
        h |= (tap >> 1) << i;
      }
      low[o0 + ch] = l;
      high[o0 + ch] = h;
    }
  }

  private static void winnerBits(
      int[] argmax, int m0, int stride, int n, int[] low, int[] high, int o) {
    IntVector l = IntVector.zero(I);
    IntVector h = IntVector.zero(I);
    for (int i = 0; i < n; i++) {
      IntVector tap = IntVector.fromArray(I, argmax, m0 + i * stride);
      l = l.or(tap.and(1).lanewise(LSHL, i));
      h = h.or(tap.lanewise(LSHR, 1).lanewise(LSHL, i));
    }
    l.intoArray(low, o);
    h.intoArray(high, o);
  }

  /** Columns' vectors whose sums are in registers at a time. */
  private static final int COLUMNS = 9;

  /** And when fewer are left. */
  private static final int FEW_COLUMNS = 3;

  /** Offsets of columns as {@link #multiply} takes them: the last is repeated. */
  static int[] wholeColumns(int[] columns) {
    return repeatLast(columns, FEW_COLUMNS);
  }

  /**
   * Whether each nine columns are a filter of 3 by 3 taps that windows of 2 by 2 move by one tap:
   * then a window's four times nine vectors of bits are sixteen different ones.
   */
  static boolean overlaps(int[] taps, int[] windows) {
    if (taps.length % COLUMNS != 0) {
      return false;
    }
    int right = taps[1] - taps[0];
    int down = taps[3] - taps[0];
    for (int j = 0; j < taps.length; j++) {
      int tap = j % COLUMNS;
      if (taps[j] != taps[j - tap] + tap / 3 * down + tap % 3 * right) {
        return false;
      }
    }
    for (int w = 0; w < windows.length; w++) {
      int tap = w % TAPS;
      if (windows[w] != windows[w - tap] + tap / 2 * down + tap % 2 * right) {
        return false;
      }
    }
    return true;
  }

  /** Fills a list up to a multiple of n. What is computed twice is written twice, the same. */
  private static int[] repeatLast(int[] list, int n) {
    int[] whole = Arrays.copyOf(list, (list.length + n - 1) / n * n);
    Arrays.fill(whole, list.length, whole.length, list[list.length - 1]);
    return whole;
  }

  /**
   * Adds one channel's products: {@code out[out0 + outs[j] + lane] += SUM over positions p and
   * images i of +-g}, minus where bit i of {@code bits[b0 + windows[4 p + winner] + taps[j] +
   * lane]} is set.
   *
   * @param t tables of {@link Lookup#tables}
   * @param row which of their rows is the channel's
   * @param positions pooled positions in the tables
   * @param bits with images inside the words, 16 lanes at each of taps
   * @param b0 offset of the shard
   * @param windows offsets of the four taps of each position's window
   * @param w0 first of them
   * @param taps offsets of the filter's columns, 16 lanes each: {@link #wholeColumns}
   * @param low lower bits of the winners, a word of images for each position
   * @param high upper bits
   * @param m0 offset of the first position's word
   * @param ldm distance of positions
   * @param out sums
   * @param out0 offset of the channel
   * @param outs where the columns lie: {@link #wholeColumns}
   * @param overlap whether {@link #overlaps}
   */
  static void multiply(
      float[] t,
      int row,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int[] taps,
      int[] low,
      int[] high,
      int m0,
      int ldm,
      float[] out,
      int out0,
      int[] outs,
      boolean overlap) {
    int t0 = row * 16;
    int step = Lookup.ROWS * 16;
    int j = 0;
    for (; overlap && j < taps.length; j += COLUMNS) {
      overlapping9(
          t, t0, step, positions, bits, b0, windows, w0, taps, j, low, high, m0, ldm, out, out0,
          outs);
    }
    for (; j + COLUMNS <= taps.length; j += COLUMNS) {
      columns9(
          t, t0, step, positions, bits, b0, windows, w0, taps, j, low, high, m0, ldm, out, out0,
          outs);
    }
    for (; j < taps.length; j += FEW_COLUMNS) {
      columns3(
          t, t0, step, positions, bits, b0, windows, w0, taps, j, low, high, m0, ldm, out, out0,
          outs);
    }
  }

  // The distance of tables is an argument: were it a constant, C2 would split the inner loop in
  // three to leave bounds checks out of its middle, which costs more than they do in eight turns.
  private static void columns9(
      float[] t,
      int t0,
      int step,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int[] taps,
      int j,
      int[] low,
      int[] high,
      int m0,
      int ldm,
      float[] out,
      int out0,
      int[] outs) {
    // Every second addition is written as e * 1 + s, as in Lookup.
    FloatVector one = FloatVector.broadcast(F, 1);
    int o0 = out0 + outs[j + 0];
    int o1 = out0 + outs[j + 1];
    int o2 = out0 + outs[j + 2];
    int o3 = out0 + outs[j + 3];
    int o4 = out0 + outs[j + 4];
    int o5 = out0 + outs[j + 5];
    int o6 = out0 + outs[j + 6];
    int o7 = out0 + outs[j + 7];
    int o8 = out0 + outs[j + 8];
    int k0 = taps[j + 0];
    int k1 = taps[j + 1];
    int k2 = taps[j + 2];
    int k3 = taps[j + 3];
    int k4 = taps[j + 4];
    int k5 = taps[j + 5];
    int k6 = taps[j + 6];
    int k7 = taps[j + 7];
    int k8 = taps[j + 8];
    FloatVector s0 = FloatVector.fromArray(F, out, o0);
    FloatVector s1 = FloatVector.fromArray(F, out, o1);
    FloatVector s2 = FloatVector.fromArray(F, out, o2);
    FloatVector s3 = FloatVector.fromArray(F, out, o3);
    FloatVector s4 = FloatVector.fromArray(F, out, o4);
    FloatVector s5 = FloatVector.fromArray(F, out, o5);
    FloatVector s6 = FloatVector.fromArray(F, out, o6);
    FloatVector s7 = FloatVector.fromArray(F, out, o7);
    FloatVector s8 = FloatVector.fromArray(F, out, o8);
    for (int p = 0; p < positions; p++) {
      IntVector l = IntVector.broadcast(I, low[m0 + p * ldm]);
      IntVector h = IntVector.broadcast(I, high[m0 + p * ldm]);
      int c0 = b0 + windows[w0 + 4 * p + 0];
      int c1 = b0 + windows[w0 + 4 * p + 1];
      int c2 = b0 + windows[w0 + 4 * p + 2];
      int c3 = b0 + windows[w0 + 4 * p + 3];
      IntVector x0 =
          IntVector.fromArray(I, bits, c0 + k0)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k0), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k0)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k0), l),
                  h);
      IntVector x1 =
          IntVector.fromArray(I, bits, c0 + k1)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k1), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k1)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k1), l),
                  h);
      IntVector x2 =
          IntVector.fromArray(I, bits, c0 + k2)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k2), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k2)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k2), l),
                  h);
      IntVector x3 =
          IntVector.fromArray(I, bits, c0 + k3)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k3), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k3)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k3), l),
                  h);
      IntVector x4 =
          IntVector.fromArray(I, bits, c0 + k4)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k4), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k4)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k4), l),
                  h);
      IntVector x5 =
          IntVector.fromArray(I, bits, c0 + k5)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k5), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k5)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k5), l),
                  h);
      IntVector x6 =
          IntVector.fromArray(I, bits, c0 + k6)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k6), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k6)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k6), l),
                  h);
      IntVector x7 =
          IntVector.fromArray(I, bits, c0 + k7)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k7), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k7)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k7), l),
                  h);
      IntVector x8 =
          IntVector.fromArray(I, bits, c0 + k8)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k8), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k8)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k8), l),
                  h);
      int q = t0 + p * 8 * step;
      for (int g = 0; g < 8; g++) {
        IntVector sums = FloatVector.fromArray(F, t, q + g * step).reinterpretAsInts();
        s0 = x0.selectFrom(sums).reinterpretAsFloats().add(s0);
        x0 = x0.lanewise(LSHR, 4);
        s1 = x1.selectFrom(sums).reinterpretAsFloats().fma(one, s1);
        x1 = x1.lanewise(LSHR, 4);
        s2 = x2.selectFrom(sums).reinterpretAsFloats().add(s2);
        x2 = x2.lanewise(LSHR, 4);
        s3 = x3.selectFrom(sums).reinterpretAsFloats().fma(one, s3);
        x3 = x3.lanewise(LSHR, 4);
        s4 = x4.selectFrom(sums).reinterpretAsFloats().add(s4);
        x4 = x4.lanewise(LSHR, 4);
        s5 = x5.selectFrom(sums).reinterpretAsFloats().fma(one, s5);
        x5 = x5.lanewise(LSHR, 4);
        s6 = x6.selectFrom(sums).reinterpretAsFloats().add(s6);
        x6 = x6.lanewise(LSHR, 4);
        s7 = x7.selectFrom(sums).reinterpretAsFloats().fma(one, s7);
        x7 = x7.lanewise(LSHR, 4);
        s8 = x8.selectFrom(sums).reinterpretAsFloats().add(s8);
        x8 = x8.lanewise(LSHR, 4);
      }
    }
    s0.intoArray(out, o0);
    s1.intoArray(out, o1);
    s2.intoArray(out, o2);
    s3.intoArray(out, o3);
    s4.intoArray(out, o4);
    s5.intoArray(out, o5);
    s6.intoArray(out, o6);
    s7.intoArray(out, o7);
    s8.intoArray(out, o8);
  }

  /** {@link #columns9} where they overlap. */
  private static void overlapping9(
      float[] t,
      int t0,
      int step,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int[] taps,
      int j,
      int[] low,
      int[] high,
      int m0,
      int ldm,
      float[] out,
      int out0,
      int[] outs) {
    FloatVector one = FloatVector.broadcast(F, 1);
    int o0 = out0 + outs[j + 0];
    int o1 = out0 + outs[j + 1];
    int o2 = out0 + outs[j + 2];
    int o3 = out0 + outs[j + 3];
    int o4 = out0 + outs[j + 4];
    int o5 = out0 + outs[j + 5];
    int o6 = out0 + outs[j + 6];
    int o7 = out0 + outs[j + 7];
    int o8 = out0 + outs[j + 8];
    int k = b0 + taps[j];
    int right = taps[j + 1] - taps[j];
    int down = taps[j + 3] - taps[j];
    FloatVector s0 = FloatVector.fromArray(F, out, o0);
    FloatVector s1 = FloatVector.fromArray(F, out, o1);
    FloatVector s2 = FloatVector.fromArray(F, out, o2);
    FloatVector s3 = FloatVector.fromArray(F, out, o3);
    FloatVector s4 = FloatVector.fromArray(F, out, o4);
    FloatVector s5 = FloatVector.fromArray(F, out, o5);
    FloatVector s6 = FloatVector.fromArray(F, out, o6);
    FloatVector s7 = FloatVector.fromArray(F, out, o7);
    FloatVector s8 = FloatVector.fromArray(F, out, o8);
    for (int p = 0; p < positions; p++) {
      IntVector l = IntVector.broadcast(I, low[m0 + p * ldm]);
      IntVector h = IntVector.broadcast(I, high[m0 + p * ldm]);
      int c0 = windows[w0 + 4 * p] + k;
      IntVector v00 = IntVector.fromArray(I, bits, c0);
      IntVector v01 = IntVector.fromArray(I, bits, c0 + right);
      IntVector v02 = IntVector.fromArray(I, bits, c0 + 2 * right);
      IntVector v03 = IntVector.fromArray(I, bits, c0 + 3 * right);
      IntVector u00 = v00.lanewise(BITWISE_BLEND, v01, l);
      IntVector u01 = v01.lanewise(BITWISE_BLEND, v02, l);
      IntVector u02 = v02.lanewise(BITWISE_BLEND, v03, l);
      int c1 = c0 + down;
      IntVector v10 = IntVector.fromArray(I, bits, c1);
      IntVector v11 = IntVector.fromArray(I, bits, c1 + right);
      IntVector v12 = IntVector.fromArray(I, bits, c1 + 2 * right);
      IntVector v13 = IntVector.fromArray(I, bits, c1 + 3 * right);
      IntVector u10 = v10.lanewise(BITWISE_BLEND, v11, l);
      IntVector u11 = v11.lanewise(BITWISE_BLEND, v12, l);
      IntVector u12 = v12.lanewise(BITWISE_BLEND, v13, l);
      IntVector x0 = u00.lanewise(BITWISE_BLEND, u10, h);
      IntVector x1 = u01.lanewise(BITWISE_BLEND, u11, h);
      IntVector x2 = u02.lanewise(BITWISE_BLEND, u12, h);
      int c2 = c1 + down;
      IntVector v20 = IntVector.fromArray(I, bits, c2);
      IntVector v21 = IntVector.fromArray(I, bits, c2 + right);
      IntVector v22 = IntVector.fromArray(I, bits, c2 + 2 * right);
      IntVector v23 = IntVector.fromArray(I, bits, c2 + 3 * right);
      IntVector u20 = v20.lanewise(BITWISE_BLEND, v21, l);
      IntVector u21 = v21.lanewise(BITWISE_BLEND, v22, l);
      IntVector u22 = v22.lanewise(BITWISE_BLEND, v23, l);
      IntVector x3 = u10.lanewise(BITWISE_BLEND, u20, h);
      IntVector x4 = u11.lanewise(BITWISE_BLEND, u21, h);
      IntVector x5 = u12.lanewise(BITWISE_BLEND, u22, h);
      int c3 = c2 + down;
      IntVector v30 = IntVector.fromArray(I, bits, c3);
      IntVector v31 = IntVector.fromArray(I, bits, c3 + right);
      IntVector v32 = IntVector.fromArray(I, bits, c3 + 2 * right);
      IntVector v33 = IntVector.fromArray(I, bits, c3 + 3 * right);
      IntVector u30 = v30.lanewise(BITWISE_BLEND, v31, l);
      IntVector u31 = v31.lanewise(BITWISE_BLEND, v32, l);
      IntVector u32 = v32.lanewise(BITWISE_BLEND, v33, l);
      IntVector x6 = u20.lanewise(BITWISE_BLEND, u30, h);
      IntVector x7 = u21.lanewise(BITWISE_BLEND, u31, h);
      IntVector x8 = u22.lanewise(BITWISE_BLEND, u32, h);
      int q = t0 + p * 8 * step;
      for (int g = 0; g < 8; g++) {
        IntVector sums = FloatVector.fromArray(F, t, q + g * step).reinterpretAsInts();
        s0 = x0.selectFrom(sums).reinterpretAsFloats().add(s0);
        x0 = x0.lanewise(LSHR, 4);
        s1 = x1.selectFrom(sums).reinterpretAsFloats().fma(one, s1);
        x1 = x1.lanewise(LSHR, 4);
        s2 = x2.selectFrom(sums).reinterpretAsFloats().add(s2);
        x2 = x2.lanewise(LSHR, 4);
        s3 = x3.selectFrom(sums).reinterpretAsFloats().fma(one, s3);
        x3 = x3.lanewise(LSHR, 4);
        s4 = x4.selectFrom(sums).reinterpretAsFloats().add(s4);
        x4 = x4.lanewise(LSHR, 4);
        s5 = x5.selectFrom(sums).reinterpretAsFloats().fma(one, s5);
        x5 = x5.lanewise(LSHR, 4);
        s6 = x6.selectFrom(sums).reinterpretAsFloats().add(s6);
        x6 = x6.lanewise(LSHR, 4);
        s7 = x7.selectFrom(sums).reinterpretAsFloats().fma(one, s7);
        x7 = x7.lanewise(LSHR, 4);
        s8 = x8.selectFrom(sums).reinterpretAsFloats().add(s8);
        x8 = x8.lanewise(LSHR, 4);
      }
    }
    s0.intoArray(out, o0);
    s1.intoArray(out, o1);
    s2.intoArray(out, o2);
    s3.intoArray(out, o3);
    s4.intoArray(out, o4);
    s5.intoArray(out, o5);
    s6.intoArray(out, o6);
    s7.intoArray(out, o7);
    s8.intoArray(out, o8);
  }

  private static void columns3(
      float[] t,
      int t0,
      int step,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int[] taps,
      int j,
      int[] low,
      int[] high,
      int m0,
      int ldm,
      float[] out,
      int out0,
      int[] outs) {
    int o0 = out0 + outs[j + 0];
    int o1 = out0 + outs[j + 1];
    int o2 = out0 + outs[j + 2];
    int k0 = taps[j + 0];
    int k1 = taps[j + 1];
    int k2 = taps[j + 2];
    FloatVector s0 = FloatVector.fromArray(F, out, o0);
    FloatVector s1 = FloatVector.fromArray(F, out, o1);
    FloatVector s2 = FloatVector.fromArray(F, out, o2);
    for (int p = 0; p < positions; p++) {
      IntVector l = IntVector.broadcast(I, low[m0 + p * ldm]);
      IntVector h = IntVector.broadcast(I, high[m0 + p * ldm]);
      int c0 = b0 + windows[w0 + 4 * p + 0];
      int c1 = b0 + windows[w0 + 4 * p + 1];
      int c2 = b0 + windows[w0 + 4 * p + 2];
      int c3 = b0 + windows[w0 + 4 * p + 3];
      IntVector x0 =
          IntVector.fromArray(I, bits, c0 + k0)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k0), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k0)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k0), l),
                  h);
      IntVector x1 =
          IntVector.fromArray(I, bits, c0 + k1)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k1), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k1)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k1), l),
                  h);
      IntVector x2 =
          IntVector.fromArray(I, bits, c0 + k2)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + k2), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + k2)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + k2), l),
                  h);
      int q = t0 + p * 8 * step;
      for (int g = 0; g < 8; g++) {
        IntVector sums = FloatVector.fromArray(F, t, q + g * step).reinterpretAsInts();
        s0 = x0.selectFrom(sums).reinterpretAsFloats().add(s0);
        x0 = x0.lanewise(LSHR, 4);
        s1 = x1.selectFrom(sums).reinterpretAsFloats().add(s1);
        x1 = x1.lanewise(LSHR, 4);
        s2 = x2.selectFrom(sums).reinterpretAsFloats().add(s2);
        x2 = x2.lanewise(LSHR, 4);
      }
    }
    s0.intoArray(out, o0);
    s1.intoArray(out, o1);
    s2.intoArray(out, o2);
  }

  // ---- gradient of the input

  /** Vectors of 16 columns of which one word holds the index bits. */
  static final int PER_WORD = 6;

  /** Words whose sums are in registers at a time. */
  private static final int WORDS = 3;

  /** Words of a channel's index bits for a number of columns' vectors. */
  static int words(int vectors) {
    return (vectors + PER_WORD - 1) / PER_WORD;
  }

  /** Ints of all index words, 16 lanes each: those of the channels, and zeros for one more. */
  static int indexSize(int channels, int vectors) {
    return (channels + 1) * words(vectors) * 16;
  }

  /** Ints in which {@link #scatter} lists channels: for each tap all and those that fill up. */
  static int listSize(int channels) {
    return 4 * (channels + 2 * COUNT) + 4;
  }

  /** Offsets of columns for whole words: the last is repeated. */
  static int[] wholeWords(int[] columns) {
    return repeatLast(columns, PER_WORD);
  }

  /**
   * Spreads one channel's filter bits over its index words: nibble v % 6 of word v / 6 is 1 in the
   * lanes where the filter is -1. Vectors that the last word lacks repeat the last one, so that
   * what is written for them is the same.
   *
   * @param panel words of filter bits, as for counting: word k of channel o at k * ld + o
   * @param words words of a tap
   * @param taps number of taps
   * @param perTap vectors of a tap: channels of the input over 16
   * @param channel which
   * @param index all index words
   */
  static void spread(int[] panel, int words, int taps, int perTap, int channel, int[] index) {
    IntVector lane = IntVector.fromArray(I, LANE, 0);
    int vectors = taps * perTap;
    int at = channel * words(vectors) * 16;
    for (int first = 0; first < vectors; first += PER_WORD) {
      IntVector x = IntVector.zero(I);
      for (int i = 0; i < PER_WORD; i++) {
        int v = Math.min(first + i, vectors - 1);
        int half = v % perTap;
        int word =
            panel[Panels.word(v / perTap * words + half / 2, channel, taps * words)]
                >>> half % 2 * 16;
        IntVector bit = IntVector.broadcast(I, word).lanewise(LSHR, lane).and(1);
        x = x.or(bit.lanewise(LSHL, 4 * i));
      }
      x.intoArray(index, at);
      at += 16;
    }
  }

  /**
   * Lists for each of four taps the channels where it won, and behind them, up to a whole group of
   * four, one that does not exist.
   *
   * @param ld distance of the lists; behind the last stand the numbers of their groups
   */
  private static void winners(int[] argmax, int m0, int channels, int[] list, int ld) {
    int n0 = 0;
    int n1 = ld;
    int n2 = 2 * ld;
    int n3 = 3 * ld;
    int c = 0;
    IntVector lane = IntVector.fromArray(I, LANE, 0);
    for (; c + COUNT <= channels; c += COUNT) {
      IntVector tap = IntVector.fromArray(I, argmax, m0 + c);
      VectorMask<Integer> hit0 = tap.compare(EQ, 0);
      VectorMask<Integer> hit1 = tap.compare(EQ, 1);
      VectorMask<Integer> hit2 = tap.compare(EQ, 2);
      VectorMask<Integer> hit3 = tap.compare(EQ, 3);
      lane.compress(hit0).intoArray(list, n0);
      lane.compress(hit1).intoArray(list, n1);
      lane.compress(hit2).intoArray(list, n2);
      lane.compress(hit3).intoArray(list, n3);
      n0 += hit0.trueCount();
      n1 += hit1.trueCount();
      n2 += hit2.trueCount();
      n3 += hit3.trueCount();
      lane = lane.add(COUNT);
    }
    for (; c < channels; c++) {
      switch (argmax[m0 + c]) {
        case 0 -> list[n0++] = c;
        case 1 -> list[n1++] = c;
        case 2 -> list[n2++] = c;
        default -> list[n3++] = c;
      }
    }
    IntVector none = IntVector.broadcast(I, channels);
    none.intoArray(list, n0);
    none.intoArray(list, n1);
    none.intoArray(list, n2);
    none.intoArray(list, n3);
    list[4 * ld] = (n0 + 3) / 4;
    list[4 * ld + 1] = (n1 - ld + 3) / 4;
    list[4 * ld + 2] = (n2 - 2 * ld + 3) / 4;
    list[4 * ld + 3] = (n3 - 3 * ld + 3) / 4;
  }

  /**
   * Adds the products of one pooled position: for each channel c, g[g0 + c] times its filter to the
   * columns of the tap that won.
   *
   * @param g gradients of the pooled channels
   * @param argmax winners
   * @param m0 offset of the position's winners
   * @param channels of g
   * @param index words of {@link #spread}
   * @param out sums
   * @param bases where the columns of each of the window's taps begin, four for each position
   * @param p0 first of the position's bases
   * @param columns offset of each vector of columns, in {@link #wholeWords}
   * @param list {@link #listSize} ints, overwritten
   * @param row channels + 1 floats, overwritten
   */
  static void scatter(
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int channels,
      int[] index,
      float[] out,
      int out0,
      int[] bases,
      int p0,
      int[] columns,
      int[] list,
      float[] row) {
    int words = columns.length / PER_WORD;
    int distance = channels + 2 * COUNT;
    System.arraycopy(g, g0, row, 0, channels);
    row[channels] = 0;
    winners(argmax, m0, channels, list, distance);
    for (int tap = 0; tap < TAPS; tap++) {
      int groups = list[TAPS * distance + tap];
      if (groups == 0) {
        continue;
      }
      int l = tap * distance;
      int o = out0 + bases[p0 + tap];
      int ld = 16 * words;
      int w = 0;
      for (; w + WORDS <= words; w += WORDS) {
        add18(row, list, l, groups, index, ld, 16 * w, out, o, columns, PER_WORD * w);
      }
      for (; w < words; w++) {
        add6(row, list, l, groups, index, ld, 16 * w, out, o, columns, PER_WORD * w);
      }
    }
  }

  // The tables are made by whoever looks up: a pass of its own over lists that short would cost as
  // much as making them again for every three words.

  private static void add18(
      float[] row,
      int[] list,
      int l0,
      int groups,
      int[] index,
      int ld,
      int word,
      float[] out,
      int o,
      int[] columns,
      int v) {
    // Every second addition is written as e * 1 + s, the same number: additions and multiply-adds
    // run on different ports.
    FloatVector one = FloatVector.broadcast(F, 1);
    FloatVector v0 = FloatVector.fromArray(F, Lookup.SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, Lookup.SIGNS, 16);
    FloatVector v2 = FloatVector.fromArray(F, Lookup.SIGNS, 32);
    FloatVector v3 = FloatVector.fromArray(F, Lookup.SIGNS, 48);
    FloatVector s0 = FloatVector.fromArray(F, out, o + columns[v + 0]);
    FloatVector s1 = FloatVector.fromArray(F, out, o + columns[v + 1]);
    FloatVector s2 = FloatVector.fromArray(F, out, o + columns[v + 2]);
    FloatVector s3 = FloatVector.fromArray(F, out, o + columns[v + 3]);
    FloatVector s4 = FloatVector.fromArray(F, out, o + columns[v + 4]);
    FloatVector s5 = FloatVector.fromArray(F, out, o + columns[v + 5]);
    FloatVector s6 = FloatVector.fromArray(F, out, o + columns[v + 6]);
    FloatVector s7 = FloatVector.fromArray(F, out, o + columns[v + 7]);
    FloatVector s8 = FloatVector.fromArray(F, out, o + columns[v + 8]);
    FloatVector s9 = FloatVector.fromArray(F, out, o + columns[v + 9]);
    FloatVector s10 = FloatVector.fromArray(F, out, o + columns[v + 10]);
    FloatVector s11 = FloatVector.fromArray(F, out, o + columns[v + 11]);
    FloatVector s12 = FloatVector.fromArray(F, out, o + columns[v + 12]);
    FloatVector s13 = FloatVector.fromArray(F, out, o + columns[v + 13]);
    FloatVector s14 = FloatVector.fromArray(F, out, o + columns[v + 14]);
    FloatVector s15 = FloatVector.fromArray(F, out, o + columns[v + 15]);
    FloatVector s16 = FloatVector.fromArray(F, out, o + columns[v + 16]);
    FloatVector s17 = FloatVector.fromArray(F, out, o + columns[v + 17]);
    for (int l = l0; l < l0 + 4 * groups; l += 4) {
      int k0 = list[l + 0];
      int k1 = list[l + 1];
      int k2 = list[l + 2];
      int k3 = list[l + 3];
      // A product with +-1 is exact, so a fused multiply-add rounds as an addition does.
      IntVector sums =
          v1.fma(FloatVector.broadcast(F, row[k1]), v0.mul(row[k0]))
              .add(v3.fma(FloatVector.broadcast(F, row[k3]), v2.mul(row[k2])))
              .reinterpretAsInts();
      int c0 = k0 * ld + word;
      int c1 = k1 * ld + word;
      int c2 = k2 * ld + word;
      int c3 = k3 * ld + word;
      IntVector x0 =
          IntVector.fromArray(I, index, c0)
              .or(IntVector.fromArray(I, index, c1).lanewise(LSHL, 1))
              .or(IntVector.fromArray(I, index, c2).lanewise(LSHL, 2))
              .or(IntVector.fromArray(I, index, c3).lanewise(LSHL, 3));
      IntVector x1 =
          IntVector.fromArray(I, index, c0 + 16)
              .or(IntVector.fromArray(I, index, c1 + 16).lanewise(LSHL, 1))
              .or(IntVector.fromArray(I, index, c2 + 16).lanewise(LSHL, 2))
              .or(IntVector.fromArray(I, index, c3 + 16).lanewise(LSHL, 3));
      IntVector x2 =
          IntVector.fromArray(I, index, c0 + 32)
              .or(IntVector.fromArray(I, index, c1 + 32).lanewise(LSHL, 1))
              .or(IntVector.fromArray(I, index, c2 + 32).lanewise(LSHL, 2))
              .or(IntVector.fromArray(I, index, c3 + 32).lanewise(LSHL, 3));
      s0 = x0.selectFrom(sums).reinterpretAsFloats().add(s0);
      s6 = x1.selectFrom(sums).reinterpretAsFloats().add(s6);
      s12 = x2.selectFrom(sums).reinterpretAsFloats().add(s12);
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      x2 = x2.lanewise(LSHR, 4);
      s1 = x0.selectFrom(sums).reinterpretAsFloats().fma(one, s1);
      s7 = x1.selectFrom(sums).reinterpretAsFloats().fma(one, s7);
      s13 = x2.selectFrom(sums).reinterpretAsFloats().fma(one, s13);
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      x2 = x2.lanewise(LSHR, 4);
      s2 = x0.selectFrom(sums).reinterpretAsFloats().add(s2);
      s8 = x1.selectFrom(sums).reinterpretAsFloats().add(s8);
      s14 = x2.selectFrom(sums).reinterpretAsFloats().add(s14);
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      x2 = x2.lanewise(LSHR, 4);
      s3 = x0.selectFrom(sums).reinterpretAsFloats().fma(one, s3);
      s9 = x1.selectFrom(sums).reinterpretAsFloats().fma(one, s9);
      s15 = x2.selectFrom(sums).reinterpretAsFloats().fma(one, s15);
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      x2 = x2.lanewise(LSHR, 4);
      s4 = x0.selectFrom(sums).reinterpretAsFloats().add(s4);
      s10 = x1.selectFrom(sums).reinterpretAsFloats().add(s10);
      s16 = x2.selectFrom(sums).reinterpretAsFloats().add(s16);
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      x2 = x2.lanewise(LSHR, 4);
      s5 = x0.selectFrom(sums).reinterpretAsFloats().fma(one, s5);
      s11 = x1.selectFrom(sums).reinterpretAsFloats().fma(one, s11);
      s17 = x2.selectFrom(sums).reinterpretAsFloats().fma(one, s17);
    }
    s0.intoArray(out, o + columns[v + 0]);
    s1.intoArray(out, o + columns[v + 1]);
    s2.intoArray(out, o + columns[v + 2]);
    s3.intoArray(out, o + columns[v + 3]);
    s4.intoArray(out, o + columns[v + 4]);
    s5.intoArray(out, o + columns[v + 5]);
    s6.intoArray(out, o + columns[v + 6]);
    s7.intoArray(out, o + columns[v + 7]);
    s8.intoArray(out, o + columns[v + 8]);
    s9.intoArray(out, o + columns[v + 9]);
    s10.intoArray(out, o + columns[v + 10]);
    s11.intoArray(out, o + columns[v + 11]);
    s12.intoArray(out, o + columns[v + 12]);
    s13.intoArray(out, o + columns[v + 13]);
    s14.intoArray(out, o + columns[v + 14]);
    s15.intoArray(out, o + columns[v + 15]);
    s16.intoArray(out, o + columns[v + 16]);
    s17.intoArray(out, o + columns[v + 17]);
  }

  private static void add6(
      float[] row,
      int[] list,
      int l0,
      int groups,
      int[] index,
      int ld,
      int word,
      float[] out,
      int o,
      int[] columns,
      int v) {
    FloatVector v0 = FloatVector.fromArray(F, Lookup.SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, Lookup.SIGNS, 16);
    FloatVector v2 = FloatVector.fromArray(F, Lookup.SIGNS, 32);
    FloatVector v3 = FloatVector.fromArray(F, Lookup.SIGNS, 48);
    FloatVector s0 = FloatVector.fromArray(F, out, o + columns[v + 0]);
    FloatVector s1 = FloatVector.fromArray(F, out, o + columns[v + 1]);
    FloatVector s2 = FloatVector.fromArray(F, out, o + columns[v + 2]);
    FloatVector s3 = FloatVector.fromArray(F, out, o + columns[v + 3]);
    FloatVector s4 = FloatVector.fromArray(F, out, o + columns[v + 4]);
    FloatVector s5 = FloatVector.fromArray(F, out, o + columns[v + 5]);
    for (int l = l0; l < l0 + 4 * groups; l += 4) {
      int k0 = list[l + 0];
      int k1 = list[l + 1];
      int k2 = list[l + 2];
      int k3 = list[l + 3];
      // A product with +-1 is exact, so a fused multiply-add rounds as an addition does.
      IntVector sums =
          v1.fma(FloatVector.broadcast(F, row[k1]), v0.mul(row[k0]))
              .add(v3.fma(FloatVector.broadcast(F, row[k3]), v2.mul(row[k2])))
              .reinterpretAsInts();
      int c0 = k0 * ld + word;
      int c1 = k1 * ld + word;
      int c2 = k2 * ld + word;
      int c3 = k3 * ld + word;
      IntVector x0 =
          IntVector.fromArray(I, index, c0)
              .or(IntVector.fromArray(I, index, c1).lanewise(LSHL, 1))
              .or(IntVector.fromArray(I, index, c2).lanewise(LSHL, 2))
              .or(IntVector.fromArray(I, index, c3).lanewise(LSHL, 3));
      s0 = x0.selectFrom(sums).reinterpretAsFloats().add(s0);
      x0 = x0.lanewise(LSHR, 4);
      s1 = x0.selectFrom(sums).reinterpretAsFloats().add(s1);
      x0 = x0.lanewise(LSHR, 4);
      s2 = x0.selectFrom(sums).reinterpretAsFloats().add(s2);
      x0 = x0.lanewise(LSHR, 4);
      s3 = x0.selectFrom(sums).reinterpretAsFloats().add(s3);
      x0 = x0.lanewise(LSHR, 4);
      s4 = x0.selectFrom(sums).reinterpretAsFloats().add(s4);
      x0 = x0.lanewise(LSHR, 4);
      s5 = x0.selectFrom(sums).reinterpretAsFloats().add(s5);
    }
    s0.intoArray(out, o + columns[v + 0]);
    s1.intoArray(out, o + columns[v + 1]);
    s2.intoArray(out, o + columns[v + 2]);
    s3.intoArray(out, o + columns[v + 3]);
    s4.intoArray(out, o + columns[v + 4]);
    s5.intoArray(out, o + columns[v + 5]);
  }
}
