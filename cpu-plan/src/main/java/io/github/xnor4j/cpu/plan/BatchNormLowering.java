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
 * Batch normalization: sums over the batch; then one sweep. In a training step dx = g * k of the
 * application and (dMean + 2 (x - mean) dVariance) / N of the statistics are added: one sweep
 * computes all three.
 */
final class BatchNormLowering {
  private final Planner planner;
  private final Map<List<Object>, Located> factors = new HashMap<>();

  BatchNormLowering(Planner planner) {
    this.planner = planner;
  }

  // ---- statistics

  void statistics(Node node, Op.BatchNormStatistics op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Grid grid = op.x().type().grid();
    planner.offer(
        node,
        planner.batchDomain(),
        results ->
            new Work.Statistics(
                planner.need(op.x()).buffer(),
                grid == null ? 0 : grid.denominator(),
                planner.batchDomain(),
                results.get(0),
                results.get(1)));
  }

  // ---- application

  private Located factor(Value scale, Value variance, float epsilon) {
    return factors.computeIfAbsent(
        List.of(scale, variance, epsilon),
        key -> {
          Located s = planner.need(scale);
          Located v = planner.need(variance);
          Buffer k = Planner.bufferFor(variance);
          Work work = new Work.NormFactor(s.buffer(), v.buffer(), epsilon, k);
          Ready ready = planner.run(null, "batch-norm factor", planner.require(work));
          return planner.made(k, ready);
        });
  }

  void apply(Node node, Op.BatchNorm op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    planner.offer(
        node,
        planner.batchDomain(),
        results ->
            new Work.Normalize(
                planner.need(op.x()).buffer(),
                planner.need(op.mean()).buffer(),
                factor(op.scale(), op.variance(), op.epsilon()).buffer(),
                planner.need(op.offset()).buffer(),
                planner.batchDomain(),
                results.getFirst()));
  }

  // ---- gradients

  void gradient(Node node, Op.BatchNormGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    if (swept(node) == null) {
      Located g = planner.need(op.g());
      Located k = factor(op.scale(), op.variance(), op.epsilon());
      Located none = planner.zeros(op.x().shape().dim(-1));
      sweep(node, node.outputs().getFirst(), op.x(), op.mean(), new Terms(g, k, none, none));
    }
    sumGradients(node, op);
  }

  private void sumGradients(Node node, Op.BatchNormGradient op) {
    List<Value> outputs = node.outputs().subList(1, 5);
    List<Buffer> results = outputs.stream().map(Planner::bufferFor).toList();
    Work work =
        new Work.NormGradientSums(
            planner.need(op.x()).buffer(),
            planner.need(op.g()).buffer(),
            planner.need(op.mean()).buffer(),
            planner.need(op.variance()).buffer(),
            planner.need(op.scale()).buffer(),
            op.epsilon(),
            planner.batchDomain(),
            results);
    Ready ready = planner.run(planner.batchDomain(), Planner.label(node), planner.require(work));
    for (int i = 0; i < results.size(); i++) {
      planner.define(outputs.get(i), results.get(i), ready);
    }
  }

  void statisticsGradient(Node node, Op.BatchNormStatisticsGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Located x = planner.need(op.x());
    Located none = planner.zeros(op.x().shape().dim(-1));
    sweep(node, node.output(), op.x(), op.mean(), statisticsTerms(op, x, none));
  }

  /**
   * Of dx = factor * g + slope * (x - mean) + constant.
   *
   * @param slope per channel 2 * dVariance / N
   * @param constant per channel dMean / N
   */
  private record Terms(Located g, Located factor, Located slope, Located constant) {}

  private Terms statisticsTerms(Op.BatchNormStatisticsGradient op, Located g, Located factor) {
    Buffer slope = Planner.bufferFor(op.dVariance());
    Buffer constant = Planner.bufferFor(op.dMean());
    Work work =
        new Work.NormGradientTerms(
            planner.need(op.dMean()).buffer(),
            planner.need(op.dVariance()).buffer(),
            op.x().shape().rows(),
            slope,
            constant);
    Ready ready = planner.run(null, "batch-norm gradient terms", planner.require(work));
    return new Terms(g, factor, planner.made(slope, ready), planner.made(constant, ready));
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
    Terms terms = statisticsTerms((Op.BatchNormStatisticsGradient) group.statistics().op(), g, k);
    sweep(group.sum(), group.sum().output(), applied.x(), applied.mean(), terms);
  }

  private void sweep(Node node, Value dx, Value x, Value mean, Terms terms) {
    Buffer y = Planner.bufferFor(dx);
    Work work =
        new Work.NormalizeGradient(
            terms.g().buffer(),
            planner.need(x).buffer(),
            planner.need(mean).buffer(),
            terms.factor().buffer(),
            terms.slope().buffer(),
            terms.constant().buffer(),
            planner.batchDomain(),
            y);
    Ready ready = planner.run(planner.batchDomain(), Planner.label(node), planner.require(work));
    planner.define(dx, y, ready);
  }
}
