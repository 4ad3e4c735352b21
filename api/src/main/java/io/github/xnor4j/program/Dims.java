package io.github.xnor4j.program;

import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a value, and which of its extents follow from the number of images of a batch: the
 * extent of axis i is {@code perImage(i)} times that number, or fixed where {@code perImage(i)} is
 * 0. So [N, 28, 28, 1] has 1, 0, 0, 0, and [N T, C], where the batch was merged with another axis,
 * has T, 0.
 *
 * @param shape the extents as they are
 * @param perImage for each axis how much of it each image adds; 0 if it is fixed
 */
public record Dims(Shape shape, List<Integer> perImage) {
  /**
   * Checks that there is a number for each axis and that all agree on the number of images.
   *
   * @throws IllegalArgumentException if not
   */
  public Dims {
    perImage = List.copyOf(perImage);
    int batch = -1;
    boolean agree = perImage.size() == shape.rank();
    for (int axis = 0; agree && axis < shape.rank(); axis++) {
      int each = perImage.get(axis);
      if (each != 0) {
        int images = each < 0 ? -1 : shape.dim(axis) / each;
        agree = images >= 0 && images * each == shape.dim(axis) && (batch < 0 || batch == images);
        batch = images;
      }
    }
    if (!agree) {
      throw new IllegalArgumentException(
          "extents " + shape + " with " + perImage + " for each image, expected one batch for all");
    }
  }

  /** A shape that is the same for every batch. */
  public static Dims fixed(Shape shape) {
    return new Dims(shape, Collections.nCopies(shape.rank(), 0));
  }

  /**
   * A shape whose leading axis is the batch.
   *
   * @throws IllegalArgumentException if it is a scalar's
   */
  public static Dims batch(Shape shape) {
    if (shape.rank() == 0) {
      throw new IllegalArgumentException("shape is that of a scalar, expected a batch axis");
    }
    return fixed(shape).mark(0, 1);
  }

  /** Number of axes. */
  public int rank() {
    return shape.rank();
  }

  /** Extent of an axis; negative axes count from the end. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** Whether the leading axis is the batch: one index for each image, in their order. */
  public boolean isBatched() {
    return rank() > 0 && perImage.getFirst() == 1;
  }

  /** Number of images of the batch that extents follow from; empty if all are fixed. */
  public OptionalInt images() {
    for (int axis = 0; axis < rank(); axis++) {
      if (perImage.get(axis) > 0) {
        return OptionalInt.of(shape.dim(axis) / perImage.get(axis));
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The same for a batch of so many images.
   *
   * @throws IllegalArgumentException if that are too many elements
   */
  public Dims withBatch(int images) {
    Shape other = shape;
    for (int axis = 0; axis < rank(); axis++) {
      if (perImage.get(axis) > 0) {
        other = other.with(axis, extent(perImage.get(axis), images));
      }
    }
    return new Dims(other, perImage);
  }

  /** What follows from so many images: an int, or refused, where a product would wrap around. */
  static int extent(int perImage, int images) {
    long extent = (long) perImage * images;
    if (extent > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "extent is " + extent + ", expected " + Integer.MAX_VALUE + " or less");
    }
    return (int) extent;
  }

  private Dims mark(int axis, int each) {
    List<Integer> marks = new ArrayList<>(perImage);
    marks.set(axis, each);
    return new Dims(shape, marks);
  }

  /** These with one axis' fixed extent in place of its own. */
  public Dims with(int axis, int extent) {
    List<Integer> marks = new ArrayList<>(perImage);
    marks.set(axis, 0);
    return new Dims(shape.with(axis, extent), marks);
  }

  /** These with one axis in place of their own. */
  Dims with(int axis, Dims other) {
    return with(axis, other.dim(0)).mark(axis, other.perImage.getFirst());
  }

  /** Those of the given axes, in that order. */
  public Dims axes(List<Integer> axes) {
    return new Dims(
        Shape.of(axes.stream().mapToInt(shape::dim).toArray()),
        axes.stream().map(perImage::get).toList());
  }

  /** A shape whose leading axis is this one's, and whose others are fixed. */
  Dims leading(Shape other) {
    int each = rank() == 0 ? 0 : perImage.getFirst();
    return each > 0 && other.dim(0) == dim(0) ? fixed(other).mark(0, each) : fixed(other);
  }

  /**
   * What both operands are broadcast to by NumPy's rule; an axis follows the batch if that of an
   * operand does.
   *
   * @throws IllegalArgumentException if the shapes do not go together
   */
  public static Dims broadcast(Dims a, Dims b) {
    Dims out = fixed(Shape.broadcast(a.shape, b.shape));
    for (Dims operand : List.of(a, b)) {
      for (int axis = 0; axis < operand.rank(); axis++) {
        int to = axis + out.rank() - operand.rank();
        int each = operand.perImage.get(axis);
        // a batch of one image may meet a longer axis, which then decides
        if (each > 0 && out.dim(to) == operand.dim(axis)) {
          out = out.mark(to, each);
        }
      }
    }
    return out;
  }

  /**
   * Another shape for the same elements in row-major order. An axis of it follows the batch if it
   * holds the whole of the one that did and begins where that began, so that its images lie behind
   * one another: [N, T, C] as [N T, C] and back, but not [T, N, C] as [T N, C]. A batch of one lies
   * in several axes at once; then the first of one element is taken, else the first. Where no axis
   * holds the batch, all are fixed: such a value goes with this batch alone.
   */
  public Dims reshaped(Shape other) {
    if (other.equals(shape)) {
      return this;
    }
    Dims out = fixed(other);
    int before = 1; // elements of this shape's axes in front
    for (int axis = 0; axis < rank(); axis++) {
      if (perImage.get(axis) > 0) {
        out = out.holding(before, dim(axis) / perImage.get(axis));
      }
      before *= dim(axis);
    }
    return out;
  }

  /** These, the axis marked that the batch lies in, behind so many elements in front. */
  private Dims holding(int before, int images) {
    int front = 1;
    int holder = -1;
    for (int axis = 0; axis < rank(); axis++) {
      int extent = dim(axis);
      int end = front * extent;
      if (images > 0 && extent % images == 0 && front == before && end >= before * images) {
        boolean better = holder < 0 || extent == images && dim(holder) != images;
        holder = better ? axis : holder;
      }
      front = end;
    }
    return holder < 0 ? this : mark(holder, dim(holder) / images);
  }

  /** The extents, those that follow the batch in terms of N, as in {@code [N, 28, 28, 1]}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int axis = 0; axis < rank(); axis++) {
      int each = perImage.get(axis);
      text.append(axis == 0 ? "" : ", ")
          .append(each == 0 ? "" + dim(axis) : each == 1 ? "N" : each + "N");
    }
    return text.append(']').toString();
  }
}
