package io.github.xnor4j.train;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a model again, from what its file says of itself, and compares the bits.
 *
 * <p>A training on integers, of which every product is one, gives the same bits on every CPU
 * backend and machine. Sums of floats are each backend's own, and each vector width's: such a
 * training can be compared only where they are added up in the same order.
 */
public final class Verification {
  /** What came of it. */
  public enum Answer {
    /** Every tensor is the same, byte for byte. */
    SAME_BITS,
    /** The same training gave another model. */
    OTHER_BITS,
    /** The training cannot be run here as it was. */
    NOT_COMPARABLE
  }

  /**
   * An answer.
   *
   * @param answer which
   * @param detail what differs, or why it cannot be compared; empty if all bits are the same
   * @param expected hash of the file's tensors
   * @param found hash of those that were trained here, or null if none were
   */
  public record Result(Answer answer, String detail, String expected, String found) {}

  /** The reason why a training cannot be compared. */
  private static final class NotComparable extends Exception {
    private static final long serialVersionUID = 1;

    NotComparable(String reason) {
      super(reason);
    }
  }

  private final ModelFile file;

  private Verification(ModelFile file) {
    this.file = file;
  }

  /** A verification of a model file. */
  public static Verification of(ModelFile file) {
    return new Verification(file);
  }

  /** Whether its bits are the same on every CPU backend. */
  public boolean isOnIntegers() {
    return Arithmetic.INTEGERS.equals(file.provenance().get(Provenance.ARITHMETIC));
  }

  /** Name of the backend that it was trained on; null if the file does not tell. */
  public String backend() {
    return file.provenance().get(Provenance.BACKEND);
  }

  /**
   * Trains again and compares.
   *
   * @param dataset what the model was trained on
   * @param provider of the backend to train on
   * @param options of its session
   * @param callbacks told of steps and epochs
   * @throws io.github.xnor4j.backend.BackendUnavailableException if the backend cannot run here
   */
  public Result run(
      Dataset dataset, BackendProvider provider, SessionOptions options, Callback... callbacks) {
    try {
      requireData(dataset);
      Batches batches = recipe().batches(dataset.batches((int) number(Provenance.BATCH_SIZE)));
      try (Trainer trainer = setup(batches).on(provider, options)) {
        requireSameRun(trainer, batches);
        train(trainer, batches, callbacks);
        return compare(trainer.modelFile());
      }
    } catch (NotComparable e) {
      return new Result(Answer.NOT_COMPARABLE, e.getMessage(), file.hash(), null);
    }
  }

  // ---- what the file tells

  private String told(String name) throws NotComparable {
    String value = file.provenance().get(name);
    if (value == null) {
      throw new NotComparable(
          "the file does not tell the "
              + name
              + " of its training (which others, and earlier"
              + " versions of xnor4j, do not write)");
    }
    return value;
  }

  private long number(String name) throws NotComparable {
    String value = told(name);
    try {
      return Math.max(Long.parseLong(value), name.equals(Provenance.SEED) ? Long.MIN_VALUE : 1);
    } catch (NumberFormatException e) {
      throw new NotComparable("the file's " + name + " is '" + value + "', expected a number");
    }
  }

  private void requireData(Dataset dataset) throws NotComparable {
    String expected = told(Provenance.DATA_HASH);
    if (!expected.equals(dataset.hash())) {
      throw new NotComparable(
          "it was trained on other data, of hash " + expected + "; these have " + dataset.hash());
    }
  }

  private Recipe recipe() throws NotComparable {
    String name = told(Provenance.RECIPE);
    try {
      return Recipe.named(name)
          .learningRate(Float.parseFloat(told(Provenance.LEARNING_RATE)))
          .gradients(Gradients.parse(told(Provenance.GRADIENTS)));
    } catch (IllegalArgumentException e) {
      throw new NotComparable("it was trained by no recipe that is known here: " + e.getMessage());
    }
  }

  private Trainer.Setup setup(Batches batches) throws NotComparable {
    long epochs = number(Provenance.PLANNED_EPOCHS);
    return recipe()
        .setup(file.model(), epochs * batches.count())
        .loss(file.loss())
        .seed(number(Provenance.SEED));
  }

  // ---- the same run

  /** Refuses to train what is another run already in what it computes, or in how it adds up. */
  private void requireSameRun(Trainer trainer, Batches batches) throws NotComparable {
    var programs = TrainingStep.programs(trainer, batches);
    String arithmetic = told(Provenance.ARITHMETIC);
    String here = Arithmetic.of(trainer.session(), programs);
    if (!arithmetic.equals(here)) {
      throw new NotComparable(
          "its sums were those of "
              + arithmetic
              + ", here they are those of "
              + here
              + ", which rounds floats in another order (where all products are of integers,"
              + " trainings are comparable on every CPU)");
    }
    for (Map.Entry<String, String> entry :
        Identity.of(trainer, batches, programs).entries().entrySet()) {
      String name = entry.getKey();
      if (!name.equals(Provenance.BACKEND) && !told(name).equals(entry.getValue())) {
        throw new NotComparable(
            "the "
                + name
                + " of its training was '"
                + told(name)
                + "', here it is '"
                + entry.getValue()
                + "'"
                + versions());
      }
    }
  }

  private String versions() {
    String version = String.valueOf(file.provenance().get(Provenance.VERSION));
    return version.equals(Version.text())
        ? ""
        : " (version " + version + " of xnor4j trained it, this is " + Version.text() + ")";
  }

  private void train(Trainer trainer, Batches batches, Callback... callbacks) throws NotComparable {
    long steps = number(Provenance.STEPS);
    List<Callback> all = new ArrayList<>(List.of(callbacks));
    all.add(
        new Callback() {
          @Override
          public void onStep(StepReport step) {
            if (step.totalSteps() >= steps) {
              trainer.requestStop();
            }
          }
        });
    int epochs = (int) number(Provenance.PLANNED_EPOCHS);
    try {
      trainer.fit(batches, epochs, all.toArray(Callback[]::new));
    } catch (IOException e) {
      throw new AssertionError("there are no checkpoints", e);
    }
  }

  private Result compare(ModelFile trained) {
    List<String> others = new ArrayList<>();
    for (Weight weight : file.model().weights()) {
      if (!file.weights().get(weight.name()).equals(trained.weights().get(weight.name()))) {
        others.add(weight.name());
      }
    }
    if (others.isEmpty()) {
      return new Result(Answer.SAME_BITS, "", file.hash(), trained.hash());
    }
    String first = others.getFirst();
    String detail =
        "'"
            + first
            + (others.size() == 1
                ? "' is the only tensor that differs: "
                : "' is the first of " + others.size() + " tensors that differ: ")
            + difference(file.weights().get(first), trained.weights().get(first))
            + versions();
    return new Result(Answer.OTHER_BITS, detail, file.hash(), trained.hash());
  }

  private static String difference(Tensor file, Tensor here) {
    int first = -1;
    int count = 0;
    for (int i = file.floats().length - 1; i >= 0; i--) {
      if (Float.floatToRawIntBits(file.floats()[i]) != Float.floatToRawIntBits(here.floats()[i])) {
        first = i;
        count++;
      }
    }
    return count
        + " of its "
        + file.floats().length
        + " elements, element "
        + first
        + " is "
        + file.floats()[first]
        + " in the file and "
        + here.floats()[first]
        + " here";
  }
}
