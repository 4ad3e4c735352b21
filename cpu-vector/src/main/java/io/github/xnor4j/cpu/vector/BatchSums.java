package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.reference.SumOrder;

/**
 * The one form of sums over the batch, in the order that {@link SumOrder} has. What is added up are
 * <i>parts</i>, of a tile of images or of a whole shard.
 */
final class BatchSums {
  /** Images of a shard. */
  static final int SHARD = SumOrder.SHARD;

  // sums of all shards that are made at a time fit the L1 cache, and loops have many turns
  private static final int FIT = 4096;
  private static final int LEAST = 128;

  /** What is added up. */
  @FunctionalInterface
  interface Parts {
    /**
     * Adds elements from to from + n of a part to those of sums that begin at {@code at}.
     *
     * @param first whether to zero instead of to what stands there
     */
    void addTo(int part, int from, int n, double[] sums, int at, boolean first);
  }

  /** Takes sums. */
  @FunctionalInterface
  interface Taker {
    /** Takes those of the elements from to from + n, which begin at sums[0]. */
    void take(int from, int n, double[] sums);
  }

  private final int parts;
  private final int ofShard;
  private final int block; // elements at a time
  private final double[][] blocks;

  private BatchSums(int parts, int ofShard, int members, Prepared owner) {
    this.parts = parts;
    this.ofShard = ofShard;
    this.block = Math.max(LEAST, FIT / Math.max(1, shards()));
    this.blocks = owner.ownDoubles(members, shards() * block);
  }

  /** Of parts that are tiles. */
  static BatchSums ofTiles(Domain domain, int members, Prepared owner) {
    int tiles = Math.max(1, domain.tiles()); // of nothing the sum is zero
    return new BatchSums(tiles, Math.max(1, SHARD / domain.tile()), members, owner);
  }

  /** Of parts that are shards. */
  static BatchSums ofShards(int batch, int members, Prepared owner) {
    return new BatchSums(shards(batch), 1, members, owner);
  }

  /** Shards of a batch. */
  static int shards(int batch) {
    return (batch + SHARD - 1) / SHARD;
  }

  private int shards() {
    return (parts + ofShard - 1) / ofShard;
  }

  /** Adds up the elements from {@code from} to {@code from + n}, some at a time. */
  void add(Parts of, int from, int n, int member, Taker taker) {
    double[] sums = blocks[member];
    for (int i = 0; i < n; i += block) {
      int count = Math.min(block, n - i);
      for (int part = 0; part < parts; part++) {
        int shard = part / ofShard;
        of.addTo(part, from + i, count, sums, shard * block, part == shard * ofShard);
      }
      tree(sums, count);
      taker.take(from + i, count, sums);
    }
  }

  private void tree(double[] sums, int n) {
    int shards = shards();
    for (int step = 1; step < shards; step *= 2) {
      for (int s = 0; s + step < shards; s += 2 * step) {
        int to = s * block;
        int of = (s + step) * block;
        for (int i = 0; i < n; i++) {
          sums[to + i] += sums[of + i];
        }
      }
    }
  }

  /** Adds floats that lie behind one another. */
  static void addTo(float[] x, int x0, int n, double[] sums, int at, boolean first) {
    if (first) {
      for (int i = 0; i < n; i++) {
        sums[at + i] = x[x0 + i] + 0.0; // a zero's sign is lost, as it would be in a sum
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      sums[at + i] += x[x0 + i];
    }
  }

  /** Adds doubles that lie behind one another. */
  static void addTo(double[] x, int x0, int n, double[] sums, int at, boolean first) {
    if (first) {
      for (int i = 0; i < n; i++) {
        sums[at + i] = x[x0 + i] + 0.0; // a zero's sign is lost, as it would be in a sum
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      sums[at + i] += x[x0 + i];
    }
  }
}
