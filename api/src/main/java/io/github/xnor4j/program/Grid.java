package io.github.xnor4j.program;

/**
 * What is known about F32 values that stand for integers: each is n / denominator rounded to float,
 * n an integer of at most {@code bound} in absolute value. Products and statistics of such values
 * are computed on the integers and are exact, whatever the order of the sums.
 *
 * @param denominator what the integers are divided by, at least 1 and below 2^22
 * @param bound the largest absolute value of an integer, below 2^22 so that it can be recovered
 *     from the float as {@code rint(x * denominator)}
 */
public record Grid(int denominator, long bound) {
  /** The grid of +-1, and of 0 and 1. */
  public static final Grid UNIT = new Grid(1, 1);

  /** The grid of 16-bit integers. */
  static final Grid SHORTS = new Grid(1, 1 << 15);

  /** Integers up to here survive the way through a float, with room for the division's rounding. */
  public static final long LIMIT = 1L << 22;

  /**
   * Checks that integers can be recovered.
   *
   * @throws IllegalArgumentException if not
   */
  public Grid {
    if (denominator < 1 || denominator >= LIMIT || !fits(bound)) {
      throw new IllegalArgumentException(
          "grid "
              + denominator
              + ":"
              + bound
              + ", expected a denominator from 1 and a bound from 0, both below "
              + LIMIT);
    }
  }

  /** Whether integers of this size can be recovered; not if it is the rest of an overflow. */
  public static boolean fits(long bound) {
    return bound >= 0 && bound < LIMIT;
  }

  /** The grid with this bound, or null if its integers could not be recovered from floats. */
  public static Grid orNull(long denominator, long bound) {
    return fits(bound) && denominator < LIMIT ? new Grid((int) denominator, bound) : null;
  }

  /** The integer behind a float of this grid. */
  public long integer(float x) {
    return Math.round((double) x * denominator);
  }

  /** The float that stands for an integer of this grid. */
  public float value(long n) {
    return (float) ((double) n / denominator);
  }

  /** Whether the floats are the quotients themselves: the denominator is a power of two. */
  boolean isExact() {
    return Integer.bitCount(denominator) == 1;
  }

  /** The grid of a product's operand, which stands for integers; null if it stands for none. */
  static Grid ofOperand(Value value) {
    return switch (value.dtype()) {
      case BIT -> UNIT;
      case I16 -> SHORTS;
      default -> value.type().grid();
    };
  }

  /** That of an operand and of what lies around it. */
  static Grid ofPadded(Value x, Window window, float padValue) {
    return window.isPadded() ? with(ofOperand(x), padValue) : ofOperand(x);
  }

  /** Of constants: multiples of a power of two from 1 down to 2^-10; else null. */
  static Grid of(float[] values) {
    for (int denominator = 1; denominator <= 1 << 10; denominator *= 2) {
      long bound = 0;
      for (float value : values) {
        double n = (double) value * denominator;
        bound = Math.max(bound, n == Math.rint(n) ? (long) Math.abs(n) : LIMIT);
      }
      if (fits(bound)) {
        return new Grid(denominator, bound);
      }
    }
    return null;
  }

  /** Of values that are one of two: n / d is n m / (d m), and the float that it rounds to, too. */
  static Grid either(Grid a, Grid b) {
    if (a == null || b == null) {
      return null;
    }
    long d = commonDenominator(a, b);
    return orNull(d, Math.max(a.bound * (d / a.denominator), b.bound * (d / b.denominator)));
  }

  private static long commonDenominator(Grid a, Grid b) {
    return a.denominator / gcd(a.denominator, b.denominator) * b.denominator;
  }

  /** The greatest common divisor of numbers from 0 on, of which one is not 0. */
  static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Of sums and differences, where no operand was rounded. */
  static Grid sum(Grid a, Grid b) {
    if (a == null || b == null || !a.isExact() || !b.isExact()) {
      return null;
    }
    long d = commonDenominator(a, b);
    return orNull(d, a.bound * (d / a.denominator) + b.bound * (d / b.denominator));
  }

  /** Of products, where no operand was rounded or one is -1, 0 or 1. */
  static Grid product(Grid a, Grid b) {
    if (a == null || b == null) {
      return null;
    }
    boolean exact = a.isExact() && b.isExact() || a.equals(UNIT) || b.equals(UNIT);
    return exact ? orNull((long) a.denominator * b.denominator, a.bound * b.bound) : null;
  }

  /** Of values of a grid and a constant that lies on it; else null. */
  static Grid with(Grid a, float constant) {
    if (a == null) {
      return null;
    }
    double n = (double) constant * a.denominator;
    return n == Math.rint(n) ? orNull(a.denominator, Math.max(a.bound, (long) Math.abs(n))) : null;
  }

  /** Of sums of so many products, taken on the integers and divided once. */
  static Grid products(Grid a, Grid b, long terms) {
    if (a == null || b == null || a.denominator > 1 && b.denominator > 1) {
      return null;
    }
    long each = a.bound * b.bound;
    return fits(each) ? orNull((long) a.denominator * b.denominator, each * terms) : null;
  }

  /** Of quotients by a constant integer, which is the first to round. */
  static Grid quotient(Grid a, Range divisor) {
    float c = divisor.low();
    boolean whole = divisor.isConstant() && c == Math.rint(c) && c != 0 && Math.abs(c) < LIMIT;
    return a != null && a.isExact() && whole
        ? orNull((long) a.denominator * (long) Math.abs(c), a.bound)
        : null;
  }

  /** Of so many values of a grid added up. */
  static Grid total(Grid a, long terms) {
    return a != null && a.isExact() && terms < LIMIT
        ? orNull(a.denominator, a.bound * terms)
        : null;
  }

  /** Of numbers rounded to integers. */
  static Grid rounded(Range range) {
    return range.isFinite() ? orNull(1, (long) Math.rint(range.size())) : null;
  }
}
