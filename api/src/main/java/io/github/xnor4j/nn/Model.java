package io.github.xnor4j.nn;

import io.github.xnor4j.nn.ModelGraph.Call;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Shape;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A directed acyclic graph of named layers with their weights: a chain ({@link Sequential#of}) or
 * any other ({@link #of(Symbol, Symbol)}). Immutable. A model is a layer too: inside another model
 * it has weights of its own there.
 */
public final class Model implements BasicLayer<Model> {
  static final String SEQUENTIAL = "Sequential";
  static final String FUNCTIONAL = "Functional";

  /** More calls than any network has; a small file of nested models could ask for any number. */
  private static final int MAX_CALLS = 100_000;

  private static final Logger LOG = System.getLogger(Model.class.getName());

  private final LayerId id;
  private final List<Layer> layers;
  private final List<Call> calls;
  private final List<Integer> inputs;
  private final List<Integer> outputs;
  private final List<Shape> shapes;
  private final long totalCalls;
  private final List<WeightSpec> specs;
  private final List<Weight> weights;

  private Model(
      LayerId id,
      List<Layer> layers,
      List<Call> calls,
      List<Integer> inputs,
      List<Integer> outputs,
      List<Shape> shapes) {
    this.id = id;
    this.layers = List.copyOf(layers);
    this.calls = List.copyOf(calls);
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.shapes = List.copyOf(shapes);
    this.totalCalls = countCalls(this.layers, this.calls);
    this.specs = List.copyOf(makeSpecs());
    this.weights = makeWeights();
  }

  // ---- making

  /**
   * The model that leads from an input to an output.
   *
   * @throws IllegalArgumentException if the output does not depend on exactly this input
   */
  public static Model of(Symbol input, Symbol output) {
    return of(List.of(input), List.of(output));
  }

  /**
   * The model that leads from inputs to outputs.
   *
   * @throws IllegalArgumentException if the outputs do not depend on exactly these inputs, or if
   *     two layers have the same name
   */
  public static Model of(List<? extends Symbol> inputs, List<? extends Symbol> outputs) {
    return make(LayerId.of(FUNCTIONAL), inputs, outputs);
  }

  static Model sequential(String name, List<Layer> chain) {
    LayerId id = LayerId.of(SEQUENTIAL);
    if (name != null) {
      id = id.name(name);
    }
    id.require(chain.size() >= 2, chain.size() + " layers, expected an input and a layer");
    if (!(chain.getFirst() instanceof InputLayer input)) {
      throw id.error("the first layer is " + describe(chain.getFirst()) + ", expected an input");
    }
    Symbol end = input;
    Map<Layer, Integer> positions = new IdentityHashMap<>();
    for (int i = 1; i < chain.size(); i++) {
      Integer earlier = positions.put(chain.get(i), i);
      id.require(
          earlier == null,
          "layer "
              + i
              + ", "
              + describe(chain.get(i))
              + ", is the same object as layer "
              + earlier
              + ", expected one of its own (or the functional form, where layers can be shared)");
      end = chain.get(i).apply(end);
    }
    return make(id, List.of(input), List.of(end));
  }

  private static String describe(Layer layer) {
    return layer.name() == null ? layer.className() : layer.className() + " '" + layer.name() + "'";
  }

  private static Model make(
      LayerId id, List<? extends Symbol> inputs, List<? extends Symbol> outputs) {
    id.require(!outputs.isEmpty(), "no outputs, expected one or more");
    ModelGraph graph = new ModelGraph(outputs);
    List<Symbol> symbols = graph.symbols();
    List<Integer> in = inputs.stream().map(input -> indexOf(symbols, input)).toList();
    List<Integer> out = outputs.stream().map(output -> indexOf(symbols, output)).toList();
    for (int i = 0; i < symbols.size(); i++) {
      id.require(
          symbols.get(i) instanceof InputLayer == in.contains(i),
          "the outputs depend on "
              + describe(ModelGraph.layer(symbols.get(i)))
              + ", which is not among the model's inputs, or an input is no InputLayer");
    }
    id.require(
        !in.contains(-1) && new HashSet<>(in).size() == in.size(),
        "the outputs do not depend on each of the inputs, expected each input once and in use");
    List<Layer> named = LayerNames.assign(graph.layers(), id.className().equals(SEQUENTIAL));
    Model model =
        new Model(id, named, graph.calls(), in, out, symbols.stream().map(Symbol::shape).toList());
    model.warnOfStarvedWeights();
    return model;
  }

  private static int indexOf(List<Symbol> symbols, Symbol wanted) {
    return IntStream.range(0, symbols.size())
        .filter(i -> symbols.get(i) == wanted)
        .findFirst()
        .orElse(-1);
  }

  /** Larq's warning; nested models gave theirs when they were made. */
  private void warnOfStarvedWeights() {
    for (Layer layer : layers) {
      for (WeightSpec weight : layer instanceof Model ? List.<WeightSpec>of() : specsOf(layer)) {
        if (weight.quantizer() != null
            && weight.quantizer().precision() == 1
            && !(weight.quantizer() instanceof NoOp)
            && weight.constraint() == null) {
          LOG.log(
              Level.WARNING,
              "{0}: a binary weight quantizer without a constraint may result in starved weights"
                  + " (where the gradient is always zero)",
              weight.name());
        }
      }
    }
  }

  private List<WeightSpec> specsOf(Layer layer) {
    return specs.stream().filter(w -> w.name().startsWith(layer.name() + "/")).toList();
  }

  private static long countCalls(List<Layer> layers, List<Call> calls) {
    long count = 0;
    for (Call call : calls) {
      count += layers.get(call.layer()) instanceof Model model ? model.totalCalls : 1;
      if (count > MAX_CALLS) {
        throw new IllegalArgumentException(
            "the model has more than " + MAX_CALLS + " calls of layers, expected fewer");
      }
    }
    return count;
  }

  // ---- weights

  private List<Weight> makeWeights() {
    List<Weight> made = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (WeightSpec spec : specs) {
      id.require(
          names.add(spec.name()),
          "two weights are named '" + spec.name() + "', expected different names of layers");
      int index = made.size();
      Variable variable =
          new Variable(
              spec.name(),
              Type.f32(spec.shape()),
              spec.trainable(),
              () -> spec.initializer().make(spec.shape(), 0, index));
      made.add(
          new Weight(variable, index, spec.initializer(), spec.constraint(), spec.quantizer()));
    }
    return List.copyOf(made);
  }

  /** The weights of all layers, named {@code layer/weight}. */
  private List<WeightSpec> makeSpecs() {
    List<List<WeightSpec>> ofLayer = new ArrayList<>(Collections.nCopies(layers.size(), null));
    for (Call call : calls) {
      Layer layer = layers.get(call.layer());
      List<WeightSpec> wanted = layer.weights(callInputs(call));
      List<WeightSpec> earlier = ofLayer.set(call.layer(), wanted);
      id.require(
          earlier == null || earlier.equals(wanted),
          "layer '" + layer.name() + "' is shared by inputs that need different weights");
    }
    List<WeightSpec> made = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      for (WeightSpec spec : ofLayer.get(i)) {
        made.add(inModel(layer, spec));
      }
    }
    return made;
  }

  private WeightSpec inModel(Layer layer, WeightSpec spec) {
    return new WeightSpec(
        layer.name() + "/" + spec.name(),
        spec.shape(),
        spec.trainable() && layer.trainable() && trainable(),
        spec.initializer(),
        spec.constraint(),
        spec.quantizer());
  }

  private List<Shape> callInputs(Call call) {
    return call.inputs().stream().map(shapes::get).toList();
  }

  // ---- what it is

  /** The name: the given one, else Keras' default, {@code sequential} or {@code model}. */
  @Override
  public String name() {
    return id.name() != null ? id.name() : LayerNames.base(className());
  }

  /** Whether a name was given to it. */
  boolean isNamed() {
    return id.name() != null;
  }

  /** Whether it was made as a chain. */
  public boolean isSequential() {
    return className().equals(SEQUENTIAL);
  }

  /** What it is fed with, in the order of the inputs. */
  public List<InputSpec> inputs() {
    return inputs.stream().map(call -> input(call).spec()).toList();
  }

  private InputLayer input(int call) {
    return (InputLayer) layers.get(calls.get(call).layer());
  }

  /** The shapes of the outputs, without the batch axis. */
  public List<Shape> outputShapes() {
    return outputs.stream().map(shapes::get).toList();
  }

  /** All weights in Keras' order: those of each layer in turn. */
  public List<Weight> weights() {
    return weights;
  }

  /** The layers in Keras' order, inputs among them, each with its name. */
  public List<Layer> layers() {
    return layers;
  }

  List<Call> calls() {
    return calls;
  }

  /** Indices of the calls that are inputs. */
  List<Integer> inputCalls() {
    return inputs;
  }

  /** Indices of the calls that are outputs. */
  List<Integer> outputCalls() {
    return outputs;
  }

  /** Output shape of a call, without the batch axis. */
  Shape shape(int call) {
    return shapes.get(call);
  }

  /** This model, every input fed with bytes that are scaled to [-1, 1]. */
  public Model withPixels() {
    return withPixels(PixelScaling.SIGNED);
  }

  /** This model, every input fed with bytes that are scaled; layers and weights stay the same. */
  public Model withPixels(PixelScaling scaling) {
    List<Layer> changed =
        layers.stream()
            .map(layer -> layer instanceof InputLayer input ? input.pixels(scaling) : layer)
            .toList();
    return new Model(id, changed, calls, inputs, outputs, shapes);
  }

  /**
   * This model with some layers exchanged for others of the same name, shape and weights, inside
   * nested models too: batch normalizations of another momentum, say.
   *
   * @throws IllegalArgumentException if a layer's name, output shape or weights change
   */
  public Model mapLayers(UnaryOperator<Layer> change) {
    List<Layer> changed =
        layers.stream()
            .map(layer -> layer instanceof Model model ? model.mapLayers(change) : layer)
            .map(change)
            .toList();
    for (Call call : calls) {
      Layer before = layers.get(call.layer());
      Layer after = changed.get(call.layer());
      List<Shape> fed = callInputs(call);
      id.require(
          after == before
              || after.name().equals(before.name())
                  && (before instanceof InputLayer
                      || after.outputShape(fed).equals(before.outputShape(fed))),
          "layer "
              + describe(before)
              + " was exchanged for "
              + describe(after)
              + ", expected one of the same name and output shape");
    }
    Model model = new Model(id, changed, calls, inputs, outputs, shapes);
    id.require(
        model.weights.stream()
            .map(Weight::name)
            .toList()
            .equals(weights.stream().map(Weight::name).toList()),
        "the weights are not the same, expected only layers with the same weights");
    return model;
  }

  // ---- tracing

  /**
   * Traces the model: declares its inputs, by {@link InputSpec#name}, and records its layers, each
   * in a scope of its name. In training, moving statistics are assigned, and {@link Trace#check}
   * watches the statistics of each batch normalization.
   *
   * @param trace records the ops
   * @param batch number of examples of a run
   * @param training whether batch normalization uses the batch's statistics
   */
  public Traced trace(Trace trace, int batch, boolean training) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", expected 1 or more");
    }
    Map<String, Weight> byName = new HashMap<>();
    weights.forEach(weight -> byName.put(weight.name(), weight));
    LayerContext.Recorder recorder = new LayerContext.Recorder();
    LayerContext context =
        new LayerContext(trace, "", "", byName, training && trainable(), recorder);
    List<Value> fed = new ArrayList<>();
    for (int call : inputs) {
      fed.add(trace.scope(input(call).name(), () -> input(call).declare(trace, batch)));
    }
    List<Value> results = traceLayers(context, fed);
    recorder.updates().forEach(trace::assign);
    return new Traced(results, Collections.unmodifiableMap(recorder.outputs()));
  }

  private List<Value> traceLayers(LayerContext context, List<Value> fed) {
    Value[] values = new Value[calls.size()];
    for (int i = 0; i < fed.size(); i++) {
      values[inputs.get(i)] = fed.get(i);
    }
    Map<Integer, Integer> made = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      Layer layer = layers.get(call.layer());
      int earlier = made.merge(call.layer(), 1, Integer::sum) - 1;
      String name = earlier == 0 ? layer.name() : layer.name() + ":" + earlier;
      LayerContext own = context.inner(name, layer.name(), layer.trainable());
      if (!(layer instanceof InputLayer)) {
        List<Value> from = call.inputs().stream().map(input -> values[input]).toList();
        values[i] = context.trace().scope(own.name(), () -> layer.trace(own, from));
      }
      context.recorder().outputs().put(own.name(), values[i]);
    }
    return outputs.stream().map(output -> values[output]).toList();
  }

  // ---- as a layer of another model

  @Override
  public LayerId id() {
    return id;
  }

  @Override
  public Model withId(LayerId newId) {
    return new Model(newId, layers, calls, inputs, outputs, shapes);
  }

  @Override
  public Shape outputShape(List<Shape> given) {
    List<Shape> expected = inputs.stream().map(shapes::get).toList();
    id.require(given.equals(expected), "inputs are " + given + ", expected " + expected);
    id.require(outputs.size() == 1, outputs.size() + " outputs, expected one as a layer");
    id.require(
        inputs.stream().allMatch(call -> input(call).scaling() == null),
        "an input takes pixels, expected that of the outer model to");
    return shapes.get(outputs.getFirst());
  }

  @Override
  public List<WeightSpec> weights(List<Shape> given) {
    return specs;
  }

  @Override
  public Value trace(LayerContext context, List<Value> given) {
    return traceLayers(context, given).getFirst();
  }

  @Override
  public Quantizer inputQuantizer() {
    return layers.stream()
        .filter(layer -> !(isSequential() && layer instanceof InputLayer))
        .findFirst()
        .map(Layer::inputQuantizer)
        .orElse(null);
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", name());
    return config;
  }

  /** Whether the other is a model of the same name, layers and connections. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Model m
        && name().equals(m.name())
        && trainable() == m.trainable()
        && className().equals(m.className())
        && layers.equals(m.layers)
        && calls.equals(m.calls)
        && inputs.equals(m.inputs)
        && outputs.equals(m.outputs);
  }

  @Override
  public int hashCode() {
    return layers.hashCode() * 31 + calls.hashCode();
  }

  /** Class and name. */
  @Override
  public String toString() {
    return className() + " '" + name() + "'";
  }
}
