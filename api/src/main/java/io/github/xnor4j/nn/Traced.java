package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import java.util.List;
import java.util.Map;

/**
 * What tracing a model gave.
 *
 * @param outputs the model's outputs, batch axis first
 * @param layerOutputs the output of each layer by name, in order; layers of a nested model as
 *     {@code model/layer}, further calls of a shared layer as {@code layer:1}, {@code layer:2}
 */
public record Traced(List<Value> outputs, Map<String, Value> layerOutputs) {
  /**
   * The only output.
   *
   * @throws IllegalStateException if there are several
   */
  public Value output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException("the model has " + outputs.size() + " outputs, expected one");
    }
    return outputs.getFirst();
  }
}
