package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * All axes but the batch as one (keras.layers.Flatten).
 *
 * @param id class name, name and switches
 */
public record Flatten(LayerId id) implements BasicLayer<Flatten> {
  static final String CLASS = "Flatten";

  Flatten() {
    this(LayerId.of(CLASS));
  }

  @Override
  public Flatten withId(LayerId newId) {
    return new Flatten(newId);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(only(inputs).elements());
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    Value x = inputs.getFirst();
    int batch = x.shape().dim(0);
    return context.trace().reshape(x, Shape.of(batch, Shapes.withoutBatch(x).elements()));
  }

  @Override
  public Macs macs() {
    return Macs.ZERO;
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("data_format", "channels_last");
  }
}
