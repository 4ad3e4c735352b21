package io.github.xnor4j.gpu.tornado;

/**
 * Functions of float64 in additions, multiplications and divisions alone, which every device rounds
 * as IEEE 754 says.
 */
final class DeviceMath {
  private static final double WHOLE = 0x1p52; // from here on every float64 is an integer

  private DeviceMath() {}

  /** The smaller, NaN if one is; -0 is less than 0. */
  static double min(double a, double b) {
    double y = a;
    if (b < a) {
      y = b;
    }
    if (a == b) {
      if (a == 0) {
        y = -(-a + -b);
      }
    }
    if (b != b) {
      y = b;
    }
    return y;
  }

  /** The larger, NaN if one is; 0 is more than -0. */
  static double max(double a, double b) {
    double y = a;
    if (b > a) {
      y = b;
    }
    if (a == b) {
      if (a == 0) {
        y = a + b;
      }
    }
    if (b != b) {
      y = b;
    }
    return y;
  }

  /** The nearest integer, ties to even; a zero keeps the sign. */
  static double rint(double x) {
    double y = x;
    double size = Math.abs(x);
    if (size < WHOLE) {
      double whole = (size + WHOLE) - WHOLE;
      y = whole;
      if (x < 0) {
        y = -whole;
      }
      if (whole == 0) {
        y = x * 0;
      }
    }
    return y;
  }

  static double exp(double x) {
    return Math.exp(x);
  }

  static double log(double x) {
    return Math.log(x);
  }

  static double tanh(double x) {
    return Math.tanh(x);
  }

  static double pow(double a, double b) {
    return Math.pow(a, b);
  }
}
