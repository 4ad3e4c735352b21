package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Batch normalization: sums over the batch; then one sweep. In a training step dx = g * k of the
 * application and (dMean + 2 (x - mean) dVariance) / N of the statistics are added: one sweep
 * computes all three.
 */
final class BatchNormLowering {
  private final Planner planner;
  private final Map<List<Object>, Buffer> factors = new HashMap<>();

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
                planner.need(op.x()),
                grid == null ? 0 : grid.denominator(),
                planner.batchDomain(),
                results.get(0),
                results.get(1)));
  }

  // ---- application

  private Buffer factor(Value scale, Value variance, float epsilon) {
    return factors.computeIfAbsent(
        List.of(scale, variance, epsilon),
        key -> {
          Buffer s = planner.need(scale);
          Buffer v = planner.need(variance);
          Buffer k = Planner.bufferFor(variance);
          Work work = new Work.NormFactor(s, v, epsilon, k);
          Ready ready = planner.run(null, "batch-norm factor", planner.require(work));
          return planner.made(k, ready);
        });
  }

  void apply(Node node, Op.BatchNorm op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
    } else if (planner.groups().of(node) instanceof Group.Normalization group) {
      apply(group);
    } else {
      apply(new Group.Normalization(List.of(node), node, List.of()));
    }
  }

  /**
   * Whether the sweep of a group gives signs or a mask: not where the reference normalizes, nor
   * where a change of shape has put the bits into other words.
   */
  boolean gives(Group.Normalization group, Value bits) {
    Value y = group.norm().output();
    int c = y.shape().dim(-1);
    int last = bits.shape().rank() == 0 ? 1 : bits.shape().dim(-1);
    return planner.isBatchOfRows(y)
        && planner.isBatchOfRows(bits)
        && (last == c || last % 32 == 0 && c % 32 == 0);
  }

  /** y = (x - mean) * factor + offset, its signs and masks; y itself only if others read it. */
  void apply(Group.Normalization group) {
    Node node = group.norm();
    Op.BatchNorm op = (Op.BatchNorm) node.op();
    Sweep sweep = new Sweep(planner, node.output());
    int x = sweep.read(op.x(), Form.DENSE);
    int mean = sweep.read(op.mean(), Form.ROW);
    int k = sweep.read(factor(op.scale(), op.variance(), op.epsilon()), Form.ROW);
    int offset = sweep.read(op.offset(), Form.ROW);
    int scaled = sweep.step(Code.MUL, sweep.step(Code.SUB, x, mean), k);
    int y = sweep.step(Code.ADD, scaled, offset);
    if (isWanted(group)) {
      sweep.give(node.output(), Form.DENSE, y);
    }
    for (Node sign : group.nodes()) {
      if (sign.op() instanceof Op.Sign && gives(group, sign.output())) {
        sweep.give(sign.output(), Form.BITS, y);
      }
    }
    for (Mask mask : group.masks()) {
      if (gives(group, mask.size())) {
        planner.elements().giveMask(sweep, mask, sweep.step(Code.ABS, y));
      }
    }
    sweep.add("normalize " + Planner.layer(node));
  }

  /** Whether the floats of a group are read, by others or by what its sweep does not give. */
  private boolean isWanted(Group.Normalization group) {
    List<Value> results = planner.groups().results(group);
    for (Node node : group.nodes()) {
      boolean bits = node.op() instanceof Op.Sign || node.op() instanceof Op.Unary;
      boolean wanted =
          bits
              ? !gives(group, node.output())
              : node.output().dtype() == DType.F32 && results.contains(node.output());
      if (wanted) {
        return true;
      }
    }
    return false;
  }

  // ---- gradients

  void gradient(Node node, Op.BatchNormGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    boolean swept =
        planner.groups().of(node) instanceof Group.NormalizationGradient group && isSwept(group);
    sumGradients(node, op);
    if (!swept) {
      Sweep sweep = new Sweep(planner, node.outputs().getFirst());
      sweep.give(node.outputs().getFirst(), Form.DENSE, ofApplication(sweep, op));
      sweep.add("normalize gradient " + Planner.label(node));
    }
  }

  /** What is summed is summed where g is made, if that is a run that is still to be planned. */
  private void sumGradients(Node node, Op.BatchNormGradient op) {
    Buffer x = planner.need(op.x());
    Buffer mean = planner.need(op.mean());
    List<Value> values = node.outputs().subList(1, 5);
    Work.NormSums sums =
        new Work.NormSums(
            planner.need(op.variance()),
            planner.need(op.scale()),
            op.epsilon(),
            values.stream().map(Planner::bufferFor).toList());
    // nothing of the above waits for the run, or it would be planned by now
    ObjIntConsumer<Sweep> more =
        (sweep, g) ->
            sweep.giveNormSums(
                values, sums, g, sweep.read(x, Form.DENSE), sweep.read(mean, Form.ROW));
    if (!planner.elements().runWith(op.g(), more)) {
      Sweep sweep = new Sweep(planner, op.g());
      more.accept(sweep, sweep.read(op.g(), Form.DENSE));
      sweep.add("gradient sums " + Planner.layer(node));
    }
  }

  void statisticsGradient(Node node, Op.BatchNormStatisticsGradient op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Sweep sweep = new Sweep(planner, node.output());
    int x = sweep.read(op.x(), Form.DENSE);
    Terms terms = statisticsTerms(op);
    int moved = ofStatistics(sweep, x, op, terms);
    int constant = sweep.read(terms.constant(), Form.ROW);
    sweep.give(node.output(), Form.DENSE, sweep.step(Code.ADD, moved, constant));
    sweep.add("normalize gradient " + Planner.label(node));
  }

  /** g * factor. */
  private int ofApplication(Sweep sweep, Op.BatchNormGradient op) {
    int g = sweep.read(op.g(), Form.DENSE);
    int k = sweep.read(factor(op.scale(), op.variance(), op.epsilon()), Form.ROW);
    return sweep.step(Code.MUL, g, k);
  }

  /** (x - mean) * slope. */
  private int ofStatistics(Sweep sweep, int x, Op.BatchNormStatisticsGradient op, Terms terms) {
    int mean = sweep.read(op.mean(), Form.ROW);
    int slope = sweep.read(terms.slope(), Form.ROW);
    return sweep.step(Code.MUL, sweep.step(Code.SUB, x, mean), slope);
  }

  /**
   * Of dx = factor * g + (slope * (x - mean) + constant).
   *
   * @param slope per channel 2 * dVariance / N
   * @param constant per channel dMean / N
   */
  private record Terms(Buffer slope, Buffer constant) {}

  private Terms statisticsTerms(Op.BatchNormStatisticsGradient op) {
    Buffer slope = Planner.bufferFor(op.dVariance());
    Buffer constant = Planner.bufferFor(op.dMean());
    Work work =
        new Work.NormGradientTerms(
            planner.need(op.dMean()),
            planner.need(op.dVariance()),
            op.x().shape().rows(),
            slope,
            constant);
    Ready ready = planner.run(null, "batch-norm gradient terms", planner.require(work));
    return new Terms(planner.made(slope, ready), planner.made(constant, ready));
  }

  /** Whether one sweep over the batch gives both halves of dx. */
  boolean isSwept(Group.NormalizationGradient group) {
    return group.sum() != null && planner.isBatchOfRows(group.sum().output());
  }

  /** Both halves of the gradient and their sum, as one sweep. */
  void gradient(Group.NormalizationGradient group) {
    Value dx = group.sum().output();
    Op.BatchNormGradient applied = (Op.BatchNormGradient) group.applied().op();
    Op.BatchNormStatisticsGradient statistics =
        (Op.BatchNormStatisticsGradient) group.statistics().op();
    Terms terms = statisticsTerms(statistics);
    Sweep sweep = new Sweep(planner, dx);
    int scaled = ofApplication(sweep, applied);
    int x = sweep.read(applied.x(), Form.DENSE);
    int moved = ofStatistics(sweep, x, statistics, terms);
    int constant = sweep.read(terms.constant(), Form.ROW);
    int own = sweep.step(Code.ADD, moved, constant); // rounded as it is by itself
    sweep.give(dx, Form.DENSE, sweep.step(Code.ADD, scaled, own));
    sweep.add("normalize gradient " + Planner.layer(group.sum()));
  }
}
