package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Planner.Located;
import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Batch normalization: sums tile by tile, added in the order of the tiles; then one sweep. In a
 * training step dx = g * k of the application and (dMean + 2 (x - mean) dVariance) / N of the
 * statistics are added: one sweep computes all three.
 */
final class BatchNormLowering {
  private final Planner planner;
  private final CpuKernels kernels;
  private final Map<List<Object>, Located> factors = new HashMap<>();

  BatchNormLowering(Planner planner) {
    this.planner = planner;
    this.kernels = planner.kernels();
  }

  // ---- statistics

  void statistics(Node node, Op.BatchNormStatistics op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Domain domain = planner.batchDomain();
    int c = op.x().shape().dim(-1);
    int rows = op.x().shape().rows();
    int perImage = rows / op.x().shape().dim(0);
    Grid grid = op.x().type().grid();
    long[][] integers = new long[domain.tiles()][2 * c];
    double[][] sums = new double[domain.tiles()][2 * c];
    Ready summed =
        planner.tiled(
            domain,
            (grid != null ? "integer sums " : "sums ") + Planner.label(node),
            List.of(x),
            (tile, first, count, member) -> {
              float[] values = x.buffer().floats(member);
              int x0 = x.buffer().at(first);
              if (grid != null) {
                kernels.integerSums(
                    values, x0, count * perImage, c, grid.denominator(), integers[tile]);
              } else {
                kernels.sums(values, x0, count * perImage, c, sums[tile]);
              }
            });
    Buffer mean = Planner.bufferFor(node.outputs().get(0));
    Buffer variance = Planner.bufferFor(node.outputs().get(1));
    Ready ready =
        planner.tasks(
            "finish " + Planner.label(node),
            1,
            List.of(new Located(mean, summed)),
            (task, member) -> {
              for (int i = 0; i < c; i++) {
                double s1;
                double s2;
                double d = 1;
                if (grid != null) {
                  s1 = total(integers, i);
                  s2 = total(integers, c + i);
                  d = grid.denominator();
                } else {
                  s1 = total(sums, i);
                  s2 = total(sums, c + i);
                }
                double m = s1 / rows;
                mean.floats(0)[i] = (float) (m / d);
                variance.floats(0)[i] = (float) (nonNegative(s2 / rows - m * m) / (d * d));
              }
            });
    planner.define(node.outputs().get(0), planner.pin(mean), ready);
    planner.define(node.outputs().get(1), planner.pin(variance), ready);
  }

  /** max(0, x), but NaN stays: a diverged layer must be noticed. */
  private static double nonNegative(double x) {
    return x < 0 ? 0 : x;
  }

  private static long total(long[][] tiles, int i) {
    long sum = 0;
    for (long[] tile : tiles) {
      sum += tile[i];
    }
    return sum;
  }

  private static double total(double[][] tiles, int i) {
    double sum = 0;
    for (double[] tile : tiles) {
      sum += tile[i];
    }
    return sum;
  }

  // ---- application

  private Located factor(Value scale, Value variance, float epsilon) {
    return factors.computeIfAbsent(
        List.of(scale, variance, epsilon),
        key -> {
          Located s = planner.need(scale);
          Located v = planner.need(variance);
          Buffer k = Planner.bufferFor(variance);
          Ready ready =
              planner.tasks(
                  "batch-norm factor",
                  1,
                  List.of(s, v),
                  (task, member) -> {
                    for (int i = 0; i < k.length(); i++) {
                      k.floats(0)[i] =
                          Op.BatchNorm.factor(
                              s.buffer().floats(member)[i], v.buffer().floats(member)[i], epsilon);
                    }
                  });
          return planner.made(planner.pin(k), ready);
        });
  }

