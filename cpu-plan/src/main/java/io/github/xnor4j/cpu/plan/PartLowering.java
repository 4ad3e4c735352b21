package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What moves elements: blocks of values put elsewhere, and axes in another order. Along the batch
 * where it is in front of all operands, as a whole elsewhere.
 */
final class PartLowering {
  private final Planner planner;

  PartLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value);
  }

  /** A shape with at least two axes: rows that are divided, if only one. */
  static Shape atLeastTwo(Shape shape) {
    return switch (shape.rank()) {
      case 0 -> Shape.of(1, 1);
      case 1 -> Shape.of(1, shape.dim(0));
      default -> shape;
    };
  }

  /** The same of offsets. */
  private static Shape offsets(Shape start) {
    return switch (start.rank()) {
      case 0 -> Shape.of(0, 0);
      case 1 -> Shape.of(0, start.dim(0));
      default -> start;
    };
  }

  // ---- blocks

  void pad(Node node, Op.Pad op) {
    Shape shape = atLeastTwo(op.x().shape());
    Shape zero = origin(shape);
    blocks(
        node,
        List.of(op.x()),
        op.value(),
        List.of(new Work.Block(buffer(op.x()), shape, zero, shape, offsets(op.start().shape()))));
  }

  void slice(Node node, Op.Slice op) {
    Shape size = atLeastTwo(op.dims().shape());
    blocks(
        node,
        List.of(op.x()),
        0,
        List.of(
            new Work.Block(
                buffer(op.x()),
                atLeastTwo(op.x().shape()),
                offsets(op.start().shape()),
                size,
                origin(size))));
  }

  void concatenate(Node node, Op.Concatenate op) {
    List<Work.Block> blocks = new ArrayList<>();
    int missing = atLeastTwo(node.output().shape()).rank() - node.output().shape().rank();
    int axis = op.axis() + missing;
    int at = 0;
    for (Value x : op.xs()) {
      Shape shape = atLeastTwo(x.shape());
      Shape zero = origin(shape);
      blocks.add(new Work.Block(buffer(x), shape, zero, shape, zero.with(axis, at)));
      at += shape.dim(axis);
    }
    blocks(node, op.xs(), 0, blocks);
  }

  private static Shape origin(Shape shape) {
    return Shape.of(new int[shape.rank()]);
  }

  private void blocks(Node node, List<Value> operands, float rest, List<Work.Block> blocks) {
    Shape shape = atLeastTwo(node.output().shape());
    boolean divided =
        planner.isBatchOfRows(node.output())
            && operands.stream().allMatch(planner::isBatched)
            && blocks.stream().allMatch(block -> isWhole(block, shape));
    Domain domain = divided ? planner.batchDomain() : null;
    planner.offer(
        node, domain, results -> new Work.Blocks(blocks, shape, rest, domain, results.getFirst()));
  }

  /** Whether a block has all images. */
  private static boolean isWhole(Work.Block block, Shape shape) {
    return block.from().dim(0) == 0
        && block.to().dim(0) == 0
        && block.size().dim(0) == shape.dim(0)
        && block.shape().dim(0) == shape.dim(0);
  }

  // ---- axes

  /** The last axis to the front or the first to the back, of floats, are matrices. */
  void transpose(Node node, Op.Transpose op) {
    boolean lastToFront = op.movesLastToFront();
    if (op.x().dtype() != DType.F32 || !lastToFront && !movesFirstToBack(op.permutation())) {
      along(node, op.x(), op.permutation());
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

  void broadcast(Node node, Op.Broadcast op) {
    if (op.x().shape().elements() == 1 && op.x().dtype() == DType.F32) {
      planner.offer(node, null, results -> new Work.Fill(buffer(op.x()), results.getFirst()));
      return;
    }
    Shape from = op.x().shape();
    Integer[] axes = new Integer[op.shape().rank()];
    Arrays.setAll(
        axes,
        i -> {
          int axis = i - (axes.length - from.rank());
          return axis < 0 || from.dim(axis) == 1 ? -1 : axis;
        });
    along(node, op.x(), List.of(axes));
  }

  private void along(Node node, Value x, List<Integer> axes) {
    Shape to = node.output().shape();
    // of one row of bits no two tasks may write the same word
    if (to.rank() == 0 || to.rank() == 1 && x.dtype() == DType.BIT) {
      planner.fallback(node);
      return;
    }
    boolean divided =
        planner.isBatchOfRows(node.output()) && planner.isBatchOfRows(x) && axes.getFirst() == 0;
    Domain domain = divided ? planner.batchDomain() : null;
    planner.offer(
        node,
        domain,
        results -> new Work.Along(buffer(x), x.shape(), axes, to, domain, results.getFirst()));
  }
}
