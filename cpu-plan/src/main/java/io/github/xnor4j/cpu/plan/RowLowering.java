package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Functions of rows of the last axis, and changes of shape. */
final class RowLowering {
  private final Planner planner;

  RowLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value);
  }

  /** Softmax and crossentropy; over the batch where every operand has it in front. */
  void function(Node node) {
    List<Value> operands = node.op().inputs();
    if (!planner.isBatchOfRows(operands.getFirst())
        || !operands.stream().allMatch(planner::isBatched)) {
      planner.fallback(node);
      return;
    }
    Domain domain = planner.batchDomain();
    planner.offer(
        node,
        domain,
        results ->
            new Work.RowFunction(
                node.op(), operands.stream().map(this::buffer).toList(), results, domain));
  }

  void argMax(Node node, Op.ArgMax op) {
    if (!planner.isBatchOfRows(op.x())) {
      planner.fallback(node);
      return;
    }
    Domain domain = planner.batchDomain();
    planner.offer(
        node, domain, results -> new Work.ArgMax(buffer(op.x()), domain, results.getFirst()));
  }

  // ---- shapes

  void reshape(Node node, Op.Reshape op) {
    boolean sameRows = op.x().dtype() != DType.BIT || sameLast(op.x().shape(), op.shape());
    boolean sameUnits = planner.isBatched(op.x()) == planner.isBatched(node.output());
    if (sameRows && sameUnits) {
      planner.alias(node.output(), planner.need(op.x()));
      return;
    }
    boolean divided = planner.isBatchOfRows(op.x()) && planner.isBatchOfRows(node.output());
    Domain domain = divided ? planner.batchDomain() : null;
    planner.offer(
        node,
        domain,
        results ->
            new Work.Repack(
                buffer(op.x()), op.x().shape(), op.shape(), domain, results.getFirst()));
  }

  private static boolean sameLast(Shape a, Shape b) {
    return a.rank() > 0 && b.rank() > 0 && a.dim(-1) == b.dim(-1);
  }
}
