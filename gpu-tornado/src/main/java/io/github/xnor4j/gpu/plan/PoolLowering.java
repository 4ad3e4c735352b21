package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;

/** Pooling and its gradient. */
final class PoolLowering {
  private final Planner planner;

  PoolLowering(Planner planner) {
    this.planner = planner;
  }

  void forward(Node node, Op.Pool op) {
    throw new UnsupportedOperationException();
  }

  void gradient(Node node, Op.PoolGradient op) {
    throw new UnsupportedOperationException();
  }
}
