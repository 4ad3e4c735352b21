package io.github.xnor4j.train;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.InputSpec;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a model that takes pixels and gives a number for each class. */
public final class Predictor implements AutoCloseable {
  /** Images of a run; fixed, so that sums of losses do not depend on anything else. */
  private static final int BATCH = 100;

  private final Model model;
  private final Loss loss;
  private final List<Metric> metrics;
  private final Session session;
  private final Map<Integer, Compiled> evaluations = new HashMap<>();
  private final Map<Integer, Compiled> predictions = new HashMap<>();

  Predictor(Model model, Loss loss, List<Metric> metrics, Session session) {
    requirePixels(model);
    this.model = model;
    this.loss = loss;
    this.metrics = metrics;
    this.session = session;
  }

  /**
   * Opens a trained model on a backend.
   *
   * @param file the model with its weights
   * @param metrics what {@link #evaluate} gives beside the loss
   * @throws io.github.xnor4j.backend.BackendUnavailableException if the backend cannot run here
   */
  public static Predictor open(
      ModelFile file, BackendProvider provider, SessionOptions options, Metric... metrics) {
    Session session = provider.open(options);
    try {
      for (Weight weight : file.model().weights()) {
        session.write(weight.variable(), file.weights().get(weight.name()));
      }
      return new Predictor(file.model(), file.loss(), List.of(metrics), session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static void requirePixels(Model model) {
    List<InputSpec> inputs = model.inputs();
    if (inputs.size() != 1
        || inputs.getFirst().dtype() != DType.U8
        || inputs.getFirst().shape().rank() != 3) {
      throw new IllegalArgumentException(
          "model takes "
              + inputs
              + ", expected one input of pixels [H, W, C] (input(...).pixels(), or withPixels())");
    }
    if (model.outputShapes().size() != 1 || model.outputShapes().getFirst().rank() != 1) {
      throw new IllegalArgumentException(
          "model gives " + model.outputShapes() + ", expected one number for each class");
    }
  }

  /** Name of the backend. */
  public String backend() {
    return session.backend();
  }

  /** Shape of the images that the model takes, [H, W, C]. */
  public Shape imageShape() {
    return model.inputs().getFirst().shape();
  }

  /** Number of classes. */
  public int classes() {
    return model.outputShapes().getFirst().dim(0);
  }

  /**
   * Checks that a data set fits the model.
   *
   * @throws IllegalArgumentException if the images have another shape or a label is no class
   */
  void require(Dataset dataset) {
    if (!dataset.imageShape().equals(imageShape())) {
      throw new IllegalArgumentException(
          "images are " + dataset.imageShape() + ", expected " + imageShape() + " for the model");
    }
    dataset.requireLabels(classes());
  }

  /**
   * The loss and the metrics over a data set, each a mean over the images.
   *
   * @return by name, {@code loss} first
   * @throws IllegalArgumentException if the images have another shape or a label is no class
   */
  public Map<String, Double> evaluate(Dataset dataset) {
    require(dataset);
    Batches batches = dataset.batches(BATCH).inOrder();
    Batches.Epoch order = batches.epoch(0, 0);
    Totals sums = new Totals(metrics.size(), 0);
    Totals batch = new Totals(metrics.size(), 0);
    for (int i = 0; i < batches.count(); i++) {
      int size = batches.sizeOf(i);
      Compiled compiled = evaluations.computeIfAbsent(size, n -> evaluation(batches, n));
      order.fill(i, compiled.inputs[0], compiled.inputs[1]);
      compiled.run();
      new Totalling(compiled, metrics, size).read(batch);
      sums.add(batch);
    }
    Map<String, Double> means = new LinkedHashMap<>();
    means.put("loss", sums.loss / sums.examples);
    for (int i = 0; i < metrics.size(); i++) {
      means.put(metrics.get(i).name(), sums.metrics[i] / sums.examples);
    }
    return means;
  }

  private Compiled evaluation(Batches batches, int size) {
    Trace trace = new Trace();
    Traced traced = model.trace(trace, size, false);
    Value labels = trace.batchInput(TrainingStep.LABELS, DType.I32, Shape.of(size));
    Value perExample = trace.scope("loss", () -> loss.perExample(trace, traced.output(), labels));
    Totalling.declare(trace, perExample, metrics, traced.output(), labels);
    return new Compiled(session, trace.build(), batches.newImages(size), batches.newLabels(size));
  }

  /**
   * The model's outputs.
   *
   * @param images U8 [N, H, W, C]
   * @return F32 [N, classes]
   * @throws IllegalArgumentException if the images have another dtype or shape
   */
  public Tensor predict(Tensor images) {
    int count = images.shape().rank() == 0 ? 0 : images.shape().dim(0);
    Shape expected = batchShape(count);
    if (images.dtype() != DType.U8 || !images.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "images are " + images.describe() + ", expected U8 " + expected);
    }
    int pixels = imageShape().elements();
    Tensor out = Tensor.zeros(DType.F32, Shape.of(count, classes()));
    for (int done = 0; done < count; done += BATCH) {
      int size = Math.min(BATCH, count - done);
      Compiled compiled = predictions.computeIfAbsent(size, this::prediction);
      System.arraycopy(images.bytes(), done * pixels, compiled.inputs[0].bytes(), 0, size * pixels);
      compiled.run();
      System.arraycopy(
          compiled.outputs[0].floats(), 0, out.floats(), done * classes(), size * classes());
    }
    return out;
  }

  private Shape batchShape(int count) {
    Shape image = imageShape();
    return Shape.of(count, image.dim(0), image.dim(1), image.dim(2));
  }

  private Compiled prediction(int size) {
    Trace trace = new Trace();
    trace.output("output", model.trace(trace, size, false).output());
    Program program = trace.build();
    return new Compiled(session, program, Tensor.zeros(DType.U8, batchShape(size)));
  }

  /** Closes the session. */
  @Override
  public void close() {
    session.close();
  }
}
