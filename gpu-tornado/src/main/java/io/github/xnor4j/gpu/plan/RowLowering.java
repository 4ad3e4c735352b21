package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;

/** Functions of rows, and random numbers. */
final class RowLowering {
  private final Planner planner;

  RowLowering(Planner planner) {
    this.planner = planner;
  }

  /** A launch that has its rows; labels and gradients follow. */
  private Task begin(Kernel kernel, Node node, Value x) {
    int rows = x.shape().rows();
    return new Task(kernel, Planner.label(node))
        .put(rows, x.shape().dim(-1))
        .read(planner.of(x))
        .threads(rows, RowCode.GROUP);
  }

  void softmax(Node node, Op.Softmax op) {
    Task task = begin(Kernel.SOFTMAX, node, op.x());
    planner.add(task.put(0, 0).write(planner.define(node.output())));
  }

  void crossEntropy(Node node, Op.SoftmaxCrossEntropy op) {
    Task task = begin(Kernel.CROSS_ENTROPY, node, op.logits());
    task.read(planner.of(op.labels())).put(0);
    task.write(planner.define(node.outputs().get(1)));
    planner.add(task.write(planner.define(node.outputs().get(0))));
  }

  void crossEntropyGradient(Node node, Op.SoftmaxCrossEntropyGradient op) {
    Task task = begin(Kernel.CROSS_ENTROPY_GRADIENT, node, op.probabilities());
    task.read(planner.of(op.labels())).read(planner.of(op.g()));
    planner.add(task.write(planner.define(node.output())));
  }

  void argMax(Node node, Op.ArgMax op) {
    Task task = begin(Kernel.ARG_MAX, node, op.x());
    planner.add(task.put(0, 0).write(planner.define(node.output())));
  }

  void random(Node node, Op.Random op) {
    int elements = op.dims().shape().elements();
    int isUniform =
        switch (op.kind()) {
          case BITS -> 0;
          case UNIFORM -> 1;
        };
    planner.add(
        new Task(Kernel.RANDOM, Planner.label(node))
            .put(elements, isUniform, op.stream())
            .read(planner.of(op.seed()))
            .read(planner.of(op.step()))
            .write(planner.define(node.output()))
            .threads(Math.ceilDiv(elements, RandomCode.BLOCK), RandomCode.GROUP));
  }
}
