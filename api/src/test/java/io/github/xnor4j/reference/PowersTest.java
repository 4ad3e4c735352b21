package io.github.xnor4j.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PowersTest {
  private static final float[] VALUES = {
    0f,
    -0f,
    1f,
    -1f,
    0.9f,
    0.999f,
    1.0001f,
    -1.5f,
    3f,
    1e30f,
    1e-30f,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private static final float[] EXPONENTS = {
    0f,
    -0f,
    1f,
    -1f,
    2f,
    3f,
    -3f,
    0.5f,
    10f,
    1000f,
    60000f,
    -60000f,
    16777215f,
    16777216f,
    1e30f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  @Test
  void isThePowerRoundedToFloat() {
    for (float a : VALUES) {
      for (float b : EXPONENTS) {
        assertEquals((float) StrictMath.pow(a, b), (float) Powers.pow(a, b), a + " to " + b);
      }
    }
  }

  /** Two units of double: one of StrictMath, one of the last rounding. */
  @Test
  void isWithinTwoUnitsOfStrictMath() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      float a = 1 + (random.nextFloat() - 0.5f) / 8;
      float b = random.nextInt(20_000) - 10_000;
      double expected = StrictMath.pow(a, b);
      if (expected > 1e-280 && expected < 1e280) {
        assertEquals(expected, Powers.pow(a, b), 2 * Math.ulp(expected), a + " to " + b);
      }
    }
  }

  @Test
  void isExactForSmallIntegers() {
    assertEquals(3486784401d, Powers.pow(3, 20));
    assertEquals(-19683d, Powers.pow(-3, 9));
    assertEquals(0.125, Powers.pow(2, -3));
  }
}
