package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.ReferenceKernels;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions of float64 against the reference's, bit by bit, on special values and random ones. */
final class DeviceMathTest {
  private static final int COUNT = 1_000_000;

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

  private static void same(double wanted, double actual, String what) {
    assertTrue(
        Double.compare(wanted, actual) == 0, () -> what + " is " + actual + ", expected " + wanted);
  }

  private static void check(
      String name, DoubleUnaryOperator ours, DoubleUnaryOperator theirs, double spread) {
    for (double x : SPECIALS) {
      for (double near : new double[] {x, Math.nextUp(x), Math.nextDown(x)}) {
        same(theirs.applyAsDouble(near), ours.applyAsDouble(near), name + " " + near);
      }
    }
    Random random = new Random(7);
    for (int i = 0; i < COUNT; i++) {
      double x = random.nextGaussian() * spread;
      same(theirs.applyAsDouble(x), ours.applyAsDouble(x), name + " " + x);
      double any = Double.longBitsToDouble(random.nextLong());
      same(theirs.applyAsDouble(any), ours.applyAsDouble(any), name + " " + any);
    }
  }

  @Test
  void exponentials() {
    check("exp", Fdlibm::exp, StrictMath::exp, 300);
    check("exp", Fdlibm::exp, StrictMath::exp, 1);
  }

  /** Also where fdlibm goes another way: near whole powers of 2, and in the middle between them. */
  @Test
  void logarithms() {
    check("log", Fdlibm::log, StrictMath::log, 100);
    check("log 1 +", x -> Fdlibm.log(1 + x), x -> StrictMath.log(1 + x), 0.3);
    check("log 2 +", x -> Fdlibm.log(2 + x), x -> StrictMath.log(2 + x), 1e-6);
  }

  @Test
  void tangents() {
    check("tanh", Fdlibm::tanh, StrictMath::tanh, 10);
    check("tanh", Fdlibm::tanh, StrictMath::tanh, 0.5);
  }

  @Test
  void integers() {
    check("rint", DeviceMath::rint, Math::rint, 10);
    check("rint half", x -> DeviceMath.rint(x / 2), x -> Math.rint(x / 2), 1e9);
  }

  private static void checkPairs(DoubleBinaryOperator ours, DoubleBinaryOperator theirs) {
    for (double a : SPECIALS) {
      for (double b : SPECIALS) {
        same(theirs.applyAsDouble(a, b), ours.applyAsDouble(a, b), a + ", " + b);
      }
    }
  }

  @Test
  void extremes() {
    checkPairs(DeviceMath::min, Math::min);
    checkPairs(DeviceMath::max, Math::max);
  }

  /** Whole powers, rounded to float as they always are, are the reference's. */
  private static void power(float a, float b) {
    float wanted = ReferenceKernels.binary(Op.BinaryKind.POW, a, b);
    double actual = DeviceMath.pow(a, b);
    if (b == Math.rint(b) && Math.abs(b) < 0x1p24) {
      same(wanted, (float) actual, a + " to the " + b);
      return;
    }
    // the error of b log a grows with its size, which is 104 at most where a power is a float
    double exact = StrictMath.pow(a, b);
    double size = Math.abs(StrictMath.log(Math.abs(exact)));
    double relative = 0x1p-51 * (2 + (size <= Double.MAX_VALUE ? size : 0));
    double bound = relative * Math.abs(exact) + Double.MIN_NORMAL;
    boolean isNear =
        Double.compare(exact, actual) == 0
            || exact != 0 && Double.isFinite(exact) && Math.abs(exact - actual) <= bound;
    assertTrue(isNear, () -> a + " to the " + b + " is " + actual + ", expected " + exact);
  }

  @Test
  void powers() {
    for (double a : SPECIALS) {
      for (double b : SPECIALS) {
        power((float) a, (float) b);
      }
    }
    Random random = new Random(8);
    for (int i = 0; i < COUNT; i++) {
      float a = Math.abs((float) random.nextGaussian());
      power(a, (float) (random.nextGaussian() * 20));
      power(-a, random.nextInt(-100, 100));
      power(1 - a / 100, random.nextInt(0, 1 << 24)); // as Adam takes them
    }
    assertEquals(1 + 0x1p-11 + 0x1p-24, DeviceMath.pow(1 + 0x1p-12, 2), "a tie of floats");
  }

  private static void fused(float a, double b, double c) {
    double wanted = Math.fma(a, b, c) + 0.0; // a zero's sign is lost, as in sums that begin with 0
    same(wanted, DeviceMath.fma(a, b, c) + 0.0, a + " * " + b + " + " + c);
    if (DeviceMath.doubt(a, b, c) == 0) {
      same(wanted, DeviceMath.nearFma(a, b, c) + 0.0, a + " * " + b + " + " + c);
    }
  }

  /** Products that are longer than a number, and sums that lie in the middle between two. */
  @Test
  void fusedProducts() {
    Random random = new Random(9);
    int near = 0;
    for (int i = 0; i < COUNT; i++) {
      float a = (float) random.nextGaussian();
      double b = random.nextInt(1000) - (double) random.nextFloat();
      double c = random.nextGaussian() * 100;
      fused(a, b, c);
      near += DeviceMath.doubt(a, b, c) == 0 ? 1 : 0;
      fused(a, random.nextGaussian(), Math.scalb(c, random.nextInt(-90, 90)));
      fused(a, b, -a * b);
      fused(a, b, Math.nextUp(-a * b) * (1 + 0x1p-30));
      // half a unit of c, and a little more, less, or nothing
      float half = Math.scalb(1f, Math.getExponent(c) - 53);
      for (double more : new double[] {0, 0x1p-52, -0x1p-53}) {
        fused(half, 1 + more, c);
        fused(-half, 1 + more, c);
        fused(half * 3, (1 + more) * (1 + 0x1p-30), c);
      }
    }
    assertTrue(near > COUNT * 99L / 100, near + " of " + COUNT + " products beyond doubt");
    for (double a : SPECIALS) {
      for (double b : new double[] {0, -0.0, 1, -3, Double.NaN, Double.NEGATIVE_INFINITY}) {
        fused((float) a, b, 1);
        fused((float) a, 1, b);
      }
    }
  }
}
