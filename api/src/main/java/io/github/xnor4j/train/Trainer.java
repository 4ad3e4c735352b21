package io.github.xnor4j.train;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Sha256;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains a model on images: traces one program for a step (forward, loss, gradients, update,
 * constraints), compiles it for a backend and runs it on batch after batch. A step allocates
 * nothing here.
 *
 * <p>What it computes depends on the setup, the data and the backend only: a run that was stopped
 * or killed and went on from a checkpoint gives the same bits as one that was not.
 *
 * <p>Not for use by several threads, but for {@link #requestStop}.
 */
public final class Trainer implements AutoCloseable {
  private final Setup setup;
  private final Session session;
  private final Optimizer.Update update;
  private final GradientScales scales;
  private final Predictor predictor;
  private final String firstValues;
  private Map<String, String> provenance = Map.of();
  private DataDescription data;
  private long totalSteps;
  private long savedSteps;
  private TrainingStep newestStep;
  private volatile boolean stopRequested;

  /**
   * What is trained, and how.
   *
   * @param model takes pixels and gives a number for each class
   * @param optimizer updates the weights
   * @param loss what is made small
   * @param metrics what is watched
   * @param seed of the first weights, the order of the images and their augmentation
   * @param recipe a name for what else was chosen, for checkpoints and model files
   * @param gradients whether gradients are rounded to integers in front of products
   * @param checkpoints where the run is saved, or null
   */
  public record Setup(
      Model model,
      Optimizer optimizer,
      Loss loss,
      List<Metric> metrics,
      long seed,
      String recipe,
      Gradients gradients,
      Checkpoints checkpoints) {
    /** Copies the list and checks that the metrics' names differ. */
    public Setup {
      metrics = List.copyOf(metrics);
      Set<String> names = new HashSet<>();
      for (Metric metric : metrics) {
        if (metric.name().equals("loss") || !names.add(metric.name())) {
          throw new IllegalArgumentException(
              "metric '" + metric.name() + "' is there twice, expected different names");
        }
      }
    }

    /** This setup with another seed; the default is 0. */
    public Setup seed(long other) {
      return new Setup(model, optimizer, loss, metrics, other, recipe, gradients, checkpoints);
    }

    /** This setup with another name of its recipe; the default is {@code custom}. */
    public Setup recipe(String other) {
      return new Setup(model, optimizer, loss, metrics, seed, other, gradients, checkpoints);
    }

    /** This setup with another loss. */
    public Setup loss(Loss other) {
      return new Setup(model, optimizer, other, metrics, seed, recipe, gradients, checkpoints);
    }

    /** This setup with gradients as floats or integers; the default is floats. */
    public Setup gradients(Gradients other) {
      return new Setup(model, optimizer, loss, metrics, seed, recipe, other, checkpoints);
    }

    /**
     * This setup with gradients rounded to integers of so many bits in front of each product of
     * which an operand is +-1 or stands for integers. A layer of float weights and activations
     * keeps floats. Sums fit 32 bits: where so many terms are added that they might not, as in the
     * gradients of a first layer's weights over a large batch of pixels, the bits of that layer are
     * as many as fit.
     *
     * @param bits sign included, 2 to 16
     * @throws IllegalArgumentException if it is another number
     */
    public Setup gradients(int bits) {
      return gradients(Gradients.ofBits(bits));
    }

    /** This setup, saved as the run goes on. */
    public Setup checkpoints(Checkpoints other) {
      return new Setup(model, optimizer, loss, metrics, seed, recipe, gradients, other);
    }

    /**
     * A trainer on a backend, with as many threads as there are processors.
     *
     * @throws IllegalArgumentException if the model takes no pixels or gives no classes
     * @throws io.github.xnor4j.backend.BackendUnavailableException if the backend cannot run here
     */
    public Trainer on(BackendProvider provider) {
      return on(provider, SessionOptions.defaults());
    }

    /**
     * A trainer on a backend.
     *
     * @throws IllegalArgumentException if the model takes no pixels or gives no classes
     * @throws io.github.xnor4j.backend.BackendUnavailableException if the backend cannot run here
     */
    public Trainer on(BackendProvider provider, SessionOptions options) {
      Session session = provider.open(options);
      try {
        return new Trainer(this, session);
      } catch (RuntimeException e) {
        session.close();
        throw e;
      }
    }
  }

  private Trainer(Setup setup, Session session) {
    this.setup = setup;
    this.session = session;
    this.predictor = new Predictor(setup.model, setup.loss, setup.metrics, session);
    this.update = setup.optimizer.bind(trainable(setup.model));
    this.scales = new GradientScales(setup.gradients);
    Sha256 hash = new Sha256();
    for (Weight weight : setup.model.weights()) {
      begin(weight.variable(), weight.initial(setup.seed), hash);
    }
    for (Variable variable : update.variables()) {
      begin(variable, variable.initial(), hash);
    }
    this.firstValues = hash.hex();
  }

  private void begin(Variable variable, Tensor value, Sha256 hash) {
    session.write(variable, value);
    hash.add(variable.name());
    hash.add(value);
  }

  /** The setup of a training, with seed 0 and without checkpoints. */
  public static Setup of(Model model, Optimizer optimizer, Loss loss, Metric... metrics) {
    return new Setup(model, optimizer, loss, List.of(metrics), 0, "custom", Gradients.FLOAT, null);
  }

  static List<Weight> trainable(Model model) {
    return model.weights().stream().filter(weight -> weight.variable().isTrainable()).toList();
  }

  /**
   * Trains for some epochs. With {@link Checkpoints#resume} it goes on from the newest checkpoint;
   * epochs done before are not run again.
   *
   * @param batches what is trained on
   * @param epochs how many in all, 0 or more
   * @param callbacks told of steps and epochs, in this order
   * @throws IllegalArgumentException if the data do not fit the model
   * @throws DivergenceException if the loss or a layer's statistics are no longer finite
   * @throws io.github.xnor4j.io.BadFileException if the newest checkpoint is of another run: of
   *     another backend, seed, data, batch size, recipe, optimizer or loss, or if another program
   *     would be run: of another model, say. No part needs a JSON form for this
   * @throws IOException if checkpoints cannot be read, or their folder cannot be written to when it
   *     begins. Later ones that cannot be written are warned of: {@link #savedSteps}
   */
  public History fit(Batches batches, int epochs, Callback... callbacks) throws IOException {
    if (epochs < 0) {
      throw new IllegalArgumentException("epochs is " + epochs + ", expected 0 or more");
    }
    predictor.require(batches.dataset());
    try {
      return new TrainingRun(this, batches, epochs, List.of(callbacks)).run();
    } finally {
      stopRequested = false;
    }
  }

  /**
   * Ends {@link #fit} after the running step, with a checkpoint if there is a folder for them that
   * takes it. Any thread may call it.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * After how many steps of {@link #fit} the newest checkpoint was written or gone on from; 0 if
   * none was.
   */
  public long savedSteps() {
    return savedSteps;
  }

  void savedSteps(long steps) {
    savedSteps = steps;
  }

  boolean isStopRequested() {
    return stopRequested;
  }

  /**
   * The loss and the metrics over a data set, each a mean over the images.
   *
   * @return by name, {@code loss} first
   * @throws IllegalArgumentException if the images have another shape or a label is no class
   */
  public Map<String, Double> evaluate(Dataset dataset) {
    return predictor.evaluate(dataset);
  }

  /**
   * The model's outputs.
   *
   * @param images U8 [N, H, W, C]
   * @return F32 [N, classes]
   * @throws IllegalArgumentException if the images have another dtype or shape
   */
  public Tensor predict(Tensor images) {
    return predictor.predict(images);
  }

  /**
   * Gives weights new values, such as those of another framework, before training.
   *
   * @param values by name, F32 in Keras' layout; weights without one stay as they are
   * @throws IllegalArgumentException if a name is no weight, or a dtype or shape is another; then
   *     no weight has changed
   */
  public void load(Map<String, Tensor> values) {
    Map<String, Weight> byName = new LinkedHashMap<>();
    setup.model.weights().forEach(weight -> byName.put(weight.name(), weight));
    values.forEach((name, value) -> requireWeight(byName, name, value));
    values.forEach((name, value) -> session.write(byName.get(name).variable(), value));
  }

  private static void requireWeight(Map<String, Weight> byName, String name, Tensor value) {
    Weight weight = byName.get(name);
    if (weight == null) {
      throw new IllegalArgumentException(
          "weight '" + name + "' is unknown, expected one of " + byName.keySet());
    }
    Variable variable = weight.variable();
    if (value.dtype() != variable.dtype() || !value.shape().equals(variable.shape())) {
      throw new IllegalArgumentException(
          "weight '" + name + "' is " + value.describe() + ", expected " + variable.type());
    }
  }

  /** Copies of all weights by name, as they are now. */
  public Map<String, Tensor> weights() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Weight weight : setup.model.weights()) {
      weights.put(weight.name(), session.read(weight.variable()));
    }
    return weights;
  }

  /** The model as it is now, with what it was trained on and where it comes from. */
  public ModelFile modelFile() {
    return new ModelFile(setup.model, weights(), setup.loss, provenance, data);
  }

  /**
   * Writes {@link #modelFile}, whole or not at all.
   *
   * @throws IllegalArgumentException if the file could not be read back, for a part of the model or
   *     the loss is not of this library; see {@link ModelFile#write}
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    modelFile().write(file);
  }

  /**
   * What the backend made of the training step. After a {@link #fit} it is the step that ran, with
   * the time that each part of it took if the session was opened with {@link
   * SessionOptions#profile}.
   *
   * @param batches what would be trained on
   */
  public String plan(Batches batches) {
    if (newestStep != null && newestStep.batchSize() == batches.sizeOf(0)) {
      return newestStep.plan();
    }
    int size = batches.sizeOf(0);
    Program program = TrainingStep.program(this, size);
    return new TrainingStep(this, program, batches, size).plan();
  }

  /** Name of the backend. */
  public String backend() {
    return session.backend();
  }

  /** What is trained, and how. */
  public Setup setup() {
    return setup;
  }

  Session session() {
    return session;
  }

  Optimizer.Update update() {
    return update;
  }

  /** At which scales gradients are rounded; none where they are floats. */
  GradientScales scales() {
    return scales;
  }

  /** Hash of what all variables began with; what {@link #load} gave them is not in it. */
  String firstValues() {
    return firstValues;
  }

  void newestStep(TrainingStep step) {
    newestStep = step;
  }

  long totalSteps() {
    return totalSteps;
  }

  void totalSteps(long steps) {
    totalSteps = steps;
  }

  void provenance(Map<String, String> known) {
    provenance = known;
  }

  void trainedOn(DataDescription images) {
    data = images;
  }

  /** Closes the session. */
  @Override
  public void close() {
    session.close();
  }
}
