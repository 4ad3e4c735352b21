package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.RandomCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Random numbers that follow from a counter: {@link io.github.xnor4j.tensor.Philox}. */
final class RandomKernels {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;
  private static final long MASK = 0xFFFFFFFFL;
  private static final int ROUNDS = 10;

  private RandomKernels() {}

  /** Upper half of the product of two unsigned words; nothing in it leaves a long's range. */
  static long upper(long a, long b) {
    return (a * (b >> 16) + ((a * (b & 0xFFFF)) >> 16)) >> 16;
  }

  /** Lower half of the product of two unsigned words. */
  static long lower(long a, long b) {
    return (((a * (b >> 16)) & 0xFFFF) * 0x10000 + a * (b & 0xFFFF)) & MASK;
  }

  /**
   * A block of four elements, see {@link RandomCode}. Words are held in longs: a device's language
   * does not say what becomes of an int that overflows.
   */
  static void drawBlock(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    int elements = p.get(RandomCode.ELEMENTS);
    int first = item * RandomCode.BLOCK;
    if (item < (elements + RandomCode.BLOCK - 1) / RandomCode.BLOCK) {
      long c0 = item;
      long c1 = 0;
      long c2 = (1L << 31) | p.get(RandomCode.STREAM);
      long c3 = w.get(p.get(RandomCode.STEP)) & MASK;
      long k0 = w.get(p.get(RandomCode.SEED)) & MASK;
      long k1 = w.get(p.get(RandomCode.SEED) + 1) & MASK;
      for (int round = 0; round < ROUNDS; round++) {
        long high0 = upper(M0, c0);
        long low0 = lower(M0, c0);
        long high1 = upper(M1, c2);
        long low1 = lower(M1, c2);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 = (k0 + W0) & MASK;
        k1 = (k1 + W1) & MASK;
      }
      for (int k = 0; k < RandomCode.BLOCK; k++) {
        long bits = c0;
        if (k == 1) {
          bits = c1;
        }
        if (k == 2) {
          bits = c2;
        }
        if (k == 3) {
          bits = c3;
        }
        if (first + k < elements) {
          if (p.get(RandomCode.IS_UNIFORM) == 1) {
            f.set(p.get(RandomCode.RESULT) + first + k, (float) (bits >> 8) * 0x1p-24f);
          } else {
            w.set(p.get(RandomCode.RESULT) + first + k, (int) bits);
          }
        }
      }
    }
  }
}
