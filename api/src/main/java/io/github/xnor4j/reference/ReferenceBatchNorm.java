package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Batch normalization: statistics, application and the gradients of both. */
final class ReferenceBatchNorm {
  private ReferenceBatchNorm() {}

  static List<double[]> statistics(Op.BatchNormStatistics op, double[] x, Rounding rounding) {
    Grid grid = rounding.grid(op.x().type());
    int c = op.x().shape().dim(-1);
    double rows = op.x().shape().rows();
    double[] values = Numbers.integers(x, grid);
    double d = grid == null ? 1 : grid.denominator();
    double[] mean = sums(op.x(), c, i -> values[i]);
    if (rounding == Rounding.NONE) { // without integers, squares that cancel would be lost
      Arrays.setAll(mean, i -> mean[i] / rows);
      double[] variance =
          sums(op.x(), c, i -> (values[i] - mean[i % c]) * (values[i] - mean[i % c]) / rows);
      return List.of(mean, variance);
    }
    double[] variance = sums(op.x(), c, i -> values[i] * values[i]);
    for (int i = 0; i < c; i++) {
      double m = mean[i] / rows;
      variance[i] = Math.max(0, variance[i] / rows - m * m) / (d * d);
      mean[i] = m / d;
    }
    return List.of(mean, variance);
  }

  /** For each channel the sum over all other axes. */
  private static double[] sums(Value x, int c, IntToDoubleFunction term) {
    return sums(x, c, (sums, i) -> sums[i % c] += term.applyAsDouble(i));
  }

  @FunctionalInterface
  private interface Term {
    void addTo(double[] sums, int i);
  }

  private static double[] sums(Value x, int n, Term term) {
    int images = Numbers.images(x);
    int each = x.shape().elements() / images;
    return SumOrder.sums(
        images,
        n,
        (sums, from, to) -> {
          for (int i = from * each; i < to * each; i++) {
            term.addTo(sums, i);
          }
        });
  }

  static double[] statisticsGradient(
      Op.BatchNormStatisticsGradient op, List<double[]> operands, Rounding rounding) {
    double[] x = operands.get(0);
    double[] mean = operands.get(1);
    double[] dMean = operands.get(2);
    double[] dVariance = operands.get(3);
    int c = mean.length;
    double rows = op.x().shape().rows();
    double[] dx = new double[x.length];
    for (int i = 0; i < dx.length; i++) {
      double slope = rounding.round(2 * dVariance[i % c] / rows);
      double moved = rounding.round(rounding.round(x[i] - mean[i % c]) * slope);
      dx[i] = moved + rounding.round(dMean[i % c] / rows);
    }
    return dx;
  }

  /** The factor k of each channel, {@link Op.BatchNorm#factor} where it is rounded. */
  private static double[] factors(
      double[] scale, double[] variance, float epsilon, Rounding rounding) {
    double[] k = new double[scale.length];
    for (int i = 0; i < k.length; i++) {
      k[i] = rounding.round(scale[i] / Math.sqrt(variance[i] + epsilon));
    }
    return k;
  }

  static double[] apply(Op.BatchNorm op, List<double[]> operands, Rounding rounding) {
    double[] x = operands.get(0);
    double[] mean = operands.get(1);
    double[] offset = operands.get(4);
    double[] k = factors(operands.get(3), operands.get(2), op.epsilon(), rounding);
    int c = mean.length;
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = rounding.round(rounding.round(x[i] - mean[i % c]) * k[i % c]) + offset[i % c];
    }
    return y;
  }

  static List<double[]> gradient(
      Op.BatchNormGradient op, List<double[]> operands, Rounding rounding) {
    double[] x = operands.get(0);
    double[] g = operands.get(1);
    double[] mean = operands.get(2);
    double[] variance = operands.get(3);
    double[] scale = operands.get(4);
    double[] k = factors(scale, variance, op.epsilon(), rounding);
    int c = mean.length;
    double[] sum = sums(op.x(), c, i -> g[i]);
    double[] product =
        sums(op.x(), c, (sums, i) -> sums[i % c] = Math.fma(g[i], x[i] - mean[i % c], sums[i % c]));
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      dx[i] = g[i] * k[i % c];
    }
    double[] dMean = new double[c];
    double[] dVariance = new double[c];
    double[] dScale = new double[c];
    for (int i = 0; i < c; i++) {
      double root = 1 / Math.sqrt(variance[i] + op.epsilon());
      // the same float factor as in dx, so that both cancel exactly where a channel has one value
      dMean[i] = -k[i] * sum[i];
      dVariance[i] = -0.5 * scale[i] * root * root * root * product[i];
      dScale[i] = product[i] * root;
    }
    return List.of(dx, dMean, dVariance, dScale, sum);
  }
}
