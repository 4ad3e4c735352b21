package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions of float64 against StrictMath, on special values and many random ones. */
final class DeviceMathTest {
  private static final int COUNT = 1_000_000;
  private static final double CLOSE = 0x1p-50;

  private static final double[] SPECIALS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    3,
    -3,
    1.5,
    -2.5,
    Math.nextUp(1f),
    Math.nextDown(1f),
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0x1p23 + 1,
    0x1p24 + 2,
    0x1p52,
    0x1p53 - 1,
    -0x1p53 + 1,
    64,
    65,
    -65,
    709.782712893384,
    709.7827128933841,
    -745.2,
    88.7,
    -103.9,
  };

  private static void close(double wanted, double actual, double relative, String what) {
    // below the normal range a float64 has fewer digits
    double bound = relative * Math.abs(wanted) + Double.MIN_NORMAL;
    boolean isSame =
        Double.compare(wanted, actual) == 0
            || wanted != 0 && Double.isFinite(wanted) && Math.abs(wanted - actual) <= bound;
    assertTrue(isSame, () -> what + " is " + actual + ", expected " + wanted);
  }

  private static void check(
      String name, DoubleUnaryOperator ours, DoubleUnaryOperator theirs, double spread) {
    for (double x : SPECIALS) {
      close(theirs.applyAsDouble(x), ours.applyAsDouble(x), CLOSE, name + " " + x);
    }
    Random random = new Random(7);
    for (int i = 0; i < COUNT; i++) {
      double x = random.nextGaussian() * spread;
      close(theirs.applyAsDouble(x), ours.applyAsDouble(x), CLOSE, name + " " + x);
      double any = Float.intBitsToFloat(random.nextInt());
      close(theirs.applyAsDouble(any), ours.applyAsDouble(any), CLOSE, name + " " + any);
    }
  }

  @Test
  void exponentials() {
    check("exp", DeviceMath::exp, StrictMath::exp, 100);
    check("exp", DeviceMath::exp, StrictMath::exp, 0.1);
  }

  @Test
  void logarithms() {
    check("log", DeviceMath::log, StrictMath::log, 100);
    check("log 1 +", x -> DeviceMath.log(1 + x), x -> StrictMath.log(1 + x), 0.1);
  }

  @Test
  void tangents() {
    check("tanh", DeviceMath::tanh, StrictMath::tanh, 3);
    check("tanh", DeviceMath::tanh, StrictMath::tanh, 0.1);
  }

  @Test
  void integers() {
    check("rint", DeviceMath::rint, Math::rint, 10);
    check("rint half", x -> DeviceMath.rint(x / 2), x -> Math.rint(x / 2), 1e9);
  }

  private static void checkPairs(DoubleBinaryOperator ours, DoubleBinaryOperator theirs) {
    for (double a : SPECIALS) {
      for (double b : SPECIALS) {
        close(theirs.applyAsDouble(a, b), ours.applyAsDouble(a, b), 0, a + ", " + b);
      }
    }
  }

  @Test
  void extremes() {
    checkPairs(DeviceMath::min, Math::min);
    checkPairs(DeviceMath::max, Math::max);
  }

  private static void power(double a, double b) {
    double wanted = StrictMath.pow(a, b);
    // the error of b log a grows with its size, which is 104 at most where a power is a float
    double size = Math.abs(StrictMath.log(Math.abs(wanted)));
    double products = Math.min(64, Math.abs(b)) / 2;
    double bound = 0x1p-51 * (2 + products + (size <= Double.MAX_VALUE ? size : 0));
    close(wanted, DeviceMath.pow(a, b), bound, a + " to the " + b);
  }

  @Test
  void powers() {
    for (double a : SPECIALS) {
      for (double b : SPECIALS) {
        power(a, b);
      }
    }
    Random random = new Random(8);
    for (int i = 0; i < COUNT; i++) {
      double a = Math.abs((float) random.nextGaussian());
      double b = (float) (random.nextGaussian() * 20);
      power(a, b);
      power(-a, random.nextInt(-100, 100));
    }
    assertEquals(1 + 0x1p-11 + 0x1p-24, DeviceMath.pow(1 + 0x1p-12, 2), "a tie of floats");
  }
}
