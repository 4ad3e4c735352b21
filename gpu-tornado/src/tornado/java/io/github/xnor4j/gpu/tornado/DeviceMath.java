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

  private static final double UPPER_HALF = 0x1p27 + 1; // times a number, see upper
  private static final double PRODUCT_MOST = 0x1p900;
  private static final double PRODUCT_LEAST = 0x1p-900;
  private static final double WHOLE_EXPONENTS = 0x1p24; // as in the reference's powers

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

  /** The upper half of a number's digits; the rest has as many, with its sign. */
  private static double upper(double x) {
    double product = x * UPPER_HALF;
    return product - (product - x);
  }

  /** What a product of a float and another number lacks, exactly. */
  private static double restOfProduct(float a, double b, double product) {
    double upper = upper(b);
    return (a * upper - product) + a * (b - upper);
  }

  /** What a sum of two numbers lacks, exactly. */
  private static double restOfSum(double a, double b, double sum) {
    double part = sum - a;
    return (a - (sum - part)) + (b - part);
  }

  /** a b + c as {@link #fma} gives it, if {@link #doubt} is 0. */
  static double nearFma(float a, double b, double c) {
    double product = a * b;
    double sum = c + product;
    return sum + (restOfSum(c, product, sum) + restOfProduct(a, b, product));
  }

  /** Not 0 (NaN, too) where what {@link #nearFma} gives may not be the nearest number. */
  static double doubt(float a, double b, double c) {
    double product = a * b;
    double sum = c + product;
    double lost = restOfSum(c, product, sum);
    double rest = restOfProduct(a, b, product);
    return Math.abs(restOfSum(lost, rest, lost + rest));
  }

  /**
   * a b + c, rounded once as {@link Math#fma} does, which TornadoVM does not know.
   *
   * @param a a float, so that its product with half of another number's digits is exact
   */
  static double fma(float a, double b, double c) {
    double product = a * b;
    double sum = c + product;
    double lost = restOfSum(c, product, sum);
    double rest = restOfProduct(a, b, product);
    double less = lost + rest;
    double y = sum + less;
    if (y - y == 0) {
      // y is nearest to sum + less; what that lacks counts where another number is as near
      double twice = 2 * (less - (y - sum));
      if (twice * restOfSum(lost, rest, less) > 0) {
        double next = y + twice;
        if (next - y == twice) {
          y = next;
        }
      }
    } else {
      y = sum;
    }
    return y;
  }

  /**
   * What a product of two numbers lacks that are sums of two. Where it is so large or small that no
   * float is, it does not matter.
   */
  private static double restOfLong(double a, double aRest, double b, double bRest, double product) {
    double size = Math.abs(product);
    double rest = -0.0;
    if (size < PRODUCT_MOST) {
      if (size > PRODUCT_LEAST) {
        double aUpper = upper(a);
        double aLower = a - aUpper;
        double bUpper = upper(b);
        double bLower = b - bUpper;
        double exact =
            ((aUpper * bUpper - product) + aUpper * bLower + aLower * bUpper) + aLower * bLower;
        rest = exact + (a * bRest + aRest * b);
      }
    }
    return rest;
  }

  /** A whole power by repeated squaring of sums of two numbers, as the reference takes it. */
  private static double wholePower(double a, int n) {
    double power = 1;
    double powerRest = 0;
    double square = a;
    double squareRest = 0;
    int left = n;
    while (left > 0) {
      if ((left & 1) == 1) {
        double product = power * square;
        double rest = restOfLong(power, powerRest, square, squareRest, product);
        power = product + rest;
        powerRest = rest - (power - product);
      }
      double product = square * square;
      double rest = restOfLong(square, squareRest, square, squareRest, product);
      square = product + rest;
      squareRest = rest - (square - product);
      left = left >> 1;
    }
    return power;
  }

  /** a to the power of b. */
  static double pow(double a, double b) {
    return pow(a, b, Fdlibm.exp(b * Fdlibm.log(Math.abs(a))));
  }

  /**
   * a to the power of b, of which e^(b log|a|) is known, with the special values of {@link
   * Math#pow}. Whole powers, rounded to float, are the reference's; others are near {@link
   * StrictMath#pow}.
   */
  static double pow(double a, double b, double exponential) {
    double size = Math.abs(a);
    double exponent = Math.abs(b);
    int isWhole = 0;
    int isOdd = 0;
    int isProduct = 0;
    if (rint(b) == b) {
      isWhole = 1;
      if (exponent < WHOLE_EXPONENTS) {
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
