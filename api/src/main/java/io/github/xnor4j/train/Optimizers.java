package io.github.xnor4j.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** The optimizers, with Keras' defaults. */
public final class Optimizers {
  private Optimizers() {}

  /** Adam with learning rate 0.001. */
  public static Adam adam() {
    return new Adam();
  }

  /** Adam with a constant learning rate. */
  public static Adam adam(float learningRate) {
    return new Adam().learningRate(learningRate);
  }

  /** Gradient descent with learning rate 0.01 and no momentum. */
  public static Sgd sgd() {
    return new Sgd();
  }

  /** A learning rate as Keras writes it: a number, or a schedule's class name and parameters. */
  static Object rateConfig(Schedule rate) {
    if (rate.isConstant()) {
      return rate.at(0);
    }
    Map<String, Object> object = new LinkedHashMap<>(); // in this order, whatever the run
    object.put("class_name", rate.className());
    object.put("config", rate.config());
    return object;
  }
}
