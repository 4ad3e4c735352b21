package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;

/** Pooling and its gradient. */
final class PoolLowering {
  private final Planner planner;

  PoolLowering(Planner planner) {
    this.planner = planner;
  }

  private static int variant(Op.PoolKind kind) {
    return switch (kind) {
      case MAX -> 0;
      case AVERAGE -> 1;
    };
  }

  void forward(Node node, Op.Pool op) {
    Task task = new Task(Kernel.POOL, Planner.label(node));
    int items = node.output().shape().elements();
    task.put(items);
    // means are those of the integers where they have a grid themselves
    if (op.kind() == Op.PoolKind.AVERAGE && node.output().type().grid() != null) {
      OperandCode.readIntegers(task, op.x(), planner.of(op.x()));
    } else {
      OperandCode.read(task, op.x(), planner.of(op.x()));
    }
    task.put(variant(op.kind()));
    WindowCode.put(task, op.x().shape(), op.window());
    OperandCode.write(task, node.output(), planner.define(node.output()));
    planner.add(task.threads(items, WindowCode.GROUP));
  }

  void gradient(Node node, Op.PoolGradient op) {
    Task task = new Task(Kernel.POOL_GRADIENT, Planner.label(node));
    int items = op.x().shape().elements();
    task.put(items);
    OperandCode.read(task, op.x(), planner.of(op.x()));
    task.put(variant(op.kind()));
    WindowCode.put(task, op.x().shape(), op.window());
    OperandCode.write(task, node.output(), planner.define(node.output()));
    task.read(planner.of(op.g()));
    planner.add(task.threads(items, WindowCode.GROUP));
  }
}
