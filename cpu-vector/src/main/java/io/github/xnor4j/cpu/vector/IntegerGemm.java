package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.IntVector;

/** Products of integers that are no bits, modulo 2^32. Lanes are output channels. */
final class IntegerGemm {
  /** Columns of a tile, and so the ones that a row of sums has a multiple of. */
  static final int COLUMNS = 2 * COUNT;

  private static final int ROWS = 3;

  private IntegerGemm() {}

  /** Columns up to whole tiles. */
  static int padded(int columns) {
    return (columns + COLUMNS - 1) / COLUMNS * COLUMNS;
  }

  /**
   * Adds a filter's gradient: {@code dw[k * padded(o) + c] += sum over p of x[bases[p] + depth[k]]
   * * dy[p * o + c]}. What stands in columns from o on is undefined.
   *
   * @param x an image
   * @param bases where the window of each position begins
   * @param depth offset of each element of a window
   * @param dy gradients; readable {@link #COLUMNS} ints beyond the last
   * @param o output channels
   */
  static void addFilterGradient(int[] x, int[] bases, int[] depth, int[] dy, int o, int[] dw) {
    int ld = padded(o);
    int k = 0;
    for (; k + ROWS <= depth.length; k += ROWS) {
      for (int c = 0; c < o; c += COLUMNS) {
        rows3(x, bases, depth[k], depth[k + 1], depth[k + 2], dy, c, o, dw, k * ld + c, ld);
      }
    }
    for (; k < depth.length; k++) {
      for (int c = 0; c < o; c += COLUMNS) {
        rows1(x, bases, depth[k], dy, c, o, dw, k * ld + c);
      }
    }
  }

  private static void rows3(
      int[] x,
      int[] bases,
      int k0,
      int k1,
      int k2,
      int[] dy,
      int c,
      int o,
      int[] dw,
      int to,
      int ld) {
    IntVector s00 = IntVector.fromArray(I, dw, to);
    IntVector s01 = IntVector.fromArray(I, dw, to + COUNT);
    IntVector s10 = IntVector.fromArray(I, dw, to + ld);
    IntVector s11 = IntVector.fromArray(I, dw, to + ld + COUNT);
    IntVector s20 = IntVector.fromArray(I, dw, to + 2 * ld);
    IntVector s21 = IntVector.fromArray(I, dw, to + 2 * ld + COUNT);
    int from = c;
    for (int base : bases) {
      IntVector g0 = IntVector.fromArray(I, dy, from);
      IntVector g1 = IntVector.fromArray(I, dy, from + COUNT);
      IntVector x0 = IntVector.broadcast(I, x[base + k0]);
      s00 = s00.add(g0.mul(x0));
      s01 = s01.add(g1.mul(x0));
      IntVector x1 = IntVector.broadcast(I, x[base + k1]);
      s10 = s10.add(g0.mul(x1));
      s11 = s11.add(g1.mul(x1));
      IntVector x2 = IntVector.broadcast(I, x[base + k2]);
      s20 = s20.add(g0.mul(x2));
      s21 = s21.add(g1.mul(x2));
      from += o;
    }
    s00.intoArray(dw, to);
    s01.intoArray(dw, to + COUNT);
    s10.intoArray(dw, to + ld);
    s11.intoArray(dw, to + ld + COUNT);
    s20.intoArray(dw, to + 2 * ld);
    s21.intoArray(dw, to + 2 * ld + COUNT);
  }

  private static void rows1(
      int[] x, int[] bases, int k0, int[] dy, int c, int o, int[] dw, int to) {
    IntVector s00 = IntVector.fromArray(I, dw, to);
    IntVector s01 = IntVector.fromArray(I, dw, to + COUNT);
    int from = c;
    for (int base : bases) {
      IntVector x0 = IntVector.broadcast(I, x[base + k0]);
      s00 = s00.add(IntVector.fromArray(I, dy, from).mul(x0));
      s01 = s01.add(IntVector.fromArray(I, dy, from + COUNT).mul(x0));
      from += o;
    }
    s00.intoArray(dw, to);
    s01.intoArray(dw, to + COUNT);
  }

