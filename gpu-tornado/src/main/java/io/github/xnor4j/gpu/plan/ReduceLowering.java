package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;

/** Reductions. */
final class ReduceLowering {
  private final Planner planner;

  ReduceLowering(Planner planner) {
    this.planner = planner;
  }

  void reduce(Node node, Op.Reduce op) {
    throw new UnsupportedOperationException();
  }

  void columns(String label, Buffer terms, Shape shape, int columns, Value sums) {
    throw new UnsupportedOperationException();
  }
}
