package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Functions of rows of the last axis, and changes of shape. */
final class RowLowering {
  private final Planner planner;

  RowLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value).buffer();
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

  /** One float for all; other broadcasts are the reference's. */
  void broadcast(Node node, Op.Broadcast op) {
    if (op.x().shape().elements() != 1 || op.x().dtype() != DType.F32) {
      planner.fallback(node);
      return;
    }
    planner.offer(node, null, results -> new Work.Fill(buffer(op.x()), results.getFirst()));
  }

  void reshape(Node node, Op.Reshape op) {
    boolean sameRows = op.x().dtype() != DType.BIT || sameLast(op.x().shape(), op.shape());
    boolean sameUnits = planner.isBatched(op.x()) == planner.isBatched(node.output());
    if (sameRows && sameUnits) {
      planner.alias(node.output(), planner.need(op.x()));
    } else {
      planner.fallback(node);
    }
  }

  private static boolean sameLast(Shape a, Shape b) {
    return a.rank() > 0 && b.rank() > 0 && a.dim(-1) == b.dim(-1);
  }

  /** The last axis to the front or the first to the back; others are the reference's. */
  void transpose(Node node, Op.Transpose op) {
    boolean lastToFront = op.movesLastToFront();
    if (op.x().dtype() != DType.F32 || !lastToFront && !movesFirstToBack(op.permutation())) {
      planner.fallback(node);
      return;
    }
    Shape from = op.x().shape();
    int columns = lastToFront ? from.dim(-1) : from.elements() / Math.max(1, from.dim(0));
    int rows = columns == 0 ? 0 : from.elements() / columns;
    planner.offer(
        node,
        null,
        results -> new Work.Transpose(buffer(op.x()), rows, columns, results.getFirst()));
  }

  private static boolean movesFirstToBack(List<Integer> permutation) {
    int n = permutation.size();
    return n > 1
        && permutation.getLast() == 0
        && IntStream.range(0, n - 1).allMatch(i -> permutation.get(i) == i + 1);
  }
}
