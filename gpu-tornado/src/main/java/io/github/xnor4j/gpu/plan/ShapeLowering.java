package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** Elements at other places. */
final class ShapeLowering {
  private final Planner planner;

  ShapeLowering(Planner planner) {
    this.planner = planner;
  }

  private Move move(Node node) {
    Value result = node.output();
    return new Move(Planner.label(node), result.dtype(), result.shape(), planner.define(result));
  }

  void reshape(Node node, Op.Reshape op) {
    Buffer from = planner.of(op.x());
    if (op.x().dtype() != DType.BIT || isPackedAlike(op.x().shape(), op.shape())) {
      planner.alias(node.output(), from);
    } else {
      planner.add(move(node).add(op.x(), from, 0, Move.strides(op.shape())).task());
    }
  }

  /** Whether bits of two shapes of the same elements lie in the same words. */
  static boolean isPackedAlike(Shape a, Shape b) {
    int x = Layout.last(a);
    int y = Layout.last(b);
    return x == y || x % Layout.WORD == 0 && y % Layout.WORD == 0;
  }

  void transpose(Node node, Op.Transpose op) {
    int[] own = Move.strides(op.x().shape());
    int[] strides = op.permutation().stream().mapToInt(axis -> own[axis]).toArray();
    planner.add(move(node).add(op.x(), planner.of(op.x()), 0, strides).task());
  }

  void broadcast(Node node, Op.Broadcast op) {
    planner.add(
        move(node)
            .add(op.x(), planner.of(op.x()), 0, broadcastStrides(op.x().shape(), op.shape()))
            .task());
  }

  /** A value broadcast to a shape. */
  Buffer broadcast(Value x, Shape shape) {
    Buffer result = planner.buffer(x.dtype(), shape);
    planner.add(
        new Move("broadcast", x.dtype(), shape, result)
            .add(x, planner.of(x), 0, broadcastStrides(x.shape(), shape))
            .task());
    return result;
  }

  /** Elements to a step on each axis of a shape; none where there is one for all. */
  private static int[] broadcastStrides(Shape from, Shape to) {
    int[] own = Move.strides(from);
    int[] strides = new int[to.rank()];
    for (int back = 1; back <= from.rank(); back++) {
      strides[to.rank() - back] = from.dim(-back) == 1 ? 0 : own[from.rank() - back];
    }
    return strides;
  }

  void pad(Node node, Op.Pad op) {
    Shape own = op.x().shape();
    planner.add(
        move(node)
            .fill(planner, op.value())
            .add(
                op.x(),
                planner.of(op.x()),
                0,
                op.start().shape().dims(),
                own.dims(),
                Move.strides(own))
            .task());
  }

  void slice(Node node, Op.Slice op) {
    int[] strides = Move.strides(op.x().shape());
    int first = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      first += op.start().dim(axis) * strides[axis];
    }
    planner.add(move(node).add(op.x(), planner.of(op.x()), first, strides).task());
  }

  void concatenate(Node node, Op.Concatenate op) {
    Move move = move(node);
    int[] start = new int[node.output().shape().rank()];
    for (Value x : op.xs()) {
      Shape own = x.shape();
      move.add(x, planner.of(x), 0, start.clone(), own.dims(), Move.strides(own));
      start[op.axis()] += own.dim(op.axis());
    }
    planner.add(move.task());
  }

  // ---- patches

  void patches(Node node, Op.Patches op) {
    Value result = node.output();
    Task task = new Task(Kernel.PATCHES, Planner.label(node));
    int items = Layout.length(result.type());
    task.put(items);
    OperandCode.read(task, op.x(), planner.of(op.x()));
    switch (result.dtype()) {
      case F32 -> task.read(planner.scalar(op.padValue()));
      case BIT -> task.put(op.padValue() < 0 ? 1 : 0);
      case U8, I16, I32 -> task.put((int) op.padValue());
    }
    WindowCode.put(task, op.x().shape(), op.window());
    OperandCode.write(task, result, planner.define(result));
    task.put(result.shape().elements());
    planner.add(task.threads(items, WindowCode.GROUP));
  }

  void patchesGradient(Node node, Op.PatchesGradient op) {
    Task task = new Task(Kernel.PATCHES_GRADIENT, Planner.label(node));
    int items = op.dims().shape().elements();
    task.put(items);
    OperandCode.read(task, op.g(), planner.of(op.g()));
    task.put(0);
    WindowCode.put(task, op.dims().shape(), op.window());
    OperandCode.write(task, node.output(), planner.define(node.output()));
    planner.add(task.threads(items, WindowCode.GROUP));
  }
}
