package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Planner.Located;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/**
 * Element-wise ops. Over the batch they join the tiles of the ops around them; over parameters they
 * run in tiles of elements, each tile through a whole chain (an optimizer's update) while it is in
 * the L1 cache.
 */
final class ElementLowering {
  private final Planner planner;

  ElementLowering(Planner planner) {
    this.planner = planner;
  }

  private Domain domain(Value result) {
    return planner.isBatched(result)
        ? planner.batchDomain()
        : planner.flatDomain(result.shape().elements());
  }

  /** Whether operands are F32 and have the result's elements, one for all, or a row for all. */
  private boolean areSwept(Value result, List<Value> operands) {
    return Planner.areFloats(operands)
        && operands.stream().allMatch(operand -> isSwept(operand.shape(), result));
  }

  private boolean isSwept(Shape shape, Value result) {
    boolean row = shape.rank() > 0 && shape.dim(-1) == shape.elements();
    return shape.equals(result.shape())
        || shape.elements() == 1
        || row && planner.isBatched(result) && shape.dim(-1) == result.shape().dim(-1);
  }

  private Buffer buffer(Value value) {
    return planner.need(value).buffer();
  }

  void unary(Node node, Op.Unary op) {
    Domain domain = domain(node.output());
    planner.offer(
        node,
        domain,
        results -> new Work.Unary(op.kind(), buffer(op.x()), domain, results.getFirst()));
  }

  void binary(Node node, Op.Binary op) {
    if (!areSwept(node.output(), List.of(op.a(), op.b()))) {
      planner.fallback(node);
      return;
    }
    Domain domain = domain(node.output());
    planner.offer(
        node,
        domain,
        results ->
            new Work.Binary(op.kind(), buffer(op.a()), buffer(op.b()), domain, results.getFirst()));
  }

  void select(Node node, Op.Select op) {
    Mask mask = planner.groups().mask(op.a());
    if (mask != null && planner.isBatched(op.ifTrue())) {
      clipGradient(node, op, mask);
    } else if (areSwept(node.output(), op.inputs())) {
      Domain domain = domain(node.output());
      planner.offer(
          node,
          domain,
          results ->
              new Work.Select(
                  op.comparison(),
                  op.inputs().stream().map(this::buffer).toList(),
                  domain,
                  results.getFirst()));
    } else if (isIntegerSelect(op)) {
      planner.offer(
          node,
          null,
          results ->
              new Work.SelectIntegers(
                  op.comparison(),
                  buffer(op.a()),
                  buffer(op.b()),
                  buffer(op.ifTrue()),
                  buffer(op.ifFalse()),
                  results.getFirst()));
    } else {
      planner.fallback(node);
    }
  }

  /** Whether an op compares integers of one shape to choose between two floats: a metric's. */
  private static boolean isIntegerSelect(Op.Select op) {
    return op.a().dtype() == DType.I32
        && op.b().dtype() == DType.I32
        && op.a().shape().equals(op.b().shape())
        && Planner.areFloats(List.of(op.ifTrue(), op.ifFalse()))
        && op.ifTrue().shape().elements() == 1
        && op.ifFalse().shape().elements() == 1;
  }

  /**
   * Where |x| is at most the limit is kept as one bit an element, written while x is in the cache:
   * of x itself nothing need outlive the forward pass.
   */
  private void clipGradient(Node node, Op.Select op, Mask mask) {
    Domain domain = planner.batchDomain();
    Buffer x = buffer(mask.x());
    Buffer g = buffer(op.ifTrue());
    Buffer y = Planner.bufferFor(node.output());
    Buffer bits = new Buffer(DType.I32, Shape.of(y.shape().dim(0), (y.unit() + 31) / 32));
    Work marks = new Work.Marks(x, mask.limit(), domain, bits);
    Located marked =
        planner.made(bits, planner.run(domain, Planner.label(node), planner.require(marks)));
    Work keep = new Work.Keep(g, marked.buffer(), domain, y);
    planner.run(node, domain, planner.require(keep), y);
  }

  void scale(Node node, Op.Scale op) {
    Domain domain = domain(node.output());
    planner.offer(
        node, domain, results -> new Work.Scale(buffer(op.x()), op, domain, results.getFirst()));
  }
}
