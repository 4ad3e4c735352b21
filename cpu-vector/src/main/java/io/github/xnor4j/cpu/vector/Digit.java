package io.github.xnor4j.cpu.vector;

import java.util.List;

/**
 * A part of integers that is small enough for {@link IntegerLookup}: an integer is the sum over its
 * digits of {@code (q >> shift & mask) << shift}. Those of up to 12 bits are one digit, others the
 * upper and the lower byte.
 *
 * @param shift to the right
 * @param mask of what is left
 * @param bound the largest absolute value of it
 */
record Digit(int shift, int mask, int bound) {
  /** Elements whose sums are added in 16 bits at least: half a word. */
  static final int HALF = 16;

  private static final int LARGEST = Short.MAX_VALUE / HALF;

  /** What integers of at most {@code limit} in absolute value have. */
  static List<Digit> of(int limit) {
    return limit <= LARGEST
        ? List.of(new Digit(0, -1, limit))
        : List.of(new Digit(0, 0xff, 0xff), new Digit(8, -1, 0x80));
  }

  /** How many half words of such elements are added before the sum of 16 bits is widened. */
  int halves() {
    return LARGEST / bound;
  }
}
