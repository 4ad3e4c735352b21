package com.example.parts;

import io.github.xnor4j.nn.BasicLayer;
import io.github.xnor4j.nn.LayerContext;
import io.github.xnor4j.nn.LayerId;
import io.github.xnor4j.nn.WeightSpec;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Multiplies each channel by a number that is learned. */
record Gain(LayerId id, float least) implements BasicLayer<Gain> {
  Gain(float least) {
    this(LayerId.of("Gain"), least);
  }

  @Override
  public Gain withId(LayerId other) {
    return new Gain(other, least);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return only(inputs); // refuses another number of inputs
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape channels = Shape.of(only(inputs).dim(-1));
    return List.of(
        new WeightSpec("gain", channels, true, new Around(1, 0.1f), new AtLeast(least), null));
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    return context.trace().mul(inputs.getFirst(), context.read("gain"));
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("least", least);
  }
}
