package io.github.xnor4j.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Extents of a tensor's axes, the outermost first. Immutable. A scalar has rank 0. */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int elements;

  private Shape(int[] dims) {
    this.dims = dims;
    long product = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape " + text(dims) + ": an extent is negative, expected 0 or more");
      }
      product *= dim;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape " + text(dims) + ": more than " + Integer.MAX_VALUE + " elements");
      }
    }
    this.elements = (int) product;
  }

  /**
   * The shape with these extents.
   *
   * @throws IllegalArgumentException if an extent is negative or there are 2^31 elements or more
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** Number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Extent of an axis; negative axes count from the end, -1 is the last. */
  public int dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /** A copy of the extents. */
  public int[] dims() {
    return dims.clone();
  }

  /** Number of elements: the product of all extents. */
  public int elements() {
    return elements;
  }

  /** Number of elements before the last axis; 1 for a scalar. */
  public int rows() {
    int rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows *= dims[i];
    }
    return rows;
  }

  /** Number of 64-bit words of one packed row of a {@link DType#BIT} tensor of this shape. */
  public int wordsPerRow() {
    return dims.length == 0 ? 1 : (dim(-1) + 63) / 64;
  }

  /** This shape with one axis' extent replaced; negative axes count from the end. */
  public Shape with(int axis, int extent) {
    int[] copy = dims.clone();
    copy[axis < 0 ? dims.length + axis : axis] = extent;
    return new Shape(copy);
  }

  /**
   * The shape that both operands are broadcast to by NumPy's rule.
   *
   * @throws IllegalArgumentException if the shapes do not go together
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new IllegalArgumentException(
            "shapes " + a + " and " + b + " cannot be broadcast: axis -" + i + " differs");
      }
      out[rank - i] = x == 1 ? y : x;
    }
    return of(out);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** The extents in brackets, as in {@code [64, 28, 28, 1]}. */
  @Override
  public String toString() {
    return text(dims);
  }

  private static String text(int[] dims) {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
