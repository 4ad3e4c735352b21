package io.github.xnor4j.nn;

import java.math.BigInteger;

/**
 * How bytes become floats: (v * multiplier + offset) / divisor, in lowest terms.
 *
 * @param multiplier of the byte
 * @param offset added to the product
 * @param divisor at least 1
 */
public record PixelScaling(int multiplier, int offset, int divisor) {
  /** To [-1, 1] as in Larq's tutorials: v / 127.5 - 1, which is (2 v - 255) / 255. */
  public static final PixelScaling SIGNED = new PixelScaling(2, -255, 255);

  /** The bytes as they are, 0 to 255. */
  public static final PixelScaling NONE = new PixelScaling(1, 0, 1);

  private static final int MAX_DIVISOR = 1 << 16;

  /**
   * Checks the divisor and removes common factors.
   *
   * @throws IllegalArgumentException if the divisor is less than 1
   */
  public PixelScaling {
    if (divisor < 1) {
      throw new IllegalArgumentException("pixels: divisor is " + divisor + ", expected 1 or more");
    }
    int common =
        BigInteger.valueOf(multiplier)
            .gcd(BigInteger.valueOf(offset))
            .gcd(BigInteger.valueOf(divisor))
            .intValueExact();
    multiplier /= common;
    offset /= common;
    divisor /= common;
  }

  /**
   * v * scale + offset as a fraction of integers, as Keras' Rescaling has it.
   *
   * @throws IllegalArgumentException if no divisor up to 65536 makes integers of both
   */
  static PixelScaling of(double scale, double offset) {
    for (int divisor = 1; divisor <= MAX_DIVISOR; divisor++) {
      if (isInteger(scale * divisor) && isInteger(offset * divisor)) {
        return new PixelScaling(
            (int) Math.rint(scale * divisor), (int) Math.rint(offset * divisor), divisor);
      }
    }
    throw new IllegalArgumentException(
        "Rescaling has scale "
            + scale
            + " and offset "
            + offset
            + ", expected fractions with a common divisor of at most "
            + MAX_DIVISOR);
  }

  /** Whether a number is an integer but for the rounding of a fraction to a double or float. */
  private static boolean isInteger(double x) {
    double nearest = Math.rint(x);
    return Math.abs(x - nearest) <= 1e-7 * Math.abs(nearest) && Math.abs(nearest) < 1 << 30;
  }

  /** What a byte is multiplied with. */
  double scale() {
    return (double) multiplier / divisor;
  }

  /** What is added to the scaled byte. */
  double shift() {
    return (double) offset / divisor;
  }
}
