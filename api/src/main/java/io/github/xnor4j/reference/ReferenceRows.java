package io.github.xnor4j.reference;

import io.github.xnor4j.program.Op;
import java.util.List;

/** Functions of rows, the last axis. */
final class ReferenceRows {
  private ReferenceRows() {}

  static double[] argMax(Op.ArgMax op, double[] x) {
    int c = op.x().shape().dim(-1);
    double[] out = new double[op.x().shape().rows()];
    for (int row = 0; row < out.length; row++) {
      out[row] = RowFunctions.argMax(x, row * c, c);
    }
    return out;
  }

  static double[] softmax(Op.Softmax op, double[] x) {
    int c = op.x().shape().dim(-1);
    double[] y = x.clone();
    for (int at = 0; at < y.length; at += c) {
      RowFunctions.softmax(y, at, c);
    }
    return y;
  }

  static List<double[]> crossEntropy(Op.SoftmaxCrossEntropy op, double[] logits, double[] labels) {
    int c = op.logits().shape().dim(1);
    double[] loss = new double[labels.length];
    double[] probabilities = logits.clone();
    for (int row = 0; row < loss.length; row++) {
      loss[row] = RowFunctions.crossEntropy(probabilities, row * c, c, (int) labels[row]);
    }
    return List.of(loss, probabilities);
  }

  static double[] crossEntropyGradient(
      Op.SoftmaxCrossEntropyGradient op, List<double[]> operands, Rounding rounding) {
    int c = op.probabilities().shape().dim(1);
    double[] p = operands.get(0);
    double[] labels = operands.get(1);
    double[] g = operands.get(2);
    double[] out = new double[p.length];
    for (int i = 0; i < out.length; i++) {
      int onehot = i % c == labels[i / c] ? 1 : 0;
      out[i] = rounding.round(p[i] - onehot) * g[i / c];
    }
    return out;
  }
}
