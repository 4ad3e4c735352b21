package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;

/** Matrix products. */
final class ReferenceMatMul {
  private ReferenceMatMul() {}

  /** Takes the products of each sum in their order: indices of the result, of a and of b. */
  static void forEachProduct(Op.MatMul op, ReferenceConvolution.Product product) {
    Shape shape = op.outputs().getFirst().shape();
    int m = shape.dim(-2);
    int p = shape.dim(-1);
    int depth = op.depth();
    for (int i = 0; i < shape.elements(); i++) {
      int row = i / p; // of all matrices
      for (int k = 0; k < depth; k++) {
        product.take(i, row * depth + k, (row / m * depth + k) * p + i % p);
      }
    }
  }

  static double[] multiply(Op.MatMul op, double[] a, double[] b, Rounding rounding) {
    if (ReferenceIntegers.isProduct(op)) {
      return ReferenceIntegers.matMul(op, a, b);
    }
    Grid grid = rounding.grid(op.outputs().getFirst());
    boolean integers = grid != null;
    double[] x = Numbers.integers(a, integers ? rounding.grid(op.a().type()) : null);
    double[] w = Numbers.integers(b, integers ? rounding.grid(op.b().type()) : null);
    double[] y = new double[op.outputs().getFirst().shape().elements()];
    forEachProduct(op, (at, from, to) -> y[at] += x[from] * w[to]);
    for (int i = 0; integers && i < y.length; i++) {
      y[i] /= grid.denominator();
    }
    return y;
  }
}
