package io.github.xnor4j.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Quantizer;
import io.github.xnor4j.train.Adam;
import io.github.xnor4j.train.Optimizer;
import io.github.xnor4j.train.Schedule;
import io.github.xnor4j.train.Sgd;
import java.util.function.Supplier;

/** Makes layers, quantizers and optimizers of a case's parameters. */
final class GoldenConfig {
  private GoldenConfig() {}

  /** What a reader makes; skips the case if it refuses something that is not built yet. */
  static <T> T built(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw NotBuilt.refused(e);
    }
  }

  private static JsonObject object(String className, JsonElement config) {
    JsonObject object = new JsonObject();
    object.addProperty("class_name", className);
    object.add("config", config);
    return object;
  }

  static Layer layer(String className, JsonObject config) {
    String json = object(className, config).toString();
    return built(() -> KerasJson.readLayer(json));
  }

  /** A quantizer, read as a layer's. */
  static Quantizer quantizer(String className, JsonObject config) {
    JsonObject dense = new JsonObject();
    dense.addProperty("units", 1);
    dense.add("input_quantizer", object(className, config));
    return layer("QuantDense", dense).inputQuantizer();
  }

  /** An optimizer of an object with class name and parameters. */
  static Optimizer optimizer(JsonObject object) {
    String className = object.get("class_name").getAsString();
    JsonObject c = object.getAsJsonObject("config");
    return switch (className) {
      case "Adam" -> adam(c);
      case "SGD" ->
          new Sgd(
              schedule(c.get("learning_rate")),
              number(c, "decay"),
              number(c, "momentum"),
              c.get("nesterov").getAsBoolean());
      default -> throw NotBuilt.refused(NotBuilt.Kind.OPTIMIZER, className);
    };
  }

  private static Adam adam(JsonObject c) {
    if (c.get("amsgrad").getAsBoolean()) {
      throw new IllegalArgumentException("Adam with amsgrad is not supported");
    }
    return new Adam(
        schedule(c.get("learning_rate")),
        number(c, "decay"),
        number(c, "beta_1"),
        number(c, "beta_2"),
        number(c, "epsilon"));
  }

  private static Schedule schedule(JsonElement element) {
    if (!element.isJsonObject()) {
      return Schedule.constant(element.getAsFloat());
    }
    String className = element.getAsJsonObject().get("class_name").getAsString();
    JsonObject c = element.getAsJsonObject().getAsJsonObject("config");
    float initial = number(c, "initial_learning_rate");
    long steps = c.get("decay_steps").getAsLong();
    return switch (className) {
      case "ExponentialDecay" ->
          Schedule.exponential(
              initial, steps, number(c, "decay_rate"), c.get("staircase").getAsBoolean());
      case "PolynomialDecay" ->
          Schedule.polynomial(initial, steps, number(c, "end_learning_rate"), number(c, "power"));
      default -> throw new IllegalArgumentException("schedule " + className + " is not supported");
    };
  }

  static float number(JsonObject config, String key) {
    return config.get(key).getAsFloat();
  }
}
