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
}
