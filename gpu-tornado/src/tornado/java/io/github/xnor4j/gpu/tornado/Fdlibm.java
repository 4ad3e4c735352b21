package io.github.xnor4j.gpu.tornado;

/**
 * Exponentials, logarithms and tangents with the bits of {@link StrictMath}: the same operations on
 * the same coefficients in the same order, so that every device gives what the reference gives.
 * Where fdlibm looks at a number's words, numbers are compared here, since kernels have no view of
 * bits.
 *
 * <p>From fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
 * SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice is preserved.
 */
final class Fdlibm {
  private static final double INVERSE_LN2 = 0x1.71547652b82fep0;
  private static final double LN2_UPPER = 0x1.62e42feep-1;
  private static final double LN2_LOWER = 0x1.a39ef35793c76p-33;
  private static final double HALF_LN2 = 0x1.62e43p-2; // below, nothing is reduced
  private static final double LN2_3_HALVES = 0x1.0a2b2p0; // from here on the quotient is rounded

  private static final double EXP_MOST = 0x1.62e42fefa39efp9; // beyond, e^x is infinite
  private static final double EXP_LEAST = -0x1.74910d52d3051p9; // below, it is 0
  private static final double EXP_SMALL = 0x1p-28;
  private static final double P1 = 0x1.555555555553ep-3;
  private static final double P2 = -0x1.6c16c16bebd93p-9;
  private static final double P3 = 0x1.1566aaf25de2cp-14;
  private static final double P4 = -0x1.bbd41c5d26bf1p-20;
  private static final double P5 = 0x1.6376972bea4d0p-25;

  private static final double Q1 = -0x1.11111111110f4p-5;
  private static final double Q2 = 0x1.a01a019fe5585p-10;
  private static final double Q3 = -0x1.4ce199eaadbb7p-14;
  private static final double Q4 = 0x1.0cfca86e65239p-18;
  private static final double Q5 = -0x1.afdb76e09c32dp-23;

  private static final double LG1 = 0x1.5555555555593p-1;
  private static final double LG2 = 0x1.999999997fa04p-2;
  private static final double LG3 = 0x1.2492494229359p-2;
  private static final double LG4 = 0x1.c71c51d8e78afp-3;
  private static final double LG5 = 0x1.7466496cb03dep-3;
  private static final double LG6 = 0x1.39a09d078c69fp-3;
  private static final double LG7 = 0x1.2f112df3e5244p-3;

  private static final double TANH_SMALL = 0x1p-55;
  private static final double TANH_MOST = 22; // from here on tanh is 1

  private Fdlibm() {}

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

  /**
   * x times 2 to the power of n, in steps: 2^n may be no number where the product is. One of them
   * rounds at most, where the result is subnormal.
   */
  private static double scaled(double x, int n) {
    int half = n / 2;
    if (n < 0) {
      half = -(-n / 2);
    }
    double power = powerOfTwo(half);
    return x * power * powerOfTwo(n - half);
  }

  /** How often ln 2 goes into x, an integer. */
  private static double quotient(double x) {
    double size = Math.abs(x);
    double k = 0;
    if (size >= HALF_LN2) {
      k = 1;
      if (size >= LN2_3_HALVES) {
        double most = INVERSE_LN2 * size + 0.5;
        k = DeviceMath.rint(most);
        if (k > most) {
          k = k - 1;
        }
      }
    }
    if (x < 0) {
      k = -k;
    }
    return k;
  }

  /** e to the x. */
  static double exp(double x) {
    double y = x; // NaN
    double size = Math.abs(x);
    if (x > EXP_MOST) {
      y = 1.0 / 0.0;
    } else if (x < EXP_LEAST) {
      y = 0;
    } else if (size < EXP_SMALL) {
      y = 1 + x;
    } else if (size > 0) {
      double k = quotient(x);
      double upper = x - k * LN2_UPPER;
      double lower = k * LN2_LOWER;
      double r = upper - lower;
      double t = r * r;
      double c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
      y = scaled(1 - ((lower - (r * c) / (2 - c)) - upper), (int) k);
    }
    return y;
  }

