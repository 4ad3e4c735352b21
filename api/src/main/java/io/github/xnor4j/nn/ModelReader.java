package io.github.xnor4j.nn;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes models of Keras' JSON. */
final class ModelReader {
  /** Keras' layer that the scaling of pixels is written as. */
  static final String RESCALING = "Rescaling";

  private static final int MAX_LAYERS = 10_000;

  private ModelReader() {}

  /** A layer's object: its class and parameters, and around them its place in a graph. */
  private record Entry(String className, String name, JsonConfig outer, JsonConfig config) {
    static Entry of(String place, JsonElement element) {
      JsonConfig outer = JsonConfig.of(place, element);
      outer.ignore("module", "registered_name", "shared_object_id");
      String className = outer.string("class_name", "");
      String name = outer.child("config", place).string("name", null);
      String owner = name == null ? place : "layer '" + name + "'";
      return new Entry(
          className, name, outer, outer.child("config", owner + " (" + className + ")"));
    }

    boolean isModel() {
      return className.equals(Model.SEQUENTIAL) || isFunctional();
    }

    private boolean isFunctional() {
      return className.equals(Model.FUNCTIONAL) || className.equals("Model");
    }

    boolean isRescaling() {
      return className.equals(RESCALING);
    }

    /** Refuses a class before its place in a graph is looked at, which may be as unknown. */
    void requireKnown() {
      if (!isModel() && !isRescaling()) {
        LayerReaders.requireKnown(className, config);
      }
    }

    Layer layer() {
      return isModel() ? model() : LayerReaders.read(className, config);
    }

    Model model() {
      return isFunctional() ? functional(config) : sequential(config);
    }

    /** The input with what this Rescaling does to it. */
    InputLayer scaled(InputLayer input) {
      config.bool("trainable", true);
      LayerReaders.requireFloat32(config);
      config.ignore("name", "batch_input_shape");
      double scale = config.number("scale", 1);
      double offset = config.number("offset", 0);
      config.finish();
      return input.pixels(PixelScaling.of(scale, offset));
    }

    IllegalArgumentException misplaced() {
      return config.error("expected a Rescaling directly behind an input that nothing else takes");
    }
  }

  static Model read(String place, JsonElement element) {
    Entry entry = Entry.of(place, element);
    if (!entry.isModel()) {
      throw entry.outer.error(
          "class_name is \"" + entry.className + "\", expected Sequential or Functional");
    }
    entry.outer.ignore("keras_version", "backend");
    entry.outer.finish();
    return entry.model();
  }

  static Layer readLayer(String place, JsonElement element) {
    Entry entry = Entry.of(place, element);
    entry.outer.ignore("name", "inbound_nodes");
    entry.outer.finish();
    return entry.layer();
  }

  private static List<Entry> entries(JsonConfig config) {
    List<JsonElement> elements = config.list("layers");
    if (elements.isEmpty() || elements.size() > MAX_LAYERS) {
      throw config.error(elements.size() + " layers, expected 1 to " + MAX_LAYERS);
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonElement element : elements) {
      entries.add(Entry.of(config.owner() + ", layer " + entries.size(), element));
    }
    return entries;
  }

  private static Model finish(JsonConfig config, Model model) {
    boolean trainable = config.bool("trainable", true);
    config.finish();
    return trainable ? model : model.trainable(false);
  }

  // ---- chains

  private static Model sequential(JsonConfig config) {
    config.ignore("build_input_shape");
    List<Layer> layers = new ArrayList<>();
    for (Entry entry : entries(config)) {
      entry.outer.ignore("name"); // inside a functional model the entries have it too
      entry.outer.finish();
      if (layers.isEmpty() && !entry.className.equals(InputLayer.CLASS)) {
        layers.add(new InputLayer(LayerReaders.batchShape(entry.config)));
      }
      if (!entry.isRescaling()) {
        layers.add(entry.layer());
      } else if (layers.size() == 1) {
        layers.set(0, entry.scaled((InputLayer) layers.getFirst()));
      } else {
        throw entry.misplaced();
      }
    }
    return finish(config, Model.sequential(config.string("name", null), layers));
  }

  // ---- graphs

  /** A call as inbound_nodes name it. */
  private record Reference(String layer, int node) {}

  private static Model functional(JsonConfig config) {
    Graph graph = new Graph(config);
    List<Symbol> inputs = graph.tensors("input_layers");
    List<Symbol> outputs = graph.tensors("output_layers");
    Model model = Model.of(inputs, outputs);
    if (model.layers().size() != graph.size()) {
      throw config.error(
          "the outputs depend on "
              + model.layers().size()
              + " of "
              + graph.size()
              + " layers, expected all");
    }
    String name = config.string("name", null);
    return finish(config, name == null ? model : model.name(name));
  }

  /** Calls the layers of a functional model in an order in which their inputs are there. */
  private static final class Graph {
    private final JsonConfig config;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, List<List<Reference>>> nodes = new HashMap<>();
    private final Map<String, Layer> layers = new HashMap<>();
    private final Map<String, List<Symbol>> calls = new HashMap<>();

    Graph(JsonConfig config) {
      this.config = config;
      for (Entry entry : entries(config)) {
        add(entry);
      }
      for (Map.Entry<String, Entry> named : entries.entrySet()) {
        if (named.getValue().isRescaling()) {
          scaleInput(named.getKey(), named.getValue());
        }
      }
      Set<String> open = new LinkedHashSet<>(entries.keySet()); // Keras' order takes one round
      while (!open.isEmpty()) {
        long made = open.stream().filter(this::call).count();
        if (made == 0) {
          throw config.error(
              "layers " + open + " wait for inputs that never come, expected no cycle");
        }
        open.removeIf(this::isDone);
      }
    }

