package io.github.xnor4j.reference;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Parts of values: taken out, put in, put together, seen through windows; and random numbers. */
final class ReferenceParts {
  private ReferenceParts() {}

  /** For each element of a part that begins somewhere in a whole the index of its place there. */
  private static int[] places(Shape part, int[] start, Shape whole) {
    int[] index = new int[part.elements()];
    for (int i = 0; i < index.length; i++) {
      int stride = 1;
      for (int axis = part.rank() - 1, rest = i; axis >= 0; axis--) {
        index[i] += (start[axis] + rest % part.dim(axis)) * stride;
        rest /= part.dim(axis);
        stride *= whole.dim(axis);
      }
    }
    return index;
  }

  static double[] slice(Op.Slice op, double[] x) {
    int[] from = places(op.dims().shape(), op.start().shape().dims(), op.x().shape());
    double[] out = new double[from.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[from[i]];
    }
    return out;
  }

  static double[] pad(Op.Pad op, double[] x) {
    double[] out = new double[op.dims().shape().elements()];
    Arrays.fill(out, op.value());
    put(x, op.x().shape(), op.start().shape().dims(), out, op.dims().shape());
    return out;
  }

  static double[] concatenate(Op.Concatenate op, List<double[]> operands) {
    Shape shape = op.outputs().getFirst().shape();
    double[] out = new double[shape.elements()];
    int[] start = new int[shape.rank()];
    for (int k = 0; k < operands.size(); k++) {
      Value x = op.xs().get(k);
      put(operands.get(k), x.shape(), start, out, shape);
      start[op.axis()] += x.shape().dim(op.axis());
    }
    return out;
  }

  private static void put(double[] part, Shape shape, int[] start, double[] whole, Shape to) {
    int[] places = places(shape, start, to);
    for (int i = 0; i < places.length; i++) {
      whole[places[i]] = part[i];
    }
  }

  // Patches are what a convolution of one filter for all channels multiplies: its products lie in
  // the order of the result.

  static double[] patches(Op.Patches op, double[] x) {
    Shape shape = op.outputs().getFirst().shape();
    int seen = shape.dim(4);
    double[] out = new double[shape.elements()];
    ReferenceConvolution.forEachProduct(
        op.x().shape(),
        op.window(),
        1,
        1,
        (position, from, i) -> out[position * seen + i] = from < 0 ? op.padValue() : x[from]);
    return out;
  }

  static double[] patchesGradient(Op.PatchesGradient op, double[] g, Rounding rounding) {
    int seen = op.g().shape().dim(4);
    double[] dx = new double[op.dims().shape().elements()];
    ReferenceConvolution.forEachProduct(
        op.dims().shape(),
        op.window(),
        1,
        1,
        (position, from, i) -> {
          if (from >= 0) {
            dx[from] = rounding.round(dx[from] + g[position * seen + i]);
          }
        });
    return dx;
  }

  static double[] random(Op.Random op, double[] seed, double[] step) {
    Philox generator = op.generator((int) seed[0], (int) seed[1], (int) step[0]);
    double[] out = new double[op.dims().shape().elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          switch (op.kind()) {
            case BITS -> generator.bits(i);
            case UNIFORM -> generator.uniform(i);
          };
    }
    return out;
  }
}
