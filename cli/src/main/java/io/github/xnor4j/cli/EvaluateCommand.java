package io.github.xnor4j.cli;

import io.github.xnor4j.cli.report.Answers;
import io.github.xnor4j.cli.report.Report;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a trained model on test images. */
@Command(
    name = "evaluate",
    sortOptions = false,
    synopsisHeading = "%nUsage: ",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    header = "Measures a trained model's loss and accuracy on test images.",
    footer = {
      "",
      "Examples:",
      "  xnor evaluate mnist.safetensors                        on MNIST's 10,000 test images",
      "  xnor evaluate fashion.safetensors --data fashion-mnist on another data set's",
      "  xnor evaluate mnist.safetensors --predictions said.csv which images it gets wrong",
      "  xnor evaluate mnist.safetensors --report page.html     the same as a page to look at",
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model file, as 'xnor train --out' writes it.")
  private Path file;

  @Mixin private DataOptions data;
  @Mixin private LayersOption layers;
  @Mixin private BackendOptions backend;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Writes what the model says about each image to this CSV file: index, label, class,"
              + " probability.")
  private Path predictions;

  @Mixin private ReportOption report;

  @Option(
      names = "--json",
      description = "Prints one JSON object: images, testLoss, testAccuracy, seconds.")
  private boolean json;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (predictions != null) {
      AtomicFile.requireWritable(predictions);
    }
    report.requireWritable(predictions);
    ModelFile model = layers.read(file);
    Dataset test = data.measured(model, ReadingBar.on(terminal, json));
    Models.requireFit(model.model(), test, data.name());
    boolean reported = true;
    try (Predictor predictor =
        Predictor.open(model, backend.provider(), backend.session(), Metrics.accuracy())) {
      long start = System.nanoTime();
      Map<String, Double> means = predictor.evaluate(test);
      double seconds = (System.nanoTime() - start) / 1e9;
      Answers answers =
          predictions == null && !report.isWanted()
              ? null
              : Predictions.of(predictor.predict(test.images()), test);
      if (predictions != null) {
        Predictions.write(predictions, answers);
      }
      print(test.size(), means.get("loss"), means.get("accuracy"), seconds, predictor.backend());
      if (report.isWanted()) {
        reported = writeReport(model, answers, means, predictor.backend());
      }
    }
    return reported ? ExitCode.OK : ExitCode.BAD_INPUT;
  }

  private boolean writeReport(
      ModelFile model, Answers answers, Map<String, Double> means, String backendName) {
    Report page =
        new Report(
            file.getFileName() + " on " + data.title(answers.data()),
            model,
            answers,
            means.get("loss"),
            means.get("accuracy"),
            null,
            Machine.facts(backendName));
    return report.write(page, terminal) != null;
  }

  private void print(int images, double loss, double accuracy, double seconds, String name) {
    if (json) {
      new JsonLines(terminal.out())
          .line()
          .put("images", images)
          .put("testLoss", loss)
          .put("testAccuracy", accuracy)
          .put("seconds", seconds)
          .print();
    } else {
      terminal
          .out()
          .println(
              Text.format(
                  "test loss %.4f, test accuracy %s (%d images, %.1f s on %s)",
                  loss, Text.percent(accuracy), images, seconds, name));
    }
  }
}
