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
 * <p>Operands are addressed by offset lists, so any geometry of a convolution is only another list:
 * word k of row r of A is {@code a[a0 + rowA[r] + kA[k]]}, word k of column c of B is {@code b[b0 +
 * k * ldb + c]}. Lanes are columns: a word of A is broadcast and no sum is taken across lanes.
 *
 * <p>Columns of B must be readable up to the next multiple of 16 ({@code cols} rounded up); what
 * stands there does not matter. For speed pack B in panels of {@code ldb} = 64 columns, one call
 * each: a larger power of two as {@code ldb} makes the words of a tile compete for the same lines
 * of the cache.
 *
 * <p>Below 512 bits no machine counts the bits of ints: it looks nibbles up and adds bytes, and to
 * add the four bytes of an int costs as much again. So the counts of up to 31 words are added as
 * bytes, and the bytes of a sum only once.
 *
 * <p>A register tile is 4 rows by 4 vectors (2 where vectors are narrower than 512 bits and
 * registers fewer). Missing rows of the last tile repeat its last one, which writes the same values
 * twice.
 */
final class Popcount {
  /** Columns of the widest tile. */
  private static final int WIDE = COUNT == 16 ? 4 * COUNT : 2 * COUNT;

  /** Words whose counts fit into a byte: eight bits of each byte of a word. */
  private static final int WORDS = 31;

  /** Where the products' scratch array holds sums of bytes. */
  private static final int PACKED = Lanes.SCRATCH / 2;

  private Popcount() {}

