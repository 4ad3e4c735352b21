package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;

/**
 * The reference's kernel for an op that the backend has none for: copies in, computes, copies out.
 */
final class ReferenceStage {
  private final Node node;
  private final List<Planner.Located> operands;
  private final Storage storage;
  private final List<Tensor> tensors;
  private final List<Buffer> results;

  ReferenceStage(Node node, List<Planner.Located> operands, Storage storage) {
    this.node = node;
    this.storage = storage;
    this.operands = operands;
    this.tensors =
        node.op().inputs().stream()
            .map(value -> Tensor.zeros(value.dtype(), value.shape()))
            .toList();
    this.results = node.outputs().stream().map(Planner::bufferFor).toList();
  }

  List<Planner.Located> operands() {
    return operands;
  }

  List<Buffer> results() {
    return results;
  }

  void run() {
    for (int i = 0; i < tensors.size(); i++) {
      storage.store(operands.get(i).buffer(), tensors.get(i));
    }
    List<Tensor> computed = ReferenceKernels.evaluate(node.op(), tensors);
    for (int i = 0; i < computed.size(); i++) {
      storage.load(computed.get(i), results.get(i));
    }
  }
}
