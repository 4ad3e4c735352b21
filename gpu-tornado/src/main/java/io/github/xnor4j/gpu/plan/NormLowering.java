package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Batch norm and its gradients. */
final class NormLowering {
  private final Planner planner;

  NormLowering(Planner planner) {
    this.planner = planner;
  }

  // ---- application

  /** The result, its signs and masks in one sweep. */
  void normalization(Group.Normalization group) {
    Op.BatchNorm op = (Op.BatchNorm) group.norm().op();
    Shape shape = op.x().shape();
    ElementProgram code = planner.elements().begin(group.norm(), shape);
    int y = applied(code, group.norm(), op);
    List<Node> later = new ArrayList<>();
    for (Node node : group.nodes()) {
      Mask mask = node.outputs().isEmpty() ? null : planner.groups().mask(node.output());
      if (node.op() instanceof Op.Sign
          && ShapeLowering.isPackedAlike(node.output().shape(), shape)) {
        code.store(planner.define(node.output()), DType.BIT, y);
      } else if (mask != null && ShapeLowering.isPackedAlike(node.output().shape(), shape)) {
        planner.elements().storeMask(code, mask, code.apply(ElementCode.ABS, y));
      } else if (node != group.norm()) {
        later.add(node);
      }
    }
    Value result = group.norm().output();
    boolean isRead =
        later.stream().anyMatch(node -> node.op().inputs().contains(result))
            || planner.groups().results(group).contains(result);
    if (isRead) {
      code.store(planner.define(result), DType.F32, y);
    }
    planner.add(code);
    later.forEach(this::lowerLater);
  }

  /** What lies in other words than the result's, so a sweep of its own reads that. */
  private void lowerLater(Node node) {
    Mask mask = planner.groups().mask(node.output());
    if (mask == null) {
      planner.lower(node);
    } else {
      planner.elements().mask(node, mask);
    }
  }

  void apply(Node node, Op.BatchNorm op) {
    ElementProgram code = planner.elements().begin(node, op.x().shape());
    store(code, node.output(), applied(code, node, op));
    planner.add(code);
  }

  private void store(ElementProgram code, Value value, int register) {
    code.store(planner.define(value), DType.F32, register);
  }

  /** (x - mean) k + offset. */
  private int applied(ElementProgram code, Node node, Op.BatchNorm op) {
    Buffer k = factors(node, op.scale(), op.variance(), op.epsilon());
    int centred =
        code.apply(
            ElementCode.SUB,
            code.load(planner.of(op.x()), DType.F32),
            code.loadRow(planner.of(op.mean()), DType.F32));
    int scaled = code.apply(ElementCode.MUL, centred, code.loadRow(k, DType.F32));
    return code.apply(ElementCode.ADD, scaled, code.loadRow(planner.of(op.offset()), DType.F32));
  }

  /** The factor k of each channel, {@link Op.BatchNorm#factor}. */
  private Buffer factors(Node node, Value scale, Value variance, float epsilon) {
    Shape channels = scale.shape();
    Buffer k = planner.buffer(DType.F32, channels);
    ElementProgram code = planner.elements().begin(node, channels);
    int factor =
        code.apply(
            ElementCode.FACTOR,
            code.load(planner.of(scale), DType.F32),
            code.load(planner.of(variance), DType.F32),
            code.loadScalar(planner.scalar(epsilon), DType.F32));
    code.store(k, DType.F32, factor);
    planner.add(code);
    return k;
  }

  // ---- gradients

  /** dx with the part of the statistics in one sweep; the other results are sums. */
  void gradient(Group.NormalizationGradient group) {
    Op.BatchNormGradient op = (Op.BatchNormGradient) group.applied().op();
    sums(group.applied(), op);
    ElementProgram code = planner.elements().begin(group.applied(), op.x().shape());
    int dx = scaled(code, group.applied(), op);
    if (group.statistics() == null) {
      code.store(planner.define(group.applied().outputs().getFirst()), DType.F32, dx);
    } else {
      int other = ofStatistics(code, (Op.BatchNormStatisticsGradient) group.statistics().op());
      code.store(
          planner.define(group.sum().output()), DType.F32, code.apply(ElementCode.ADD, dx, other));
    }
    planner.add(code);
    group.nodes().stream().filter(node -> node.op() instanceof Op.Reshape).forEach(planner::lower);
  }

