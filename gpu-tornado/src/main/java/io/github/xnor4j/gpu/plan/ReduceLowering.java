package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reductions. */
final class ReduceLowering {
  private final Planner planner;

  ReduceLowering(Planner planner) {
    this.planner = planner;
  }

  /** An axis: its extent, and the elements to a step. */
  private record Axis(int extent, int stride) {}

  void reduce(Node node, Op.Reduce op) {
    Shape shape = op.x().shape();
    List<Axis> kept = new ArrayList<>();
    List<Axis> reduced = new ArrayList<>();
    int stride = 1;
    Boolean previous = null;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      int extent = shape.dim(axis);
      if (extent != 1) {
        boolean isReduced = op.axes().contains(axis);
        List<Axis> axes = isReduced ? reduced : kept;
        if (previous != null && previous == isReduced) {
          Axis inner = axes.removeFirst();
          axes.addFirst(new Axis(extent * inner.extent, inner.stride));
        } else {
          axes.addFirst(new Axis(extent, stride));
        }
        previous = isReduced;
      }
      stride *= extent;
    }
    boolean isMaximum = op.kind() == Op.ReduceKind.MAX;
    Chunks chunks = chunks(op);
    add(Planner.label(node), isMaximum, planner.of(op.x()), kept, reduced, chunks, node.output());
  }

  private static Chunks chunks(Op.Reduce op) {
    Type result = op.outputs().getFirst();
    int results = result.shape().elements();
    int terms = op.x().shape().elements() / Math.max(1, results);
    boolean isInteger = result.dtype() == DType.I32;
    if (isInteger
        || op.kind() == Op.ReduceKind.MAX
        || Chunks.areExact(op.x().type().grid(), 1, terms)) {
      return Chunks.inAnyOrder(results, terms);
    }
    return Chunks.inOrder(op.axes().contains(0) ? images(op.x()) : 1, terms);
  }

  /** Images along the leading axis of a value; 1 if that is not the batch. */
  static int images(Value x) {
    return x.type().isBatched() ? Math.max(1, x.shape().dim(0)) : 1;
  }

  /**
   * Sums of a dense buffer over its rows, or of all of it.
   *
   * @param terms in place of the operand
   * @param columns elements of a row for a sum of each column, or 1
   */
  void columns(String label, Buffer terms, Op.Reduce op, int columns, Value sums) {
    add(label, terms, op.x().shape(), columns, chunks(op), sums);
  }

  /** How many of so many flags, I32, are set. */
  void count(String label, Buffer flags, Shape shape, Value number) {
    add(label, flags, shape, 1, Chunks.inAnyOrder(1, shape.elements()), number);
  }

  private void add(
      String label, Buffer terms, Shape shape, int columns, Chunks chunks, Value sums) {
    int rows = shape.elements() / Math.max(1, columns);
    List<Axis> kept = columns == 1 ? List.of() : List.of(new Axis(columns, 1));
    add(label, false, terms, kept, List.of(new Axis(rows, columns)), chunks, sums);
  }

  private static int product(List<Axis> axes) {
    return axes.stream().mapToInt(Axis::extent).reduce(1, (a, b) -> a * b);
  }

  private void add(
      String label,
      boolean isMaximum,
      Buffer terms,
      List<Axis> kept,
      List<Axis> reduced,
      Chunks chunks,
      Value value) {
    Buffer results = planner.define(value);
    int count = product(kept);
    int depth = product(reduced);
    boolean isInteger = value.dtype() == DType.I32;
    boolean isRow = !reduced.isEmpty() && reduced.getLast().stride == 1;
    int[] head = {isMaximum ? 1 : 0, isInteger ? 1 : 0};
    int[] axes = {isRow ? 1 : 0, kept.size(), reduced.size()};

    Task first = new Task(Kernel.REDUCE, label).put(head).read(terms);
    if (chunks.count() == 1) {
      first.put(0).write(results).put(count, depth).put(chunks.numbers()).put(axes);
      put(first, kept, reduced);
      planner.add(first.threads(count, ReduceCode.GROUP));
      return;
    }
    Buffer partials = planner.buffer(Arena.DOUBLES, count * chunks.count());
    first.write(partials).put(0, count, depth).put(chunks.numbers()).put(axes);
    put(first, kept, reduced);
    planner.add(first.threads((long) count * chunks.count(), ReduceCode.GROUP));
    planner.add(
        new Task(Kernel.REDUCE_CHUNKS, label)
            .put(head)
            .put(0)
            .read(partials)
            .write(results)
            .put(count, depth)
            .put(chunks.numbers())
            .threads((long) count * ReduceCode.GROUP, ReduceCode.GROUP));
  }

  private static void put(Task task, List<Axis> kept, List<Axis> reduced) {
    kept.forEach(axis -> task.put(axis.extent, axis.stride));
    reduced.forEach(axis -> task.put(axis.extent, axis.stride));
  }
}
