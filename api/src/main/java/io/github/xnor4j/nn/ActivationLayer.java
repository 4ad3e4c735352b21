package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * An activation function as a layer (keras.layers.Activation).
 *
 * @param id class name, name and switches
 * @param function which
 */
public record ActivationLayer(LayerId id, Activation function)
    implements BasicLayer<ActivationLayer> {
  static final String CLASS = "Activation";

  ActivationLayer(Activation function) {
    this(LayerId.of(CLASS), function);
  }

  @Override
  public ActivationLayer withId(LayerId newId) {
    return new ActivationLayer(newId, function);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = only(inputs);
    id.require(
        function != Activation.SOFTMAX || input.rank() >= 1,
        "input has no axis but the batch, expected a last axis for the softmax");
    return input;
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    return function.apply(context.trace(), inputs.getFirst());
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("activation", function.kerasName());
  }
}
