package io.github.xnor4j.cli;

import io.github.xnor4j.backend.BackendProvider;
import io.github.xnor4j.cli.report.Recorder;
import io.github.xnor4j.cli.report.Report;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.Checkpoints;
import io.github.xnor4j.train.History;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Recipe;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network on images. */
@Command(
    name = "train",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = "Trains a binarized network on images and measures it on test images.",
    description =
        "Without options: the network of Larq's MNIST tutorial, six epochs on the 60,000 images of"
            + " MNIST, by the recipe that keeps the tutorial's promise of more than 98 %%.",
    footer = {
      "",
      "Examples:",
      "  xnor train --out mnist.safetensors               keeps the model",
      "  xnor train --report run.html                     a page of curves, mistakes, filters",
      "  xnor train --recipe tutorial                     the tutorial to the letter",
      "  xnor train --data fashion-mnist --epochs 20      other images",
      "  xnor train --data photos --split 0.1             pictures in a folder for each class",
      "  xnor train --model net.json                      another network",
      "  xnor train --checkpoint-dir run1                 can be stopped at any time, and",
      "  xnor train --checkpoint-dir run1 --resume        goes on as if it never was",
      "",
      "With the same options the result is the same to the last bit, for any number of threads,",
      "resumed or not. Ctrl-C ends a training after the running step.",
    })
final class TrainCommand implements Callable<Integer> {
  private static final Shape MNIST_IMAGE = Shape.of(28, 28, 1);

