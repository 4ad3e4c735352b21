package io.github.xnor4j.train;

import java.util.Map;

/**
 * Legacy Keras' {@code decay}: rate / (1 + decay * step).
 *
 * @param rate what is divided
 * @param decay 0 or more
 */
record Decayed(Schedule rate, float decay) implements Schedule {
  static Schedule of(Schedule rate, float decay) {
    return decay == 0 ? rate : new Decayed(rate, decay);
  }

  @Override
  public float at(long step) {
    return rate.at(step) / (1 + decay * step);
  }

  @Override
  public String className() {
    return "Decayed";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("rate", rate, "decay", decay);
  }
}
