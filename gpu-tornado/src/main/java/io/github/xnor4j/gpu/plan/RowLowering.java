package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;

/** Functions of rows, and random numbers. */
final class RowLowering {
  private final Planner planner;

  RowLowering(Planner planner) {
    this.planner = planner;
  }

  void softmax(Node node, Op.Softmax op) {
    throw new UnsupportedOperationException();
  }

  void crossEntropy(Node node, Op.SoftmaxCrossEntropy op) {
    throw new UnsupportedOperationException();
  }

  void crossEntropyGradient(Node node, Op.SoftmaxCrossEntropyGradient op) {
    throw new UnsupportedOperationException();
  }

  void argMax(Node node, Op.ArgMax op) {
    throw new UnsupportedOperationException();
  }

  void random(Node node, Op.Random op) {
    throw new UnsupportedOperationException();
  }
}
