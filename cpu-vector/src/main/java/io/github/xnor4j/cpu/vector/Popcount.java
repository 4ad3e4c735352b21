package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.B;
import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Products of bits by bits: how many bits differ between row r of A and column c of B.
 *
 * <p>Rows of A are addressed by offset lists, so any geometry of a convolution is only another
 * list: word k of row r is {@code a[a0 + rowA[r] + kA[k]]}. Columns of B are packed in panels of
 * 16: word k of column c is {@code b[(c / 16 * nk + k) * 16 + c % 16]}; the last panel is as large
 * as the others, and what stands in the columns that it lacks does not matter. Lanes are columns: a
 * word of A is broadcast and no sum is taken across lanes.
 *
 * <p>At 512 bits an instruction counts the bits of ints, and a register tile is 4 rows by 4
 * vectors; missing rows of the last tile repeat its last one, which writes the same values twice.
 *
 * <p>Below 512 bits no machine counts the bits of ints: it looks nibbles up and adds bytes, 13
 * instructions a vector. So words are added up bit by bit first, by carry-save adders of 5
 * instructions: of eight words only the carry of weight 8 is counted. (Rows of few words are
 * counted word by word.) One row by one vector then fills the registers, and the scalar work on
 * lists is done once for all columns: the words of a few rows are gathered first.
 */
final class Popcount {
  /** Columns of a panel of B. */
  private static final int PANEL = Panels.WIDTH;

  /** Columns of the widest tile. */
  private static final int WIDE = COUNT == 16 ? 4 * COUNT : 2 * COUNT;

  /** Rows whose words are gathered at a time. */
  private static final int GATHERED = 8;

  /** Words from which on carry-save adders pay. */
  private static final int CARRY_SAVE = 24;

  /** Words of which the eights fit into a byte, eight bits for eight words. */
  private static final int CARRY_SAVE_WORDS = 240;

  private Popcount() {}

  /** Ints that {@link #gemm} and {@link #pool} take to gather words of rows in. */
  static int gatherSize(int nk) {
    return COUNT == 16 ? 0 : GATHERED * nk;
  }

  /**
   * Counts differing bits: {@code out[out0 + rowOut[r] + c] = sum over k < nk of bitCount(a[a0 +
   * rowA[r] + kA[k]] ^ b[(c / 16 * nk + k) * 16 + c % 16])} for {@code r0 <= r < r1} and {@code c <
   * cols}.
   *
   * @param a words of A
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row
   * @param kA offset of each word within a row
   * @param nk words of a row, at least 1
   * @param b words of B, in panels
   * @param cols columns, at least 1
   * @param out counts; nothing beyond the true columns is written
   * @param out0 offset added to each of rowOut
   * @param rowOut offset of each row of counts
   * @param r0 first row
   * @param r1 end of the rows
   * @param gathered {@link #gatherSize} ints, overwritten
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void gemm(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int cols,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1,
      int[] gathered,
      int[] scratch) {
    if (COUNT < 16) {
      for (int r = r0; r < r1; r += GATHERED) {
        int rows = Math.min(GATHERED, r1 - r);
        gather(a, a0, rowA, r, rows, kA, nk, gathered);
        for (int c = 0; c < cols; c += WIDE) {
          columns(
              gathered,
              rows,
              nk,
              b,
              Panels.word(0, c, nk),
              cols - c,
              out,
              out0 + c,
              rowOut,
              r,
              scratch);
        }
      }
      return;
    }
    int block = nk * PANEL;
    int c = 0;
    for (; c + 4 * COUNT <= cols; c += 4 * COUNT) {
      columns4(a, a0, rowA, kA, nk, b, Panels.word(0, c, nk), block, out, out0 + c, rowOut, r0, r1);
    }
    for (; c + 2 * COUNT <= cols; c += 2 * COUNT) {
      columns2(a, a0, rowA, kA, nk, b, Panels.word(0, c, nk), block, out, out0 + c, rowOut, r0, r1);
    }
    for (; c + COUNT <= cols; c += COUNT) {
      columns1(a, a0, rowA, kA, nk, b, Panels.word(0, c, nk), out, out0 + c, rowOut, r0, r1);
    }
    if (c < cols) {
      int n = cols - c;
      columnTail(
          a, a0, rowA, kA, nk, b, Panels.word(0, c, nk), out, out0 + c, rowOut, n, r0, r1, scratch);
    }
  }

  // ---- below 512 bits

  private static void gather(
      int[] a, int a0, int[] rowA, int r, int rows, int[] kA, int nk, int[] gathered) {
    for (int i = 0; i < rows; i++) {
      int row = a0 + rowA[r + i];
      for (int k = 0; k < nk; k++) {
        gathered[i * nk + k] = a[row + kA[k]];
      }
    }
  }

  /** Two vectors of columns, or the n that there are, of the gathered rows. */
  private static void columns(
      int[] gathered,
      int rows,
      int nk,
      int[] b,
      int b0,
      int n,
      int[] out,
      int out0,
      int[] rowOut,
      int r,
      int[] scratch) {
    for (int i = 0; i < rows; i++) {
      int o = out0 + rowOut[r + i];
      if (n >= WIDE) {
        count2(gathered, i * nk, nk, b, b0, out, o);
      } else {
        count2(gathered, i * nk, nk, b, b0, scratch, 0);
        System.arraycopy(scratch, 0, out, o, n);
      }
    }
  }

