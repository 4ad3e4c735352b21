package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.HALF;
import static io.github.xnor4j.cpu.vector.Lanes.L;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.LongVector;

/**
 * Philox4x32-10, as {@link io.github.xnor4j.tensor.Philox} has it, of many counters at a time:
 * lanes are counters, each of the four words in a long of its own.
 */
final class RandomBits {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;

  /** The number of each lane. */
  private static final long[] LANE = {0, 1, 2, 3, 4, 5, 6, 7};

  /** Length of the scratch array. */
  static final int SCRATCH = 2 * HALF;

  private RandomBits() {}

  /** Length of an array for so many random words. */
  static int length(int n) {
    return n + 4 * HALF + 4;
  }

  /**
   * Draws the words from {@code index} to {@code index + n} of a stream.
   *
   * @param out at least {@link #length} of n
   * @return where the first one is in it
   */
  static int draw(long key, long upper, int index, int n, int[] out, long[] scratch) {
    long block = index >>> 2;
    int end = (index & 3) + n;
    for (int at = 0; at < end; at += 4 * HALF) {
      blocks(key, upper, block + at / 4, scratch);
      for (int i = 0; i < HALF; i++) {
        long first = scratch[i];
        long second = scratch[HALF + i];
        out[at + 4 * i] = (int) first;
        out[at + 4 * i + 1] = (int) (first >>> 32);
        out[at + 4 * i + 2] = (int) second;
        out[at + 4 * i + 3] = (int) (second >>> 32);
      }
    }
    return index & 3;
  }

  private static void blocks(long key, long upper, long block, long[] out) {
    LongVector counter = LongVector.fromArray(L, LANE, 0).add(block);
    LongVector c0 = counter.and(LOW);
    LongVector c1 = counter.lanewise(LSHR, 32);
    LongVector c2 = LongVector.broadcast(L, upper & LOW);
    LongVector c3 = LongVector.broadcast(L, upper >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      LongVector p0 = c0.mul(M0);
      LongVector p1 = c2.mul(M1);
      c0 = p1.lanewise(LSHR, 32).lanewise(XOR, c1).lanewise(XOR, k0 & LOW);
      c1 = p1.and(LOW);
      c2 = p0.lanewise(LSHR, 32).lanewise(XOR, c3).lanewise(XOR, k1 & LOW);
      c3 = p0.and(LOW);
      k0 += W0;
      k1 += W1;
    }
    c0.or(c1.lanewise(LSHL, 32)).intoArray(out, 0);
    c2.or(c3.lanewise(LSHL, 32)).intoArray(out, HALF);
  }

  /** Floats in [0, 1): the upper 24 bits over 2^24. */
  static void uniform(int[] bits, int b0, int n, float[] y, int y0) {
    for (int i = 0; i < n; i++) {
      y[y0 + i] = (bits[b0 + i] >>> 8) * 0x1p-24f;
    }
  }
}
