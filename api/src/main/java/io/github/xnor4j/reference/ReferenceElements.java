package io.github.xnor4j.reference;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Element by element. */
final class ReferenceElements {
  private ReferenceElements() {}

  static double[] unary(Op.UnaryKind kind, double[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = apply(kind, x[i]);
    }
    return out;
  }

  /**
   * The function of an {@link Op.Unary}. For a float the result, rounded to float, is the one that
   * a float operation gives: a double has more than twice a float's digits, so that rounding to it
   * first changes nothing.
   */
  static double apply(Op.UnaryKind kind, double x) {
    return switch (kind) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case EXP -> StrictMath.exp(x);
      case LOG -> StrictMath.log(x);
      case TANH -> StrictMath.tanh(x);
      case RINT -> Math.rint(x);
    };
  }

  static double[] binary(Op.Binary op, double[] a, double[] b) {
    Shape shape = op.outputs().getFirst().shape();
    int[] ia = ReferenceShapes.indices(op.a().shape(), shape);
    int[] ib = ReferenceShapes.indices(op.b().shape(), shape);
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = apply(op.kind(), a[ia[i]], b[ib[i]]);
    }
    return out;
  }

  /** The function of an {@link Op.Binary}; rounded to float a float operation's, as for unary. */
  static double apply(Op.BinaryKind kind, double a, double b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case POW -> Powers.pow(a, b);
    };
  }

  static double[] select(Op.Select op, List<double[]> operands) {
    Shape shape = op.outputs().getFirst().shape();
    int[][] index = new int[4][];
    for (int k = 0; k < 4; k++) {
      index[k] = ReferenceShapes.indices(op.inputs().get(k).shape(), shape);
    }
    double[] a = operands.get(0);
    double[] b = operands.get(1);
    double[] ifTrue = operands.get(2);
    double[] ifFalse = operands.get(3);
    double[] out = new double[shape.elements()];
    for (int i = 0; i < out.length; i++) {
      boolean hit = compare(op.comparison(), a[index[0][i]], b[index[1][i]]);
      out[i] = hit ? ifTrue[index[2][i]] : ifFalse[index[3][i]];
    }
    return out;
  }

  private static boolean compare(Op.Comparison comparison, double a, double b) {
    return switch (comparison) {
      case LESS -> a < b;
      case LESS_EQUAL -> a <= b;
      case EQUAL -> a == b;
    };
  }

  static double[] scale(Op.Scale op, double[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      int n = (int) x[i] * op.multiplier() + op.offset();
      out[i] = (double) n / op.divisor();
    }
    return out;
  }

  /** NaN and -0.0 are no less than 0. */
  static double[] sign(double[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i] < 0 ? -1 : 1;
    }
    return out;
  }
}
