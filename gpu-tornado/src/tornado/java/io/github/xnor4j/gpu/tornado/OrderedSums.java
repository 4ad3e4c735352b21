package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.reference.SumOrder;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Sums in the order of {@link SumOrder}, by one work item each. What limits them is how long an
 * addition and a load take, so eight elements are loaded at a time, which then wait together.
 */
final class OrderedSums {
  private static final int TILES = SumOrder.SHARD / SumOrder.TILE;

  private OrderedSums() {}

  /**
   * Elements of a tile.
   *
   * @param at where the first lies
   * @param step from one to the next
   * @param terms how many
   */
  static double tile(FloatArray f, int at, int step, int terms) {
    double sum = 0;
    int term = 0;
    int next = at;
    while (term + 7 < terms) {
      float f0 = f.get(next);
      float f1 = f.get(next + step);
      float f2 = f.get(next + 2 * step);
      float f3 = f.get(next + 3 * step);
      float f4 = f.get(next + 4 * step);
      float f5 = f.get(next + 5 * step);
      float f6 = f.get(next + 6 * step);
      float f7 = f.get(next + 7 * step);
      sum = sum + f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7;
      term = term + 8;
      next = next + 8 * step;
    }
    while (term < terms) {
      sum += f.get(next);
      term = term + 1;
      next = next + step;
    }
    return sum;
  }

  /**
   * Products of a tile: each g (x - mean) is added by one fused multiply-add, as the reference does
   * it. The faster sum, which is nearly always the same, is taken while nothing speaks against it.
   *
   * @param g where the first of one factor lies
   * @param x where the first of the other lies
   * @param step from one to the next
   * @param terms how many
   */
  static double tileOfProducts(FloatArray f, int g, int x, double mean, int step, int terms) {
    double sum = 0;
    int at = 0;
    int left = terms;
    while (left > 0) {
      int k = 0;
      if (left > 7) {
        float g0 = f.get(g + at);
        float g1 = f.get(g + at + step);
        float g2 = f.get(g + at + 2 * step);
        float g3 = f.get(g + at + 3 * step);
        float g4 = f.get(g + at + 4 * step);
        float g5 = f.get(g + at + 5 * step);
        float g6 = f.get(g + at + 6 * step);
        float g7 = f.get(g + at + 7 * step);
        double x0 = f.get(x + at) - mean;
        double x1 = f.get(x + at + step) - mean;
        double x2 = f.get(x + at + 2 * step) - mean;
        double x3 = f.get(x + at + 3 * step) - mean;
        double x4 = f.get(x + at + 4 * step) - mean;
        double x5 = f.get(x + at + 5 * step) - mean;
        double x6 = f.get(x + at + 6 * step) - mean;
        double x7 = f.get(x + at + 7 * step) - mean;
        double sum0 = DeviceMath.nearFma(g0, x0, sum);
        double doubt = DeviceMath.doubt(g0, x0, sum);
        double sum1 = DeviceMath.nearFma(g1, x1, sum0);
        doubt = doubt + DeviceMath.doubt(g1, x1, sum0);
        double sum2 = DeviceMath.nearFma(g2, x2, sum1);
        doubt = doubt + DeviceMath.doubt(g2, x2, sum1);
        double sum3 = DeviceMath.nearFma(g3, x3, sum2);
        doubt = doubt + DeviceMath.doubt(g3, x3, sum2);
        double sum4 = DeviceMath.nearFma(g4, x4, sum3);
        doubt = doubt + DeviceMath.doubt(g4, x4, sum3);
        double sum5 = DeviceMath.nearFma(g5, x5, sum4);
        doubt = doubt + DeviceMath.doubt(g5, x5, sum4);
        double sum6 = DeviceMath.nearFma(g6, x6, sum5);
        doubt = doubt + DeviceMath.doubt(g6, x6, sum5);
        double sum7 = DeviceMath.nearFma(g7, x7, sum6);
        doubt = doubt + DeviceMath.doubt(g7, x7, sum6);
        if (doubt == 0) {
          sum = sum7;
          at = at + 8 * step;
          k = 8;
        }
      }
      int block = Math.min(8, left);
      while (k < block) {
        sum = DeviceMath.fma(f.get(g + at), f.get(x + at) - mean, sum);
        at = at + step;
        k = k + 1;
      }
      left = left - block;
    }
    return sum;
  }

  /**
   * The sum of all tiles, in whose place sums of shards are put.
   *
   * @param at where the first tile's sum lies
   * @param step from one to the next
   */
  static double total(DoubleArray d, int at, int step, int tiles) {
    int shards = (tiles + TILES - 1) / TILES;
    for (int shard = 0; shard < shards; shard++) {
      int first = shard * TILES;
      double sum = d.get(at + first * step);
      for (int tile = first + 1; tile < first + TILES; tile++) {
        if (tile < tiles) {
          sum += d.get(at + tile * step);
        }
      }
      d.set(at + shard * step, sum);
    }
    for (int apart = 1; apart < shards; apart = 2 * apart) {
      for (int shard = 0; shard + apart < shards; shard += 2 * apart) {
        int to = at + shard * step;
        d.set(to, d.get(to) + d.get(to + apart * step));
      }
    }
    return d.get(at);
  }
}
