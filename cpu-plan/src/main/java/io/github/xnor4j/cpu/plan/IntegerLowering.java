package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Integers: to them and back, compared with thresholds, drawn; and convolutions of them. */
final class IntegerLowering {
  private final Planner planner;
  private final Map<Node, Buffer> rounded = new IdentityHashMap<>();

  IntegerLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value);
  }

  private Domain domain(Value value) {
    return planner.isBatched(value)
        ? planner.batchDomain()
        : planner.flatDomain(value.shape().elements());
  }

  /**
   * Integers, and how many were clamped. That number alone follows from what was pooled, where
   * gradients come out of a max-pool: see {@link #behind}.
   *
   * @param needed which of the two
   */
  void toInteger(Node node, Op.ToInteger op, Value needed) {
    if (needed != node.outputs().getFirst() && behind(node.outputs().getFirst()) != null) {
      return;
    }
    Domain domain = domain(op.x());
    planner.offer(
        node,
        domain,
        results ->
            new Work.ToInteger(
                buffer(op.x()),
                buffer(op.scale()),
                op.limit(),
                domain,
                results.get(0),
                results.get(1)));
  }

  void toFloat(Node node, Op.ToFloat op) {
    Domain domain = domain(op.x());
    planner.offer(
        node,
        domain,
        results ->
            new Work.ToFloat(
                buffer(op.x()), buffer(op.scale()), op.denominator(), domain, results.getFirst()));
  }

  void threshold(Node node, Op.Threshold op) {
    boolean divided = planner.isBatchOfRows(op.x());
    Domain domain = divided ? planner.batchDomain() : null;
    Shape of = op.threshold().shape();
    planner.offer(
        node,
        domain,
        results ->
            new Work.Threshold(
                buffer(op.x()),
                PartLowering.atLeastTwo(op.x().shape()),
                buffer(op.threshold()),
                of,
                domain,
                results.getFirst()));
  }

  void random(Node node, Op.Random op) {
    Domain domain = domain(node.output());
    planner.offer(
        node,
        domain,
        results ->
            new Work.Random(
                op.kind(),
                buffer(op.seed()),
                buffer(op.step()),
                op.stream(),
                domain,
                results.getFirst()));
  }

  /**
   * A convolution of integers, or one of its gradients.
   *
   * @param batched operands that must have the batch in front
   */
  void convolution(Node node, List<Value> batched) {
    if (!batched.stream().allMatch(planner::isBatched)) {
      planner.fallback(node);
      return;
    }
    List<Value> operands = node.op().inputs();
    Domain domain = planner.batchDomain();
    planner.offer(
        node,
        domain,
        results ->
            new Work.IntegerProduct(
                node.op(),
                planner.convolutions().source(operands.get(0), true),
                planner.convolutions().source(operands.get(1), true),
                domain,
                results.getFirst()));
  }

  /**
   * How integers came out of a max-pool, or null. A zero stays what it is when it is rounded, so
   * what was pooled can be rounded instead; if windows have no element in common, since then
   * nothing is added.
   */
  PoolLowering.Behind behind(Value value) {
    Node node = planner.producer(value);
    if (node.op() instanceof Op.Reshape op) {
      return op.x().shape().dim(-1) == value.shape().dim(-1) ? behind(op.x()) : null;
    }
    if (!(node.op() instanceof Op.ToInteger op)) {
      return null;
    }
    PoolLowering.Behind floats = planner.pools().behind(op.x());
    if (floats == null || !areDisjoint(floats.pooling().window())) {
      return null;
    }
    Buffer integers = rounded.computeIfAbsent(node, n -> round(n, op, floats.g()));
    return new PoolLowering.Behind(integers, floats.pooling());
  }

  private static boolean areDisjoint(Window window) {
    Extent size = window.size();
    Extent stride = window.stride();
    return window.dilation().equals(Extent.ONE)
        && stride.depth() >= size.depth()
        && stride.height() >= size.height()
        && stride.width() >= size.width();
  }

  /** Rounds pooled gradients in place of what comes out of the pool. */
  private Buffer round(Node node, Op.ToInteger op, Buffer pooled) {
    Buffer y = new Buffer(DType.I16, pooled.shape());
    Buffer clamped = new Buffer(DType.I32, Shape.SCALAR);
    Domain domain = planner.batchDomain();
    Work work = new Work.ToInteger(pooled, buffer(op.scale()), op.limit(), domain, y, clamped);
    Kernel kernel = planner.require(work);
    Planner.Runs runs = planner.runWithParts(domain, Planner.label(node), kernel);
    planner.define(node.outputs().get(1), clamped, runs.end());
    return planner.made(y, runs.parts());
  }

  /** The largest absolute value of I16, as far as the program tells; 0 of other values. */
  int limit(Value value) {
    if (value.dtype() != DType.I16) {
      return 0;
    }
    return switch (planner.producer(value).op()) {
      case Op.ToInteger op -> op.limit();
      case Op.Reshape op -> limit(op.x());
      default -> -Short.MIN_VALUE;
    };
  }

  /** Whether a product's result is integers. */
  static boolean isProduct(Node node) {
    return node.output().dtype() == DType.I32;
  }
}
