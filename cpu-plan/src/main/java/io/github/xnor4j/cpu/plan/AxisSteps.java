package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/**
 * Where what belongs to the elements of a result lies in a value along other axes; of bits in bits
 * of its words.
 *
 * @param leading step of the result's leading axis
 * @param rows where the rows of a leading index begin
 * @param last elements of a row
 * @param step from one to the next
 */
public record AxisSteps(int leading, int[] rows, int last, int step) {
  /** Those of x. */
  public static AxisSteps of(Work.Along work) {
    return of(work.to(), strides(work));
  }

  /** Those of the threshold, for the elements that are compared with it. */
  public static AxisSteps of(Work.Threshold work) {
    Shape shape = work.shape();
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int back = 1; back <= Math.min(work.of().rank(), shape.rank()); back++) {
      strides[shape.rank() - back] = work.of().dim(-back) == 1 ? 0 : stride;
      stride *= work.of().dim(-back);
    }
    return of(shape, strides);
  }

  private static AxisSteps of(Shape to, int[] strides) {
    int rank = to.rank();
    int last = rank == 1 ? 1 : to.dim(-1);
    int[] rows = new int[rank == 1 ? 1 : to.elements() / Math.max(1, to.dim(0) * last)];
    for (int r = 0; r < rows.length; r++) {
      int rest = r;
      for (int axis = rank - 2; axis > 0; axis--) {
        rows[r] += rest % to.dim(axis) * strides[axis];
        rest /= to.dim(axis);
      }
    }
    return new AxisSteps(strides[0], rows, last, rank == 1 ? 0 : strides[rank - 1]);
  }

  private static int[] strides(Work.Along work) {
    Shape shape = work.shape();
    int[] own = new int[shape.rank()];
    int stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      own[axis] = stride;
      boolean row = axis == shape.rank() - 1 && work.x().dtype() == DType.BIT;
      stride *= row ? 32 * Buffer.words(shape) : shape.dim(axis);
    }
    int[] strides = new int[work.axes().size()];
    Arrays.setAll(strides, i -> work.axes().get(i) < 0 ? 0 : own[work.axes().get(i)]);
    return strides;
  }
}
