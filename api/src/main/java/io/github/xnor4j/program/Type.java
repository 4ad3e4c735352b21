package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * What is known about a value before it is computed.
 *
 * @param dtype the element type
 * @param shape the static shape, batch axis included
 * @param grid for F32 values that stand for integers, else null
 */
public record Type(DType dtype, Shape shape, Grid grid) {
  /** A type without a grid. */
  public static Type of(DType dtype, Shape shape) {
    return new Type(dtype, shape, null);
  }

  /** A float type without a grid. */
  public static Type f32(Shape shape) {
    return of(DType.F32, shape);
  }

  /** This type with another shape. */
  public Type withShape(Shape other) {
    return new Type(dtype, other, grid);
  }

  /** Dtype and shape, as in {@code F32 [64, 10]}. */
  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
