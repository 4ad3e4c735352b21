package io.github.xnor4j.program;

/**
 * One number for each of the three spatial axes; axes that a layer does not have are 1 (sizes,
 * strides, dilations) or 0 (padding).
 *
 * @param depth first spatial axis
 * @param height second spatial axis
 * @param width third spatial axis
 */
public record Extent(int depth, int height, int width) {
  /** One on each axis. */
  public static final Extent ONE = new Extent(1, 1, 1);

  /** Zero on each axis. */
  public static final Extent ZERO = new Extent(0, 0, 0);

  /** The number of one axis, 0 to 2. */
  public int get(int axis) {
    return switch (axis) {
      case 0 -> depth;
      case 1 -> height;
      case 2 -> width;
      default -> throw new IndexOutOfBoundsException("axis " + axis + ", expected 0 to 2");
    };
  }

  /** The product of the three. */
  public int volume() {
    return depth * height * width;
  }

  /** The three numbers, as in {@code 1x3x3}. */
  @Override
  public String toString() {
    return depth + "x" + height + "x" + width;
  }
}
