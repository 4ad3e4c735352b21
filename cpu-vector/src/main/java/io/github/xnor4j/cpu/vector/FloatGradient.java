package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.tensor.DType;

/**
 * Gradients as floats. Integers become floats a few images at a time, for kernels whose sums of
 * them are integers that a float holds, and so exact: see {@link #isExact}.
 */
final class FloatGradient {
  /** Up to here a float holds every integer. */
  static final int EXACT = 1 << 24;

  private final Buffer g;
  private final float[][] tiles; // null if they are floats

  /** Of so many images at a time. */
  FloatGradient(Buffer g, int images, int members, Prepared owner) {
    this.g = g;
    this.tiles =
        g.dtype() == DType.I16 ? owner.ownFloats(members, images * g.unit() + Panels.GUARD) : null;
  }

  /**
   * Whether sums of gradients are the same in floats as in integers.
   *
   * @param limit the largest absolute value of a gradient; 0 of floats, whose sums are what they
   *     are
   * @param terms of a sum at most, each a gradient or its negative
   */
  static boolean isExact(int limit, long terms) {
    return limit * terms <= EXACT;
  }

  /** How many products of integers up to a limit and a bound a float's sum holds exactly. */
  static int exactTerms(int limit, long bound) {
    return (int) (EXACT / Math.max(1, limit * bound));
  }

  /** Integers that floats hold, as ints. */
  static void integers(float[] x, int x0, int n, int[] y, int y0) {
    for (int i = 0; i < n; i++) {
      y[y0 + i] = (int) x[x0 + i];
    }
  }

  /** Where image {@code i} of a tile begins in what {@link #floats} gives for it. */
  int offset(int first, int i) {
    return tiles == null ? g.at(first) + i * g.unit() : 0;
  }

  /** Images i to i + count of the tile that begins with image {@code first}. */
  float[] floats(int first, int i, int count, int member) {
    if (tiles == null) {
      return HeapStorage.floats(g, member);
    }
    int at = g.at(first) + i * g.unit();
    convert(HeapStorage.shorts(g, member), at, count * g.unit(), tiles[member], 0);
    return tiles[member];
  }

  private static void convert(short[] x, int from, int n, float[] to, int at) {
    for (int i = 0; i < n; i++) {
      to[at + i] = x[from + i];
    }
  }

  /** Integers of the whole batch as floats, with the zeros behind them. A task is an image. */
  static final class Whole extends Prepared {
    private final Buffer g;
    private final float[] floats;

    Whole(Buffer g) {
      super("floats of", g.shape().dim(0), g);
      this.g = g;
      this.floats = ownFloats(1, g.length() + g.shape().dim(-1) + Panels.GUARD)[0];
    }

    float[] floats() {
      return floats;
    }

    @Override
    public void run(int image, int first, int count, int member) {
      int at = image * g.unit();
      convert(HeapStorage.shorts(g, member), at, g.unit(), floats, at);
    }
  }
}
