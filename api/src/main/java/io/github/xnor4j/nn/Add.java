package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * The sum of two or more inputs of the same shape (keras.layers.Add).
 *
 * @param id class name, name and switches
 */
public record Add(LayerId id) implements BasicLayer<Add> {
  static final String CLASS = "Add";

  Add() {
    this(LayerId.of(CLASS));
  }

  @Override
  public Add withId(LayerId newId) {
    return new Add(newId);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    id.require(inputs.size() >= 2, inputs.size() + " inputs, expected two or more");
    id.require(
        inputs.stream().distinct().count() == 1,
        "inputs are " + inputs + ", expected the same shapes");
    return inputs.getFirst();
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    return inputs.stream().reduce(context.trace()::add).orElseThrow();
  }

  @Override
  public Map<String, Object> config() {
    return Map.of();
  }
}