  private static void count2(int[] a, int r, int nk, int[] b, int b0, int[] out, int o) {
    if (nk < CARRY_SAVE) {
      bytes2(a, r, nk, b, b0, out, o);
      return;
    }
    for (int k = 0; k < nk; k += CARRY_SAVE_WORDS) {
      int end = Math.min(nk, k + CARRY_SAVE_WORDS);
      carrySave(a, r, k, end, b, b0, k > 0, out, o);
      carrySave(a, r, k, end, b, b0 + COUNT, k > 0, out, o + COUNT);
    }
  }

  /**
   * Counts of fewer than {@link #CARRY_SAVE} words (of which 31 fit into a byte) of one row and 2
   * vectors, added as bytes.
   */
  private static void bytes2(int[] a, int r, int nk, int[] b, int b0, int[] out, int o) {
    ByteVector s0 = ByteVector.zero(B);
    ByteVector s1 = ByteVector.zero(B);
    for (int k = 0; k < nk; k++) {
      int bk = b0 + k * PANEL;
      IntVector v = IntVector.broadcast(I, a[r + k]);
      IntVector x0 = v.lanewise(XOR, IntVector.fromArray(I, b, bk));
      IntVector x1 = v.lanewise(XOR, IntVector.fromArray(I, b, bk + COUNT));
      s0 = x0.reinterpretAsBytes().lanewise(BIT_COUNT).add(s0);
      s1 = x1.reinterpretAsBytes().lanewise(BIT_COUNT).add(s1);
    }
    IntVector n0 = s0.reinterpretAsInts();
    IntVector n1 = s1.reinterpretAsInts();
    IntVector p0 = n0.and(0xFF00FF).add(n0.lanewise(LSHR, 8).and(0xFF00FF));
    IntVector p1 = n1.and(0xFF00FF).add(n1.lanewise(LSHR, 8).and(0xFF00FF));
    p0.and(0xFFFF).add(p0.lanewise(LSHR, 16)).intoArray(out, o);
    p1.and(0xFFFF).add(p1.lanewise(LSHR, 16)).intoArray(out, o + COUNT);
  }

