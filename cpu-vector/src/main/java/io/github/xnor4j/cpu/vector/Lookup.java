package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of floats by bits, by table lookup (the idea of BiQGEMM and LUT-GEMM).
 *
 * <p>Four elements of a float row meet +-1 in 16 ways only. {@link #tables} computes these 16
 * signed sums for each group of four elements of eight rows; {@link #multiply} then reads one sum
 * for four bits of a column: a permutation of a register and an addition do the work of four
 * multiply-adds in each lane. Lanes are columns; bit j of word w of a column is set where element
 * 32 w + j is subtracted.
 *
 * <p>How many elements a group has follows from what a register holds. Each output is one
 * accumulator over ascending groups that never is -0.0, so the result depends on the width but on
 * nothing else:
 *
 * <ul>
 *   <li>16 lanes: 16 sums of four elements, {@code (s0 g0 + s1 g1) + (s2 g2 + s3 g3)}.
 *   <li>8 lanes: 8 sums of three elements, {@code (s0 g0 + s1 g1) + s2 g2}; the last group of a
 *       word has two. (Four elements by the symmetry of the sums take a shift, an and and a change
 *       of sign more: measured slower.)
 *   <li>4 lanes: one register holds {@code s0 g0 + s1 g1} and another {@code s2 g2 + s3 g3}.
 * </ul>
 */
final class Lookup {
  /** Rows that a table block holds. */
  static final int ROWS = 8;

  /** Floats of a table of one row and one group of elements. */
  private static final int ENTRY = Math.max(COUNT, 8);

  /** Elements of a group. */
  private static final int BITS = COUNT == 8 ? 3 : 4;

  /** Groups of a word; the last one may have fewer elements. */
  static final int GROUPS = (32 + BITS - 1) / BITS;

  /** Floats of the tables of one group. */
  private static final int GROUP = ROWS * ENTRY;

  /** Sign of the b-th element in the sum of index i, at 16 b + i. */
  static final float[] SIGNS = signs();

  private static final int[] RAMP = Panels.ramp(16, 1);

  /**
   * For each index which of a sum and a difference of a pair it takes: lanes 0 and 1 of the first
   * pair at i, 2 and 3 of the second at 16 + i.
   */
  static final int[] PAIRS = pairs();

  /** What sums start from that are not added to anything. */
  private static final float[] ZEROS = new float[2 * COUNT];

  private Lookup() {}

  private static float[] signs() {
    float[] signs = new float[64];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = (i % 16 >> i / 16 & 1) == 0 ? 1 : -1;
    }
    return signs;
  }

  private static int[] pairs() {
    int[] pairs = new int[32];
    for (int i = 0; i < 16; i++) {
      pairs[i] = (i ^ i >> 1) & 1;
      pairs[16 + i] = 2 + ((i >> 2 ^ i >> 3) & 1);
    }
    return pairs;
  }

  /** Words of a column that has {@code nk} bits. */
  static int words(int nk) {
    return (nk + 31) / 32;
  }

  /** Floats that the tables of {@code nk} elements take. */
  static int tableLength(int nk) {
    return words(nk) * GROUPS * GROUP;
  }

  /**
   * Writes the tables of up to eight rows; element k of row r is {@code g[g0 + rowA[r] + kA[k0 +
   * k]]}. Elements from nk to the next multiple of 32 count as zero; rows from {@code rows} to 8
   * are undefined.
   *
   * @param g elements
   * @param g0 offset added to each of rowA
   * @param rowA offset of each row
   * @param r0 first row
   * @param rows 1 to 8
   * @param kA offset of each element within a row
   * @param k0 first element
   * @param nk elements, at least 1
   * @param bits of each word that count, 1 to 32; if fewer than 32, nk is a multiple of 32
   * @param t tables, {@link #tableLength}; what they hold is private to this class
   */
  static void tables(
      float[] g,
      int g0,
      int[] rowA,
      int r0,
      int rows,
      int[] kA,
      int k0,
      int nk,
      int bits,
      float[] t) {
    int groups = groups(bits);
    if (groups < GROUPS) {
      for (int w = 0; w < words(nk); w++) {
        for (int i = 0; i < rows; i++) {
          int row = g0 + rowA[r0 + i];
          shortWord(g, row, kA, k0 + 32 * w, groups, t, w * groups * GROUP + i * ENTRY);
        }
      }
      return;
    }
    if (COUNT == 8) {
      tables3(g, g0, rowA, r0, rows, kA, k0, nk, t);
      return;
    }
    int whole = nk / 4;
    Arrays.fill(t, whole * GROUP, tableLength(nk), 0);
    if (COUNT == 16 && nk % 16 == 0 && isRun(kA, k0, nk)) {
      for (int i = 0; i < rows; i++) {
        runTables(g, g0 + rowA[r0 + i] + kA[k0], nk, t, i * ENTRY);
      }
      return;
    }
    int last = r0 + rows - 1;
    for (int i = 0; i < rows; i += 4) {
      int a = g0 + rowA[r0 + i];
      int b = g0 + rowA[Math.min(r0 + i + 1, last)];
      int c = g0 + rowA[Math.min(r0 + i + 2, last)];
      int d = g0 + rowA[Math.min(r0 + i + 3, last)];
      if (COUNT == 4) {
        halves(g, a, kA, k0, whole, t, i * ENTRY);
        halves(g, b, kA, k0, whole, t, i * ENTRY + ENTRY);
        halves(g, c, kA, k0, whole, t, i * ENTRY + 2 * ENTRY);
        halves(g, d, kA, k0, whole, t, i * ENTRY + 3 * ENTRY);
      } else {
        tables4(g, a, b, c, d, kA, k0, whole, t, i * ENTRY);
      }
    }
    for (int i = 0; i < rows && nk % 4 != 0; i++) {
      tailTable(g, g0 + rowA[r0 + i], kA, k0 + 4 * whole, nk % 4, t, whole * GROUP + i * ENTRY);
    }
  }

  /** Groups that hold the lower bits of a word. */
  private static int groups(int bits) {
    return (bits + BITS - 1) / BITS;
  }

  /** The tables of the first groups of a word, which is less than all of it. */
  private static void shortWord(
      float[] g, int row, int[] kA, int from, int groups, float[] t, int t0) {
    for (int j = 0; j < groups; j++) {
      int k = from + j * BITS;
      float last = BITS == 4 ? g[row + kA[k + 3]] : 0;
      table(g[row + kA[k]], g[row + kA[k + 1]], g[row + kA[k + 2]], last, t, t0 + j * GROUP);
    }
  }

  /** The table of one group. */
  private static void table(float g0, float g1, float g2, float g3, float[] t, int o) {
    FloatVector low =
        FloatVector.fromArray(F, SIGNS, 0).mul(g0).add(FloatVector.fromArray(F, SIGNS, 16).mul(g1));
    if (COUNT == 4) {
      low.intoArray(t, o);
      FloatVector.fromArray(F, SIGNS, 0)
          .mul(g2)
          .add(FloatVector.fromArray(F, SIGNS, 16).mul(g3))
          .intoArray(t, o + 4);
    } else if (COUNT == 8) {
      low.add(FloatVector.fromArray(F, SIGNS, 32).mul(g2)).intoArray(t, o);
    } else {
      FloatVector high =
          FloatVector.fromArray(F, SIGNS, 32)
              .mul(g2)
              .add(FloatVector.fromArray(F, SIGNS, 48).mul(g3));
      low.add(high).intoArray(t, o);
    }
  }

  /** The table of a last group of n elements, 1 to 3. */
  private static void tailTable(float[] g, int row, int[] kA, int k, int n, float[] t, int o) {
    float g1 = n > 1 ? g[row + kA[k + 1]] : 0;
    float g2 = n > 2 ? g[row + kA[k + 2]] : 0;
    table(g[row + kA[k]], g1, g2, 0, t, o);
  }

  /** Tables of groups of three elements; of the 32 of a word the last two are a group. */
  private static void tables3(
      float[] g, int g0, int[] rowA, int r0, int rows, int[] kA, int k0, int nk, float[] t) {
    int whole = nk / 32;
    for (int i = 0; i < rows; i++) {
      wordTables(g, g0 + rowA[r0 + i], kA, k0, whole, t, i * ENTRY);
      if (nk % 32 != 0) {
        int k = k0 + 32 * whole;
        tailTables3(g, g0 + rowA[r0 + i], kA, k, nk % 32, t, whole * GROUPS * GROUP + i * ENTRY);
      }
    }
  }

  private static void wordTables(
      float[] g, int row, int[] kA, int from, int words, float[] t, int t0) {
    FloatVector v0 = FloatVector.fromArray(F, SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, SIGNS, 16);
    FloatVector v2 = FloatVector.fromArray(F, SIGNS, 32);
    int o = t0;
    for (int k = from; k < from + 32 * words; k += 32) {
      for (int j = k; j < k + 30; j += 3) {
        // A product with +-1 is exact, so a fused multiply-add rounds as an addition does.
        v2.fma(
                FloatVector.broadcast(F, g[row + kA[j + 2]]),
                v1.fma(FloatVector.broadcast(F, g[row + kA[j + 1]]), v0.mul(g[row + kA[j]])))
            .intoArray(t, o);
        o += GROUP;
      }
      v1.fma(FloatVector.broadcast(F, g[row + kA[k + 31]]), v0.mul(g[row + kA[k + 30]]))
          .intoArray(t, o);
      o += GROUP;
    }
  }

  /** The tables of a last word of n elements, 1 to 31. */
  private static void tailTables3(float[] g, int row, int[] kA, int k, int n, float[] t, int t0) {
    for (int j = 0; j < GROUPS; j++) {
      float g0 = 3 * j < n ? g[row + kA[k + 3 * j]] : 0;
      float g1 = 3 * j + 1 < n ? g[row + kA[k + 3 * j + 1]] : 0;
      float g2 = 3 * j + 2 < n ? g[row + kA[k + 3 * j + 2]] : 0;
      table(g0, g1, g2, 0, t, t0 + j * GROUP);
    }
  }

  private static void tables4(
      float[] g,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int from,
      int groups,
      float[] t,
      int t0) {
    FloatVector v0 = FloatVector.fromArray(F, SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, SIGNS, 16);
    FloatVector v2 = FloatVector.fromArray(F, SIGNS, 32);
    FloatVector v3 = FloatVector.fromArray(F, SIGNS, 48);
    int o = t0;
    for (int k = from; k < from + 4 * groups; k += 4) {
      int k0 = kA[k];
      int k1 = kA[k + 1];
      int k2 = kA[k + 2];
      int k3 = kA[k + 3];
      // A product with +-1 is exact, so a fused multiply-add rounds as an addition does.
      v1.fma(FloatVector.broadcast(F, g[r0 + k1]), v0.mul(g[r0 + k0]))
          .add(v3.fma(FloatVector.broadcast(F, g[r0 + k3]), v2.mul(g[r0 + k2])))
          .intoArray(t, o);
      v1.fma(FloatVector.broadcast(F, g[r1 + k1]), v0.mul(g[r1 + k0]))
          .add(v3.fma(FloatVector.broadcast(F, g[r1 + k3]), v2.mul(g[r1 + k2])))
          .intoArray(t, o + ENTRY);
      v1.fma(FloatVector.broadcast(F, g[r2 + k1]), v0.mul(g[r2 + k0]))
          .add(v3.fma(FloatVector.broadcast(F, g[r2 + k3]), v2.mul(g[r2 + k2])))
          .intoArray(t, o + 2 * ENTRY);
      v1.fma(FloatVector.broadcast(F, g[r3 + k1]), v0.mul(g[r3 + k0]))
          .add(v3.fma(FloatVector.broadcast(F, g[r3 + k3]), v2.mul(g[r3 + k2])))
          .intoArray(t, o + 3 * ENTRY);
      o += GROUP;
    }
  }

  /** Whether offsets, a multiple of 16, are those of neighbouring elements. */
  static boolean isRun(int[] kA, int from, int n) {
    IntVector all = IntVector.zero(I);
    IntVector expected = IntVector.fromArray(I, RAMP, 0).add(kA[from]);
    for (int k = from; k < from + n; k += COUNT) {
      all = all.or(IntVector.fromArray(I, kA, k).lanewise(XOR, expected));
      expected = expected.add(COUNT);
    }
    return all.compare(NE, 0).toLong() == 0;
  }

  /**
   * {@link #tables4} for one row of neighbouring elements: four groups are loaded at once. Sums and
   * differences of the pairs are made first, and a group's table is +-(g0 +- g1) +-(g2 +- g3),
   * which rounds as it does there.
   */
  private static void runTables(float[] g, int from, int n, float[] t, int t0) {
    FloatVector low = FloatVector.fromArray(F, SIGNS, 0);
    FloatVector high = FloatVector.fromArray(F, SIGNS, 32);
    IntVector swapped = IntVector.fromArray(I, RAMP, 0).lanewise(XOR, 1);
    IntVector a0 = IntVector.fromArray(I, PAIRS, 0);
    IntVector b0 = IntVector.fromArray(I, PAIRS, 16);
    IntVector a1 = a0.add(4);
    IntVector b1 = b0.add(4);
    IntVector a2 = a0.add(8);
    IntVector b2 = b0.add(8);
    IntVector a3 = a0.add(12);
    IntVector b3 = b0.add(12);
    int o = t0;
    for (int k = from; k < from + n; k += 16) {
      FloatVector x = FloatVector.fromArray(F, g, k);
      FloatVector y = swapped.selectFrom(x.reinterpretAsInts()).reinterpretAsFloats();
      IntVector pairs = x.fma(low, y).reinterpretAsInts();
      FloatVector x0 = a0.selectFrom(pairs).reinterpretAsFloats();
      FloatVector y0 = b0.selectFrom(pairs).reinterpretAsFloats();
      x0.fma(low, y0.mul(high)).intoArray(t, o);
      FloatVector x1 = a1.selectFrom(pairs).reinterpretAsFloats();
      FloatVector y1 = b1.selectFrom(pairs).reinterpretAsFloats();
      x1.fma(low, y1.mul(high)).intoArray(t, o + GROUP);
      FloatVector x2 = a2.selectFrom(pairs).reinterpretAsFloats();
      FloatVector y2 = b2.selectFrom(pairs).reinterpretAsFloats();
      x2.fma(low, y2.mul(high)).intoArray(t, o + 2 * GROUP);
      FloatVector x3 = a3.selectFrom(pairs).reinterpretAsFloats();
      FloatVector y3 = b3.selectFrom(pairs).reinterpretAsFloats();
      x3.fma(low, y3.mul(high)).intoArray(t, o + 3 * GROUP);
      o += 4 * GROUP;
    }
  }

  /**
   * {@link #tables4} for vectors of four: the sums of the first two elements, then of the last two.
   */
  private static void halves(
      float[] g, int row, int[] kA, int from, int groups, float[] t, int t0) {
    FloatVector v0 = FloatVector.fromArray(F, SIGNS, 0);
    FloatVector v1 = FloatVector.fromArray(F, SIGNS, 16);
    int o = t0;
    for (int k = from; k < from + 4 * groups; k += 4) {
      v1.fma(FloatVector.broadcast(F, g[row + kA[k + 1]]), v0.mul(g[row + kA[k]])).intoArray(t, o);
      v1.fma(FloatVector.broadcast(F, g[row + kA[k + 3]]), v0.mul(g[row + kA[k + 2]]))
          .intoArray(t, o + 4);
      o += GROUP;
    }
  }

  /**
   * Multiplies the rows of {@link #tables} by columns of bits: {@code out[out0 + rowOut[r0 + i] +
   * c] = (add ? out[out0 + rowOut[r0 + i] + c] : 0) + sum over k of (bit k % 32 of b[b0 + kB[w0 + k
   * / 32] + c] set ? -1 : 1) * element k of row i}, for {@code i < rows} and {@code c < cols}. Bits
   * from nk on do not matter.
   *
   * @param t tables
   * @param words words of a column: {@link #words}
   * @param bits of each word that count, as for the tables
   * @param b bits; readable up to the next multiple of 16 columns
   * @param b0 offset added to each of kB
   * @param kB offset of each word of column 0
   * @param w0 first word
   * @param cols columns, at least 1
   * @param out products; nothing beyond the true columns is written; no two rows may overlap
   * @param out0 offset added to each of rowOut
   * @param rowOut offset of each row of products
   * @param r0 first row
   * @param rows 1 to 8
   * @param add whether to add to what out holds
   * @param scratch {@link Lanes#SCRATCH} floats, overwritten
   */
  static void multiply(
      float[] t,
      int words,
      int bits,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int cols,
      float[] out,
      int out0,
      int[] rowOut,
      int r0,
      int rows,
      boolean add,
      float[] scratch) {
    int groups = groups(bits);
    int c = 0;
    for (; rows == ROWS && c + 2 * COUNT <= cols; c += 2 * COUNT) {
      int o = out0 + c;
      tile(
          t,
          words,
          groups,
          b,
          b0 + c,
          kB,
          w0,
          2,
          add,
          out,
          o + rowOut[r0],
          o + rowOut[r0 + 1],
          o + rowOut[r0 + 2],
          o + rowOut[r0 + 3],
          o + rowOut[r0 + 4],
          o + rowOut[r0 + 5],
          o + rowOut[r0 + 6],
          o + rowOut[r0 + 7]);
    }
    while (c < cols) {
      int vectors = c + COUNT < cols ? 2 : 1;
      int n = Math.min(vectors * COUNT, cols - c);
      edge(
          t, words, groups, b, b0 + c, kB, w0, vectors, add, out, out0 + c, rowOut, n, r0, rows,
          scratch);
      c += n;
    }
  }

  /** A tile that lacks rows or columns: by way of the scratch array. */
  private static void edge(
      float[] t,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int vectors,
      boolean add,
      float[] out,
      int out0,
      int[] rowOut,
      int n,
      int r0,
      int rows,
      float[] scratch) {
    int ld = 2 * COUNT;
    for (int i = 0; i < rows && add; i++) {
      System.arraycopy(out, out0 + rowOut[r0 + i], scratch, i * ld, n);
    }
    tile(
        t, words, groups, b, b0, kB, w0, vectors, add, scratch, 0, ld, 2 * ld, 3 * ld, 4 * ld,
        5 * ld, 6 * ld, 7 * ld);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(scratch, i * ld, out, out0 + rowOut[r0 + i], n);
    }
  }

  private static void tile(
      float[] t,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      int vectors,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    if (COUNT == 16 && vectors == 2) {
      sixteen8x2(t, words, groups, b, b0, kB, w0, add, out, o0, o1, o2, o3, o4, o5, o6, o7);
    } else if (COUNT == 16) {
      sixteen8x1(t, words, groups, b, b0, kB, w0, add, out, o0, o1, o2, o3, o4, o5, o6, o7);
    } else if (COUNT == 8) {
      eight8x1(t, words, groups, b, b0, kB, w0, add, out, o0, o1, o2, o3, o4, o5, o6, o7);
      if (vectors == 2) {
        int n = COUNT;
        eight8x1(
            t, words, groups, b, b0 + n, kB, w0, add, out, o0 + n, o1 + n, o2 + n, o3 + n, o4 + n,
            o5 + n, o6 + n, o7 + n);
      }
    } else if (vectors == 2) {
      four4x2(t, 0, words, groups, b, b0, kB, w0, add, out, o0, o1, o2, o3);
      four4x2(t, 4 * ENTRY, words, groups, b, b0, kB, w0, add, out, o4, o5, o6, o7);
    } else {
      four4x1(t, 0, words, groups, b, b0, kB, w0, add, out, o0, o1, o2, o3);
      four4x1(t, 4 * ENTRY, words, groups, b, b0, kB, w0, add, out, o4, o5, o6, o7);
    }
  }

  private static void sixteen8x2(
      float[] t,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    // Every second addition is written as e * 1 + s, the same number: additions and multiply-adds
    // run on different ports.
    FloatVector one = FloatVector.broadcast(F, 1);
    float[] start = add ? out : ZEROS;
    int step = add ? 1 : 0;
    FloatVector s00 = FloatVector.fromArray(F, start, o0 * step).add(0f);
    FloatVector s01 = FloatVector.fromArray(F, start, o0 * step + COUNT).add(0f);
    FloatVector s10 = FloatVector.fromArray(F, start, o1 * step).add(0f);
    FloatVector s11 = FloatVector.fromArray(F, start, o1 * step + COUNT).add(0f);
    FloatVector s20 = FloatVector.fromArray(F, start, o2 * step).add(0f);
    FloatVector s21 = FloatVector.fromArray(F, start, o2 * step + COUNT).add(0f);
    FloatVector s30 = FloatVector.fromArray(F, start, o3 * step).add(0f);
    FloatVector s31 = FloatVector.fromArray(F, start, o3 * step + COUNT).add(0f);
    FloatVector s40 = FloatVector.fromArray(F, start, o4 * step).add(0f);
    FloatVector s41 = FloatVector.fromArray(F, start, o4 * step + COUNT).add(0f);
    FloatVector s50 = FloatVector.fromArray(F, start, o5 * step).add(0f);
    FloatVector s51 = FloatVector.fromArray(F, start, o5 * step + COUNT).add(0f);
    FloatVector s60 = FloatVector.fromArray(F, start, o6 * step).add(0f);
    FloatVector s61 = FloatVector.fromArray(F, start, o6 * step + COUNT).add(0f);
    FloatVector s70 = FloatVector.fromArray(F, start, o7 * step).add(0f);
    FloatVector s71 = FloatVector.fromArray(F, start, o7 * step + COUNT).add(0f);
    int q = 0;
    for (int w = 0; w < words; w++) {
      int bw = b0 + kB[w0 + w];
      for (int g = 0; g < groups; g++) {
        IntVector x0 = IntVector.fromArray(I, b, bw).lanewise(LSHR, 4 * g);
        IntVector x1 = IntVector.fromArray(I, b, bw + COUNT).lanewise(LSHR, 4 * g);
        IntVector t0 = FloatVector.fromArray(F, t, q).reinterpretAsInts();
        s00 = x0.selectFrom(t0).reinterpretAsFloats().fma(one, s00);
        s01 = x1.selectFrom(t0).reinterpretAsFloats().fma(one, s01);
        IntVector t1 = FloatVector.fromArray(F, t, q + ENTRY).reinterpretAsInts();
        s10 = x0.selectFrom(t1).reinterpretAsFloats().add(s10);
        s11 = x1.selectFrom(t1).reinterpretAsFloats().add(s11);
        IntVector t2 = FloatVector.fromArray(F, t, q + 2 * ENTRY).reinterpretAsInts();
        s20 = x0.selectFrom(t2).reinterpretAsFloats().fma(one, s20);
        s21 = x1.selectFrom(t2).reinterpretAsFloats().fma(one, s21);
        IntVector t3 = FloatVector.fromArray(F, t, q + 3 * ENTRY).reinterpretAsInts();
        s30 = x0.selectFrom(t3).reinterpretAsFloats().add(s30);
        s31 = x1.selectFrom(t3).reinterpretAsFloats().add(s31);
        IntVector t4 = FloatVector.fromArray(F, t, q + 4 * ENTRY).reinterpretAsInts();
        s40 = x0.selectFrom(t4).reinterpretAsFloats().fma(one, s40);
        s41 = x1.selectFrom(t4).reinterpretAsFloats().fma(one, s41);
        IntVector t5 = FloatVector.fromArray(F, t, q + 5 * ENTRY).reinterpretAsInts();
        s50 = x0.selectFrom(t5).reinterpretAsFloats().add(s50);
        s51 = x1.selectFrom(t5).reinterpretAsFloats().add(s51);
        IntVector t6 = FloatVector.fromArray(F, t, q + 6 * ENTRY).reinterpretAsInts();
        s60 = x0.selectFrom(t6).reinterpretAsFloats().fma(one, s60);
        s61 = x1.selectFrom(t6).reinterpretAsFloats().fma(one, s61);
        IntVector t7 = FloatVector.fromArray(F, t, q + 7 * ENTRY).reinterpretAsInts();
        s70 = x0.selectFrom(t7).reinterpretAsFloats().add(s70);
        s71 = x1.selectFrom(t7).reinterpretAsFloats().add(s71);
        q += GROUP;
      }
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + COUNT);
    s10.intoArray(out, o1);
    s11.intoArray(out, o1 + COUNT);
    s20.intoArray(out, o2);
    s21.intoArray(out, o2 + COUNT);
    s30.intoArray(out, o3);
    s31.intoArray(out, o3 + COUNT);
    s40.intoArray(out, o4);
    s41.intoArray(out, o4 + COUNT);
    s50.intoArray(out, o5);
    s51.intoArray(out, o5 + COUNT);
    s60.intoArray(out, o6);
    s61.intoArray(out, o6 + COUNT);
    s70.intoArray(out, o7);
    s71.intoArray(out, o7 + COUNT);
  }

  private static void sixteen8x1(
      float[] t,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    FloatVector one = FloatVector.broadcast(F, 1);
    float[] start = add ? out : ZEROS;
    int step = add ? 1 : 0;
    FloatVector s00 = FloatVector.fromArray(F, start, o0 * step).add(0f);
    FloatVector s10 = FloatVector.fromArray(F, start, o1 * step).add(0f);
    FloatVector s20 = FloatVector.fromArray(F, start, o2 * step).add(0f);
    FloatVector s30 = FloatVector.fromArray(F, start, o3 * step).add(0f);
    FloatVector s40 = FloatVector.fromArray(F, start, o4 * step).add(0f);
    FloatVector s50 = FloatVector.fromArray(F, start, o5 * step).add(0f);
    FloatVector s60 = FloatVector.fromArray(F, start, o6 * step).add(0f);
    FloatVector s70 = FloatVector.fromArray(F, start, o7 * step).add(0f);
    int q = 0;
    for (int w = 0; w < words; w++) {
      int bw = b0 + kB[w0 + w];
      for (int g = 0; g < groups; g++) {
        IntVector x0 = IntVector.fromArray(I, b, bw).lanewise(LSHR, 4 * g);
        IntVector t0 = FloatVector.fromArray(F, t, q).reinterpretAsInts();
        s00 = x0.selectFrom(t0).reinterpretAsFloats().fma(one, s00);
        IntVector t1 = FloatVector.fromArray(F, t, q + ENTRY).reinterpretAsInts();
        s10 = x0.selectFrom(t1).reinterpretAsFloats().fma(one, s10);
        IntVector t2 = FloatVector.fromArray(F, t, q + 2 * ENTRY).reinterpretAsInts();
        s20 = x0.selectFrom(t2).reinterpretAsFloats().add(s20);
        IntVector t3 = FloatVector.fromArray(F, t, q + 3 * ENTRY).reinterpretAsInts();
        s30 = x0.selectFrom(t3).reinterpretAsFloats().add(s30);
        IntVector t4 = FloatVector.fromArray(F, t, q + 4 * ENTRY).reinterpretAsInts();
        s40 = x0.selectFrom(t4).reinterpretAsFloats().fma(one, s40);
        IntVector t5 = FloatVector.fromArray(F, t, q + 5 * ENTRY).reinterpretAsInts();
        s50 = x0.selectFrom(t5).reinterpretAsFloats().fma(one, s50);
        IntVector t6 = FloatVector.fromArray(F, t, q + 6 * ENTRY).reinterpretAsInts();
        s60 = x0.selectFrom(t6).reinterpretAsFloats().add(s60);
        IntVector t7 = FloatVector.fromArray(F, t, q + 7 * ENTRY).reinterpretAsInts();
        s70 = x0.selectFrom(t7).reinterpretAsFloats().add(s70);
        q += GROUP;
      }
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
    s40.intoArray(out, o4);
    s50.intoArray(out, o5);
    s60.intoArray(out, o6);
    s70.intoArray(out, o7);
  }

  private static void eight8x1(
      float[] t,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    float[] start = add ? out : ZEROS;
    int step = add ? 1 : 0;
    FloatVector s0 = FloatVector.fromArray(F, start, o0 * step).add(0f);
    FloatVector s1 = FloatVector.fromArray(F, start, o1 * step).add(0f);
    FloatVector s2 = FloatVector.fromArray(F, start, o2 * step).add(0f);
    FloatVector s3 = FloatVector.fromArray(F, start, o3 * step).add(0f);
    FloatVector s4 = FloatVector.fromArray(F, start, o4 * step).add(0f);
    FloatVector s5 = FloatVector.fromArray(F, start, o5 * step).add(0f);
    FloatVector s6 = FloatVector.fromArray(F, start, o6 * step).add(0f);
    FloatVector s7 = FloatVector.fromArray(F, start, o7 * step).add(0f);
    int q = 0;
    for (int w = 0; w < words; w++) {
      int bw = b0 + kB[w0 + w];
      for (int g = 0; g < groups; g++) {
        IntVector x = IntVector.fromArray(I, b, bw).lanewise(LSHR, 3 * g);
        IntVector t0 = FloatVector.fromArray(F, t, q).reinterpretAsInts();
        s0 = x.selectFrom(t0).reinterpretAsFloats().add(s0);
        IntVector t1 = FloatVector.fromArray(F, t, q + ENTRY).reinterpretAsInts();
        s1 = x.selectFrom(t1).reinterpretAsFloats().add(s1);
        IntVector t2 = FloatVector.fromArray(F, t, q + 2 * ENTRY).reinterpretAsInts();
        s2 = x.selectFrom(t2).reinterpretAsFloats().add(s2);
        IntVector t3 = FloatVector.fromArray(F, t, q + 3 * ENTRY).reinterpretAsInts();
        s3 = x.selectFrom(t3).reinterpretAsFloats().add(s3);
        IntVector t4 = FloatVector.fromArray(F, t, q + 4 * ENTRY).reinterpretAsInts();
        s4 = x.selectFrom(t4).reinterpretAsFloats().add(s4);
        IntVector t5 = FloatVector.fromArray(F, t, q + 5 * ENTRY).reinterpretAsInts();
        s5 = x.selectFrom(t5).reinterpretAsFloats().add(s5);
        IntVector t6 = FloatVector.fromArray(F, t, q + 6 * ENTRY).reinterpretAsInts();
        s6 = x.selectFrom(t6).reinterpretAsFloats().add(s6);
        IntVector t7 = FloatVector.fromArray(F, t, q + 7 * ENTRY).reinterpretAsInts();
        s7 = x.selectFrom(t7).reinterpretAsFloats().add(s7);
        q += GROUP;
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
  }

  /** Four rows, whose tables start at q: two bits of the index for each of two registers. */
  private static void four4x2(
      float[] t,
      int q,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    float[] start = add ? out : ZEROS;
    int step = add ? 1 : 0;
    FloatVector s00 = FloatVector.fromArray(F, start, o0 * step).add(0f);
    FloatVector s01 = FloatVector.fromArray(F, start, o0 * step + COUNT).add(0f);
    FloatVector s10 = FloatVector.fromArray(F, start, o1 * step).add(0f);
    FloatVector s11 = FloatVector.fromArray(F, start, o1 * step + COUNT).add(0f);
    FloatVector s20 = FloatVector.fromArray(F, start, o2 * step).add(0f);
    FloatVector s21 = FloatVector.fromArray(F, start, o2 * step + COUNT).add(0f);
    FloatVector s30 = FloatVector.fromArray(F, start, o3 * step).add(0f);
    FloatVector s31 = FloatVector.fromArray(F, start, o3 * step + COUNT).add(0f);
    for (int w = 0; w < words; w++) {
      int bw = b0 + kB[w0 + w];
      IntVector x0 = IntVector.fromArray(I, b, bw);
      IntVector x1 = IntVector.fromArray(I, b, bw + COUNT);
      for (int g = 0; g < groups; g++) {
        IntVector low0 = x0.and(3);
        IntVector high0 = x0.lanewise(LSHR, 2).and(3);
        IntVector low1 = x1.and(3);
        IntVector high1 = x1.lanewise(LSHR, 2).and(3);
        IntVector t0 = FloatVector.fromArray(F, t, q).reinterpretAsInts();
        IntVector u0 = FloatVector.fromArray(F, t, q + 4).reinterpretAsInts();
        s00 =
            low0.selectFrom(t0)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u0).reinterpretAsFloats())
                .add(s00);
        s01 =
            low1.selectFrom(t0)
                .reinterpretAsFloats()
                .add(high1.selectFrom(u0).reinterpretAsFloats())
                .add(s01);
        IntVector t1 = FloatVector.fromArray(F, t, q + ENTRY).reinterpretAsInts();
        IntVector u1 = FloatVector.fromArray(F, t, q + ENTRY + 4).reinterpretAsInts();
        s10 =
            low0.selectFrom(t1)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u1).reinterpretAsFloats())
                .add(s10);
        s11 =
            low1.selectFrom(t1)
                .reinterpretAsFloats()
                .add(high1.selectFrom(u1).reinterpretAsFloats())
                .add(s11);
        IntVector t2 = FloatVector.fromArray(F, t, q + 2 * ENTRY).reinterpretAsInts();
        IntVector u2 = FloatVector.fromArray(F, t, q + 2 * ENTRY + 4).reinterpretAsInts();
        s20 =
            low0.selectFrom(t2)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u2).reinterpretAsFloats())
                .add(s20);
        s21 =
            low1.selectFrom(t2)
                .reinterpretAsFloats()
                .add(high1.selectFrom(u2).reinterpretAsFloats())
                .add(s21);
        IntVector t3 = FloatVector.fromArray(F, t, q + 3 * ENTRY).reinterpretAsInts();
        IntVector u3 = FloatVector.fromArray(F, t, q + 3 * ENTRY + 4).reinterpretAsInts();
        s30 =
            low0.selectFrom(t3)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u3).reinterpretAsFloats())
                .add(s30);
        s31 =
            low1.selectFrom(t3)
                .reinterpretAsFloats()
                .add(high1.selectFrom(u3).reinterpretAsFloats())
                .add(s31);
        x0 = x0.lanewise(LSHR, 4);
        x1 = x1.lanewise(LSHR, 4);
        q += GROUP;
      }
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + COUNT);
    s10.intoArray(out, o1);
    s11.intoArray(out, o1 + COUNT);
    s20.intoArray(out, o2);
    s21.intoArray(out, o2 + COUNT);
    s30.intoArray(out, o3);
    s31.intoArray(out, o3 + COUNT);
  }

  /** Four rows, whose tables start at q: two bits of the index for each of two registers. */
  private static void four4x1(
      float[] t,
      int q,
      int words,
      int groups,
      int[] b,
      int b0,
      int[] kB,
      int w0,
      boolean add,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    float[] start = add ? out : ZEROS;
    int step = add ? 1 : 0;
    FloatVector s00 = FloatVector.fromArray(F, start, o0 * step).add(0f);
    FloatVector s10 = FloatVector.fromArray(F, start, o1 * step).add(0f);
    FloatVector s20 = FloatVector.fromArray(F, start, o2 * step).add(0f);
    FloatVector s30 = FloatVector.fromArray(F, start, o3 * step).add(0f);
    for (int w = 0; w < words; w++) {
      int bw = b0 + kB[w0 + w];
      IntVector x0 = IntVector.fromArray(I, b, bw);
      for (int g = 0; g < groups; g++) {
        IntVector low0 = x0.and(3);
        IntVector high0 = x0.lanewise(LSHR, 2).and(3);
        IntVector t0 = FloatVector.fromArray(F, t, q).reinterpretAsInts();
        IntVector u0 = FloatVector.fromArray(F, t, q + 4).reinterpretAsInts();
        s00 =
            low0.selectFrom(t0)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u0).reinterpretAsFloats())
                .add(s00);
        IntVector t1 = FloatVector.fromArray(F, t, q + ENTRY).reinterpretAsInts();
        IntVector u1 = FloatVector.fromArray(F, t, q + ENTRY + 4).reinterpretAsInts();
        s10 =
            low0.selectFrom(t1)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u1).reinterpretAsFloats())
                .add(s10);
        IntVector t2 = FloatVector.fromArray(F, t, q + 2 * ENTRY).reinterpretAsInts();
        IntVector u2 = FloatVector.fromArray(F, t, q + 2 * ENTRY + 4).reinterpretAsInts();
        s20 =
            low0.selectFrom(t2)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u2).reinterpretAsFloats())
                .add(s20);
        IntVector t3 = FloatVector.fromArray(F, t, q + 3 * ENTRY).reinterpretAsInts();
        IntVector u3 = FloatVector.fromArray(F, t, q + 3 * ENTRY + 4).reinterpretAsInts();
        s30 =
            low0.selectFrom(t3)
                .reinterpretAsFloats()
                .add(high0.selectFrom(u3).reinterpretAsFloats())
                .add(s30);
        x0 = x0.lanewise(LSHR, 4);
        q += GROUP;
      }
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
  }
}
