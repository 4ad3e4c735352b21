package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Integers: to them and back, compared with thresholds, drawn; and convolutions of them. */
final class IntegerLowering {
  private final Planner planner;

  IntegerLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value).buffer();
  }

  private Domain domain(Value value) {
    return planner.isBatched(value)
        ? planner.batchDomain()
        : planner.flatDomain(value.shape().elements());
  }

  void toInteger(Node node, Op.ToInteger op) {
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
