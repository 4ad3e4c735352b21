package io.github.xnor4j.reference;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Elements moved to other places, and reductions. */
final class ReferenceShapes {
  private ReferenceShapes() {}

  /** For each element of a broadcast shape the index of the operand's element. */
  static int[] indices(Shape operand, Shape shape) {
    int[] index = new int[shape.elements()];
    int stride = 1;
    int inner = 1;
    for (int back = 1; back <= shape.rank(); back++) {
      int extent = shape.dim(-back);
      int own = back <= operand.rank() ? operand.dim(-back) : 1;
      if (own > 1) {
        for (int i = 0; i < index.length; i++) {
          index[i] += i / inner % extent * stride;
        }
        stride *= own;
      }
      inner *= extent;
    }
    return index;
  }

  static double[] reduce(Op.Reduce op, double[] x) {
    Shape shape = op.outputs().getFirst().shape();
    int[] index = indices(shape, op.x().shape());
    if (op.outputs().getFirst().dtype() == DType.I32) {
      return sumOfIntegers(x, index, shape.elements());
    }
    if (op.kind() == Op.ReduceKind.SUM) {
      int images = op.axes().contains(0) ? Numbers.images(op.x()) : 1;
      int each = x.length / images;
      return SumOrder.sums(
          images,
          shape.elements(),
          (sums, from, to) -> {
            for (int i = from * each; i < to * each; i++) {
              sums[index[i]] += x[i];
            }
          });
    }
    double[] largest = new double[shape.elements()];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < index.length; i++) {
      largest[index[i]] = Math.max(largest[index[i]], x[i]);
    }
    return largest;
  }

  /** Modulo 2^32. */
  private static double[] sumOfIntegers(double[] x, int[] index, int n) {
    double[] acc = new double[n];
    for (int i = 0; i < index.length; i++) {
      acc[index[i]] = (int) acc[index[i]] + (int) x[i];
    }
    return acc;
  }

  static double[] transpose(Op.Transpose op, double[] x) {
    Shape to = op.outputs().getFirst().shape();
    return gather(x, transposed(op.x().shape(), op.permutation(), to));
  }

  private static int[] transposed(Shape from, List<Integer> permutation, Shape to) {
    int[] strides = new int[from.rank()];
    for (int axis = from.rank() - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= from.dim(axis);
    }
    int[] index = new int[to.elements()];
    for (int i = 0; i < index.length; i++) {
      for (int axis = to.rank() - 1, rest = i; axis >= 0; axis--) {
        index[i] += rest % to.dim(axis) * strides[permutation.get(axis)];
        rest /= to.dim(axis);
      }
    }
    return index;
  }

  static double[] broadcast(Op.Broadcast op, double[] x) {
    return gather(x, indices(op.x().shape(), op.shape()));
  }

  private static double[] gather(double[] x, int[] index) {
    double[] out = new double[index.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[index[i]];
    }
    return out;
  }
}
