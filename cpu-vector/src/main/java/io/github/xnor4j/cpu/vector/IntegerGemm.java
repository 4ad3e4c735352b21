package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.I;

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
}
