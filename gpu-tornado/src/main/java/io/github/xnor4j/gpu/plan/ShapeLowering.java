package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;

/** Elements at other places. */
final class ShapeLowering {
  private final Planner planner;

  ShapeLowering(Planner planner) {
    this.planner = planner;
  }

  void reshape(Node node, Op.Reshape op) {
    if (op.x().dtype() == io.github.xnor4j.tensor.DType.BIT) {
      throw new UnsupportedOperationException();
    }
    planner.alias(node.output(), planner.of(op.x()));
  }

  void transpose(Node node, Op.Transpose op) {
    throw new UnsupportedOperationException();
  }

  void broadcast(Node node, Op.Broadcast op) {
    throw new UnsupportedOperationException();
  }

  Buffer broadcast(Value x, Shape shape) {
    throw new UnsupportedOperationException();
  }

  void pad(Node node, Op.Pad op) {
    throw new UnsupportedOperationException();
  }

  void slice(Node node, Op.Slice op) {
    throw new UnsupportedOperationException();
  }

  void concatenate(Node node, Op.Concatenate op) {
    throw new UnsupportedOperationException();
  }

  void patches(Node node, Op.Patches op) {
    throw new UnsupportedOperationException();
  }

  void patchesGradient(Node node, Op.PatchesGradient op) {
    throw new UnsupportedOperationException();
  }
}
