package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products of floats by floats, by fused multiply-add.
 *
 * <p>Operands are addressed by offset lists as in {@link Popcount}: element k of row r of A is
 * {@code a[a0 + rowA[r] + kA[k]]}, element k of column c of B is {@code b[b0 + kB[k] + c]}. Lanes
 * are columns. Columns of B must be readable up to the next multiple of 16.
 *
 * <p>Each output is one accumulator over ascending k, whatever the width and the tile. A register
 * tile is 8 rows by 2 vectors, or 6 by 2 at 256 bits, where AVX2 has 16 registers; 4 by 2 for the
 * last rows. Missing rows of a tile repeat its last one: all of a tile is read before any of it is
 * written, so that writes the same values twice.
 */
final class FloatGemm {
  private FloatGemm() {}

  /**
   * Multiplies: {@code out[out0 + rowOut[r] + c] = (add ? out[out0 + rowOut[r] + c] : 0) + sum over
   * k < nk of a[a0 + rowA[r] + kA[k]] * b[b0 + kB[k] + c]} for {@code r0 <= r < r1} and {@code c <
   * cols}, k ascending.
   *
   * @param a elements of A
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row
   * @param kA offset of each element within a row
   * @param nk elements of a row, at least 1
   * @param b elements of B
   * @param b0 offset added to each of kB
   * @param kB offset of the k-th element of column 0
   * @param cols columns, at least 1
   * @param out products; nothing beyond the true columns is written; no two rows may overlap
   * @param out0 offset added to each of rowOut
   * @param rowOut offset of each row of products
   * @param r0 first row
   * @param r1 end of the rows
   * @param add whether to add to what out holds
   * @param scratch {@link Lanes#SCRATCH} floats, overwritten
   */
  static void gemm(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      int cols,
      float[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1,
      boolean add,
      float[] scratch) {
    for (int r = r0; r < r1 && !add; r++) {
      Arrays.fill(out, out0 + rowOut[r], out0 + rowOut[r] + cols, 0);
    }
    int c = 0;
    for (; c + 2 * COUNT <= cols; c += 2 * COUNT) {
      columns2(a, a0, rowA, kA, nk, b, b0 + c, kB, out, out0 + c, rowOut, r0, r1);
    }
    for (; c + COUNT <= cols; c += COUNT) {
      columns1(a, a0, rowA, kA, nk, b, b0 + c, kB, out, out0 + c, rowOut, r0, r1);
    }
    if (c < cols) {
      columnTail(
          a, a0, rowA, kA, nk, b, b0 + c, kB, out, out0 + c, rowOut, cols - c, r0, r1, scratch);
    }
  }

  private static void columns2(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    int r = r0;
    int last = r1 - 1;
    for (; COUNT == 8 && r + 4 < r1; r += 6) {
      int r5 = Math.min(r + 5, last);
      tile6x2(
          a,
          a0 + rowA[r],
          a0 + rowA[r + 1],
          a0 + rowA[r + 2],
          a0 + rowA[r + 3],
          a0 + rowA[r + 4],
          a0 + rowA[r5],
          kA,
          nk,
          b,
          b0,
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[r + 1],
          out0 + rowOut[r + 2],
          out0 + rowOut[r + 3],
          out0 + rowOut[r + 4],
          out0 + rowOut[r5]);
    }
    for (; COUNT != 8 && r + 4 < r1; r += 8) {
      int r5 = Math.min(r + 5, last);
      int r6 = Math.min(r + 6, last);
      int r7 = Math.min(r + 7, last);
      tile8x2(
          a,
          a0 + rowA[r],
          a0 + rowA[r + 1],
          a0 + rowA[r + 2],
          a0 + rowA[r + 3],
          a0 + rowA[r + 4],
          a0 + rowA[r5],
          a0 + rowA[r6],
          a0 + rowA[r7],
          kA,
          nk,
          b,
          b0,
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[r + 1],
          out0 + rowOut[r + 2],
          out0 + rowOut[r + 3],
          out0 + rowOut[r + 4],
          out0 + rowOut[r5],
          out0 + rowOut[r6],
          out0 + rowOut[r7]);
    }
    for (; r < r1; r += 4) {
      int s = Math.min(r + 1, last);
      int t = Math.min(r + 2, last);
      int u = Math.min(r + 3, last);
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
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u]);
    }
  }

  private static void columns1(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int out0,
      int[] rowOut,
      int r0,
      int r1) {
    int r = r0;
    int last = r1 - 1;
    for (; COUNT == 8 && r + 4 < r1; r += 6) {
      int r5 = Math.min(r + 5, last);
      tile6x1(
          a,
          a0 + rowA[r],
          a0 + rowA[r + 1],
          a0 + rowA[r + 2],
          a0 + rowA[r + 3],
          a0 + rowA[r + 4],
          a0 + rowA[r5],
          kA,
          nk,
          b,
          b0,
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[r + 1],
          out0 + rowOut[r + 2],
          out0 + rowOut[r + 3],
          out0 + rowOut[r + 4],
          out0 + rowOut[r5]);
    }
    for (; COUNT != 8 && r + 4 < r1; r += 8) {
      int r5 = Math.min(r + 5, last);
      int r6 = Math.min(r + 6, last);
      int r7 = Math.min(r + 7, last);
      tile8x1(
          a,
          a0 + rowA[r],
          a0 + rowA[r + 1],
          a0 + rowA[r + 2],
          a0 + rowA[r + 3],
          a0 + rowA[r + 4],
          a0 + rowA[r5],
          a0 + rowA[r6],
          a0 + rowA[r7],
          kA,
          nk,
          b,
          b0,
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[r + 1],
          out0 + rowOut[r + 2],
          out0 + rowOut[r + 3],
          out0 + rowOut[r + 4],
          out0 + rowOut[r5],
          out0 + rowOut[r6],
          out0 + rowOut[r7]);
    }
    for (; r < r1; r += 4) {
      int s = Math.min(r + 1, last);
      int t = Math.min(r + 2, last);
      int u = Math.min(r + 3, last);
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
          kB,
          out,
          out0 + rowOut[r],
          out0 + rowOut[s],
          out0 + rowOut[t],
          out0 + rowOut[u]);
    }
  }

  private static void columnTail(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int out0,
      int[] rowOut,
      int n,
      int r0,
      int r1,
      float[] scratch) {
    for (int r = r0; r < r1; r += 4) {
      int s = Math.min(r + 1, r1 - 1);
      int t = Math.min(r + 2, r1 - 1);
      int u = Math.min(r + 3, r1 - 1);
      for (int i = r; i <= u; i++) {
        System.arraycopy(out, out0 + rowOut[i], scratch, (i - r) * COUNT, n);
      }
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
          kB,
          scratch,
          0,
          (s - r) * COUNT,
          (t - r) * COUNT,
          (u - r) * COUNT);
      for (int i = r; i <= u; i++) {
        System.arraycopy(scratch, (i - r) * COUNT, out, out0 + rowOut[i], n);
      }
    }
  }

  private static void tile8x2(
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      int r6,
      int r7,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s01 = FloatVector.fromArray(F, out, o0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s11 = FloatVector.fromArray(F, out, o1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s21 = FloatVector.fromArray(F, out, o2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    FloatVector s31 = FloatVector.fromArray(F, out, o3 + COUNT);
    FloatVector s40 = FloatVector.fromArray(F, out, o4);
    FloatVector s41 = FloatVector.fromArray(F, out, o4 + COUNT);
    FloatVector s50 = FloatVector.fromArray(F, out, o5);
    FloatVector s51 = FloatVector.fromArray(F, out, o5 + COUNT);
    FloatVector s60 = FloatVector.fromArray(F, out, o6);
    FloatVector s61 = FloatVector.fromArray(F, out, o6 + COUNT);
    FloatVector s70 = FloatVector.fromArray(F, out, o7);
    FloatVector s71 = FloatVector.fromArray(F, out, o7 + COUNT);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector x1 = FloatVector.fromArray(F, b, bk + COUNT);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      s01 = v0.fma(x1, s01);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      s11 = v1.fma(x1, s11);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      s21 = v2.fma(x1, s21);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      s31 = v3.fma(x1, s31);
      FloatVector v4 = FloatVector.broadcast(F, a[r4 + ak]);
      s40 = v4.fma(x0, s40);
      s41 = v4.fma(x1, s41);
      FloatVector v5 = FloatVector.broadcast(F, a[r5 + ak]);
      s50 = v5.fma(x0, s50);
      s51 = v5.fma(x1, s51);
      FloatVector v6 = FloatVector.broadcast(F, a[r6 + ak]);
      s60 = v6.fma(x0, s60);
      s61 = v6.fma(x1, s61);
      FloatVector v7 = FloatVector.broadcast(F, a[r7 + ak]);
      s70 = v7.fma(x0, s70);
      s71 = v7.fma(x1, s71);
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

  private static void tile8x1(
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      int r6,
      int r7,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    FloatVector s40 = FloatVector.fromArray(F, out, o4);
    FloatVector s50 = FloatVector.fromArray(F, out, o5);
    FloatVector s60 = FloatVector.fromArray(F, out, o6);
    FloatVector s70 = FloatVector.fromArray(F, out, o7);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      FloatVector v4 = FloatVector.broadcast(F, a[r4 + ak]);
      s40 = v4.fma(x0, s40);
      FloatVector v5 = FloatVector.broadcast(F, a[r5 + ak]);
      s50 = v5.fma(x0, s50);
      FloatVector v6 = FloatVector.broadcast(F, a[r6 + ak]);
      s60 = v6.fma(x0, s60);
      FloatVector v7 = FloatVector.broadcast(F, a[r7 + ak]);
      s70 = v7.fma(x0, s70);
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

  private static void tile6x2(
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s01 = FloatVector.fromArray(F, out, o0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s11 = FloatVector.fromArray(F, out, o1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s21 = FloatVector.fromArray(F, out, o2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    FloatVector s31 = FloatVector.fromArray(F, out, o3 + COUNT);
    FloatVector s40 = FloatVector.fromArray(F, out, o4);
    FloatVector s41 = FloatVector.fromArray(F, out, o4 + COUNT);
    FloatVector s50 = FloatVector.fromArray(F, out, o5);
    FloatVector s51 = FloatVector.fromArray(F, out, o5 + COUNT);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector x1 = FloatVector.fromArray(F, b, bk + COUNT);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      s01 = v0.fma(x1, s01);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      s11 = v1.fma(x1, s11);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      s21 = v2.fma(x1, s21);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      s31 = v3.fma(x1, s31);
      FloatVector v4 = FloatVector.broadcast(F, a[r4 + ak]);
      s40 = v4.fma(x0, s40);
      s41 = v4.fma(x1, s41);
      FloatVector v5 = FloatVector.broadcast(F, a[r5 + ak]);
      s50 = v5.fma(x0, s50);
      s51 = v5.fma(x1, s51);
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
  }

  private static void tile6x1(
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int r4,
      int r5,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    FloatVector s40 = FloatVector.fromArray(F, out, o4);
    FloatVector s50 = FloatVector.fromArray(F, out, o5);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      FloatVector v4 = FloatVector.broadcast(F, a[r4 + ak]);
      s40 = v4.fma(x0, s40);
      FloatVector v5 = FloatVector.broadcast(F, a[r5 + ak]);
      s50 = v5.fma(x0, s50);
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
    s40.intoArray(out, o4);
    s50.intoArray(out, o5);
  }

  private static void tile4x2(
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s01 = FloatVector.fromArray(F, out, o0 + COUNT);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s11 = FloatVector.fromArray(F, out, o1 + COUNT);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s21 = FloatVector.fromArray(F, out, o2 + COUNT);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    FloatVector s31 = FloatVector.fromArray(F, out, o3 + COUNT);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector x1 = FloatVector.fromArray(F, b, bk + COUNT);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      s01 = v0.fma(x1, s01);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      s11 = v1.fma(x1, s11);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      s21 = v2.fma(x1, s21);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      s31 = v3.fma(x1, s31);
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
      float[] a,
      int r0,
      int r1,
      int r2,
      int r3,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3) {
    FloatVector s00 = FloatVector.fromArray(F, out, o0);
    FloatVector s10 = FloatVector.fromArray(F, out, o1);
    FloatVector s20 = FloatVector.fromArray(F, out, o2);
    FloatVector s30 = FloatVector.fromArray(F, out, o3);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      int bk = b0 + kB[k];
      FloatVector x0 = FloatVector.fromArray(F, b, bk);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
    }
    s00.intoArray(out, o0);
    s10.intoArray(out, o1);
    s20.intoArray(out, o2);
    s30.intoArray(out, o3);
  }
}
