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

  /** (x - mean) (2 dVariance / rows) + dMean / rows. */
  private int ofStatistics(ElementProgram code, Op.BatchNormStatisticsGradient op) {
    int centred =
        code.apply(
            ElementCode.SUB,
            code.load(planner.of(op.x()), DType.F32),
            code.loadRow(planner.of(op.mean()), DType.F32));
    int dVariance = code.loadRow(planner.of(op.dVariance()), DType.F32);
    int slope = byRows(code, op, code.apply(ElementCode.ADD, dVariance, dVariance));
    int moved = code.apply(ElementCode.MUL, centred, slope);
    int dMean = code.loadRow(planner.of(op.dMean()), DType.F32);
    return code.apply(ElementCode.ADD, moved, byRows(code, op, dMean));
  }

  private int byRows(ElementProgram code, Op.BatchNormStatisticsGradient op, int register) {
    int one = code.loadScalar(planner.scalar(1), DType.F32);
    int[] sources = {register, one};
    return code.applyWith(ElementCode.TO_FLOAT, sources, op.x().shape().rows());
  }

  // ---- sums over rows

  /** Mean and variance of each channel. */
  void statistics(Node node, Op.BatchNormStatistics op) {
    Grid grid = op.x().type().grid();
    Chunks chunks = chunks(op.x(), grid);
    int[] sizes = sizes(op.x().shape(), chunks, grid == null ? 0 : grid.denominator());
    long sums = sums(op.x().shape(), chunks);
    Buffer partials = partials(sums);
    planner.add(
        new Task(Kernel.NORM_PARTIALS, Planner.label(node))
            .put(0)
            .put(sizes)
            .write(partials)
            .read(planner.of(op.x()))
            .put(0, 0)
            .threads(sums, NormCode.GROUP));
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
    Chunks chunks = chunks(op.x(), null);
    int[] sizes = sizes(op.x().shape(), chunks, 0);
    long sums = sums(op.x().shape(), chunks);
    Buffer partials = partials(sums);
    planner.add(
        new Task(Kernel.NORM_PARTIALS, Planner.label(node))
            .put(1)
            .put(sizes)
            .write(partials)
            .read(planner.of(op.x()))
            .read(planner.of(op.g()))
            .read(planner.of(op.mean()))
            .threads(sums, NormCode.GROUP));
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

  /** Squares of integers, too, are added up exactly if there are not too many. */
  private static Chunks chunks(Value x, Grid grid) {
    int rows = x.shape().rows();
    Grid integers = grid == null ? null : new Grid(1, grid.bound());
    if (Chunks.areExact(integers, 2, rows)) {
      return Chunks.inAnyOrder(x.shape().dim(-1), rows);
    }
    boolean isVector = x.shape().rank() == 1; // its batch, if it has one, are the channels
    return Chunks.inOrder(isVector ? 1 : ReduceLowering.images(x), rows);
  }

  /** {@link NormCode#ROWS} to {@link NormCode#DENOMINATOR}. */
  private static int[] sizes(Shape x, Chunks chunks, int denominator) {
    int[] sizes = new int[NormCode.DENOMINATOR];
    sizes[0] = x.rows();
    sizes[1] = x.dim(-1);
    System.arraycopy(chunks.numbers(), 0, sizes, 2, Chunks.NUMBERS);
    sizes[NormCode.DENOMINATOR - 1] = denominator;
    return sizes;
  }

  private static long sums(Shape x, Chunks chunks) {
    return (long) x.dim(-1) * chunks.count();
  }

  private Buffer partials(long sums) {
    return planner.buffer(Arena.DOUBLES, Math.toIntExact(2 * sums));
  }
}
