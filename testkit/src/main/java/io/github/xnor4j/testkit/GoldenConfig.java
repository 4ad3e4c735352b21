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
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** Makes layers, quantizers and optimizers of a case's parameters. */
final class GoldenConfig {
  /** Classes that are built: a refusal of one of them is no reason to skip a case. */
  private static final Set<String> BUILT =
      Set.of(
          "QuantConv2D",
          "QuantDense",
          "MaxPooling2D",
          "AveragePooling2D",
          "BatchNormalization",
          "Flatten",
          "Activation",
          "Add",
          "SteSign",
          "ApproxSign",
          "SwishSign",
          "SteHeaviside",
          "MagnitudeAwareSign",
          "SteTern",
          "DoReFa",
          "NoOp");

  private GoldenConfig() {}

  /** What a reader makes; skips the case if it refuses something that is not built yet. */
  static <T> T built(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      boolean unknown = message.contains("not supported") || message.contains("expected one of");
      if (!unknown || BUILT.stream().anyMatch(n -> message.contains('"' + n + "\" is not"))) {
        throw e;
      }
      throw notBuilt(message.replaceAll(", expected (one|some) of .*", ""));
    }
  }

  /** Skips the case. */
  static RuntimeException notBuilt(String what) {
    return Assumptions.abort("not built yet: " + what);
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
      default -> throw notBuilt("optimizer " + className);
    };
  }

  private static Adam adam(JsonObject c) {
    if (c.get("amsgrad").getAsBoolean()) {
      throw notBuilt("Adam with amsgrad");
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
      default -> throw notBuilt("schedule " + className);
    };
  }

  static float number(JsonObject config, String key) {
    return config.get(key).getAsFloat();
  }
}
