package com.example.parts;

import io.github.xnor4j.train.Schedule;
import java.util.Map;

/** Halves a value every so many steps. */
record Halving(float first, int steps) implements Schedule {
  @Override
  public float at(long step) {
    return Math.scalb(first, -(int) (step / steps));
  }

  @Override
  public String className() {
    return "Halving";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("first", first, "steps", steps);
  }
}
