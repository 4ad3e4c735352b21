package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;

/**
 * A filter's gradient from what the tiles or shards of the batch leave, added in their order: the
 * same bits for any number of threads. A task is an output channel.
 */
final class PartialSums {
  private PartialSums() {}

  /** From a transposed gradient [k, ld] of each tile, added in float64. */
  static final class Tiles extends Prepared {
    private final Buffer dw;
    private final int ld;
    private final double denominator;
    private final float[][] parts;

    /**
     * Sums.
     *
     * @param dw the gradient, [O, k]
     * @param ld at least O
     * @param denominator of the sums
     */
    Tiles(Buffer dw, int tiles, int ld, int denominator) {
      super("sum tiles of", dw.shape().dim(0));
      this.dw = dw;
      this.ld = ld;
      this.denominator = denominator;
      this.parts = ownFloats(tiles, dw.length() / dw.shape().dim(0) * ld);
    }

    /** Of a tile. */
    float[] of(int tile) {
      return parts[tile];
    }

    @Override
    public void run(int f, int first, int count, int member) {
      float[] out = HeapStorage.floats(dw, member);
      int depth = dw.unit();
      for (int k = 0; k < depth; k++) {
        double sum = 0;
        for (float[] part : parts) {
          sum += part[k * ld + f];
        }
        out[f * depth + k] = (float) (sum / denominator);
      }
    }
  }

  /** From a gradient [O, k] of each shard, added in float. */
  static final class Shards extends Prepared {
    private final Buffer dw;
    private final int denominator;
    private final float[][] parts;

    /**
     * Sums.
     *
     * @param dw the gradient, [O, k]
     * @param denominator of the sums
     */
    Shards(Buffer dw, int shards, int denominator) {
      super("sum shards of", dw.shape().dim(0));
      this.dw = dw;
      this.denominator = denominator;
      this.parts = ownFloats(shards, dw.length() + Panels.WIDTH);
    }

    /** Of a shard. */
    float[] of(int shard) {
      return parts[shard];
    }

    @Override
    public void run(int f, int first, int count, int member) {
      float[] out = HeapStorage.floats(dw, member);
      int n = dw.unit();
      System.arraycopy(parts[0], f * n, out, f * n, n);
      for (int s = 1; s < parts.length; s++) {
        Elementwise.add(out, f * n, parts[s], f * n, out, f * n, n);
      }
      if (denominator != 1) {
        Elementwise.div(out, f * n, denominator, out, f * n, n);
      }
    }
  }
}
