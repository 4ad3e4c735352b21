package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a layer needs to trace one call of itself. */
public final class LayerContext {
  private final Trace trace;
  private final String name;
  private final String weightPrefix;
  private final Map<String, Weight> weights;
  private final boolean training;
  private final Recorder recorder;

  /** What one trace of a model collects over all of its layers. */
  static final class Recorder {
    private final Map<Variable, Value> updates = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();

    Map<Variable, Value> updates() {
      return updates;
    }

    Map<String, Value> outputs() {
      return outputs;
    }
  }

  LayerContext(
      Trace trace,
      String name,
      String weightPrefix,
      Map<String, Weight> weights,
      boolean training,
      Recorder recorder) {
    this.trace = trace;
    this.name = name;
    this.weightPrefix = weightPrefix;
    this.weights = weights;
    this.training = training;
    this.recorder = recorder;
  }

  /** The context of a layer of the model that this context is of. */
  LayerContext inner(String call, String layer, boolean trainable) {
    String path = name.isEmpty() ? call : name + "/" + call;
    return new LayerContext(
        trace, path, weightPrefix + layer + "/", weights, training && trainable, recorder);
  }

  Recorder recorder() {
    return recorder;
  }

  /** What records the ops. */
  public Trace trace() {
    return trace;
  }

  /** The name of this call: the layer's, unique in the model. */
  public String name() {
    return name;
  }

  /** Whether a training step is traced, not inference. */
  public boolean training() {
    return training;
  }

  /**
   * The content of a weight of the layer at the start of the run, not quantized.
   *
   * @param weight name within the layer
   */
  public Value read(String weight) {
    return trace.read(weight(weight).variable());
  }

  /**
   * The content of a weight of the layer as the layer computes with it: quantized if it has a
   * quantizer.
   *
   * @param weight name within the layer
   */
  public Value quantized(String weight) {
    Quantizer quantizer = weight(weight).quantizer();
    Value latent = read(weight);
    return quantizer == null ? latent : quantizer.quantize(trace, latent);
  }

  /**
   * The content that a weight will have after the run: that of {@link #update}, if an earlier call
   * of a shared layer gave one, else what it is at the start.
   *
   * @param weight name within the layer
   */
  public Value latest(String weight) {
    Value updated = recorder.updates.get(weight(weight).variable());
    return updated != null ? updated : read(weight);
  }

  /**
   * Gives a weight new content at the end of the run.
   *
   * @param weight name within the layer
   * @param value F32 of its shape
   */
  public void update(String weight, Value value) {
    recorder.updates.put(weight(weight).variable(), value);
  }

  /** A constant vector of one value. */
  Value constant(int length, float value) {
    return trace.constant(Tensor.full(Shape.of(length), value));
  }

  private Weight weight(String weight) {
    Weight found = weights.get(weightPrefix + weight);
    if (found == null) {
      throw new IllegalArgumentException(
          "layer '" + name + "' has no weight '" + weight + "', expected one it declared");
    }
    return found;
  }
}