  /**
   * Counts of words k0 to k1 of one row and a vector of columns, by carry-save adders: s = x ^ y ^
   * z and c = x & y | (x ^ y) & z add three bits of weight 1 to one of weight 1 and one of weight
   * 2. Eight words take seven adders, after which bits of weight 1, 2 and 4 stay and those of
   * weight 8 are counted: 7 instructions a word.
   *
   * @param add whether to add to out instead of replacing it
   */
  private static void carrySave(
      int[] a, int r, int k0, int k1, int[] b, int b0, boolean add, int[] out, int o) {
    IntVector ones = IntVector.zero(I);
    IntVector twos = IntVector.zero(I);
    IntVector fours = IntVector.zero(I);
    ByteVector eights = ByteVector.zero(B);
    int k = k0;
    for (; k + 8 <= k1; k += 8) {
      int ak = r + k;
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk).lanewise(XOR, a[ak]);
      IntVector x1 = IntVector.fromArray(I, b, bk + PANEL).lanewise(XOR, a[ak + 1]);
      IntVector s1 = ones.lanewise(XOR, x0);
      IntVector c0 = ones.and(x0).or(s1.and(x1));
      ones = s1.lanewise(XOR, x1);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * PANEL).lanewise(XOR, a[ak + 2]);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * PANEL).lanewise(XOR, a[ak + 3]);
      IntVector s2 = ones.lanewise(XOR, x2);
      IntVector c1 = ones.and(x2).or(s2.and(x3));
      ones = s2.lanewise(XOR, x3);
      IntVector s3 = twos.lanewise(XOR, c0);
      IntVector d0 = twos.and(c0).or(s3.and(c1));
      twos = s3.lanewise(XOR, c1);
      IntVector x4 = IntVector.fromArray(I, b, bk + 4 * PANEL).lanewise(XOR, a[ak + 4]);
      IntVector x5 = IntVector.fromArray(I, b, bk + 5 * PANEL).lanewise(XOR, a[ak + 5]);
      IntVector s4 = ones.lanewise(XOR, x4);
      IntVector c2 = ones.and(x4).or(s4.and(x5));
      ones = s4.lanewise(XOR, x5);
      IntVector x6 = IntVector.fromArray(I, b, bk + 6 * PANEL).lanewise(XOR, a[ak + 6]);
      IntVector x7 = IntVector.fromArray(I, b, bk + 7 * PANEL).lanewise(XOR, a[ak + 7]);
      IntVector s5 = ones.lanewise(XOR, x6);
      IntVector c3 = ones.and(x6).or(s5.and(x7));
      ones = s5.lanewise(XOR, x7);
      IntVector s6 = twos.lanewise(XOR, c2);
      IntVector d1 = twos.and(c2).or(s6.and(c3));
      twos = s6.lanewise(XOR, c3);
      IntVector s7 = fours.lanewise(XOR, d0);
      IntVector e = fours.and(d0).or(s7.and(d1));
      fours = s7.lanewise(XOR, d1);
      eights = e.reinterpretAsBytes().lanewise(BIT_COUNT).add(eights);
    }
    // up to seven words more, one by one: with the seven that may stay at most fourteen, so bits of
    // weight 8 are not carried out of
    IntVector rest = IntVector.zero(I);
    for (; k < k1; k++) {
      IntVector x = IntVector.fromArray(I, b, b0 + k * PANEL).lanewise(XOR, a[r + k]);
      IntVector c = ones.and(x);
      ones = ones.lanewise(XOR, x);
      IntVector d = twos.and(c);
      twos = twos.lanewise(XOR, c);
      rest = rest.or(fours.and(d));
      fours = fours.lanewise(XOR, d);
    }
    ByteVector sixes = fours.reinterpretAsBytes().lanewise(BIT_COUNT);
    sixes = sixes.add(sixes).add(twos.reinterpretAsBytes().lanewise(BIT_COUNT));
    ByteVector sevens = sixes.add(sixes).add(ones.reinterpretAsBytes().lanewise(BIT_COUNT));
    eights = rest.reinterpretAsBytes().lanewise(BIT_COUNT).add(eights);
    IntVector low = sevens.reinterpretAsInts();
    IntVector high = eights.reinterpretAsInts();
    IntVector lowPairs = low.and(0xFF00FF).add(low.lanewise(LSHR, 8).and(0xFF00FF));
    IntVector highPairs = high.and(0xFF00FF).add(high.lanewise(LSHR, 8).and(0xFF00FF));
    IntVector pairs = lowPairs.add(highPairs.lanewise(LSHL, 3));
    IntVector sum = pairs.and(0xFFFF).add(pairs.lanewise(LSHR, 16));
    if (add) {
      sum = IntVector.fromArray(I, out, o).add(sum);
    }
    sum.intoArray(out, o);
  }

  // ---- 512 bits

  private static void columns4(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int block,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    if (r1 - r0 == 1) {
      tile1x4(a, a0 + rowA[r0], kA, nk, b, b0, block, out, out0 + rowOut[r0]);
      return;
    }
    for (int r = r0; r < r1; r += 4) {
      int s = Math.min(r + 1, r1 - 1);
      int t = Math.min(r + 2, r1 - 1);
      int u = Math.min(r + 3, r1 - 1);
      tile4x4(
          a,
          a0 + rowA[r],
          a0 + rowA[s],
          a0 + rowA[t],
          a0 + rowA[u],
          kA,
          nk,
          b,
          b0,
          block,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u]);
    }
  }

  private static void columns2(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int block,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    for (int r = r0; r < r1; r += 4) {
      int s = Math.min(r + 1, r1 - 1);
      int t = Math.min(r + 2, r1 - 1);
      int u = Math.min(r + 3, r1 - 1);
      tile4x2(
          a,
          a0 + rowA[r],
          a0 + rowA[s],
          a0 + rowA[t],
          a0 + rowA[u],
          kA,
          nk,
          b,
          b0,
          block,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u]);
    }
  }

  private static void columns1(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    for (int r = r0; r < r1; r += 4) {
      int s = Math.min(r + 1, r1 - 1);
      int t = Math.min(r + 2, r1 - 1);
      int u = Math.min(r + 3, r1 - 1);
      tile4x1(
          a,
          a0 + rowA[r],
          a0 + rowA[s],
          a0 + rowA[t],
          a0 + rowA[u],
          kA,
          nk,
          b,
          b0,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u]);
    }
  }

  private static void columnTail(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int[] out,
      int out0,
      int[] rowOut,
      int n,
      int r0,
      int r1,
      int[] scratch) {
    for (int r = r0; r < r1; r += 4) {
      int s = Math.min(r + 1, r1 - 1);
      int t = Math.min(r + 2, r1 - 1);
      int u = Math.min(r + 3, r1 - 1);
      tile4x1(
          a,
          a0 + rowA[r],
          a0 + rowA[s],
          a0 + rowA[t],
          a0 + rowA[u],
          kA,
          nk,
          b,
          b0,
          scratch,
          0,
          COUNT,
          2 * COUNT,
          3 * COUNT);
      for (int i = r; i <= u; i++) {
        System.arraycopy(scratch, (i - r) * COUNT, out, out0 + rowOut[i], n);
      }
    }
  }

  private static void tile4x4(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int block,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    IntVector s00 = IntVector.zero(I);
    IntVector s01 = IntVector.zero(I);
    IntVector s02 = IntVector.zero(I);
    IntVector s03 = IntVector.zero(I);
    IntVector s10 = IntVector.zero(I);
    IntVector s11 = IntVector.zero(I);
    IntVector s12 = IntVector.zero(I);
    IntVector s13 = IntVector.zero(I);
    IntVector s20 = IntVector.zero(I);
    IntVector s21 = IntVector.zero(I);
    IntVector s22 = IntVector.zero(I);
    IntVector s23 = IntVector.zero(I);
    IntVector s30 = IntVector.zero(I);
    IntVector s31 = IntVector.zero(I);
    IntVector s32 = IntVector.zero(I);
    IntVector s33 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + block);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * block);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * block);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = v0.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s00);
      s01 = v0.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s01);
      s02 = v0.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s02);
      s03 = v0.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s03);
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = v1.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s10);
      s11 = v1.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s11);
      s12 = v1.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s12);
      s13 = v1.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s13);
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = v2.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s20);
      s21 = v2.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s21);
      s22 = v2.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s22);
      s23 = v2.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s23);
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = v3.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s30);
      s31 = v3.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s31);
      s32 = v3.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s32);
      s33 = v3.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s33);
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + COUNT);
    s02.intoArray(out, o0 + 2 * COUNT);
    s03.intoArray(out, o0 + 3 * COUNT);
    s10.intoArray(out, o1);
    s11.intoArray(out, o1 + COUNT);
    s12.intoArray(out, o1 + 2 * COUNT);
    s13.intoArray(out, o1 + 3 * COUNT);
    s20.intoArray(out, o2);
    s21.intoArray(out, o2 + COUNT);
    s22.intoArray(out, o2 + 2 * COUNT);
    s23.intoArray(out, o2 + 3 * COUNT);
    s30.intoArray(out, o3);
    s31.intoArray(out, o3 + COUNT);
    s32.intoArray(out, o3 + 2 * COUNT);
    s33.intoArray(out, o3 + 3 * COUNT);
  }

  private static void tile4x2(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int block,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    IntVector s00 = IntVector.zero(I);
    IntVector s01 = IntVector.zero(I);
    IntVector s10 = IntVector.zero(I);
    IntVector s11 = IntVector.zero(I);
    IntVector s20 = IntVector.zero(I);
    IntVector s21 = IntVector.zero(I);
    IntVector s30 = IntVector.zero(I);
    IntVector s31 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + block);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = v0.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s00);
      s01 = v0.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s01);
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = v1.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s10);
      s11 = v1.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s11);
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = v2.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s20);
      s21 = v2.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s21);
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = v3.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s30);
      s31 = v3.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s31);
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

  private static void tile4x1(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    IntVector s00 = IntVector.zero(I);
    IntVector s10 = IntVector.zero(I);
    IntVector s20 = IntVector.zero(I);
    IntVector s30 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = v0.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s00);
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = v1.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s10);
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = v2.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s20);
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = v3.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s30);
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
  }

  private static void tile1x4(
      int[] a, int r0, int[] kA, int nk, int[] b, int b0, int block, int[] out, int o0) {
    IntVector s00 = IntVector.zero(I);
    IntVector s01 = IntVector.zero(I);
    IntVector s02 = IntVector.zero(I);
    IntVector s03 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + block);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * block);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * block);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = v0.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s00);
      s01 = v0.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s01);
      s02 = v0.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s02);
      s03 = v0.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s03);
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + COUNT);
    s02.intoArray(out, o0 + 2 * COUNT);
    s03.intoArray(out, o0 + 3 * COUNT);
  }

  /**
   * Counts differing bits and pools windows of four rows: {@code y[y0 + w * cols + c]} is the
   * largest of the dot products {@code depth - 2 * count} of rows 4 * w to 4 * w + 3, {@code
   * argmax[m0 + w * cols + c]} the first of the four that has it. The four counts never leave
   * registers or the L1 cache, and the smallest of {@code 4 * count + row} is both results at once.
   *
   * @param a words of A
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row, four for each window
   * @param kA offset of each word within a row
   * @param nk words of a row, at least 1
   * @param b words of B, in panels
   * @param cols columns, at least 1
   * @param depth bits of a row, at most 2^24
   * @param y dot products
   * @param argmax winners
   * @param windows number of windows
   * @param gathered {@link #gatherSize} ints, overwritten
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void pool(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int cols,
      int depth,
      float[] y,
      int y0,
      int[] argmax,
      int m0,
      int windows,
      int[] gathered,
      int[] scratch) {
    for (int w = 0; w < windows; w++) {
      if (COUNT < 16) {
        gather(a, a0, rowA, 4 * w, 4, kA, nk, gathered);
      }
      for (int c = 0; c < cols; c += WIDE) {
        int n = Math.min(WIDE, cols - c);
        int o = y0 + w * cols + c;
        int m = m0 + w * cols + c;
        int b0 = Panels.word(0, c, nk);
        if (COUNT == 16 && n == WIDE) {
          pool4x4(
              a,
              a0 + rowA[4 * w],
              a0 + rowA[4 * w + 1],
              a0 + rowA[4 * w + 2],
              a0 + rowA[4 * w + 3],
              kA,
              nk,
              b,
              b0,
              nk * PANEL,
              depth,
              y,
              o,
              argmax,
              m);
          continue;
        }
        if (COUNT == 16) {
          counts(a, a0, rowA, 4 * w, kA, nk, b, b0, (n + COUNT - 1) / COUNT, scratch);
        } else {
          for (int p = 0; p < 4; p++) {
            count2(gathered, p * nk, nk, b, b0, scratch, p * WIDE);
          }
        }
        winners(scratch, n, depth, y, o, argmax, m);
      }
    }
  }

  /**
   * Pools four rows and four vectors of columns. With the counts still in registers this takes
   * three quarters of the time of counts that go by way of the L1 cache.
   */
  private static void pool4x4(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int block,
      int depth,
      float[] y,
      int o,
      int[] argmax,
      int m) {
    IntVector s00 = IntVector.zero(I);
    IntVector s01 = IntVector.zero(I);
    IntVector s02 = IntVector.zero(I);
    IntVector s03 = IntVector.zero(I);
    IntVector s10 = IntVector.zero(I);
    IntVector s11 = IntVector.zero(I);
    IntVector s12 = IntVector.zero(I);
    IntVector s13 = IntVector.zero(I);
    IntVector s20 = IntVector.zero(I);
    IntVector s21 = IntVector.zero(I);
    IntVector s22 = IntVector.zero(I);
    IntVector s23 = IntVector.zero(I);
    IntVector s30 = IntVector.zero(I);
    IntVector s31 = IntVector.zero(I);
    IntVector s32 = IntVector.zero(I);
    IntVector s33 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * PANEL;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + block);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * block);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * block);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = v0.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s00);
      s01 = v0.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s01);
      s02 = v0.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s02);
      s03 = v0.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s03);
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = v1.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s10);
      s11 = v1.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s11);
      s12 = v1.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s12);
      s13 = v1.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s13);
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = v2.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s20);
      s21 = v2.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s21);
      s22 = v2.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s22);
      s23 = v2.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s23);
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = v3.lanewise(XOR, x0).lanewise(BIT_COUNT).add(s30);
      s31 = v3.lanewise(XOR, x1).lanewise(BIT_COUNT).add(s31);
      s32 = v3.lanewise(XOR, x2).lanewise(BIT_COUNT).add(s32);
      s33 = v3.lanewise(XOR, x3).lanewise(BIT_COUNT).add(s33);
    }
    IntVector best0 =
        s00.lanewise(LSHL, 2)
            .min(s10.lanewise(LSHL, 2).or(1))
            .min(s20.lanewise(LSHL, 2).or(2))
            .min(s30.lanewise(LSHL, 2).or(3));
    IntVector best1 =
        s01.lanewise(LSHL, 2)
            .min(s11.lanewise(LSHL, 2).or(1))
            .min(s21.lanewise(LSHL, 2).or(2))
            .min(s31.lanewise(LSHL, 2).or(3));
    IntVector best2 =
        s02.lanewise(LSHL, 2)
            .min(s12.lanewise(LSHL, 2).or(1))
            .min(s22.lanewise(LSHL, 2).or(2))
            .min(s32.lanewise(LSHL, 2).or(3));
    IntVector best3 =
        s03.lanewise(LSHL, 2)
            .min(s13.lanewise(LSHL, 2).or(1))
            .min(s23.lanewise(LSHL, 2).or(2))
            .min(s33.lanewise(LSHL, 2).or(3));
    best0.and(3).intoArray(argmax, m);
    IntVector dot0 = best0.lanewise(LSHR, 2).lanewise(LSHL, 1).neg().add(depth);
    ((FloatVector) dot0.convertShape(I2F, F, 0)).intoArray(y, o);
    best1.and(3).intoArray(argmax, m + COUNT);
    IntVector dot1 = best1.lanewise(LSHR, 2).lanewise(LSHL, 1).neg().add(depth);
    ((FloatVector) dot1.convertShape(I2F, F, 0)).intoArray(y, o + COUNT);
    best2.and(3).intoArray(argmax, m + 2 * COUNT);
    IntVector dot2 = best2.lanewise(LSHR, 2).lanewise(LSHL, 1).neg().add(depth);
    ((FloatVector) dot2.convertShape(I2F, F, 0)).intoArray(y, o + 2 * COUNT);
    best3.and(3).intoArray(argmax, m + 3 * COUNT);
    IntVector dot3 = best3.lanewise(LSHR, 2).lanewise(LSHL, 1).neg().add(depth);
    ((FloatVector) dot3.convertShape(I2F, F, 0)).intoArray(y, o + 3 * COUNT);
  }

  /** Counts of four rows and up to four vectors of columns, row by row {@link #WIDE} apart. */
  private static void counts(
      int[] a,
      int a0,
      int[] rowA,
      int r,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int vectors,
      int[] out) {
    int r0 = a0 + rowA[r];
    int r1 = a0 + rowA[r + 1];
    int r2 = a0 + rowA[r + 2];
    int r3 = a0 + rowA[r + 3];
    int block = nk * PANEL;
    int v = 0;
    for (; v + 2 <= vectors; v += 2) {
      int o = v * COUNT;
      int c = b0 + v * block;
      tile4x2(a, r0, r1, r2, r3, kA, nk, b, c, block, out, o, WIDE + o, 2 * WIDE + o, 3 * WIDE + o);
    }
    if (v < vectors) {
      int o = v * COUNT;
      int c = b0 + v * block;
      tile4x1(a, r0, r1, r2, r3, kA, nk, b, c, out, o, WIDE + o, 2 * WIDE + o, 3 * WIDE + o);
    }
  }

  private static void winners(
      int[] counts, int n, int depth, float[] y, int o, int[] argmax, int m) {
    int c = 0;
    for (; c + COUNT <= n; c += COUNT) {
      IntVector best =
          IntVector.fromArray(I, counts, c)
              .lanewise(LSHL, 2)
              .min(IntVector.fromArray(I, counts, c + WIDE).lanewise(LSHL, 2).or(1))
              .min(IntVector.fromArray(I, counts, c + 2 * WIDE).lanewise(LSHL, 2).or(2))
              .min(IntVector.fromArray(I, counts, c + 3 * WIDE).lanewise(LSHL, 2).or(3));
      best.and(3).intoArray(argmax, m + c);
      IntVector dot = best.lanewise(LSHR, 2).lanewise(LSHL, 1).neg().add(depth);
      ((FloatVector) dot.convertShape(I2F, F, 0)).intoArray(y, o + c);
    }
    for (; c < n; c++) {
      int best = counts[c] << 2;
      for (int p = 1; p < 4; p++) {
        best = Math.min(best, counts[c + p * WIDE] << 2 | p);
      }
      argmax[m + c] = best & 3;
      y[o + c] = depth - 2 * (best >> 2);
    }
  }
}
