package io.github.xnor4j.program;

/**
 * What is known about F32 values that stand for integers: each is n / denominator rounded to float,
 * n an integer of at most {@code bound} in absolute value. Products and statistics of such values
 * are computed on the integers and are exact, whatever the order of the sums.
 *
 * @param denominator what the integers are divided by, at least 1
 * @param bound the largest absolute value of an integer, below 2^22 so that it can be recovered
 *     from the float as {@code rint(x * denominator)}
 */
public record Grid(int denominator, long bound) {
  /** Integers up to here survive the way through a float, with room for the division's rounding. */
  public static final long LIMIT = 1L << 22;

  /** Whether integers of this size can be recovered from their floats. */
  public static boolean fits(long bound) {
    return bound < LIMIT;
  }

  /** The grid with this bound, or null if its integers could not be recovered from floats. */
  public static Grid orNull(int denominator, long bound) {
    return fits(bound) ? new Grid(denominator, bound) : null;
  }

  /** The integer behind a float of this grid. */
  public long integer(float x) {
    return Math.round((double) x * denominator);
  }

  /** The float that stands for an integer of this grid. */
  public float value(long n) {
    return (float) ((double) n / denominator);
  }
}
