package io.github.xnor4j.nn;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Brings the JSON of Keras 3 into the form of Keras 2, which the readers know. What is in that form
 * stays as it is. Found by the outputs of Keras 3.15 (its serialization_lib and functional.py):
 *
 * <ul>
 *   <li>objects tell how they were built and compiled: left out
 *   <li>a dtype is a policy, an object: its name
 *   <li>parameters that Keras 2 has not: left out where they change nothing, else refused
 *   <li>a call of a layer has args and kwargs, tensors in any depth: a list of tensors
 *   <li>one input or output is not in a list, several may be in an object: a list
 *   <li>the calls of a nested model count from 0: from 1
 * </ul>
 */
final class Keras3Json {
  private static final Set<String> MODELS = Set.of(Model.SEQUENTIAL, Model.FUNCTIONAL, "Model");
  private static final String TENSOR = "__keras_tensor__";
  private static final JsonPrimitive FALSE = new JsonPrimitive(false);

  /** Parameters that are new, with the only values that a reader of Keras 2's form stands for. */
  private static final Map<String, JsonElement> NEW =
      new TreeMap<>(
          Map.of(
              "optional", FALSE,
              "synchronized", FALSE,
              "renorm", FALSE,
              "quantization_config", JsonNull.INSTANCE,
              "lora_rank", JsonNull.INSTANCE,
              "input_axes", JsonNull.INSTANCE,
              "output_axes", JsonNull.INSTANCE));

  /** Parameters that are new and change nothing where those above have these values. */
  private static final Set<String> IDLE =
      Set.of("renorm_clipping", "renorm_momentum", "lora_alpha");

  private Keras3Json() {}

  /**
   * Changes an element into Keras 2's form.
   *
   * @return the element
   * @throws IllegalArgumentException if a parameter or an argument has no place in that form
   */
  static JsonElement toKeras2(JsonElement element) {
    if (element instanceof JsonArray array) {
      array.forEach(Keras3Json::toKeras2);
    } else if (element instanceof JsonObject object) {
      change(object);
    }
    return element;
  }

  private static void change(JsonObject object) {
    if (object.get("config") instanceof JsonObject config && object.has("class_name")) {
      object.remove("build_config");
      object.remove("compile_config");
      changeConfig(text(object.get("class_name"), ""), config);
    }
    for (JsonElement value : object.asMap().values()) {
      toKeras2(value);
    }
  }

  private static void changeConfig(String className, JsonObject config) {
    String owner = owner(className, text(config.get("name"), null));
    if (MODELS.contains(className)) {
      config.remove("dtype"); // each of its layers has its own
    } else if (config.get("dtype") instanceof JsonObject policy) {
      config.add("dtype", name(policy));
    }
    NEW.forEach((key, value) -> removeNew(owner, config, key, value));
    IDLE.forEach(config::remove);
    if (config.get("layers") instanceof JsonArray layers) {
      new Graph(config, layers).change();
    }
  }

  private static String owner(String className, String name) {
    return name == null ? "a " + className : "layer '" + name + "' (" + className + ")";
  }

  private static void removeNew(String owner, JsonObject config, String key, JsonElement only) {
    JsonElement value = config.get(key);
    if (value != null && !value.equals(only)) {
      throw new IllegalArgumentException(
          owner + ": " + key + " is " + JsonConfig.shorten(value) + ", expected " + only);
    }
    config.remove(key);
  }

  /** The name of a policy; that of a quantized one as Keras puts it together. */
  private static JsonElement name(JsonObject policy) {
    if (!(policy.get("config") instanceof JsonObject config)) {
      return policy;
    }
    String mode = text(config.get("mode"), null);
    if (mode != null) {
      return new JsonPrimitive(mode + "_from_" + text(config.get("source_name"), ""));
    }
    return config.get("name") instanceof JsonPrimitive name ? name : policy;
  }

  private static String text(JsonElement element, String otherwise) {
    return element instanceof JsonPrimitive p && p.isString() ? p.getAsString() : otherwise;
  }

