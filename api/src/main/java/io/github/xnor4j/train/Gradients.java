package io.github.xnor4j.train;

/**
 * How gradients meet the operands of products in training: as floats, as Larq's do; or as integers,
 * rounded once in front of each product of which an operand is +-1 or stands for integers, so that
 * its sums are exact and a training gives the same model, byte for byte, on every CPU backend, for
 * any number of threads and any vector width.
 *
 * @param bits of the integers, sign included, 2 to 16; or 0: floats
 */
public record Gradients(int bits) {
  /** Floats. */
  public static final Gradients FLOAT = new Gradients(0);

  private static final String FLOAT_NAME = "float";

  /**
   * Checks the number of bits.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public Gradients {
    if (bits != 0 && (bits < 2 || bits > 16)) {
      throw unknown(Integer.toString(bits));
    }
  }

  /**
   * Integers.
   *
   * @param bits sign included, 2 to 16
   * @throws IllegalArgumentException if it is another number
   */
  public static Gradients ofBits(int bits) {
    if (bits == 0) {
      throw unknown("0");
    }
    return new Gradients(bits);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is neither {@code float} nor a number from 2 to 16
   */
  public static Gradients parse(String text) {
    if (text.equals(FLOAT_NAME)) {
      return FLOAT;
    }
    if (!text.matches("[1-9][0-9]?")) { // 0 is no number of bits that a user knows
      throw unknown(text);
    }
    return new Gradients(Integer.parseInt(text));
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException(
        "gradients are '" + what + "', expected 'float' or a number of bits from 2 to 16");
  }

  /** Whether they are integers. */
  public boolean areIntegers() {
    return bits > 0;
  }

  /** {@code float}, or the number of bits. */
  @Override
  public String toString() {
    return areIntegers() ? Integer.toString(bits) : FLOAT_NAME;
  }
}