  void gradient(Node node, Op.BatchNormGradient op) {
    sums(node, op);
    ElementProgram code = planner.elements().begin(node, op.x().shape());
    store(code, node.outputs().getFirst(), scaled(code, node, op));
    planner.add(code);
  }

  void statisticsGradient(Node node, Op.BatchNormStatisticsGradient op) {
    ElementProgram code = planner.elements().begin(node, op.x().shape());
    store(code, node.output(), ofStatistics(code, op));
    planner.add(code);
  }

  /** g k. */
  private int scaled(ElementProgram code, Node node, Op.BatchNormGradient op) {
    Buffer k = factors(node, op.scale(), op.variance(), op.epsilon());
    return code.apply(
        ElementCode.MUL, code.load(planner.of(op.g()), DType.F32), code.loadRow(k, DType.F32));
  }

  /** (dMean + 2 (x - mean) dVariance) / rows. */
  private int ofStatistics(ElementProgram code, Op.BatchNormStatisticsGradient op) {
    int centred =
        code.apply(
            ElementCode.SUB,
            code.load(planner.of(op.x()), DType.F32),
            code.loadRow(planner.of(op.mean()), DType.F32));
    int dVariance = code.loadRow(planner.of(op.dVariance()), DType.F32);
    int slope = code.apply(ElementCode.ADD, dVariance, dVariance);
    int moved = code.apply(ElementCode.MUL, centred, slope);
    int dMean = code.loadRow(planner.of(op.dMean()), DType.F32);
    int rows = code.loadScalar(planner.scalar(op.x().shape().rows()), DType.F32);
    return code.apply(ElementCode.DIV, code.apply(ElementCode.ADD, dMean, moved), rows);
  }

  // ---- sums over rows

  /** Mean and variance of each channel. */
  void statistics(Node node, Op.BatchNormStatistics op) {
    Grid grid = op.x().type().grid();
    int[] sizes = sizes(op.x().shape(), grid == null ? 0 : grid.denominator());
    Buffer partials = partials(sizes);
    planner.add(
        new Task(Kernel.NORM_PARTIALS, Planner.label(node))
            .put(0)
            .put(sizes)
            .write(partials)
            .read(planner.of(op.x()))
            .put(0, 0)
            .threads(sums(sizes), NormCode.GROUP));
    planner.add(
        new Task(Kernel.NORM_STATISTICS, Planner.label(node))
            .put(0)
            .put(sizes)
            .read(partials)
            .put(0, 0)
            .write(planner.define(node.outputs().get(0)))
            .write(planner.define(node.outputs().get(1)))
            .threads((long) op.x().shape().dim(-1) * NormCode.GROUP, NormCode.GROUP));
  }

  /** All results of the gradient but dx. */
  private void sums(Node node, Op.BatchNormGradient op) {
    int[] sizes = sizes(op.x().shape(), 0);
    Buffer partials = partials(sizes);
    planner.add(
        new Task(Kernel.NORM_PARTIALS, Planner.label(node))
            .put(1)
            .put(sizes)
            .write(partials)
            .read(planner.of(op.x()))
            .read(planner.of(op.g()))
            .read(planner.of(op.mean()))
            .threads(sums(sizes), NormCode.GROUP));
    Task task =
        new Task(Kernel.NORM_GRADIENT, Planner.label(node))
            .put(1)
            .put(sizes)
            .read(partials)
            .put(0, 0, 0)
            .read(planner.of(op.variance()))
            .read(planner.of(op.scale()))
            .read(planner.scalar(op.epsilon()));
    node.outputs().stream().skip(1).forEach(result -> task.write(planner.define(result)));
    planner.add(task.threads((long) op.x().shape().dim(-1) * NormCode.GROUP, NormCode.GROUP));
  }

  /** {@link NormCode#ROWS} to {@link NormCode#DENOMINATOR}. */
  private static int[] sizes(Shape x, int denominator) {
    int channels = x.dim(-1);
    return new int[] {x.rows(), channels, ReduceLowering.chunks(channels, x.rows()), denominator};
  }

  private static long sums(int[] sizes) {
    return (long) sizes[1] * sizes[2];
  }

  private Buffer partials(int[] sizes) {
    return planner.buffer(Arena.DOUBLES, Math.toIntExact(2 * sums(sizes)));
  }
}