  /** e^x - 1, for what tanh asks: x from -2 to 0, or from 2 to 44. */
  private static double expm1(double x) {
    double k = quotient(x);
    double upper = x - k * LN2_UPPER;
    double lower = k * LN2_LOWER;
    double r = upper - lower;
    double c = (upper - r) - lower;
    double half = 0.5 * r;
    double square = r * half;
    double r1 = 1 + square * (Q1 + square * (Q2 + square * (Q3 + square * (Q4 + square * Q5))));
    double t = 3 - r1 * half;
    double e = square * ((r1 - t) / (6 - r * t));
    double y;
    if (k == 0) {
      y = r - (r * e - square);
    } else {
      e = (r * (e - c) - c) - square;
      if (k == -1) {
        y = 0.5 * (r - e) - 0.5;
      } else {
        double one = 0; // 1 / 2^k, where that is more than a rounding
        double less = 1;
        if (k > 0) {
          if (k < 57) {
            one = powerOfTwo(-(int) k);
            less = 0;
          }
        }
        y = (1 - one) - (e - r);
        if (k > 19) {
          if (k < 57) {
            y = (r - (e + one)) + 1;
          }
        }
        y = scaled(y, (int) k) - less;
      }
    }
    return y;
  }

  /** The hyperbolic tangent. */
  static double tanh(double x) {
    double size = Math.abs(x);
    double y = x * (1 + x); // zeros and NaN, too
    int isNegative = 0;
    if (x < 0) {
      isNegative = 1;
    }
    if (size < TANH_SMALL) {
      isNegative = 0;
    } else if (size < TANH_MOST) {
      double doubled = 2 * size;
      if (size < 1) {
        doubled = -doubled;
      }
      double t = expm1(doubled);
      y = 1 - 2 / (t + 2);
      if (size < 1) {
        y = -t / (t + 2);
      }
    } else if (size > 1) {
      y = 1;
    }
    if (isNegative == 1) {
      y = -y;
    }
    return y;
  }

  /** The natural logarithm. */
  static double log(double x) {
    double y = x; // infinity and NaN
    if (x < 0) {
      y = DeviceMath.notANumber(x);
    } else if (x == 0) {
      y = -1.0 / 0.0;
    } else if (x > Double.MAX_VALUE) {
      y = x;
    } else if (x > 0) {
      y = logOfNumber(x);
    }
    return y;
  }

  private static double logOfNumber(double x) {
    int n = 0;
    double m = x; // x = m 2^n, in the end with m from 1 to 2
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
    while (m >= 2) {
      m = m * 0.5;
      n = n + 1;
    }
    while (m < 1) {
      m = m * 2;
      n = n - 1;
    }
    double f = m - 1;
    if (m >= 0x1.6a09cp0) {
      f = m * 0.5 - 1;
      n = n + 1;
    }
    double upper = n * LN2_UPPER;
    double lower = n * LN2_LOWER;
    double rest; // of 1 + f, without n
    int near = 0;
    if (m < 0x1.00001p0) {
      near = 1;
    }
    if (m >= 0x1.ffffep0) {
      near = 1;
    }
    if (near == 1) {
      rest = f * f * (0.5 - 0.33333333333333333 * f) - lower;
    } else {
      double s = f / (2 + f);
      double z = s * s;
      double w = z * z;
      double odd = w * (LG2 + w * (LG4 + w * LG6));
      double even = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
      double sum = even + odd;
      rest = s * (f - sum) - lower;
      if (m >= 0x1.6147ap0) {
        if (m < 0x1.6b852p0) {
          double half = 0.5 * f * f;
          rest = half - (s * (half + sum) + lower);
        }
      }
    }
    return upper - (rest - f);
  }
}