    private void add(Entry entry) {
      String name = entry.outer.string("name", entry.name);
      if (name == null || !name.equals(entry.name == null ? name : entry.name)) {
        throw entry.config.error("name is \"" + name + "\", expected that in the configuration");
      }
      entry.requireKnown();
      if (entries.put(name, entry) != null) {
        throw config.error("two layers are named '" + name + "', expected different names");
      }
      List<List<Reference>> inbound = new ArrayList<>();
      for (JsonElement node : entry.outer.list("inbound_nodes")) {
        inbound.add(references(entry, node));
      }
      nodes.put(name, inbound);
      calls.put(name, new ArrayList<>());
      entry.outer.finish();
    }

    private List<Reference> references(Entry entry, JsonElement node) {
      if (!node.isJsonArray()) {
        throw entry.config.error(
            "a node is " + JsonConfig.shorten(node) + ", expected a list of tensors");
      }
      return node.getAsJsonArray().asList().stream()
          .map(tensor -> reference(entry.config, tensor))
          .toList();
    }

    /** Layer, node, tensor and, where a layer is called, no further arguments. */
    private static Reference reference(JsonConfig owner, JsonElement tensor) {
      boolean valid = tensor.isJsonArray() && tensor.getAsJsonArray().size() >= 3;
      List<JsonElement> parts = valid ? tensor.getAsJsonArray().asList() : List.of();
      if (!valid
          || !parts.get(0).isJsonPrimitive()
          || owner.integer("tensor", parts.get(2)) != 0
          || parts.size() > 4
          || parts.size() == 4 && !isEmptyObject(parts.get(3))) {
        throw owner.error(
            "a tensor is " + JsonConfig.shorten(tensor) + ", expected [layer, node, 0, {}]");
      }
      return new Reference(parts.get(0).getAsString(), owner.integer("node", parts.get(1)));
    }

    private static boolean isEmptyObject(JsonElement element) {
      return element.isJsonObject() && element.getAsJsonObject().isEmpty();
    }

    /** Gives the input in front of a Rescaling its scaling, and lets the Rescaling stand for it. */
    private void scaleInput(String name, Entry entry) {
      List<List<Reference>> inbound = nodes.get(name);
      if (inbound.size() != 1 || inbound.getFirst().size() != 1) {
        throw entry.misplaced();
      }
      String from = inbound.getFirst().getFirst().layer();
      long uses =
          nodes.values().stream()
              .flatMap(List::stream)
              .flatMap(List::stream)
              .filter(reference -> reference.layer().equals(from))
              .count();
      Entry input = entries.get(from);
      if (uses != 1 || input == null || !input.className.equals(InputLayer.CLASS)) {
        throw entry.misplaced();
      }
      InputLayer scaled = entry.scaled((InputLayer) layer(from));
      layers.put(from, scaled);
      layers.put(name, scaled);
    }

    private Layer layer(String name) {
      Layer known = layers.get(name);
      if (known == null) {
        known = entries.get(name).layer();
        known = known.name() == null ? known.name(name) : known;
        layers.put(name, known);
      }
      return known;
    }

    /** Makes those calls of a layer whose inputs are there, in order; whether there was one. */
    private boolean call(String name) {
      List<Symbol> made = calls.get(name);
      int before = made.size();
      if (layer(name) instanceof InputLayer input) {
        made.add(input);
        return true;
      }
      for (List<Reference> from : nodes.get(name).subList(before, nodes.get(name).size())) {
        if (!from.stream().allMatch(this::isThere)) {
          break;
        }
        made.add(layer(name).apply(symbols(from)));
      }
      return made.size() > before || nodes.get(name).isEmpty();
    }

    private boolean isDone(String name) {
      return calls.get(name).size() >= nodes.get(name).size();
    }

    private Symbol[] symbols(List<Reference> from) {
      return from.stream().map(this::symbol).toArray(Symbol[]::new);
    }

    private boolean isThere(Reference reference) {
      Entry entry = entries.get(reference.layer());
      if (entry == null) {
        throw config.error("there is no layer '" + reference.layer() + "', expected one of these");
      }
      int call = callIndex(entry, reference);
      int made = calls.get(reference.layer()).size();
      int expected = Math.max(nodes.get(reference.layer()).size(), 1);
      if (call < 0 || call >= expected) {
        throw config.error(
            "there is no node " + reference.node() + " of layer '" + reference.layer() + "'");
      }
      return call < made;
    }

    /** A nested model's first node is the one that it was made with. */
    private static int callIndex(Entry entry, Reference reference) {
      return entry.isModel() ? reference.node() - 1 : reference.node();
    }

    private Symbol symbol(Reference reference) {
      Entry entry = entries.get(reference.layer());
      return calls.get(reference.layer()).get(callIndex(entry, reference));
    }

    /** The tensors of a list such as output_layers. */
    List<Symbol> tensors(String key) {
      List<Symbol> found = new ArrayList<>();
      for (JsonElement tensor : config.list(key)) {
        Reference reference = reference(config, tensor);
        if (!isThere(reference)) {
          throw config.error(key + " has '" + reference.layer() + "', which is not called");
        }
        found.add(symbol(reference));
      }
      return found;
    }

    /** Number of layers, but those that became the scaling of an input. */
    long size() {
      return entries.values().stream().filter(entry -> !entry.isRescaling()).count();
    }
  }
}
