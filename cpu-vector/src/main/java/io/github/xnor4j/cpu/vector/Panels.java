package io.github.xnor4j.cpu.vector;

import java.util.Arrays;

/** How right operands of products lie: in panels whose width is the same at every vector width. */
final class Panels {
  /** Columns of a panel. */
  static final int WIDTH = 16;

  /** Elements behind the end: whole vectors are read from the last columns on. */
  static final int GUARD = 64;

  private Panels() {}

  /** n rounded up to a multiple of {@link #WIDTH}. */
  static int padded(int n) {
    return (n + WIDTH - 1) / WIDTH * WIDTH;
  }

  /** Where word k of a column of bits stands in panels of nk rows each. */
  static int word(int k, int column, int nk) {
    return (column / WIDTH * nk + k) * WIDTH + column % WIDTH;
  }

  /** Offsets 0, step, 2 * step, ... */
  static int[] ramp(int n, int step) {
    int[] out = new int[n];
    Arrays.setAll(out, i -> i * step);
    return out;
  }

  /** A list in pieces of n, of which the last may be shorter. */
  static int[][] chunks(int[] all, int n) {
    int[][] chunks = new int[(all.length + n - 1) / n][];
    Arrays.setAll(chunks, i -> Arrays.copyOfRange(all, i * n, Math.min(all.length, i * n + n)));
    return chunks;
  }
}
