package io.github.xnor4j.nn;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.xnor4j.nn.ModelGraph.Call;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes models as Keras' JSON. */
final class ModelWriter {
  /** The versions of tf.keras that golden configurations were read with. */
  private static final String KERAS_VERSION = "2.17.0";

  private ModelWriter() {}

  static JsonObject write(Model model) {
    JsonObject json = new JsonObject();
    json.addProperty("class_name", model.className());
    json.add("config", modelConfig(model));
    json.addProperty("keras_version", KERAS_VERSION);
    json.addProperty("backend", "tensorflow");
    return json;
  }

  private static JsonObject modelConfig(Model model) {
    JsonObject config = new JsonObject();
    config.addProperty("name", model.name());
    if (!model.isSequential() || !model.trainable()) {
      config.addProperty("trainable", model.trainable());
    }
    config.add("layers", model.isSequential() ? chain(model) : graph(model));
    if (!model.isSequential()) {
      config.add("input_layers", ends(model, model.inputCalls()));
      config.add("output_layers", ends(model, model.outputCalls()));
    }
    return config;
  }

  private static JsonArray chain(Model model) {
    JsonArray layers = new JsonArray();
    for (Layer layer : model.layers()) {
      layers.add(layer(layer));
      if (layer instanceof InputLayer input && input.scaling() != null) {
        layers.add(rescaling(model, input));
      }
    }
    return layers;
  }

  private static JsonArray graph(Model model) {
    JsonArray layers = new JsonArray();
    for (int i = 0; i < model.layers().size(); i++) {
      Layer layer = model.layers().get(i);
      JsonObject json = layer(layer);
      json.addProperty("name", layer.name());
      json.add("inbound_nodes", inboundNodes(model, i));
      layers.add(json);
      if (layer instanceof InputLayer input && input.scaling() != null) {
        layers.add(rescalingNode(model, input));
      }
    }
    return layers;
  }

  private static JsonArray inboundNodes(Model model, int layer) {
    JsonArray nodes = new JsonArray();
    for (Call call : model.calls()) {
      if (call.layer() == layer && !call.inputs().isEmpty()) {
        JsonArray node = new JsonArray();
        call.inputs().forEach(input -> node.add(tensor(model, input, true)));
        nodes.add(node);
      }
    }
    return nodes;
  }

  private static JsonArray ends(Model model, List<Integer> calls) {
    JsonArray ends = new JsonArray();
    calls.forEach(call -> ends.add(tensor(model, call, false)));
    return ends;
  }

  /** [layer, node, 0], for inbound nodes with an empty object of further arguments. */
  private static JsonArray tensor(Model model, int call, boolean inbound) {
    int layer = model.calls().get(call).layer();
    int node = 0;
    for (int earlier = 0; earlier < call; earlier++) {
      node += model.calls().get(earlier).layer() == layer ? 1 : 0;
    }
    Layer called = model.layers().get(layer);
    boolean scaled = called instanceof InputLayer input && input.scaling() != null;
    JsonArray tensor = new JsonArray();
    tensor.add(inbound && scaled ? rescalingName(model, called) : called.name());
    tensor.add(called instanceof Model ? node + 1 : node); // node 0 is what the model was made with
    tensor.add(0);
    if (inbound) {
      tensor.add(new JsonObject());
    }
    return tensor;
  }

  // ---- the scaling of pixels

  private static String rescalingName(Model model, Layer input) {
    String name = input.name() + "_rescaling";
    List<String> taken = model.layers().stream().map(Layer::name).toList();
    while (taken.contains(name)) {
      name += "_";
    }
    return name;
  }

  private static JsonObject rescaling(Model model, InputLayer input) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", rescalingName(model, input));
    config.put("trainable", true);
    config.put("dtype", "float32");
    config.put("scale", input.scaling().scale());
    config.put("offset", input.scaling().shift());
    return object("keras.layers", ModelReader.RESCALING, config, null);
  }

  private static JsonObject rescalingNode(Model model, InputLayer input) {
    JsonObject json = rescaling(model, input);
    json.addProperty("name", rescalingName(model, input));
    JsonArray tensor = new JsonArray();
    tensor.add(input.name());
    tensor.add(0);
    tensor.add(0);
    tensor.add(new JsonObject());
    JsonArray node = new JsonArray();
    node.add(tensor);
    JsonArray nodes = new JsonArray();
    nodes.add(node);
    json.add("inbound_nodes", nodes);
    return json;
  }

  // ---- layers and values

  private static JsonObject layer(Layer layer) {
    if (layer instanceof Model model) {
      JsonObject json = object("keras", model.className(), Map.of(), null);
      json.add("config", modelConfig(model));
      return json;
    }
    boolean larq = layer.className().startsWith("Quant");
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", layer.name());
    if (layer instanceof InputLayer input) {
      config.put("dtype", input.scaling() == null ? "float32" : KerasJson.PIXELS);
      config.put("sparse", false);
      config.put("ragged", false);
    } else {
      config.put("trainable", layer.trainable());
      config.put("dtype", "float32");
    }
    config.putAll(layer.config());
    String module = larq ? "larq.layers" : "keras.layers";
    if (!LayerReaders.knows(layer.className()) || !KerasObjects.isOurs(layer)) {
      throw new IllegalArgumentException(
          "layer '"
              + layer.name()
              + "' is of class "
              + layer.className()
              + " ("
              + layer.getClass().getName()
              + "), which Keras' JSON has no name for");
    }
    try {
      return object(module, layer.className(), config, larq ? layer.className() : null);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer '" + layer.name() + "': " + e.getMessage(), e);
    }
  }

  private static JsonObject object(
      String module, String className, Map<String, Object> config, String registered) {
    JsonObject json = new JsonObject();
    json.addProperty("module", module);
    json.addProperty("class_name", className);
    JsonObject parameters = new JsonObject();
    config.forEach((key, value) -> parameters.add(key, value(value)));
    json.add("config", parameters);
    json.addProperty("registered_name", registered);
    return json;
  }

  private static JsonElement value(Object value) {
    return switch (value) {
      case null -> JsonNull.INSTANCE;
      case Boolean b -> new JsonPrimitive(b);
      case Integer i -> new JsonPrimitive(i);
      case Float f -> new JsonPrimitive(new BigDecimal(Float.toString(f)));
      case Double d -> new JsonPrimitive(new BigDecimal(Double.toString(d)));
      case String s -> new JsonPrimitive(s);
      case Padding p -> new JsonPrimitive(p.name().toLowerCase(Locale.ROOT));
      case Size s -> value(List.of(s.height(), s.width()));
      case List<?> list -> array(list);
      case Quantizer q -> object(KerasObjects.QUANTIZERS, q);
      case Constraint c -> object(KerasObjects.CONSTRAINTS, c);
      case Initializer i -> object(KerasObjects.INITIALIZERS, i);
      default ->
          throw new IllegalArgumentException(
              "parameter " + value + " is a " + value.getClass() + ", expected a JSON value");
    };
  }

  private static JsonArray array(List<?> list) {
    JsonArray array = new JsonArray();
    list.forEach(element -> array.add(value(element)));
    return array;
  }

  private static JsonObject object(KerasObjects<?> kind, KerasObject object) {
    String module = kind.module(object);
    boolean larq = module.startsWith("larq");
    return object(module, object.className(), object.config(), larq ? object.className() : null);
  }
}
