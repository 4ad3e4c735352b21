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
   * @param taps offsets of the filter's columns, 16 lanes each
   * @param low lower bits of the winners, a word of images for each position
   * @param high upper bits
   * @param m0 offset of the first position's word
   * @param ldm distance of positions
   * @param out sums
   * @param out0 offset of the channel
   * @param outs where the columns lie
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
      int[] outs) {
    int t0 = row * 16;
    int j = 0;
    for (; j + 6 <= taps.length; j += 6) {
      columns6(
          t, t0, positions, bits, b0, windows, w0, taps, j, low, high, m0, ldm, out, out0, outs);
    }
    for (; j < taps.length; j++) {
      columns1(
          t,
          t0,
          positions,
          bits,
          b0,
          windows,
          w0,
          taps[j],
          low,
          high,
          m0,
          ldm,
          out,
          out0 + outs[j]);
    }
  }

  private static void columns6(
      float[] t,
      int t0,
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
    int o3 = out0 + outs[j + 3];
    int o4 = out0 + outs[j + 4];
    int o5 = out0 + outs[j + 5];
    int k0 = taps[j + 0];
    int k1 = taps[j + 1];
    int k2 = taps[j + 2];
    int k3 = taps[j + 3];
    int k4 = taps[j + 4];
    int k5 = taps[j + 5];
    FloatVector s0 = FloatVector.fromArray(F, out, o0);
    FloatVector s1 = FloatVector.fromArray(F, out, o1);
    FloatVector s2 = FloatVector.fromArray(F, out, o2);
    FloatVector s3 = FloatVector.fromArray(F, out, o3);
    FloatVector s4 = FloatVector.fromArray(F, out, o4);
    FloatVector s5 = FloatVector.fromArray(F, out, o5);
    for (int p = 0; p < positions; p++) {
      IntVector l = IntVector.broadcast(I, low[m0 + p * ldm]);
      IntVector h = IntVector.broadcast(I, high[m0 + p * ldm]);
      int c0 = b0 + windows[w0 + 4 * p];
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
      int q = t0 + p * 8 * Lookup.ROWS * 16;
      for (int g = 0; g < 8; g++) {
        IntVector sums = FloatVector.fromArray(F, t, q + g * Lookup.ROWS * 16).reinterpretAsInts();
        s0 = s0.add(x0.selectFrom(sums).reinterpretAsFloats());
        x0 = x0.lanewise(LSHR, 4);
        s1 = s1.add(x1.selectFrom(sums).reinterpretAsFloats());
        x1 = x1.lanewise(LSHR, 4);
        s2 = s2.add(x2.selectFrom(sums).reinterpretAsFloats());
        x2 = x2.lanewise(LSHR, 4);
        s3 = s3.add(x3.selectFrom(sums).reinterpretAsFloats());
        x3 = x3.lanewise(LSHR, 4);
        s4 = s4.add(x4.selectFrom(sums).reinterpretAsFloats());
        x4 = x4.lanewise(LSHR, 4);
        s5 = s5.add(x5.selectFrom(sums).reinterpretAsFloats());
        x5 = x5.lanewise(LSHR, 4);
      }
    }
    s0.intoArray(out, o0);
    s1.intoArray(out, o1);
    s2.intoArray(out, o2);
    s3.intoArray(out, o3);
    s4.intoArray(out, o4);
    s5.intoArray(out, o5);
  }

  private static void columns1(
      float[] t,
      int t0,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int tap,
      int[] low,
      int[] high,
      int m0,
      int ldm,
      float[] out,
      int o) {
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    for (int p = 0; p < positions; p++) {
      IntVector l = IntVector.broadcast(I, low[m0 + p * ldm]);
      IntVector h = IntVector.broadcast(I, high[m0 + p * ldm]);
      int c0 = b0 + windows[w0 + 4 * p];
      int c1 = b0 + windows[w0 + 4 * p + 1];
      int c2 = b0 + windows[w0 + 4 * p + 2];
      int c3 = b0 + windows[w0 + 4 * p + 3];
      IntVector x0 =
          IntVector.fromArray(I, bits, c0 + tap)
              .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c1 + tap), l)
              .lanewise(
                  BITWISE_BLEND,
                  IntVector.fromArray(I, bits, c2 + tap)
                      .lanewise(BITWISE_BLEND, IntVector.fromArray(I, bits, c3 + tap), l),
                  h);
      int q = t0 + p * 8 * Lookup.ROWS * 16;
      for (int g = 0; g < 8; g++) {
        IntVector sums = FloatVector.fromArray(F, t, q + g * Lookup.ROWS * 16).reinterpretAsInts();
        s0 = s0.add(x0.selectFrom(sums).reinterpretAsFloats());
        x0 = x0.lanewise(LSHR, 4);
      }
    }
    s0.intoArray(out, o);
  }

  // ---- gradient of the input

  /** Vectors of 16 columns of which one word holds the index bits. */
  private static final int PER_WORD = 8;

  /** Ints of a channel's index words for a number of columns' vectors. */
  static int indexRow(int vectors) {
    return (vectors + PER_WORD - 1) / PER_WORD * 16;
  }

  /** Ints of all index words: four planes of channels, and one of zeros behind each. */
  static int indexSize(int channels, int vectors) {
    return 4 * (channels + 1) * indexRow(vectors);
  }

  /**
   * Spreads one channel's filter bits over the index words: in plane j, nibble v % 8 of word v / 8
   * has bit j set in the lanes where the filter is -1.
   *
   * @param panel words of filter bits, as for counting: word k of channel o at k * ld + o
   * @param words words of a tap
   * @param taps number of taps
   * @param perTap vectors of a tap: channels of the input over 16
   * @param channel which
   * @param channels number of channels
   * @param index all index words
   */
  static void spread(
      int[] panel, int words, int taps, int perTap, int channel, int channels, int[] index) {
    int row = indexRow(taps * perTap);
    int plane = (channels + 1) * row;
    IntVector lane = IntVector.fromArray(I, LANE, 0);
    int at = channel * row;
    Arrays.fill(index, at, at + row, 0);
    for (int v = 0; v < taps * perTap; v++) {
      int half = v % perTap;
      int word =
          panel[Panels.word(v / perTap * words + half / 2, channel, taps * words)]
              >>> half % 2 * 16;
      int o = at + v / PER_WORD * 16;
      IntVector bit = IntVector.broadcast(I, word).lanewise(LSHR, lane).and(1);
      IntVector.fromArray(I, index, o).or(bit.lanewise(LSHL, v % PER_WORD * 4)).intoArray(index, o);
    }
    for (int o = 0; o < row; o += 16) {
      IntVector x = IntVector.fromArray(I, index, at + o);
      for (int j = 1; j < 4; j++) {
        x.lanewise(LSHL, j).intoArray(index, j * plane + at + o);
      }
    }
  }

  /** Writes the channels of which the winner is a tap, and returns their number. */
  private static int winners(int[] argmax, int m0, int channels, int tap, int[] list) {
    int n = 0;
    int c = 0;
    IntVector lane = IntVector.fromArray(I, LANE, 0);
    for (; c + COUNT <= channels; c += COUNT) {
      VectorMask<Integer> hit = IntVector.fromArray(I, argmax, m0 + c).compare(EQ, tap);
      lane.add(c).compress(hit).intoArray(list, n);
      n += hit.trueCount();
    }
    for (; c < channels; c++) {
      if (argmax[m0 + c] == tap) {
        list[n++] = c;
      }
    }
    return n;
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
   * @param vectors of columns
   * @param out sums
   * @param bases where the columns of each of the window's taps begin
   * @param p0 first of the position's bases
   * @param taps of the window
   * @param columns offset of each vector of columns
   * @param list channels + 16 + 3 ints, overwritten
   * @param t 16 floats for each four channels, overwritten
   */
  static void scatter(
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int channels,
      int[] index,
      int vectors,
      float[] out,
      int out0,
      int[] bases,
      int p0,
      int taps,
      int[] columns,
      int[] list,
      float[] t) {
    int row = indexRow(vectors);
    int plane = (channels + 1) * row;
    for (int tap = 0; tap < taps; tap++) {
      int n = winners(argmax, m0, channels, tap, list);
      if (n == 0) {
        continue;
      }
      int groups = tables(g, g0, list, n, channels, plane, row, t);
      int o = out0 + bases[p0 + tap];
      int v = 0;
      for (; v + 16 <= vectors; v += 16) {
        add16(t, groups, list, index, v / PER_WORD * 16, out, o, columns, v);
      }
      if (v + 8 <= vectors) {
        add8(t, groups, list, index, v / PER_WORD * 16, out, o, columns, v);
        v += 8;
      }
      for (; v < vectors; v++) {
        add1(t, groups, list, index, v / PER_WORD * 16, v % PER_WORD * 4, out, o + columns[v]);
      }
    }
  }

  /** Makes the tables of four channels each and turns the list into offsets of index words. */
  private static int tables(
      float[] g, int g0, int[] list, int n, int channels, int plane, int row, float[] t) {
    FloatVector v0 = FloatVector.fromArray(F, Lookup.SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, Lookup.SIGNS, 16);
    FloatVector v2 = FloatVector.fromArray(F, Lookup.SIGNS, 32);
    FloatVector v3 = FloatVector.fromArray(F, Lookup.SIGNS, 48);
    int groups = (n + 3) / 4;
    for (int i = n; i < 4 * groups; i++) {
      list[i] = channels;
    }
    for (int q = 0; q < groups; q++) {
      int c0 = list[4 * q];
      int c1 = list[4 * q + 1];
      int c2 = list[4 * q + 2];
      int c3 = list[4 * q + 3];
      float a = g[g0 + c0];
      float b = c1 < channels ? g[g0 + c1] : 0;
      float c = c2 < channels ? g[g0 + c2] : 0;
      float d = c3 < channels ? g[g0 + c3] : 0;
      v0.mul(a).add(v1.mul(b)).add(v2.mul(c).add(v3.mul(d))).intoArray(t, q * 16);
      list[4 * q] = c0 * row;
      list[4 * q + 1] = c1 * row + plane;
      list[4 * q + 2] = c2 * row + 2 * plane;
      list[4 * q + 3] = c3 * row + 3 * plane;
    }
    return groups;
  }

  private static void add16(
      float[] t,
      int groups,
      int[] list,
      int[] index,
      int word,
      float[] out,
      int o,
      int[] columns,
      int v) {
    FloatVector s0 = FloatVector.fromArray(F, out, o + columns[v]);
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
    for (int q = 0; q < groups; q++) {
      IntVector sums = FloatVector.fromArray(F, t, q * 16).reinterpretAsInts();
      int c0 = list[4 * q] + word;
      int c1 = list[4 * q + 1] + word;
      int c2 = list[4 * q + 2] + word;
      int c3 = list[4 * q + 3] + word;
      IntVector x0 =
          IntVector.fromArray(I, index, c0)
              .or(IntVector.fromArray(I, index, c1))
              .or(IntVector.fromArray(I, index, c2))
              .or(IntVector.fromArray(I, index, c3));
      IntVector x1 =
          IntVector.fromArray(I, index, c0 + 16)
              .or(IntVector.fromArray(I, index, c1 + 16))
              .or(IntVector.fromArray(I, index, c2 + 16))
              .or(IntVector.fromArray(I, index, c3 + 16));
      s0 = s0.add(x0.selectFrom(sums).reinterpretAsFloats());
      s8 = s8.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s1 = s1.add(x0.selectFrom(sums).reinterpretAsFloats());
      s9 = s9.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s2 = s2.add(x0.selectFrom(sums).reinterpretAsFloats());
      s10 = s10.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s3 = s3.add(x0.selectFrom(sums).reinterpretAsFloats());
      s11 = s11.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s4 = s4.add(x0.selectFrom(sums).reinterpretAsFloats());
      s12 = s12.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s5 = s5.add(x0.selectFrom(sums).reinterpretAsFloats());
      s13 = s13.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s6 = s6.add(x0.selectFrom(sums).reinterpretAsFloats());
      s14 = s14.add(x1.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      x1 = x1.lanewise(LSHR, 4);
      s7 = s7.add(x0.selectFrom(sums).reinterpretAsFloats());
      s15 = s15.add(x1.selectFrom(sums).reinterpretAsFloats());
    }
    s0.intoArray(out, o + columns[v]);
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
  }

  private static void add8(
      float[] t,
      int groups,
      int[] list,
      int[] index,
      int word,
      float[] out,
      int o,
      int[] columns,
      int v) {
    FloatVector s0 = FloatVector.fromArray(F, out, o + columns[v]);
    FloatVector s1 = FloatVector.fromArray(F, out, o + columns[v + 1]);
    FloatVector s2 = FloatVector.fromArray(F, out, o + columns[v + 2]);
    FloatVector s3 = FloatVector.fromArray(F, out, o + columns[v + 3]);
    FloatVector s4 = FloatVector.fromArray(F, out, o + columns[v + 4]);
    FloatVector s5 = FloatVector.fromArray(F, out, o + columns[v + 5]);
    FloatVector s6 = FloatVector.fromArray(F, out, o + columns[v + 6]);
    FloatVector s7 = FloatVector.fromArray(F, out, o + columns[v + 7]);
    for (int q = 0; q < groups; q++) {
      IntVector sums = FloatVector.fromArray(F, t, q * 16).reinterpretAsInts();
      int c0 = list[4 * q] + word;
      int c1 = list[4 * q + 1] + word;
      int c2 = list[4 * q + 2] + word;
      int c3 = list[4 * q + 3] + word;
      IntVector x0 =
          IntVector.fromArray(I, index, c0)
              .or(IntVector.fromArray(I, index, c1))
              .or(IntVector.fromArray(I, index, c2))
              .or(IntVector.fromArray(I, index, c3));
      s0 = s0.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s1 = s1.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s2 = s2.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s3 = s3.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s4 = s4.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s5 = s5.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s6 = s6.add(x0.selectFrom(sums).reinterpretAsFloats());
      x0 = x0.lanewise(LSHR, 4);
      s7 = s7.add(x0.selectFrom(sums).reinterpretAsFloats());
    }
    s0.intoArray(out, o + columns[v]);
    s1.intoArray(out, o + columns[v + 1]);
    s2.intoArray(out, o + columns[v + 2]);
    s3.intoArray(out, o + columns[v + 3]);
    s4.intoArray(out, o + columns[v + 4]);
    s5.intoArray(out, o + columns[v + 5]);
    s6.intoArray(out, o + columns[v + 6]);
    s7.intoArray(out, o + columns[v + 7]);
  }

  private static void add1(
      float[] t, int groups, int[] list, int[] index, int word, int shift, float[] out, int o) {
    FloatVector s = FloatVector.fromArray(F, out, o);
    for (int q = 0; q < groups; q++) {
      IntVector sums = FloatVector.fromArray(F, t, q * 16).reinterpretAsInts();
      IntVector x =
          IntVector.fromArray(I, index, list[4 * q] + word)
              .or(IntVector.fromArray(I, index, list[4 * q + 1] + word))
              .or(IntVector.fromArray(I, index, list[4 * q + 2] + word))
              .or(IntVector.fromArray(I, index, list[4 * q + 3] + word));
      s = s.add(x.lanewise(LSHR, shift).selectFrom(sums).reinterpretAsFloats());
    }
    s.intoArray(out, o);
  }
}
