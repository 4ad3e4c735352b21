package io.github.xnor4j.program;

import io.github.xnor4j.tensor.Shape;

/**
 * How a convolution's or pooling's window moves over the three spatial axes of [N, D, H, W, C].
 *
 * @param size taps on each axis, at least 1
 * @param stride distance between neighbouring windows, at least 1
 * @param dilation distance between neighbouring taps, at least 1
 * @param before padding before each axis, at least 0
 * @param after padding after each axis, at least 0
 */
public record Window(Extent size, Extent stride, Extent dilation, Extent before, Extent after) {
  /** Checks the ranges of all numbers. */
  public Window {
    for (int axis = 0; axis < 3; axis++) {
      require("size", size.get(axis), 1, axis);
      require("stride", stride.get(axis), 1, axis);
      require("dilation", dilation.get(axis), 1, axis);
      require("padding before", before.get(axis), 0, axis);
      require("padding after", after.get(axis), 0, axis);
    }
  }

  private static void require(String what, int value, int least, int axis) {
    if (value < least) {
      throw new IllegalArgumentException(
          "window "
              + what
              + " of spatial axis "
              + axis
              + " is "
              + value
              + ", expected "
              + least
              + " or more");
    }
  }

  /** Whether no two positions see the same tap. */
  public boolean isDisjoint() {
    for (int axis = 0; axis < 3; axis++) {
      boolean apart = dilation.get(axis) == 1 && stride.get(axis) >= size.get(axis);
      if (size.get(axis) > 1 && !apart) {
        return false;
      }
    }
    return true;
  }

  /** A window without padding, strides or dilation. */
  public static Window of(Extent size) {
    return new Window(size, Extent.ONE, Extent.ONE, Extent.ZERO, Extent.ZERO);
  }

  /** The window of one tap that a dense layer is: each position by itself. */
  public static Window point() {
    return of(Extent.ONE);
  }

  /**
   * Output extent on one axis: floor((before + input + after - reach) / stride) + 1 with reach =
   * (size - 1) * dilation + 1, or 0 if the window does not fit.
   *
   * @throws IllegalArgumentException if it is no int
   */
  public int output(int axis, int input) {
    long reach = (size.get(axis) - 1L) * dilation.get(axis) + 1;
    long room = (long) before.get(axis) + input + after.get(axis) - reach;
    long extent = room < 0 ? 0 : room / stride.get(axis) + 1;
    if (extent > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "window gives "
              + extent
              + " positions on spatial axis "
              + axis
              + ", expected "
              + Integer.MAX_VALUE
              + " or less");
    }
    return (int) extent;
  }

  /** Output extents for an input [N, D, H, W, C]. */
  public Extent outputs(Shape input) {
    return new Extent(output(0, input.dim(1)), output(1, input.dim(2)), output(2, input.dim(3)));
  }

  /** The input coordinate on one axis that a tap of an output position reads; may lie outside. */
  public int source(int axis, int output, int tap) {
    return output * stride.get(axis) + tap * dilation.get(axis) - before.get(axis);
  }

  /**
   * The least number that is a multiple of the number of taps inside the input, for every output
   * position of one axis that has any; {@link Grid#LIMIT} or more where it is no grid's.
   */
  long commonTaps(int axis, int input) {
    int positions = output(axis, input);
    if (before.get(axis) == 0 && after.get(axis) == 0) {
      return positions == 0 ? 1 : size.get(axis);
    }
    // programs are typed often: no time for more positions than anyone pads
    long common = Grid.fits(positions) ? 1 : Grid.LIMIT;
    for (int i = 0; i < positions && Grid.fits(common); i++) {
      long inside = tapsInside(axis, input, i);
      if (inside > 0) {
        common *= inside / Grid.gcd(common, inside);
      }
    }
    return common;
  }

  private long tapsInside(int axis, int input, int position) {
    long start = (long) position * stride.get(axis) - before.get(axis);
    long first = Math.ceilDiv(Math.max(0, -start), dilation.get(axis));
    long last = Math.floorDiv(input - 1 - start, dilation.get(axis));
    return Math.min(last, size.get(axis) - 1) - first + 1;
  }

  /** Whether any axis is padded. */
  public boolean isPadded() {
    return !before.equals(Extent.ZERO) || !after.equals(Extent.ZERO);
  }
}
