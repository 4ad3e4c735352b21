package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_S;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static io.github.xnor4j.cpu.vector.Lanes.LANE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Products of integers by bits, by table lookup: {@link Lookup} for sums of 16 bits, two of which
 * lie in a lane. So a permutation of a register picks for two rows at a time, which is why tables
 * are of pairs of rows, and bits lie as they do for floats.
 *
 * <p>A register holds the signed sums of four elements at 512 bits, of three at 256 and of two at
 * 128. Half a word is a whole number of groups (at 256 bits five of three elements and one of one),
 * and its sum fits 16 bits if the integers are a {@link Digit}. Sums are widened as seldom as the
 * digit allows: {@code both} adds the two 16-bit sums as one int, {@code high} the upper one, and
 * what is left of the first without the second is the lower one. So that the upper one is what a
 * shift gives, the lower one must not be negative: it starts from {@link #BIAS}.
 *
 * <p>Everything is modulo 2^32, and equal at every width.
 */
final class IntegerLookup {
  /** Rows of a block of tables. */
  static final int ROWS = 6;

  private static final int PAIRS = ROWS / 2;

  /** Elements of a group. */
  private static final int BITS = Integer.numberOfTrailingZeros(COUNT);

  /** Groups of half a word; the last one may have fewer elements. */
  private static final int GROUPS = (Digit.HALF + BITS - 1) / BITS;

  /** Ints of the tables of a group. */
  private static final int GROUP = PAIRS * COUNT;

  /** What a lower sum of 16 bits starts from. */
  private static final int BIAS = 1 << 15;

  /** Twice 16 bits of the sign of the b-th element in the sum of index i, at COUNT * b + i. */
  private static final int[] SIGNS = signs();

  /** What sums start from that are not added to anything. */
  private static final int[] ZEROS = new int[2 * COUNT];

  private IntegerLookup() {}

  private static int[] signs() {
    int[] signs = new int[BITS * COUNT];
    Arrays.setAll(signs, i -> (i % COUNT >> i / COUNT & 1) == 0 ? 0x10001 : -1);
    return signs;
  }

  /** Ints that the tables of {@code nk} elements take. */
  static int tableLength(int nk) {
    return Lookup.words(nk) * 2 * GROUPS * GROUP;
  }

  /** Ints that {@link #tables} computes with for {@code nk} elements. */
  static int pairsLength(int nk) {
    return Lookup.words(nk) * 32 * PAIRS;
  }

  /**
   * Writes the tables of up to six rows; element k of row r is a digit of {@code g[g0 + rowA[r] +
   * kA[k0 + k]]}. Elements from nk to the next multiple of 32 count as zero.
   *
   * @param g elements
   * @param g0 offset added to each of rowA
   * @param rowA offset of each row
   * @param r0 first row
   * @param rows 1 to 6
   * @param kA offset of each element within a row
   * @param k0 first element
   * @param nk elements, at least 1
   * @param digit of the elements
   * @param pairs {@link #pairsLength} ints, overwritten
   * @param t tables, {@link #tableLength}; what they hold is private to this class
   */
  static void tables(
      short[] g,
      int g0,
      int[] rowA,
      int r0,
      int rows,
      int[] kA,
      int k0,
      int nk,
      Digit digit,
      int[] pairs,
      int[] t) {
    int padded = Lookup.words(nk) * 32;
    int last = r0 + rows - 1;
    boolean run = nk % 16 == 0 && Lookup.isRun(kA, k0, nk);
    for (int p = 0; p < PAIRS; p++) {
      int a = g0 + rowA[Math.min(r0 + 2 * p, last)];
      int b = g0 + rowA[Math.min(r0 + 2 * p + 1, last)];
      if (run) {
        int k = kA[k0];
        interleave(g, a + k, b + k, nk, digit.shift(), digit.mask(), pairs, p * padded);
      } else {
        gather(g, a, b, kA, k0, nk, digit.shift(), digit.mask(), pairs, p * padded);
      }
      Arrays.fill(pairs, p * padded + nk, (p + 1) * padded, 0);
      if (COUNT == 16) {
        tables4(pairs, p * padded, padded, t, p * COUNT);
      } else {
        groups(pairs, p * padded, padded, t, p * COUNT);
      }
    }
  }

  /** Digits of two rows side by side. */
  private static void gather(
      short[] g, int a, int b, int[] kA, int k0, int nk, int shift, int mask, int[] pairs, int p0) {
    for (int k = 0; k < nk; k++) {
      int low = g[a + kA[k0 + k]] >> shift & mask;
      int high = g[b + kA[k0 + k]] >> shift & mask;
      pairs[p0 + k] = low & 0xffff | high << 16;
    }
  }

  /** {@link #gather} of neighbouring elements. */
  private static void interleave(
      short[] g, int a, int b, int nk, int shift, int mask, int[] pairs, int p0) {
    for (int k = 0; k < nk; k += COUNT) {
      IntVector low = (IntVector) ShortVector.fromArray(HALF_S, g, a + k).convertShape(S2I, I, 0);
      IntVector high = (IntVector) ShortVector.fromArray(HALF_S, g, b + k).convertShape(S2I, I, 0);
      low.lanewise(ASHR, shift)
          .and(mask & 0xffff)
          .or(high.lanewise(ASHR, shift).and(mask).lanewise(LSHL, 16))
          .intoArray(pairs, p0 + k);
    }
  }

  /** Tables of groups of four, of which a register holds the elements of four groups. */
  private static void tables4(int[] pairs, int p0, int n, int[] t, int t0) {
    ShortVector low = IntVector.fromArray(I, SIGNS, 0).reinterpretAsShorts();
    ShortVector high = IntVector.fromArray(I, SIGNS, 2 * COUNT).reinterpretAsShorts();
    IntVector swapped = IntVector.fromArray(I, LANE, 0).lanewise(XOR, 1);
    IntVector a0 = IntVector.fromArray(I, Lookup.PAIRS, 0);
    IntVector b0 = IntVector.fromArray(I, Lookup.PAIRS, 16);
    IntVector a1 = a0.add(4);
    IntVector b1 = b0.add(4);
    IntVector a2 = a0.add(8);
    IntVector b2 = b0.add(8);
    IntVector a3 = a0.add(12);
    IntVector b3 = b0.add(12);
    int o = t0;
    for (int k = p0; k < p0 + n; k += 16) {
      // sums and differences of neighbours, of which each entry is two, with signs
      IntVector x = IntVector.fromArray(I, pairs, k);
      ShortVector y = swapped.selectFrom(x).reinterpretAsShorts();
      IntVector v = x.reinterpretAsShorts().mul(low).add(y).reinterpretAsInts();
      ShortVector x0 = a0.selectFrom(v).reinterpretAsShorts().mul(low);
      ShortVector y0 = b0.selectFrom(v).reinterpretAsShorts().mul(high);
      x0.add(y0).reinterpretAsInts().intoArray(t, o);
      ShortVector x1 = a1.selectFrom(v).reinterpretAsShorts().mul(low);
      ShortVector y1 = b1.selectFrom(v).reinterpretAsShorts().mul(high);
      x1.add(y1).reinterpretAsInts().intoArray(t, o + GROUP);
      ShortVector x2 = a2.selectFrom(v).reinterpretAsShorts().mul(low);
      ShortVector y2 = b2.selectFrom(v).reinterpretAsShorts().mul(high);
      x2.add(y2).reinterpretAsInts().intoArray(t, o + 2 * GROUP);
      ShortVector x3 = a3.selectFrom(v).reinterpretAsShorts().mul(low);
      ShortVector y3 = b3.selectFrom(v).reinterpretAsShorts().mul(high);
      x3.add(y3).reinterpretAsInts().intoArray(t, o + 3 * GROUP);
      o += 4 * GROUP;
    }
  }

  /** Tables of groups of two or three elements. */
  private static void groups(int[] pairs, int p0, int n, int[] t, int t0) {
    ShortVector s0 = IntVector.fromArray(I, SIGNS, 0).reinterpretAsShorts();
    ShortVector s1 = IntVector.fromArray(I, SIGNS, COUNT).reinterpretAsShorts();
    ShortVector s2 = IntVector.fromArray(I, SIGNS, (BITS - 1) * COUNT).reinterpretAsShorts();
    int o = t0;
    for (int half = p0; half < p0 + n; half += Digit.HALF) {
      for (int k = half; k < half + Digit.HALF / BITS * BITS; k += BITS) {
        ShortVector v0 = IntVector.broadcast(I, pairs[k]).reinterpretAsShorts();
        ShortVector v1 = IntVector.broadcast(I, pairs[k + 1]).reinterpretAsShorts();
        ShortVector sum = s0.mul(v0).add(s1.mul(v1));
        if (BITS == 3) {
          ShortVector v2 = IntVector.broadcast(I, pairs[k + 2]).reinterpretAsShorts();
          sum = sum.add(s2.mul(v2));
        }
        sum.reinterpretAsInts().intoArray(t, o);
        o += GROUP;
      }
      if (Digit.HALF % BITS != 0) { // of three one is left
        int rest = pairs[half + Digit.HALF - 1];
        s0.mul(IntVector.broadcast(I, rest).reinterpretAsShorts())
            .reinterpretAsInts()
            .intoArray(t, o);
        o += GROUP;
      }
    }
  }

  /**
   * Multiplies the rows of {@link #tables} by columns of bits: {@code out[out0 + rowOut[r0 + i] +
   * c] = (add ? out[out0 + rowOut[r0 + i] + c] : 0) + (sum over k of (bit k % 32 of b[b0 + kB[w0 +
   * k / 32] + c] set ? -1 : 1) * element k of row i) << digit.shift()}, for {@code i < rows} and
   * {@code c < cols}. Bits from nk on do not matter.
   *
   * @param t tables
   * @param words words of a column
   * @param digit of which the tables are
   * @param b bits; readable up to the next multiple of 32 columns
   * @param b0 offset added to each of kB
   * @param kB offset of each word of column 0
   * @param w0 first word
   * @param cols columns, at least 1
   * @param out products; nothing beyond the true columns is written; no two rows may overlap
   * @param out0 offset added to each of rowOut
   * @param rowOut offset of each row of products
   * @param r0 first row
   * @param rows 1 to 6
   * @param add whether to add to what out holds
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void multiply(
      int[] t,
      int words,
      Digit digit,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int cols,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int rows,
      boolean add,
      int[] scratch) {
    int c = 0;
    for (; rows == ROWS && c + 2 * COUNT <= cols; c += 2 * COUNT) {
      int o = out0 + c;
      tile(
          t,
          words,
          digit,
          b,
          b0 + c,
          kB,
          w0,
          add,
          out,
          o + rowOut[r0],
          o + rowOut[r0 + 1],
          o + rowOut[r0 + 2],
          o + rowOut[r0 + 3],
          o + rowOut[r0 + 4],
          o + rowOut[r0 + 5]);
    }
    for (; c < cols; c += 2 * COUNT) {
      int n = Math.min(2 * COUNT, cols - c);
      edge(t, words, digit, b, b0 + c, kB, w0, add, out, out0 + c, rowOut, n, r0, rows, scratch);
    }
  }

  /** A tile that lacks rows or columns: by way of the scratch array. */
  private static void edge(
      int[] t,
      int words,
      Digit digit,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      int[] out,
      int out0,
      int[] rowOut,
      int n,
      int r0,
      int rows,
      int[] scratch) {
    int ld = 2 * COUNT;
    for (int i = 0; i < rows && add; i++) {
      System.arraycopy(out, out0 + rowOut[r0 + i], scratch, i * ld, n);
    }
    tile(t, words, digit, b, b0, kB, w0, add, scratch, 0, ld, 2 * ld, 3 * ld, 4 * ld, 5 * ld);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(scratch, i * ld, out, out0 + rowOut[r0 + i], n);
    }
  }

  private static void tile(
      int[] t,
      int words,
      Digit digit,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5) {
    int shift = digit.shift();
    if (digit.halves() == 1) {
      halves(t, words, b, b0, kB, w0, shift, add, out, o0, o1, o2, o3, o4, o5);
    } else {
      int most = digit.halves() / 2;
      words(t, words, most, b, b0, kB, w0, shift, add, out, o0, o1, o2, o3, o4, o5);
    }
  }

  /** Sums of 16 bits of up to {@code most} words. */
  private static void words(
      int[] t,
      int words,
      int most,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int shift,
      boolean add,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5) {
    ShortVector start = IntVector.broadcast(I, BIAS).reinterpretAsShorts();
    IntVector both00 = IntVector.zero(I);
    IntVector high00 = IntVector.zero(I);
    IntVector both01 = IntVector.zero(I);
    IntVector high01 = IntVector.zero(I);
    IntVector both10 = IntVector.zero(I);
    IntVector high10 = IntVector.zero(I);
    IntVector both11 = IntVector.zero(I);
    IntVector high11 = IntVector.zero(I);
    IntVector both20 = IntVector.zero(I);
    IntVector high20 = IntVector.zero(I);
    IntVector both21 = IntVector.zero(I);
    IntVector high21 = IntVector.zero(I);
    int n = 0;
    int q = 0;
    for (int w = 0; w < words; n++) {
      int end = Math.min(words, w + most);
      ShortVector s00 = start;
      ShortVector s01 = start;
      ShortVector s10 = start;
      ShortVector s11 = start;
      ShortVector s20 = start;
      ShortVector s21 = start;
      for (; w < end; w++) {
        IntVector y0 = IntVector.fromArray(I, b, b0 + kB[w0 + w]);
        IntVector y1 = IntVector.fromArray(I, b, b0 + kB[w0 + w] + COUNT);
        IntVector x0 = y0;
        IntVector x1 = y1;
        for (int g = 0; g < GROUPS; g++) {
          IntVector t0 = IntVector.fromArray(I, t, q);
          s00 = s00.add(x0.selectFrom(t0).reinterpretAsShorts());
          s01 = s01.add(x1.selectFrom(t0).reinterpretAsShorts());
          IntVector t1 = IntVector.fromArray(I, t, q + COUNT);
          s10 = s10.add(x0.selectFrom(t1).reinterpretAsShorts());
          s11 = s11.add(x1.selectFrom(t1).reinterpretAsShorts());
          IntVector t2 = IntVector.fromArray(I, t, q + 2 * COUNT);
          s20 = s20.add(x0.selectFrom(t2).reinterpretAsShorts());
          s21 = s21.add(x1.selectFrom(t2).reinterpretAsShorts());
          x0 = x0.lanewise(LSHR, BITS);
          x1 = x1.lanewise(LSHR, BITS);
          q += GROUP;
        }
        x0 = y0.lanewise(LSHR, Digit.HALF);
        x1 = y1.lanewise(LSHR, Digit.HALF);
        for (int g = 0; g < GROUPS; g++) {
          IntVector t0 = IntVector.fromArray(I, t, q);
          s00 = s00.add(x0.selectFrom(t0).reinterpretAsShorts());
          s01 = s01.add(x1.selectFrom(t0).reinterpretAsShorts());
          IntVector t1 = IntVector.fromArray(I, t, q + COUNT);
          s10 = s10.add(x0.selectFrom(t1).reinterpretAsShorts());
          s11 = s11.add(x1.selectFrom(t1).reinterpretAsShorts());
          IntVector t2 = IntVector.fromArray(I, t, q + 2 * COUNT);
          s20 = s20.add(x0.selectFrom(t2).reinterpretAsShorts());
          s21 = s21.add(x1.selectFrom(t2).reinterpretAsShorts());
          x0 = x0.lanewise(LSHR, BITS);
          x1 = x1.lanewise(LSHR, BITS);
          q += GROUP;
        }
      }
      IntVector v00 = s00.reinterpretAsInts();
      both00 = both00.add(v00);
      high00 = high00.add(v00.lanewise(ASHR, 16));
      IntVector v01 = s01.reinterpretAsInts();
      both01 = both01.add(v01);
      high01 = high01.add(v01.lanewise(ASHR, 16));
      IntVector v10 = s10.reinterpretAsInts();
      both10 = both10.add(v10);
      high10 = high10.add(v10.lanewise(ASHR, 16));
      IntVector v11 = s11.reinterpretAsInts();
      both11 = both11.add(v11);
      high11 = high11.add(v11.lanewise(ASHR, 16));
      IntVector v20 = s20.reinterpretAsInts();
      both20 = both20.add(v20);
      high20 = high20.add(v20.lanewise(ASHR, 16));
      IntVector v21 = s21.reinterpretAsInts();
      both21 = both21.add(v21);
      high21 = high21.add(v21.lanewise(ASHR, 16));
    }
    int[] from = add ? out : ZEROS;
    int step = add ? 1 : 0;
    int bias = n * BIAS;
    both00
        .sub(high00.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o0 * step))
        .intoArray(out, o0);
    high00.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o1 * step)).intoArray(out, o1);
    both01
        .sub(high01.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o0 * step + COUNT))
        .intoArray(out, o0 + COUNT);
    high01
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o1 * step + COUNT))
        .intoArray(out, o1 + COUNT);
    both10
        .sub(high10.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o2 * step))
        .intoArray(out, o2);
    high10.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o3 * step)).intoArray(out, o3);
    both11
        .sub(high11.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o2 * step + COUNT))
        .intoArray(out, o2 + COUNT);
    high11
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o3 * step + COUNT))
        .intoArray(out, o3 + COUNT);
    both20
        .sub(high20.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o4 * step))
        .intoArray(out, o4);
    high20.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o5 * step)).intoArray(out, o5);
    both21
        .sub(high21.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o4 * step + COUNT))
        .intoArray(out, o4 + COUNT);
    high21
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o5 * step + COUNT))
        .intoArray(out, o5 + COUNT);
  }

  /** Sums of 16 bits of half a word each. */
  private static void halves(
      int[] t,
      int words,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int shift,
      boolean add,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5) {
    ShortVector start = IntVector.broadcast(I, BIAS).reinterpretAsShorts();
    IntVector both00 = IntVector.zero(I);
    IntVector high00 = IntVector.zero(I);
    IntVector both01 = IntVector.zero(I);
    IntVector high01 = IntVector.zero(I);
    IntVector both10 = IntVector.zero(I);
    IntVector high10 = IntVector.zero(I);
    IntVector both11 = IntVector.zero(I);
    IntVector high11 = IntVector.zero(I);
    IntVector both20 = IntVector.zero(I);
    IntVector high20 = IntVector.zero(I);
    IntVector both21 = IntVector.zero(I);
    IntVector high21 = IntVector.zero(I);
    int n = 2 * words;
    int q = 0;
    for (int w = 0; w < words; w++) {
      IntVector y0 = IntVector.fromArray(I, b, b0 + kB[w0 + w]);
      IntVector y1 = IntVector.fromArray(I, b, b0 + kB[w0 + w] + COUNT);
      IntVector x0 = y0;
      IntVector x1 = y1;
      ShortVector s00 = start;
      ShortVector s01 = start;
      ShortVector s10 = start;
      ShortVector s11 = start;
      ShortVector s20 = start;
      ShortVector s21 = start;
      for (int g = 0; g < GROUPS; g++) {
        IntVector t0 = IntVector.fromArray(I, t, q);
        s00 = s00.add(x0.selectFrom(t0).reinterpretAsShorts());
        s01 = s01.add(x1.selectFrom(t0).reinterpretAsShorts());
        IntVector t1 = IntVector.fromArray(I, t, q + COUNT);
        s10 = s10.add(x0.selectFrom(t1).reinterpretAsShorts());
        s11 = s11.add(x1.selectFrom(t1).reinterpretAsShorts());
        IntVector t2 = IntVector.fromArray(I, t, q + 2 * COUNT);
        s20 = s20.add(x0.selectFrom(t2).reinterpretAsShorts());
        s21 = s21.add(x1.selectFrom(t2).reinterpretAsShorts());
        x0 = x0.lanewise(LSHR, BITS);
        x1 = x1.lanewise(LSHR, BITS);
        q += GROUP;
      }
      IntVector v00 = s00.reinterpretAsInts();
      both00 = both00.add(v00);
      high00 = high00.add(v00.lanewise(ASHR, 16));
      IntVector v01 = s01.reinterpretAsInts();
      both01 = both01.add(v01);
      high01 = high01.add(v01.lanewise(ASHR, 16));
      IntVector v10 = s10.reinterpretAsInts();
      both10 = both10.add(v10);
      high10 = high10.add(v10.lanewise(ASHR, 16));
      IntVector v11 = s11.reinterpretAsInts();
      both11 = both11.add(v11);
      high11 = high11.add(v11.lanewise(ASHR, 16));
      IntVector v20 = s20.reinterpretAsInts();
      both20 = both20.add(v20);
      high20 = high20.add(v20.lanewise(ASHR, 16));
      IntVector v21 = s21.reinterpretAsInts();
      both21 = both21.add(v21);
      high21 = high21.add(v21.lanewise(ASHR, 16));
      x0 = y0.lanewise(LSHR, Digit.HALF);
      x1 = y1.lanewise(LSHR, Digit.HALF);
      ShortVector u00 = start;
      ShortVector u01 = start;
      ShortVector u10 = start;
      ShortVector u11 = start;
      ShortVector u20 = start;
      ShortVector u21 = start;
      for (int g = 0; g < GROUPS; g++) {
        IntVector t0 = IntVector.fromArray(I, t, q);
        u00 = u00.add(x0.selectFrom(t0).reinterpretAsShorts());
        u01 = u01.add(x1.selectFrom(t0).reinterpretAsShorts());
        IntVector t1 = IntVector.fromArray(I, t, q + COUNT);
        u10 = u10.add(x0.selectFrom(t1).reinterpretAsShorts());
        u11 = u11.add(x1.selectFrom(t1).reinterpretAsShorts());
        IntVector t2 = IntVector.fromArray(I, t, q + 2 * COUNT);
        u20 = u20.add(x0.selectFrom(t2).reinterpretAsShorts());
        u21 = u21.add(x1.selectFrom(t2).reinterpretAsShorts());
        x0 = x0.lanewise(LSHR, BITS);
        x1 = x1.lanewise(LSHR, BITS);
        q += GROUP;
      }
      IntVector z00 = u00.reinterpretAsInts();
      both00 = both00.add(z00);
      high00 = high00.add(z00.lanewise(ASHR, 16));
      IntVector z01 = u01.reinterpretAsInts();
      both01 = both01.add(z01);
      high01 = high01.add(z01.lanewise(ASHR, 16));
      IntVector z10 = u10.reinterpretAsInts();
      both10 = both10.add(z10);
      high10 = high10.add(z10.lanewise(ASHR, 16));
      IntVector z11 = u11.reinterpretAsInts();
      both11 = both11.add(z11);
      high11 = high11.add(z11.lanewise(ASHR, 16));
      IntVector z20 = u20.reinterpretAsInts();
      both20 = both20.add(z20);
      high20 = high20.add(z20.lanewise(ASHR, 16));
      IntVector z21 = u21.reinterpretAsInts();
      both21 = both21.add(z21);
      high21 = high21.add(z21.lanewise(ASHR, 16));
    }
    int[] from = add ? out : ZEROS;
    int step = add ? 1 : 0;
    int bias = n * BIAS;
    both00
        .sub(high00.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o0 * step))
        .intoArray(out, o0);
    high00.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o1 * step)).intoArray(out, o1);
    both01
        .sub(high01.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o0 * step + COUNT))
        .intoArray(out, o0 + COUNT);
    high01
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o1 * step + COUNT))
        .intoArray(out, o1 + COUNT);
    both10
        .sub(high10.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o2 * step))
        .intoArray(out, o2);
    high10.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o3 * step)).intoArray(out, o3);
    both11
        .sub(high11.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o2 * step + COUNT))
        .intoArray(out, o2 + COUNT);
    high11
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o3 * step + COUNT))
        .intoArray(out, o3 + COUNT);
    both20
        .sub(high20.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o4 * step))
        .intoArray(out, o4);
    high20.lanewise(LSHL, shift).add(IntVector.fromArray(I, from, o5 * step)).intoArray(out, o5);
    both21
        .sub(high21.lanewise(LSHL, 16))
        .sub(bias)
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o4 * step + COUNT))
        .intoArray(out, o4 + COUNT);
    high21
        .lanewise(LSHL, shift)
        .add(IntVector.fromArray(I, from, o5 * step + COUNT))
        .intoArray(out, o5 + COUNT);
  }
}
