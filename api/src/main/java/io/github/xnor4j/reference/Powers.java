package io.github.xnor4j.reference;

/**
 * Powers, the same on every machine. {@link StrictMath#pow} allocates three arrays a call, which
 * every step of an optimizer with bias correction would pay, so whole exponents are taken by
 * repeated squaring.
 */
final class Powers {
  /** Bound of whole exponents: from 2^24 on floats do not tell neighbouring integers apart. */
  private static final float WHOLE = 1 << 24;

  private Powers() {}

  /** a to the power of b; for whole b with an error of little more than half a unit of double. */
  static double pow(double a, double b) {
    if (!(Math.abs(b) < WHOLE) || b != (int) b) {
      return StrictMath.pow(a, b);
    }
    double power = whole(a, (int) Math.abs(b));
    return b < 0 ? 1 / power : power;
  }

  /**
   * Numbers are sums of two doubles, the second one what the first one lacks: squaring doubles a
   * relative error, and n is up to 2^24.
   */
  private static double whole(double a, int n) {
    double power = 1;
    double powerRest = 0;
    double square = a;
    double squareRest = 0;
    for (int left = n; left != 0; left >>= 1) {
      if ((left & 1) != 0) {
        double product = power * square;
        double rest = rest(power, powerRest, square, squareRest, product);
        power = product + rest;
        powerRest = rest - (power - product);
      }
      double product = square * square;
      double rest = rest(square, squareRest, square, squareRest, product);
      square = product + rest;
      squareRest = rest - (square - product);
    }
    return power;
  }

  /**
   * What a product of two such numbers lacks: nothing, where it is zero, infinite or NaN. (Adding
   * -0.0 changes no number, 0.0 would change the sign of a zero.)
   */
  private static double rest(double a, double aRest, double b, double bRest, double product) {
    return product != 0 && Math.abs(product) <= Double.MAX_VALUE
        ? Math.fma(a, b, -product) + (a * bRest + aRest * b)
        : -0.0;
  }
}
