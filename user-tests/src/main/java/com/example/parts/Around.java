package com.example.parts;

import io.github.xnor4j.nn.Initializer;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Map;

/** Uniform in a range around a value. */
record Around(float value, float range) implements Initializer {
  @Override
  public Tensor make(Shape kerasShape, long seed, long stream) {
    Philox random = new Philox(seed, stream); // a function of the arguments and nothing else
    float[] values = new float[kerasShape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value + range * (2 * random.uniform(i) - 1);
    }
    return Tensor.f32(kerasShape, values);
  }

  @Override
  public String className() {
    return "Around";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("value", value, "range", range);
  }
}