  /**
   * {@link #addFilterGradient} behind a max-pool: {@code dw[k * padded(o) + c] += sum over p of
   * x[windows[4 * p + winner] + depth[k]] * dy[p * o + c]}, the winner of p and c being {@code
   * argmax[m0 + p * o + c]}.
   *
   * @param windows where the windows of four positions begin, of which the pool took one
   * @param argmax 0 to 3; readable {@link #COLUMNS} ints beyond the last
   */
  static void addPooledFilterGradient(
      int[] x, int[] windows, int[] depth, int[] dy, int[] argmax, int m0, int o, int[] dw) {
    int ld = padded(o);
    int last = depth.length - 1;
    for (int k = 0; k <= last; k += ROWS) {
      // rows that lack are the last one again, and are not stored
      int k0 = depth[k];
      int k1 = depth[Math.min(k + 1, last)];
      int k2 = depth[Math.min(k + 2, last)];
      int rows = Math.min(ROWS, last + 1 - k);
      for (int c = 0; c < o; c += COUNT) {
        pooled(x, windows, k0, k1, k2, dy, c, argmax, m0 + c, o, dw, k * ld + c, ld, rows);
      }
    }
  }

  private static void pooled(
      int[] x,
      int[] windows,
      int k0,
      int k1,
      int k2,
      int[] dy,
      int c,
      int[] argmax,
      int m,
      int o,
      int[] dw,
      int to,
      int ld,
      int rows) {
    IntVector s0 = IntVector.zero(I);
    IntVector s1 = IntVector.zero(I);
    IntVector s2 = IntVector.zero(I);
    int from = 0;
    for (int p = 0; p < windows.length; p += 4) {
      IntVector g = IntVector.fromArray(I, dy, c + from);
      IntVector winner = IntVector.fromArray(I, argmax, m + from);
      // masks of bits: of all of them where the winner's lower or upper bit is set
      IntVector right = winner.and(1).neg();
      IntVector down = winner.lanewise(LSHR, 1).neg();
      int x00 = windows[p];
      int x01 = windows[p + 1];
      int x10 = windows[p + 2];
      int x11 = windows[p + 3];
      IntVector u0 =
          IntVector.broadcast(I, x[x00 + k0]).lanewise(BITWISE_BLEND, x[x01 + k0], right);
      IntVector d0 =
          IntVector.broadcast(I, x[x10 + k0]).lanewise(BITWISE_BLEND, x[x11 + k0], right);
      s0 = s0.add(u0.lanewise(BITWISE_BLEND, d0, down).mul(g));
      IntVector u1 =
          IntVector.broadcast(I, x[x00 + k1]).lanewise(BITWISE_BLEND, x[x01 + k1], right);
      IntVector d1 =
          IntVector.broadcast(I, x[x10 + k1]).lanewise(BITWISE_BLEND, x[x11 + k1], right);
      s1 = s1.add(u1.lanewise(BITWISE_BLEND, d1, down).mul(g));
      IntVector u2 =
          IntVector.broadcast(I, x[x00 + k2]).lanewise(BITWISE_BLEND, x[x01 + k2], right);
      IntVector d2 =
          IntVector.broadcast(I, x[x10 + k2]).lanewise(BITWISE_BLEND, x[x11 + k2], right);
      s2 = s2.add(u2.lanewise(BITWISE_BLEND, d2, down).mul(g));
      from += o;
    }
    s0.add(IntVector.fromArray(I, dw, to)).intoArray(dw, to);
    if (rows > 1) {
      s1.add(IntVector.fromArray(I, dw, to + ld)).intoArray(dw, to + ld);
    }
    if (rows > 2) {
      s2.add(IntVector.fromArray(I, dw, to + 2 * ld)).intoArray(dw, to + 2 * ld);
    }
  }
}
