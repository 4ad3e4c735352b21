package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;

/** Batch normalization: statistics, application and the gradients of both. */
final class ReferenceBatchNorm {
  private ReferenceBatchNorm() {}

  static List<Tensor> statistics(Op.BatchNormStatistics op, Tensor x) {
    Grid grid = op.x().type().grid();
    int c = x.shape().dim(-1);
    double rows = x.shape().rows();
    double[] values = ReferenceKernels.numbers(x, grid);
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
    return ReferenceKernels.tensors(op.outputs().getFirst().shape(), mean, variance);
  }

  static Tensor statisticsGradient(Tensor x, Tensor mean, Tensor dMean, Tensor dVariance) {
    int c = mean.floats().length;
    double rows = x.shape().rows();
    float[] dx = new float[x.floats().length];
    for (int i = 0; i < dx.length; i++) {
      double centred = (double) x.floats()[i] - mean.floats()[i % c];
      dx[i] = (float) ((dMean.floats()[i % c] + 2 * centred * dVariance.floats()[i % c]) / rows);
    }
    return Tensor.f32(x.shape(), dx);
  }

  static Tensor apply(Op.BatchNorm op, List<Tensor> operands) {
    float[] x = operands.get(0).floats();
    float[] mean = operands.get(1).floats();
    float[] variance = operands.get(2).floats();
    float[] scale = operands.get(3).floats();
    float[] offset = operands.get(4).floats();
    int c = mean.length;
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      float k = Op.BatchNorm.factor(scale[i % c], variance[i % c], op.epsilon());
      y[i] = (x[i] - mean[i % c]) * k + offset[i % c];
    }
    return Tensor.f32(operands.get(0).shape(), y);
  }

  static List<Tensor> gradient(Op.BatchNormGradient op, List<Tensor> operands) {
    float[] x = operands.get(0).floats();
    float[] g = operands.get(1).floats();
    float[] mean = operands.get(2).floats();
    float[] variance = operands.get(3).floats();
    float[] scale = operands.get(4).floats();
    int c = mean.length;
    double[] sum = new double[c];
    double[] product = new double[c];
    double[] dx = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sum[i % c] += g[i];
      product[i % c] += g[i] * ((double) x[i] - mean[i % c]);
      dx[i] = (double) g[i] * Op.BatchNorm.factor(scale[i % c], variance[i % c], op.epsilon());
    }
    double[] dMean = new double[c];
    double[] dVariance = new double[c];
    double[] dScale = new double[c];
    for (int i = 0; i < c; i++) {
      double root = 1 / Math.sqrt((double) variance[i] + op.epsilon());
      // the same float factor as in dx, so that both cancel exactly where a channel has one value
      dMean[i] = -Op.BatchNorm.factor(scale[i], variance[i], op.epsilon()) * sum[i];
      dVariance[i] = -0.5 * scale[i] * root * root * root * product[i];
      dScale[i] = product[i] * root;
    }
    List<Tensor> channels =
        ReferenceKernels.tensors(operands.get(2).shape(), dMean, dVariance, dScale, sum);
    Tensor input = Tensor.f32(operands.get(0).shape(), ReferenceKernels.rounded(dx));
    return List.of(input, channels.get(0), channels.get(1), channels.get(2), channels.get(3));
  }
}