  void apply(Node node, Op.BatchNorm op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Located mean = planner.need(op.mean());
    Located offset = planner.need(op.offset());
    Located k = factor(op.scale(), op.variance(), op.epsilon());
    Buffer y = Planner.bufferFor(node.output());
    int c = op.x().shape().dim(-1);
    int perImage = y.unit() / c;
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "normalize " + Planner.label(node),
            List.of(x, mean, offset, k),
            (tile, first, count, member) ->
                kernels.normalize(
                    x.buffer().floats(member),
                    x.buffer().at(first),
                    mean.buffer().floats(member),
                    k.buffer().floats(member),
                    offset.buffer().floats(member),
                    count * perImage,
                    c,
                    y.floats(member),
                    y.at(first)));
    planner.define(node.output(), y, ready);
  }

  // ---- gradients

  void gradient(Node node, Op.BatchNormGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    if (swept(node) == null) {
      scaleGradient(node, op, node.outputs().getFirst());
    }
    sumGradients(node, op);
  }

  private void scaleGradient(Node node, Op.BatchNormGradient op, Value dx) {
    Located g = planner.need(op.g());
    Located k = factor(op.scale(), op.variance(), op.epsilon());
    int c = op.x().shape().dim(-1);
    Located none = planner.zeros(c);
    sweep(node, dx, op.x(), g, op.mean(), k, none, none);
  }

  private void sumGradients(Node node, Op.BatchNormGradient op) {
    Located x = planner.need(op.x());
    Located g = planner.need(op.g());
    Located mean = planner.need(op.mean());
    Located variance = planner.need(op.variance());
    Located scale = planner.need(op.scale());
    Domain domain = planner.batchDomain();
    int c = op.x().shape().dim(-1);
    int perImage = x.buffer().unit() / c;
    double[][] sums = new double[domain.tiles()][2 * c];
    Ready summed =
        planner.tiled(
            domain,
            "gradient sums " + Planner.label(node),
            List.of(x, g, mean),
            (tile, first, count, member) ->
                kernels.gradientSums(
                    g.buffer().floats(member),
                    g.buffer().at(first),
                    x.buffer().floats(member),
                    x.buffer().at(first),
                    mean.buffer().floats(member),
                    count * perImage,
                    c,
                    sums[tile]));
    List<Buffer> results = node.outputs().subList(1, 5).stream().map(Planner::bufferFor).toList();
    Ready ready =
        planner.tasks(
            "finish " + Planner.label(node),
            1,
            List.of(new Located(results.getFirst(), summed), variance, scale),
            (task, member) -> {
              for (int i = 0; i < c; i++) {
                double sum = total(sums, i);
                double product = total(sums, c + i);
                float v = variance.buffer().floats(member)[i];
                float s = scale.buffer().floats(member)[i];
                double root = 1 / Math.sqrt((double) v + op.epsilon());
                // the float factor of dx, so that both cancel where a channel has one value
                results.get(0).floats(0)[i] =
                    (float) (-Op.BatchNorm.factor(s, v, op.epsilon()) * sum);
                results.get(1).floats(0)[i] = (float) (-0.5 * s * root * root * root * product);
                results.get(2).floats(0)[i] = (float) (product * root);
                results.get(3).floats(0)[i] = (float) sum;
              }
            });
    for (int i = 0; i < results.size(); i++) {
      planner.define(node.outputs().get(i + 1), planner.pin(results.get(i)), ready);
    }
  }

  void statisticsGradient(Node node, Op.BatchNormStatisticsGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Terms terms = statisticsTerms(op);
    Located none = planner.zeros(op.x().shape().dim(-1));
    sweep(node, node.output(), op.x(), x, op.mean(), none, terms.slope(), terms.constant());
  }

  /** Per channel 2 * dVariance / N and dMean / N. */
  private record Terms(Located slope, Located constant) {}

  private Terms statisticsTerms(Op.BatchNormStatisticsGradient op) {
    Located dMean = planner.need(op.dMean());
    Located dVariance = planner.need(op.dVariance());
    double rows = op.x().shape().rows();
    Buffer slope = Planner.bufferFor(op.dVariance());
    Buffer constant = Planner.bufferFor(op.dMean());
    Ready ready =
        planner.tasks(
            "batch-norm gradient terms",
            1,
            List.of(dMean, dVariance),
            (task, member) -> {
              for (int i = 0; i < slope.length(); i++) {
                slope.floats(0)[i] = (float) (2.0 * dVariance.buffer().floats(member)[i] / rows);
                constant.floats(0)[i] = (float) (dMean.buffer().floats(member)[i] / rows);
              }
            });
    return new Terms(
        planner.made(planner.pin(slope), ready), planner.made(planner.pin(constant), ready));
  }

  /** The group of an op in which one sweep over the batch gives both halves of dx; or null. */
  Group.NormalizationGradient swept(Node node) {
    return planner.groups().of(node) instanceof Group.NormalizationGradient group
            && group.sum() != null
            && planner.isBatchOfRows(group.sum().output())
        ? group
        : null;
  }

  /** Both halves of the gradient and their sum, as one sweep. */
  void gradient(Group.NormalizationGradient group) {
    Op.BatchNormGradient applied = (Op.BatchNormGradient) group.applied().op();
    Located g = planner.need(applied.g());
    Located k = factor(applied.scale(), applied.variance(), applied.epsilon());
    Terms terms = statisticsTerms((Op.BatchNormStatisticsGradient) group.statistics().op());
    Value dx = group.sum().output();
    sweep(group.sum(), dx, applied.x(), g, applied.mean(), k, terms.slope(), terms.constant());
  }

  /** dx = p * g + q * (x - mean) + r, per channel. */
  private void sweep(
      Node node,
      Value dx,
      Value xValue,
      Located g,
      Value meanValue,
      Located p,
      Located q,
      Located r) {
    Located x = planner.need(xValue);
    Located mean = planner.need(meanValue);
    Buffer y = Planner.bufferFor(dx);
    int c = xValue.shape().dim(-1);
    int perImage = y.unit() / c;
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "normalize gradient " + Planner.label(node),
            List.of(x, g, mean, p, q, r),
            (tile, first, count, member) ->
                kernels.normalizeGradient(
                    g.buffer().floats(member),
                    g.buffer().at(first),
                    x.buffer().floats(member),
                    x.buffer().at(first),
                    mean.buffer().floats(member),
                    p.buffer().floats(member),
                    q.buffer().floats(member),
                    r.buffer().floats(member),
                    count * perImage,
                    c,
                    y.floats(member),
                    y.at(first)));
    planner.define(dx, y, ready);
  }
}
