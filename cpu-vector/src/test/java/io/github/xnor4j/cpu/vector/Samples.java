package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;

/**
 * Seeded operands, and comparison of whole arrays, so that a write beyond the result is found too.
 */
final class Samples {
  /** Sizes around the widths of words, vectors and tiles. */
  static final int[] SIZES = {1, 3, 31, 33, 63, 64, 65, 127, 129, 1000};

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.1f
  };

  private final Random random;
  final long seed;

  Samples(long seed) {
    this.seed = seed;
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int[] ints(int n) {
    return random.ints(n).toArray();
  }

  int[] ints(int n, int from, int to) {
    return random.ints(n, from, to).toArray();
  }

  /** Of at most limit in absolute value; one third as large as that. */
  short[] shorts(int n, int limit) {
    short[] x = new short[n];
    for (int i = 0; i < n; i++) {
      int q = below(3) == 0 ? limit * (2 * below(2) - 1) : below(2 * limit + 1) - limit;
      x[i] = (short) Math.min(q, Short.MAX_VALUE);
    }
    return x;
  }

  byte[] bytes(int n) {
    byte[] bytes = new byte[n];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Uniform in [-0.5, 0.5). */
  float[] floats(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat() - 0.5f;
    }
    return x;
  }

  /** One third special values, the others from a few, so that many are equal. */
  float[] specials(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = below(3) == 0 ? SPECIAL[below(SPECIAL.length)] : below(5) - 2;
    }
    return x;
  }

  /** n distinct multiples of {@code step} below {@code (n + n / 4 + 1) * step}, shuffled. */
  int[] offsets(int n, int step) {
    int[] all = new int[span(n, 1)];
    Arrays.setAll(all, i -> i);
    for (int i = all.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int t = all[i];
      all[i] = all[j];
      all[j] = t;
    }
    return Arrays.stream(all).limit(n).map(i -> i * step).toArray();
  }

  /** Elements that {@link #offsets} of blocks of {@code step} may reach. */
  static int span(int n, int step) {
    return (n + n / 4 + 1) * step;
  }

  static int roundUp(int n, int multiple) {
    return (n + multiple - 1) / multiple * multiple;
  }

  static void assertSame(int[] expected, int[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(expected[i], actual[i], () -> what + ", element " + at);
    }
  }

  /** Same bits; any NaN equals any other. */
  static void assertSame(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(expected[i]),
          Float.floatToIntBits(actual[i]),
          () -> what + ", element " + at + ": expected " + expected[at] + ", got " + actual[at]);
    }
  }
}
