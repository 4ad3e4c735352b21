package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import java.util.List;

/** Batch normalization: statistics, application and the gradients of both. */
final class ReferenceBatchNorm {
  private ReferenceBatchNorm() {}

  static List<double[]> statistics(Op.BatchNormStatistics op, double[] x, Rounding rounding) {
    Grid grid = rounding.grid(op.x().type());
    int c = op.x().shape().dim(-1);
    double rows = op.x().shape().rows();
    double[] values = Numbers.integers(x, grid);
    double[] mean = new double[c];
    double[] variance = new double[c];
    for (int i = 0; i < values.length; i++) {
      mean[i % c] += values[i] / (grid == null ? rows : 1);
    }
    if (grid == null) {
      for (int i = 0; i < values.length; i++) {
        double centred = values[i] - mean[i % c];
        variance[i % c] += centred * centred / rows;
      }
    } else {
      double d = grid.denominator();
      for (int i = 0; i < values.length; i++) {
        variance[i % c] += values[i] * values[i];
      }
      for (int i = 0; i < c; i++) {
        double m = mean[i] / rows;
        variance[i] = Math.max(0, variance[i] / rows - m * m) / (d * d);
        mean[i] = m / d;
      }
    }
    return List.of(mean, variance);
  }

  static double[] statisticsGradient(Op.BatchNormStatisticsGradient op, List<double[]> operands) {
    double[] x = operands.get(0);
    double[] mean = operands.get(1);
    double[] dMean = operands.get(2);
    double[] dVariance = operands.get(3);
    int c = mean.length;
    double rows = op.x().shape().rows();
    double[] dx = new double[x.length];
    for (int i = 0; i < dx.length; i++) {
      double centred = x[i] - mean[i % c];
      dx[i] = (dMean[i % c] + 2 * centred * dVariance[i % c]) / rows;
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
    double[] sum = new double[c];
    double[] product = new double[c];
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sum[i % c] += g[i];
      product[i % c] += g[i] * (x[i] - mean[i % c]);
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
