package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Integers: to them, products of them, modulo 2^32 as ints have it, and back to floats or bits. */
final class ReferenceIntegers {
  private ReferenceIntegers() {}

  /** Whether a product's result is I32. */
  static boolean isProduct(Op product) {
    return product.outputs().getFirst().dtype() == DType.I32;
  }

  /** The integers that an operand of such a product stands for; 0 for what is not finite. */
  private static int[] integers(Value operand, double[] values) {
    Grid grid = operand.type().grid();
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      if (grid == null) {
        out[i] = (int) values[i];
      } else if (Double.isFinite(values[i])) {
        out[i] = (int) grid.integer((float) values[i]);
      }
    }
    return out;
  }

  private static int padding(Value x, float padValue) {
    Grid grid = x.type().grid();
    return (int) ((double) padValue * (grid == null ? 1 : grid.denominator()));
  }

  private static double[] numbers(int[] sums) {
    double[] out = new double[sums.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = sums[i];
    }
    return out;
  }

  static double[] conv(Op.Conv op, double[] a, double[] b) {
    int[] x = integers(op.x(), a);
    int[] filter = integers(op.filter(), b);
    int pad = padding(op.x(), op.padValue());
    Shape shape = op.outputs().getFirst().shape();
    int[] y = new int[shape.elements()];
    ReferenceConvolution.forEachProduct(
        op.x().shape(),
        op.window(),
        op.groups(),
        shape.dim(4),
        (at, from, w) -> y[at] += (from < 0 ? pad : x[from]) * filter[w]);
    return numbers(y);
  }

  static double[] convInputGradient(Op.ConvInputGradient op, double[] a, double[] b) {
    int[] g = integers(op.g(), a);
    int[] filter = integers(op.filter(), b);
    int[] dx = new int[op.input().elements()];
    ReferenceConvolution.forEachProduct(
        op.input(),
        op.window(),
        op.groups(),
        op.g().shape().dim(4),
        (at, from, w) -> {
          if (from >= 0) {
            dx[from] += g[at] * filter[w];
          }
        });
    return numbers(dx);
  }

  static double[] convFilterGradient(Op.ConvFilterGradient op, double[] a, double[] b) {
    int[] x = integers(op.x(), a);
    int[] g = integers(op.g(), b);
    int pad = padding(op.x(), op.padValue());
    int[] dw = new int[op.filter().elements()];
    ReferenceConvolution.forEachProduct(
        op.x().shape(),
        op.window(),
        op.groups(),
        op.g().shape().dim(4),
        (at, from, w) -> dw[w] += (from < 0 ? pad : x[from]) * g[at]);
    return numbers(dw);
  }

  static double[] matMul(Op.MatMul op, double[] a, double[] b) {
    int[] x = integers(op.a(), a);
    int[] w = integers(op.b(), b);
    int[] y = new int[op.outputs().getFirst().shape().elements()];
    ReferenceMatMul.forEachProduct(op, (at, from, to) -> y[at] += x[from] * w[to]);
    return numbers(y);
  }

  /** The integers, and how many of them were clamped. */
  static List<double[]> toInteger(Op.ToInteger op, double[] x, double[] scale) {
    double[] out = new double[x.length];
    int clamped = 0;
    for (int i = 0; i < out.length; i++) {
      double n = Math.rint(x[i] * scale[0]);
      if (!(Math.abs(n) <= op.limit())) {
        clamped++;
        n = Double.isNaN(n) ? 0 : Math.copySign(op.limit(), n);
      }
      out[i] = n;
    }
    return List.of(out, new double[] {clamped});
  }

  static double[] toFloat(Op.ToFloat op, double[] x, double[] scale) {
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] / scale[0] / op.denominator();
    }
    return out;
  }

  static double[] threshold(Op.Threshold op, double[] x, double[] threshold) {
    int[] index = ReferenceShapes.indices(op.threshold().shape(), op.x().shape());
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] < threshold[index[i]] ? -1 : 1;
    }
    return out;
  }
}