  /** The calls of a functional model's layers; those of a sequential one have none. */
  private static final class Graph {
    private final JsonObject config;
    private final JsonArray layers;
    private final Map<String, String> models = new HashMap<>();
    private boolean changed;

    Graph(JsonObject config, JsonArray layers) {
      this.config = config;
      this.layers = layers;
      objects(layers)
          .filter(layer -> MODELS.contains(text(layer.get("class_name"), "")))
          .forEach(
              model -> models.put(text(model.get("name"), ""), text(model.get("class_name"), "")));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
      return array.asList().stream()
          .filter(JsonElement::isJsonObject)
          .map(JsonElement::getAsJsonObject);
    }

    void change() {
      objects(layers).forEach(this::changeNodes);
      if (changed) {
        changeEnds("input_layers");
        changeEnds("output_layers");
      }
    }

    private void changeNodes(JsonObject layer) {
      if (!(layer.get("inbound_nodes") instanceof JsonArray nodes)) {
        return;
      }
      String owner = owner(text(layer.get("class_name"), ""), text(layer.get("name"), null));
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i) instanceof JsonObject call) {
          nodes.set(i, tensors(owner, call));
          changed = true;
        }
      }
    }

    /** The tensors that a layer is called with. */
    private JsonArray tensors(String owner, JsonObject call) {
      JsonArray tensors = new JsonArray();
      add(owner, call.get("args"), tensors);
      if (call.get("kwargs") instanceof JsonObject kwargs) {
        for (Map.Entry<String, JsonElement> entry : kwargs.entrySet()) {
          if (entry.getKey().equals("inputs")) {
            add(owner, entry.getValue(), tensors);
          } else if (!entry.getValue().isJsonNull()) {
            throw new IllegalArgumentException(
                owner
                    + ": is called with "
                    + entry.getKey()
                    + "="
                    + JsonConfig.shorten(entry.getValue())
                    + ", expected no such argument");
          }
        }
      }
      return tensors;
    }

    private void add(String owner, JsonElement argument, JsonArray tensors) {
      if (argument instanceof JsonArray several) {
        several.forEach(each -> add(owner, each, tensors));
        return;
      }
      if (!(argument instanceof JsonObject object
          && TENSOR.equals(text(object.get("class_name"), null))
          && object.get("config") instanceof JsonObject parts
          && parts.get("keras_history") instanceof JsonArray tensor)) {
        throw new IllegalArgumentException(
            owner
                + ": is called with "
                + JsonConfig.shorten(argument)
                + ", expected outputs of layers only");
      }
      if (models.containsKey(name(tensor))) {
        countOn(tensor);
      }
      tensor.add(new JsonObject());
      tensors.add(tensor);
    }

    /** Puts all of a model's inputs or outputs into a list. */
    private void changeEnds(String key) {
      JsonArray list = new JsonArray();
      switch (config.get(key)) {
        case JsonObject named -> named.asMap().values().forEach(list::add);
        case JsonArray one when name(one) != null -> list.add(one);
        case JsonArray several -> list = several;
        case null, default -> {
          return; // the reader says what is missing
        }
      }
      config.add(key, list);
      for (JsonElement end : list) {
        if (end instanceof JsonArray tensor && Model.SEQUENTIAL.equals(models.get(name(tensor)))) {
          countOn(tensor); // here Keras counts the calls of a functional one from 1 by itself
        }
      }
    }

    /** The name of the layer that a tensor comes from; null if this is no tensor. */
    private static String name(JsonArray tensor) {
      return tensor.isEmpty() ? null : text(tensor.get(0), null);
    }

    /** Keras 3 counts a nested model's calls from 0, Keras 2 from 1. */
    private static void countOn(JsonArray tensor) {
      if (tensor.size() > 1 && tensor.get(1) instanceof JsonPrimitive call && call.isNumber()) {
        tensor.set(1, new JsonPrimitive(call.getAsDouble() + 1));
      }
    }
  }
}
