package io.github.xnor4j.program;

import java.util.List;

/**
 * An op in its place in a program.
 *
 * @param op what is computed
 * @param outputs the values it gives, in the order of {@link Op#outputs}
 * @param scope the layer or part it was traced for, such as {@code quant_conv2d_1}; may be empty
 */
public record Node(Op op, List<Value> outputs, String scope) {
  /** Copies the list. */
  public Node {
    outputs = List.copyOf(outputs);
  }

  /**
   * The only result.
   *
   * @throws IllegalStateException if there is another number of them
   */
  public Value output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException(
          op.name() + " has " + outputs.size() + " results, expected 1");
    }
    return outputs.getFirst();
  }
}
