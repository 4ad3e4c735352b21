package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;

/**
 * The reference's kernel for an op that the backend has none for: copies in, computes, copies out.
 */
final class ReferenceKernel implements Kernel {
  private final Node node;
  private final List<Buffer> operands;
  private final List<Buffer> results;
  private final Storage storage;
  private final List<Tensor> tensors;

  ReferenceKernel(Node node, List<Buffer> operands, List<Buffer> results, Storage storage) {
    this.node = node;
    this.operands = operands;
    this.results = results;
    this.storage = storage;
    this.tensors =
        node.op().inputs().stream()
            .map(value -> Tensor.zeros(value.dtype(), value.shape()))
            .toList();
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public List<Buffer> reads() {
    return operands;
  }

  @Override
  public void run(int part, int first, int count, int member) {
    for (int i = 0; i < tensors.size(); i++) {
      storage.store(operands.get(i), tensors.get(i));
    }
    List<Tensor> computed = ReferenceKernels.evaluate(node.op(), tensors);
    for (int i = 0; i < computed.size(); i++) {
      storage.load(computed.get(i), results.get(i));
    }
  }

  @Override
  public long bytes() {
    return tensors.stream().mapToLong(ReferenceKernel::bytes).sum();
  }

  private static long bytes(Tensor tensor) {
    long elements = tensor.shape().elements();
    return switch (tensor.dtype()) {
      case F32, I32 -> 4 * elements;
      case I16 -> 2 * elements;
      case U8 -> elements;
      case BIT -> 8L * tensor.words().length;
    };
  }
}