  private final Terminal terminal;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "6",
      description = "How often all images are seen. Default: ${DEFAULT-VALUE}")
  private int epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images of a step. Default: ${DEFAULT-VALUE}")
  private int batchSize;

  @Mixin private RecipeOptions recipeOptions;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "Learning rate of the first step. Default: the recipe's")
  private Float learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = {
        "Decides the first weights, the order of the images and their augmentation.",
        "Default: ${DEFAULT-VALUE}"
      })
  private long seed;

  @Mixin private DataOptions data;

  @Option(
      names = "--model",
      paramLabel = "FILE.json",
      description =
          "Another network: Keras JSON, as model.to_json() of Keras 2, Keras 3 and Larq writes it."
              + " Default: the tutorial's, for the size of the images and with as many classes as"
              + " they have")
  private Path modelFile;

  @Option(
      names = "--from-logits",
      description =
          "The network ends without a softmax: what it gives are logits, as for Keras'"
              + " from_logits=True.")
  private boolean fromLogits;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Writes the trained model to this safetensors file, in place of one that may be there."
              + " Default: the model is not kept")
  private Path out;

  @Mixin private ReportOption report;

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "DIR",
      description =
          "Saves the run in this folder after each epoch and when it is interrupted, so that it"
              + " can be resumed.")
  private Path checkpointDir;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Saves it every N steps of an epoch, too.")
  private int checkpointSteps;

  @Option(
      names = "--resume",
      description =
          "Goes on from the newest checkpoint in --checkpoint-dir; begins anew if there is none.")
  private boolean resume;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Ends the training after N steps, those before a resume included.")
  private Long maxSteps;

  @Mixin private BackendOptions backend;

  @Option(
      names = "--log-steps",
      description =
          "Prints loss and accuracy of each step, and of gradients that are integers how many were"
              + " clamped.")
  private boolean logSteps;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object a line and nothing else: for each epoch epoch, seconds, loss,"
              + " accuracy, imagesPerSecond; with --log-steps for each step step, loss, accuracy,"
              + " of integer gradients clamped and rounded; at the end backend, seed, epochs,"
              + " trainSeconds, testLoss, testAccuracy, model, hash, with --report report.")
  private boolean json;

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Recipe recipe = recipe();
    requireOptions();
    if (out != null) {
      AtomicFile.requireWritable(out);
    }
    report.requireWritable(out);
    BackendProvider provider = backend.provider();
    Model given = modelFile == null ? null : Models.readFed(modelFile);
    Shape image = given == null ? MNIST_IMAGE : given.inputs().getFirst().shape();
    ReadingBar bar = ReadingBar.on(terminal, json);
    Dataset test = data.test(image, bar); // first: it may be missing, and reading takes a while
    Dataset images = data.train(image, bar);
    Model model = given == null ? Models.tutorialFor(images, data.name()) : given;
    Models.requireFit(model, images, data.name() + ", training images");
    Models.requireFit(model, test, data.name() + ", test images");
    Batches batches = recipe.batches(images.batches(batchSize));
    Models.requireBatch(model, batches.sizeOf(0));
    Trainer.Setup setup =
        recipe.setup(model, (long) epochs * batches.count()).seed(seed).checkpoints(checkpoints());
    if (fromLogits) {
      setup = setup.loss(Losses.sparseCategoricalCrossentropyFromLogits());
    }
    try (Trainer trainer = setup.on(provider, backend.session())) {
      return train(trainer, batches, test);
    }
  }

  private Recipe recipe() {
    try {
      return learningRate == null
          ? recipeOptions.recipe()
          : recipeOptions.recipe().learningRate(learningRate);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage());
    }
  }

  private void requireOptions() {
    BadInputException.requireAtLeast("--epochs", epochs, 1);
    BadInputException.requireAtLeast("--batch-size", batchSize, 1);
    BadInputException.requireAtLeast("--checkpoint-steps", checkpointSteps, 0);
    if (maxSteps != null) {
      BadInputException.requireAtLeast("--max-steps", maxSteps, 1);
    }
    if (checkpointDir == null && (resume || checkpointSteps > 0)) {
      throw new BadInputException(
          (resume ? "--resume" : "--checkpoint-steps") + " needs --checkpoint-dir DIR");
    }
  }

  private Checkpoints checkpoints() {
    return checkpointDir == null
        ? null
        : Checkpoints.in(checkpointDir).everySteps(checkpointSteps).resume(resume);
  }

  private int train(Trainer trainer, Batches batches, Dataset test) throws IOException {
    TrainOutput output = output(trainer, batches);
    StepLimit limit = new StepLimit(mostSteps(), trainer::requestStop);
    Recorder recorder = report.isWanted() ? new Recorder(trainer, test) : null;
    Callback[] callbacks =
        Stream.of(limit, recorder, output).filter(Objects::nonNull).toArray(Callback[]::new);
    try (Interruption interruption = Interruption.of(trainer::requestStop)) {
      History history = trainer.fit(batches, epochs, callbacks);
      output.endTraining();
      if (interruption.isRequested()) {
        reportInterruption(limit.steps(), trainer.savedSteps());
        return ExitCode.INTERRUPTED;
      }
      double seconds = history.seconds() + limit.secondsOfOpenEpoch();
      return finish(new Report.Training(trainer, history, recorder, seconds), test, output);
    }
  }

  private long mostSteps() {
    return maxSteps == null ? Long.MAX_VALUE : maxSteps;
  }

  private TrainOutput output(Trainer trainer, Batches batches) {
    if (json) {
      return new JsonTrainOutput(terminal, logSteps);
    }
    TrainOutput output = new TextTrainOutput(terminal, logSteps, mostSteps());
    output.begin(
        Text.format(
            "training on %s: %d images of %s, %d epochs, batch size %d, recipe %s, gradients %s,"
                + " seed %d",
            trainer.backend(),
            batches.dataset().size(),
            data.name(batches.dataset()),
            epochs,
            batchSize,
            trainer.setup().recipe(),
            trainer.setup().gradients(),
            seed));
    return output;
  }

  private void reportInterruption(long steps, long savedSteps) {
    String saved =
        checkpointDir == null || savedSteps == 0
            ? "nothing was saved"
                + (checkpointDir == null
                    ? " (--checkpoint-dir DIR makes a training resumable)"
                    : " in " + checkpointDir)
            : "saved in "
                + checkpointDir
                + (savedSteps == steps ? "" : " after step " + savedSteps)
                + ": the same command with --resume goes on from there";
    terminal.err().println("xnor: interrupted after step " + steps + "; " + saved);
  }

  private int finish(Report.Training training, Dataset test, TrainOutput output)
      throws IOException {
    Trainer trainer = training.trainer();
    ModelFile trained = trainer.modelFile();
    Path written = out == null ? null : Models.write(trained, out, terminal);
    Map<String, Double> means = trainer.evaluate(test);
    Path page =
        report.isWanted() ? report.write(page(training, trained, test, means), terminal) : null;
    output.end(
        new TrainOutput.Result(
            trainer.backend(),
            seed,
            training.history().epochs().size(),
            training.seconds(),
            test.size(),
            means.get("loss"),
            means.get("accuracy"),
            written,
            trained.hash(),
            page));
    boolean complete = Objects.equals(written, out) && report.isWanted() == (page != null);
    return complete ? ExitCode.OK : ExitCode.BAD_INPUT;
  }

  private Report page(
      Report.Training training, ModelFile trained, Dataset test, Map<String, Double> means) {
    Trainer trainer = training.trainer();
    return new Report(
        "xnor train on " + data.title(test),
        trained,
        Predictions.of(trainer.predict(test.images()), test),
        means.get("loss"),
        means.get("accuracy"),
        training,
        Machine.facts(trainer.backend()));
  }
}
