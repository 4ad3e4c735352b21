package io.github.xnor4j.gpu.tornado;

/**
 * Functions of float64 in additions, multiplications and divisions alone, which every device rounds
 * as IEEE 754 says.
 *
 * <p>Kernels compare floats by less, greater and equal only: TornadoVM takes "at most" for the
 * opposite of "greater", which it is not for NaN. On PTX it takes "not equal" for the opposite of
 * "equal" where two conditions have one consequence and so become one, which PTX's is not for NaN,
 * either. Ints are divided by powers of two, and shifted by {@code >>>} (on PTX by {@code >>},
 * too), as if they were not negative.
 */
final class DeviceMath {
  private static final double WHOLE = 0x1p52; // from here on every float64 is an integer

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_UPPER = 0x1.62e42feep-1;
  private static final double LN2_LOWER = 0x1.a39ef35793c76p-33;
  private static final double SQRT2 = 1.4142135623730951;
  private static final double EXP_LEAST = -746; // below, e^x is 0
  private static final double EXP_END = 709.7827128933841; // from here on it is infinite
  private static final double TANH_SMALL = 0.17;
  private static final double TANH_MOST = 22; // from here on tanh is 1
  private static final int PRODUCTS = 65;

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

  /** NaN, of any number: as a constant it would be written in a way that OpenCL does not know. */
  static double notANumber(double x) {
    double zero = x - x;
    return zero / zero;
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

  /** 2 to the power of n, for any n of which that is a normal number. */
  private static double powerOfTwo(int n) {
    double base = 2;
    int left = n;
    if (n < 0) {
      base = 0.5;
      left = -n;
    }
    double power = 1;
    while (left > 0) {
      if ((left & 1) == 1) {
        power = power * base;
      }
      base = base * base;
      left = left >> 1;
    }
    return power;
  }

  /** x times 2 to the power of n, in steps: 2^n may be no number where the product is. */
  private static double scaled(double x, int n) {
    int half = n / 2;
    if (n < 0) {
      half = -(-n / 2);
    }
    double power = powerOfTwo(half);
    return x * power * powerOfTwo(n - half);
  }

  /** (e^x - 1) / x for |x| up to ln(2) / 2: 14 terms of the series. */
  private static double quotientOfExp(double x) {
    double y = 1.0 / 87178291200.0;
    y = y * x + 1.0 / 6227020800.0;
    y = y * x + 1.0 / 479001600.0;
    y = y * x + 1.0 / 39916800.0;
    y = y * x + 1.0 / 3628800.0;
    y = y * x + 1.0 / 362880.0;
    y = y * x + 1.0 / 40320.0;
    y = y * x + 1.0 / 5040.0;
    y = y * x + 1.0 / 720.0;
    y = y * x + 1.0 / 120.0;
    y = y * x + 1.0 / 24.0;
    y = y * x + 1.0 / 6.0;
    y = y * x + 1.0 / 2.0;
    y = y * x + 1;
    return y;
  }

  /** e to the x. */
  static double exp(double x) {
    double y = x; // infinity and NaN
    if (x < EXP_LEAST) {
      y = 0;
    } else if (x < EXP_END) {
      double k = rint(x * LOG2_E);
      // k has 11 digits and the upper part of ln 2 has 32: their product is exact
      double rest = (x - k * LN2_UPPER) - k * LN2_LOWER;
      y = scaled(1 + rest * quotientOfExp(rest), (int) k);
    } else if (x > 0) {
      y = 1.0 / 0.0;
    }
    return y;
  }

  /** The natural logarithm. */
  static double log(double x) {
    double y;
    if (x < 0) {
      y = notANumber(x);
    } else if (x == 0) {
      y = -1.0 / 0.0;
    } else if (x > Double.MAX_VALUE) {
      y = x;
    } else {
      int n = 0;
      double m = x; // x = m 2^n, in the end with m from sqrt(1/2) to sqrt(2)
      while (m >= 0x1p32) {
        m = m * 0x1p-32;
        n = n + 32;
      }
      while (m < 0x1p-32) {
        m = m * 0x1p32;
        n = n - 32;
      }
      while (m >= 0x1p4) {
        m = m * 0x1p-4;
        n = n + 4;
      }
      while (m < 0x1p-4) {
        m = m * 0x1p4;
        n = n - 4;
      }
      while (m > SQRT2) {
        m = m / 2;
        n = n + 1;
      }
      while (m * SQRT2 < 1) {
        m = m * 2;
        n = n - 1;
      }
      // log m = 2 (s + s^3 / 3 + s^5 / 5 ...), |s| at most 0.172: 12 terms
      double s = (m - 1) / (m + 1);
      double square = s * s;
      double sum = 1.0 / 23;
      sum = sum * square + 1.0 / 21;
      sum = sum * square + 1.0 / 19;
      sum = sum * square + 1.0 / 17;
      sum = sum * square + 1.0 / 15;
      sum = sum * square + 1.0 / 13;
      sum = sum * square + 1.0 / 11;
      sum = sum * square + 1.0 / 9;
      sum = sum * square + 1.0 / 7;
      sum = sum * square + 1.0 / 5;
      sum = sum * square + 1.0 / 3;
      sum = sum * square;
      y = n * LN2_UPPER + (2 * s + (2 * s * sum + n * LN2_LOWER));
    }
    return y;
  }

  /** The hyperbolic tangent. */
  static double tanh(double x) {
    return tanh(x, exp(2 * Math.abs(x)));
  }

  /** The hyperbolic tangent of x, of which e^2|x| is known. */
  static double tanh(double x, double exponential) {
    double size = Math.abs(x);
    double y = x; // zeros and NaN
    if (size > 0) {
      double less = exponential - 1;
      if (size < TANH_SMALL) {
        // the difference loses digits, the series does not
        less = 2 * size * quotientOfExp(2 * size);
      }
      y = 1;
      if (size < TANH_MOST) {
        y = less / (less + 2);
      }
      if (x < 0) {
        y = -y;
      }
    }
    return y;
  }

  /** A whole power by repeated squaring. */
  private static double wholePower(double a, int n) {
    double power = 1;
    double square = a;
    int left = n;
    while (left > 0) {
      if ((left & 1) == 1) {
        power = power * square;
      }
      square = square * square;
      left = left >> 1;
    }
    return power;
  }

  /** a to the power of b. */
  static double pow(double a, double b) {
    return pow(a, b, exp(b * log(Math.abs(a))));
  }

  /**
   * a to the power of b, of which e^(b log|a|) is known, with the special values of {@link
   * Math#pow}. Small whole powers are products, so that those that are floats are exact.
   */
  static double pow(double a, double b, double exponential) {
    double size = Math.abs(a);
    double exponent = Math.abs(b);
    int isWhole = 0;
    int isOdd = 0;
    int isProduct = 0;
    if (rint(b) == b) {
      isWhole = 1;
      if (exponent < PRODUCTS) {
        isProduct = 1;
      }
      if (rint(b / 2) != b / 2) {
        isOdd = 1;
      }
    }
    double y = 1;
    if (b != 0) {
      if (size > 0) {
        if (exponent > Double.MAX_VALUE) {
          y = (size - 1) * b; // infinite, or NaN if a is 1 or NaN
          if (y < 0) {
            y = 0;
          }
        } else if (size > Double.MAX_VALUE) {
          y = size + b;
          if (b < 0) {
            y = 0;
          }
        } else if (isProduct == 1) {
          y = wholePower(size, (int) exponent);
          if (b < 0) {
            y = 1 / y;
          }
        } else {
          y = exponential;
          if (a < 0) {
            if (isWhole == 0) {
              y = notANumber(a);
            }
          }
        }
        if (a < 0) {
          if (isOdd == 1) {
            y = -y;
          }
        }
      } else if (size == 0) {
        y = exponent; // 0, infinite or NaN
        if (b > 0) {
          y = 0;
        } else if (b < 0) {
          y = 1.0 / 0.0;
        }
        if (isOdd == 1) {
          if (1 / a < 0) {
            y = -y;
          }
        }
      } else {
        y = a;
      }
    }
    return y;
  }
}
