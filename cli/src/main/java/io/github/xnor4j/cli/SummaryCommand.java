package io.github.xnor4j.cli;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.nn.Summary;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Recipe;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Describes a network. */
@Command(
    name = "summary",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = "Describes a network in the two tables of larq.models.summary.",
    description =
        "For each layer: precision of its inputs, shape of its outputs, weights by bits, memory,"
            + " multiply-accumulate operations by bits.",
    footer = {
      "",
      "Examples:",
      "  xnor summary                               the MNIST tutorial's network",
      "  xnor summary net.json                      one in Keras JSON",
      "  xnor summary mnist.safetensors             a trained model",
      "  xnor summary --plan --backend reference    which kernels a backend would run",
    })
final class SummaryCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model file, as 'xnor train --out' writes it, or Keras JSON in a file whose name ends"
              + " with .json. Default: the MNIST tutorial's network")
  private Path file;

  @Option(
      names = "--plan",
      description =
          "Prints instead what a backend makes of the network's training step and of a"
              + " prediction: what is computed in which order and by which kernels.")
  private boolean plan;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of --plan: images of the step. Default: ${DEFAULT-VALUE}")
  private int batchSize;

  @Mixin private RecipeOptions recipeOptions;
  @Mixin private LayersOption layers;
  @Mixin private BackendOptions backend;

  SummaryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    BadInputException.requireAtLeast("--batch-size", batchSize, 1);
    Recipe recipe = recipeOptions.recipe();
    Model model = model();
    if (plan) {
      printPlans(recipe, Models.ofPixels(model, file == null ? "tutorial" : file.toString()));
    } else {
      terminal.out().println(Summary.of(model));
    }
    return ExitCode.OK;
  }

  private Model model() throws IOException {
    if (file == null) {
      return Networks.mnistTutorial();
    }
    return file.toString().endsWith(".json") ? Models.readJson(file) : layers.read(file).model();
  }

  private void printPlans(Recipe recipe, Model model) {
    Models.requireBatch(model, batchSize);
    try (Trainer trainer = recipe.setup(model, 1).on(backend.provider(), backend.session())) {
      String plan = trainer.plan(batches(model));
      terminal
          .out()
          .println(
              Text.format(
                  "# training step, batch size %d, recipe %s, gradients %s",
                  batchSize, recipe.name(), recipe.gradients()));
      terminal.out().println(plan.stripTrailing());
    }
    try (Session session = backend.provider().open(backend.session())) {
      Trace trace = new Trace();
      trace.output("output", model.trace(trace, 1, false).output());
      terminal.out().println("\n# prediction of one image");
      terminal.out().println(session.compile(trace.build()).plan().stripTrailing());
    }
  }

  /** Blank images: a plan depends on their shape only. */
  private Batches batches(Model model) {
    Shape image = model.inputs().getFirst().shape();
    Shape all = Shape.of(batchSize, image.dim(0), image.dim(1), image.dim(2));
    Tensor labels = Tensor.zeros(DType.I32, Shape.of(batchSize));
    return Dataset.of(Tensor.zeros(DType.U8, all), labels).batches(batchSize);
  }
}
