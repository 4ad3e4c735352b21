package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * What is known about a value before it is computed.
 *
 * @param dtype the element type
 * @param dims the static shape, and which extents follow the batch
 * @param grid for F32 values that stand for integers, else null
 * @param range where F32 values lie
 */
public record Type(DType dtype, Dims dims, Grid grid, Range range) {
  /** A type of a fixed shape, of which no more is known. */
  public static Type of(DType dtype, Shape shape) {
    return of(dtype, Dims.fixed(shape));
  }

  /** A type of which no more is known. */
  public static Type of(DType dtype, Dims dims) {
    return new Type(dtype, dims, null, Range.ALL);
  }

  /** A type whose leading axis is the batch. */
  public static Type batch(DType dtype, Shape shape) {
    return of(dtype, Dims.batch(shape));
  }

  /** A float type of a fixed shape, without a grid. */
  public static Type f32(Shape shape) {
    return of(DType.F32, shape);
  }

  /** A float type without a grid. */
  public static Type f32(Dims dims) {
    return of(DType.F32, dims);
  }

  /** The shape, batch axis included. */
  public Shape shape() {
    return dims.shape();
  }

  /** Whether the leading axis is the batch. */
  public boolean isBatched() {
    return dims.isBatched();
  }

  /** This type with another shape. */
  public Type withDims(Dims other) {
    return new Type(dtype, other, grid, range);
  }

  /** This type for a batch of so many images. */
  public Type withBatch(int images) {
    return withDims(dims.withBatch(images));
  }

  /** Dtype and shape, as in {@code F32 [64, 10]}. */
  @Override
  public String toString() {
    return dtype + " " + shape();
  }
}
