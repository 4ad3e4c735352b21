package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reductions. */
final class ReduceLowering {
  /** Work items that keep a device's memory busy. */
  private static final int ITEMS = 1 << 15;

  /** Terms that are worth a work item. */
  private static final int LEAST_TERMS = 8;

  /** Chunks that the second launch can still add up in little time. */
  private static final int MOST_CHUNKS = 1 << 12;

  private final Planner planner;

  ReduceLowering(Planner planner) {
    this.planner = planner;
  }

  /** An axis: its extent, and the elements to a step. */
  private record Axis(int extent, int stride) {}

  /**
   * How many chunks the terms of a result are divided into. It follows from the sizes alone, so
   * that sums are the same on every device.
   */
  static int chunks(int results, int terms) {
    int room = Math.min(MOST_CHUNKS, ITEMS / Math.max(1, results));
    return Math.max(1, Math.min(room, terms / LEAST_TERMS));
  }

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
    add(Planner.label(node), isMaximum, planner.of(op.x()), kept, reduced, node.output());
  }

  /**
   * Sums of a dense buffer over its rows, or of all of it.
   *
   * @param terms F32 or I32
   * @param columns elements of a row for a sum of each column, or 1
   * @param sums the result
   */
  void columns(String label, Buffer terms, Shape shape, int columns, Value sums) {
    int rows = shape.elements() / Math.max(1, columns);
    List<Axis> kept = columns == 1 ? List.of() : List.of(new Axis(columns, 1));
    add(label, false, terms, kept, List.of(new Axis(rows, columns)), sums);
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
      Value value) {
    Buffer results = planner.define(value);
    int count = product(kept);
    int depth = product(reduced);
    int chunks = chunks(count, depth);
    boolean isInteger = value.dtype() == DType.I32;
    boolean isRow = !reduced.isEmpty() && reduced.getLast().stride == 1;
    int[] head = {isMaximum ? 1 : 0, isInteger ? 1 : 0};
    int[] tail = {count, depth, chunks, isRow ? 1 : 0, kept.size(), reduced.size()};

    Task first = new Task(Kernel.REDUCE, label).put(head).read(terms);
    if (chunks == 1) {
      first.put(0).write(results).put(tail);
      put(first, kept, reduced);
      planner.add(first.threads(count, ReduceCode.GROUP));
      return;
    }
    Buffer partials = planner.buffer(Arena.DOUBLES, count * chunks);
    first.write(partials).put(0).put(tail);
    put(first, kept, reduced);
    planner.add(first.threads((long) count * chunks, ReduceCode.GROUP));
    planner.add(
        new Task(Kernel.REDUCE_CHUNKS, label)
            .put(head)
            .put(0)
            .read(partials)
            .write(results)
            .put(tail)
            .threads((long) count * ReduceCode.GROUP, ReduceCode.GROUP));
  }

  private static void put(Task task, List<Axis> kept, List<Axis> reduced) {
    kept.forEach(axis -> task.put(axis.extent, axis.stride));
    reduced.forEach(axis -> task.put(axis.extent, axis.stride));
  }
}
