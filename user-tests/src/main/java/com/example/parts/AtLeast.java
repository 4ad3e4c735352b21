package com.example.parts;

import io.github.xnor4j.nn.Constraint;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Map;

/** Keeps weights from falling below a value. */
record AtLeast(float value) implements Constraint {
  @Override
  public Value apply(Trace trace, Value weight) {
    return trace.max(weight, trace.constant(value));
  }

  @Override
  public String className() {
    return "AtLeast";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("value", value);
  }
}