  /**
   * Counts differing bits: {@code out[out0 + rowOut[r] + c] = sum over k < nk of bitCount(a[a0 +
   * rowA[r] + kA[k]] ^ b[b0 + k * ldb + c])} for {@code r0 <= r < r1} and {@code c < cols}.
   *
   * @param a words of A
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row
   * @param kA offset of each word within a row
   * @param nk words of a row, at least 1
   * @param b words of B
   * @param b0 offset of word 0 of column 0
   * @param ldb distance of a column's words, at least cols rounded up to 16
   * @param cols columns, at least 1
   * @param out counts; nothing beyond the true columns is written
   * @param out0 offset added to each of rowOut
   * @param rowOut offset of each row of counts
   * @param r0 first row
   * @param r1 end of the rows
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void gemm(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int ldb,
      int cols,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1,
      int[] scratch) {
    int c = 0;
    for (; WIDE == 4 * COUNT && c + 4 * COUNT <= cols; c += 4 * COUNT) {
      columns4(a, a0, rowA, kA, nk, b, b0 + c, ldb, out, out0 + c, rowOut, r0, r1);
    }
    for (; c + 2 * COUNT <= cols; c += 2 * COUNT) {
      columns2(a, a0, rowA, kA, nk, b, b0 + c, ldb, out, out0 + c, rowOut, r0, r1, scratch);
    }
    for (; c + COUNT <= cols; c += COUNT) {
      columns1(a, a0, rowA, kA, nk, b, b0 + c, ldb, out, out0 + c, rowOut, r0, r1, scratch);
    }
    if (c < cols) {
      columnTail(
          a, a0, rowA, kA, nk, b, b0 + c, ldb, out, out0 + c, rowOut, cols - c, r0, r1, scratch);
    }
  }

  private static void columns4(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int ldb,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    if (r1 - r0 == 1) {
      tile1x4(a, a0 + rowA[r0], kA, nk, b, b0, ldb, out, out0 + rowOut[r0]);
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
          ldb,
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
      int ldb,
      int[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1,
      int[] scratch) {
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
          ldb,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u],
          scratch);
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
      int ldb,
      int[] out,
      int out0,
      int[] rowOut,
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
          ldb,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u],
          scratch);
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
      int ldb,
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
          ldb,
          scratch,
          0,
          COUNT,
          2 * COUNT,
          3 * COUNT,
          scratch);
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
      int ldb,
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
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + COUNT);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * COUNT);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * COUNT);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s01 = s01.add(v0.lanewise(XOR, x1).lanewise(BIT_COUNT));
      s02 = s02.add(v0.lanewise(XOR, x2).lanewise(BIT_COUNT));
      s03 = s03.add(v0.lanewise(XOR, x3).lanewise(BIT_COUNT));
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = s10.add(v1.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s11 = s11.add(v1.lanewise(XOR, x1).lanewise(BIT_COUNT));
      s12 = s12.add(v1.lanewise(XOR, x2).lanewise(BIT_COUNT));
      s13 = s13.add(v1.lanewise(XOR, x3).lanewise(BIT_COUNT));
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = s20.add(v2.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s21 = s21.add(v2.lanewise(XOR, x1).lanewise(BIT_COUNT));
      s22 = s22.add(v2.lanewise(XOR, x2).lanewise(BIT_COUNT));
      s23 = s23.add(v2.lanewise(XOR, x3).lanewise(BIT_COUNT));
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = s30.add(v3.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s31 = s31.add(v3.lanewise(XOR, x1).lanewise(BIT_COUNT));
      s32 = s32.add(v3.lanewise(XOR, x2).lanewise(BIT_COUNT));
      s33 = s33.add(v3.lanewise(XOR, x3).lanewise(BIT_COUNT));
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

  /**
   * Counts of words k0 to k1, at most {@link #WORDS}, as four sums of bytes in each lane: scratch
   * gets row by row 2 vectors.
   */
  private static void bytes4x2(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int k0,
      int k1,
      int[] b,
      int b0,
      int ldb,
      int[] scratch) {
    ByteVector s00 = ByteVector.zero(B);
    ByteVector s01 = ByteVector.zero(B);
    ByteVector s10 = ByteVector.zero(B);
    ByteVector s11 = ByteVector.zero(B);
    ByteVector s20 = ByteVector.zero(B);
    ByteVector s21 = ByteVector.zero(B);
    ByteVector s30 = ByteVector.zero(B);
    ByteVector s31 = ByteVector.zero(B);
    for (int k = k0; k < k1; k++) {
      int ak = kA[k];
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + COUNT);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      s01 = s01.add(v0.lanewise(XOR, x1).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = s10.add(v1.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      s11 = s11.add(v1.lanewise(XOR, x1).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = s20.add(v2.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      s21 = s21.add(v2.lanewise(XOR, x1).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = s30.add(v3.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      s31 = s31.add(v3.lanewise(XOR, x1).reinterpretAsBytes().lanewise(BIT_COUNT));
    }
    s00.reinterpretAsInts().intoArray(scratch, PACKED);
    s01.reinterpretAsInts().intoArray(scratch, PACKED + COUNT);
    s10.reinterpretAsInts().intoArray(scratch, PACKED + 2 * COUNT);
    s11.reinterpretAsInts().intoArray(scratch, PACKED + 3 * COUNT);
    s20.reinterpretAsInts().intoArray(scratch, PACKED + 4 * COUNT);
    s21.reinterpretAsInts().intoArray(scratch, PACKED + 5 * COUNT);
    s30.reinterpretAsInts().intoArray(scratch, PACKED + 6 * COUNT);
    s31.reinterpretAsInts().intoArray(scratch, PACKED + 7 * COUNT);
  }

  /**
   * Counts of words k0 to k1, at most {@link #WORDS}, as four sums of bytes in each lane: scratch
   * gets row by row 1 vector.
   */
  private static void bytes4x1(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int k0,
      int k1,
      int[] b,
      int b0,
      int ldb,
      int[] scratch) {
    ByteVector s00 = ByteVector.zero(B);
    ByteVector s10 = ByteVector.zero(B);
    ByteVector s20 = ByteVector.zero(B);
    ByteVector s30 = ByteVector.zero(B);
    for (int k = k0; k < k1; k++) {
      int ak = kA[k];
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = s10.add(v1.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = s20.add(v2.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = s30.add(v3.lanewise(XOR, x0).reinterpretAsBytes().lanewise(BIT_COUNT));
    }
    s00.reinterpretAsInts().intoArray(scratch, PACKED);
    s10.reinterpretAsInts().intoArray(scratch, PACKED + COUNT);
    s20.reinterpretAsInts().intoArray(scratch, PACKED + 2 * COUNT);
    s30.reinterpretAsInts().intoArray(scratch, PACKED + 3 * COUNT);
  }

  /** Adds up the four bytes of each lane of {@code vectors} vectors of a row. */
  private static void widen(int[] scratch, int from, int vectors, boolean add, int[] out, int o) {
    for (int i = 0; i < vectors * COUNT; i += COUNT) {
      IntVector bytes = IntVector.fromArray(I, scratch, from + i);
      IntVector pairs = bytes.and(0xFF00FF).add(bytes.lanewise(LSHR, 8).and(0xFF00FF));
      IntVector sums = pairs.and(0xFFFF).add(pairs.lanewise(LSHR, 16));
      if (add) {
        sums = sums.add(IntVector.fromArray(I, out, o + i));
      }
      sums.intoArray(out, o + i);
    }
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
      int ldb,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int[] scratch) {
    for (int k = 0; COUNT < 16 && k < nk; k += WORDS) {
      int end = Math.min(nk, k + WORDS);
      bytes4x2(a, r0, r1, r2, r3, kA, k, end, b, b0, ldb, scratch);
      // a row that repeats the one before it must not be added to twice
      widen(scratch, PACKED, 2, k > 0, out, o0);
      if (o1 != o0) {
        widen(scratch, PACKED + 2 * COUNT, 2, k > 0, out, o1);
      }
      if (o2 != o1) {
        widen(scratch, PACKED + 4 * COUNT, 2, k > 0, out, o2);
      }
      if (o3 != o2) {
        widen(scratch, PACKED + 6 * COUNT, 2, k > 0, out, o3);
      }
    }
    if (COUNT < 16) {
      return;
    }
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
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + COUNT);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s01 = s01.add(v0.lanewise(XOR, x1).lanewise(BIT_COUNT));
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = s10.add(v1.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s11 = s11.add(v1.lanewise(XOR, x1).lanewise(BIT_COUNT));
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = s20.add(v2.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s21 = s21.add(v2.lanewise(XOR, x1).lanewise(BIT_COUNT));
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = s30.add(v3.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s31 = s31.add(v3.lanewise(XOR, x1).lanewise(BIT_COUNT));
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
      int ldb,
      int[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int[] scratch) {
    for (int k = 0; COUNT < 16 && k < nk; k += WORDS) {
      int end = Math.min(nk, k + WORDS);
      bytes4x1(a, r0, r1, r2, r3, kA, k, end, b, b0, ldb, scratch);
      // a row that repeats the one before it must not be added to twice
      widen(scratch, PACKED, 1, k > 0, out, o0);
      if (o1 != o0) {
        widen(scratch, PACKED + COUNT, 1, k > 0, out, o1);
      }
      if (o2 != o1) {
        widen(scratch, PACKED + 2 * COUNT, 1, k > 0, out, o2);
      }
      if (o3 != o2) {
        widen(scratch, PACKED + 3 * COUNT, 1, k > 0, out, o3);
      }
    }
    if (COUNT < 16) {
      return;
    }
    IntVector s00 = IntVector.zero(I);
    IntVector s10 = IntVector.zero(I);
    IntVector s20 = IntVector.zero(I);
    IntVector s30 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).lanewise(BIT_COUNT));
      IntVector v1 = IntVector.broadcast(I, a[r1 + ak]);
      s10 = s10.add(v1.lanewise(XOR, x0).lanewise(BIT_COUNT));
      IntVector v2 = IntVector.broadcast(I, a[r2 + ak]);
      s20 = s20.add(v2.lanewise(XOR, x0).lanewise(BIT_COUNT));
      IntVector v3 = IntVector.broadcast(I, a[r3 + ak]);
      s30 = s30.add(v3.lanewise(XOR, x0).lanewise(BIT_COUNT));
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
  }

  private static void tile1x4(
      int[] a, int r0, int[] kA, int nk, int[] b, int b0, int ldb, int[] out, int o0) {
    IntVector s00 = IntVector.zero(I);
    IntVector s01 = IntVector.zero(I);
    IntVector s02 = IntVector.zero(I);
    IntVector s03 = IntVector.zero(I);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + k * ldb;
      IntVector x0 = IntVector.fromArray(I, b, bk);
      IntVector x1 = IntVector.fromArray(I, b, bk + COUNT);
      IntVector x2 = IntVector.fromArray(I, b, bk + 2 * COUNT);
      IntVector x3 = IntVector.fromArray(I, b, bk + 3 * COUNT);
      IntVector v0 = IntVector.broadcast(I, a[r0 + ak]);
      s00 = s00.add(v0.lanewise(XOR, x0).lanewise(BIT_COUNT));
      s01 = s01.add(v0.lanewise(XOR, x1).lanewise(BIT_COUNT));
      s02 = s02.add(v0.lanewise(XOR, x2).lanewise(BIT_COUNT));
      s03 = s03.add(v0.lanewise(XOR, x3).lanewise(BIT_COUNT));
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + COUNT);
    s02.intoArray(out, o0 + 2 * COUNT);
    s03.intoArray(out, o0 + 3 * COUNT);
  }

  /**
   * Counts differing bits and pools windows of four rows: {@code y[y0 + w * cols + c]} is the
   * largest of the dot products {@code depth - 2 * count} of rows 4 * w to 4 * w + 3, {@code
   * argmax[m0 + w * cols + c]} the first of the four that has it. The four counts never leave the
   * L1 cache, and the smallest of {@code 4 * count + row} is both results at once.
   *
   * @param a words of A
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row, four for each window
   * @param kA offset of each word within a row
   * @param nk words of a row, at least 1
   * @param b words of B
   * @param ldb distance of a column's words, at least cols rounded up to 16
   * @param cols columns, at least 1
   * @param depth bits of a row, at most 2^24
   * @param y dot products
   * @param argmax winners
   * @param windows number of windows
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void pool(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int ldb,
      int cols,
      int depth,
      float[] y,
      int y0,
      int[] argmax,
      int m0,
      int windows,
      int[] scratch) {
    for (int c = 0; c < cols; c += WIDE) {
      int vectors = Math.min(WIDE, cols - c + COUNT - 1) / COUNT;
      int n = Math.min(WIDE, cols - c);
      for (int w = 0; w < windows; w++) {
        int r0 = a0 + rowA[4 * w];
        int r1 = a0 + rowA[4 * w + 1];
        int r2 = a0 + rowA[4 * w + 2];
        int r3 = a0 + rowA[4 * w + 3];
        counts(a, r0, r1, r2, r3, kA, nk, b, c, ldb, vectors, scratch);
        winners(scratch, n, depth, y, y0 + w * cols + c, argmax, m0 + w * cols + c);
      }
    }
  }

  /** Counts of four rows and up to four vectors of columns, row by row {@link #WIDE} apart. */
  private static void counts(
      int[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      int[] b,
      int b0,
      int ldb,
      int vectors,
      int[] out) {
    int v = 0;
    if (vectors == 4) {
      tile4x4(a, r0, r1, r2, r3, kA, nk, b, b0, ldb, out, 0, WIDE, 2 * WIDE, 3 * WIDE);
      return;
    }
    if (vectors >= 2) {
      tile4x2(a, r0, r1, r2, r3, kA, nk, b, b0, ldb, out, 0, WIDE, 2 * WIDE, 3 * WIDE, out);
      v = 2 * COUNT;
    }
    if (vectors % 2 == 1) {
      int c = b0 + v;
      tile4x1(
          a, r0, r1, r2, r3, kA, nk, b, c, ldb, out, v, WIDE + v, 2 * WIDE + v, 3 * WIDE + v, out);
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
