package io.github.xnor4j.nn;

import io.github.xnor4j.program.Extent;

/**
 * Two numbers for the two spatial axes of images.
 *
 * @param height for the first axis
 * @param width for the second axis
 */
public record Size(int height, int width) {
  /** The largest number that layers take. */
  public static final int MAX = 1 << 15;

  static final Size ONE = square(1);

  static Size square(int extent) {
    return new Size(extent, extent);
  }

  /** Whether both are at least 1 and so small that no product of two of them overflows. */
  boolean isValid() {
    return height >= 1 && width >= 1 && height <= MAX && width <= MAX;
  }

  Extent extent() {
    return new Extent(1, height, width);
  }

  /** Both numbers, as in {@code 3x3}. */
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
