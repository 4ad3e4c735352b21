package io.github.xnor4j.testkit;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;

/**
 * What a result must be.
 *
 * @param value the reference's result
 * @param allowed for each element the largest absolute difference, with 0.0 equal to -0.0; null if
 *     every bit must be the same (one NaN is as good as another)
 */
record Expected(Tensor value, double[] allowed) {
  /** Every bit the same. */
  static Expected same(Tensor value) {
    return new Expected(value, null);
  }

  /** The same numbers, where 0.0 and -0.0 are one. */
  static Expected equal(Tensor value) {
    return new Expected(value, new double[value.shape().elements()]);
  }

  /** F32 within a bound relative to the largest finite absolute value, the rest the same. */
  static Expected near(Tensor value, double relative, double absolute) {
    if (value.dtype() != DType.F32) {
      return same(value);
    }
    double largest = 0;
    for (float x : value.floats()) {
      largest = Math.max(largest, Float.isFinite(x) ? Math.abs(x) : 0);
    }
    double[] allowed = new double[value.shape().elements()];
    Arrays.fill(allowed, relative * largest + absolute);
    return new Expected(value, allowed);
  }

  /** F32, each element within a bound relative to its own absolute value. */
  static Expected nearEach(Tensor value, double relative) {
    double[] allowed = new double[value.shape().elements()];
    Arrays.setAll(allowed, i -> relative * Math.abs(value.floats()[i]));
    return new Expected(value, allowed);
  }

  /**
   * Compares.
   *
   * @param actual what the backend gave
   * @param what names the case, its seed, the run and the result
   * @throws AssertionError naming the first wrong element and how many there are
   */
  void check(Tensor actual, String what) {
    if (actual.dtype() != value.dtype() || !actual.shape().equals(value.shape())) {
      throw new AssertionError(
          what + ": got " + actual.describe() + ", expected " + value.describe());
    }
    if (actual.dtype() == DType.BIT) {
      requireZeroTails(actual, what);
    }
    int first = -1;
    int wrong = 0;
    for (int i = 0; i < value.shape().elements(); i++) {
      if (!matches(actual, i)) {
        first = first < 0 ? i : first;
        wrong++;
      }
    }
    if (wrong > 0) {
      throw new AssertionError(what + ": " + describe(actual, first) + count(wrong));
    }
  }

  private static void requireZeroTails(Tensor actual, String what) {
    try {
      Tensor.bit(actual.shape(), actual.words());
    } catch (IllegalArgumentException e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    }
  }

  private boolean matches(Tensor actual, int i) {
    return switch (value.dtype()) {
      case F32 -> matches(actual.floats()[i], value.floats()[i], i);
      case BIT -> Bits.isNegative(actual, i) == Bits.isNegative(value, i);
      case U8 -> actual.bytes()[i] == value.bytes()[i];
      case I32 -> actual.ints()[i] == value.ints()[i];
      case I16 -> actual.shorts()[i] == value.shorts()[i];
    };
  }

  private boolean matches(float actual, float wanted, int i) {
    if (allowed == null || Float.isNaN(wanted)) {
      return Float.floatToIntBits(actual) == Float.floatToIntBits(wanted);
    }
    return actual == wanted
        || Float.isFinite(wanted) && Math.abs((double) actual - wanted) <= allowed[i];
  }

  private String describe(Tensor actual, int i) {
    String bound = "";
    if (allowed != null && allowed[i] > 0) {
      bound = " within " + allowed[i];
    }
    return "element "
        + Arrays.toString(coordinates(value.shape(), i))
        + " is "
        + element(actual, i)
        + ", expected "
        + element(value, i)
        + bound;
  }

  private String count(int wrong) {
    return " (" + wrong + " of " + value.shape().elements() + " elements are wrong)";
  }

  private static String element(Tensor tensor, int i) {
    return switch (tensor.dtype()) {
      case F32 -> Float.toString(tensor.floats()[i]);
      case BIT -> Bits.isNegative(tensor, i) ? "-1" : "+1";
      case U8 -> Integer.toString(tensor.bytes()[i] & 255);
      case I32 -> Integer.toString(tensor.ints()[i]);
      case I16 -> Short.toString(tensor.shorts()[i]);
    };
  }

  private static int[] coordinates(Shape shape, int index) {
    int[] at = new int[shape.rank()];
    for (int axis = shape.rank() - 1, rest = index; axis >= 0; axis--) {
      at[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return at;
  }
}
