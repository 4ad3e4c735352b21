package io.github.xnor4j.tensor;

/**
 * Philox4x32-10, a counter-based random generator (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011): a value is a function of key and counter, so any element of any stream can
 * be drawn by itself, in any order, on any backend.
 */
public final class Philox {
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private final long seed;
  private final long stream;

  /** The generator of one stream of a seed; streams of one seed are independent of each other. */
  public Philox(long seed, long stream) {
    this.seed = seed;
    this.stream = stream;
  }

  /** The 32 random bits at an index of this stream. */
  public int bits(long index) {
    return block(seed, stream, index >>> 2)[(int) (index & 3)];
  }

  /** A float uniform in [0, 1): the upper 24 bits at an index of this stream, over 2^24. */
  public float uniform(long index) {
    return (bits(index) >>> 8) * 0x1p-24f;
  }

  /** An integer uniform in [0, bound), by multiplying 32 bits with the bound. */
  public int below(int bound, long index) {
    return (int) ((bits(index) & 0xFFFFFFFFL) * bound >>> 32);
  }

  /** The four words of one counter; the counter's halves are the block's index and the stream. */
  static int[] block(long seed, long stream, long index) {
    int c0 = (int) index;
    int c1 = (int) (index >>> 32);
    int c2 = (int) stream;
    int c3 = (int) (stream >>> 32);
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = M0 * (c0 & 0xFFFFFFFFL);
      long p1 = M1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += W0;
      k1 += W1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
