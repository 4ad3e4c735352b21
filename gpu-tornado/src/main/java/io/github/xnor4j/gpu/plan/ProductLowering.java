package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;

/** Convolutions, their gradients and matrix products. */
final class ProductLowering {
  private final Planner planner;

  ProductLowering(Planner planner) {
    this.planner = planner;
  }

  void binaryFilter(Group.BinaryFilter filter) {
    throw new UnsupportedOperationException();
  }

  void conv(Node node, Op.Conv op) {
    throw new UnsupportedOperationException();
  }

  void convInputGradient(Node node, Op.ConvInputGradient op) {
    throw new UnsupportedOperationException();
  }

  void convFilterGradient(Node node, Op.ConvFilterGradient op) {
    throw new UnsupportedOperationException();
  }

  void matMul(Node node, Op.MatMul op) {
    throw new UnsupportedOperationException();
  }
}
