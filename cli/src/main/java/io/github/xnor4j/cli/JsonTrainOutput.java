package io.github.xnor4j.cli;

import io.github.xnor4j.train.EpochReport;
import io.github.xnor4j.train.StepReport;

/** An object a line for programs: each epoch, each step if wanted, and the result. */
final class JsonTrainOutput implements TrainOutput {
  private final JsonLines json;
  private final boolean logSteps;

  JsonTrainOutput(Terminal terminal, boolean logSteps) {
    this.json = new JsonLines(terminal.out());
    this.logSteps = logSteps;
  }

  @Override
  public void begin(String text) {}

  @Override
  public void onStep(StepReport step) {
    if (logSteps) {
      JsonLines.Line line =
          json.line()
              .put("step", step.totalSteps())
              .put("loss", step.loss())
              .put("accuracy", step.metric("accuracy"));
      if (step.rounded() > 0) {
        line.put("clamped", step.clamped()).put("rounded", step.rounded());
      }
      line.print();
    }
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    json.line()
        .put("epoch", epoch.epoch())
        .put("seconds", epoch.seconds())
        .put("loss", epoch.loss())
        .put("accuracy", epoch.metric("accuracy"))
        .put("imagesPerSecond", epoch.imagesPerSecond())
        .print();
  }

  @Override
  public void endTraining() {}

  @Override
  public void end(Result result) {
    JsonLines.Line line =
        json.line()
            .put("backend", result.backend())
            .put("seed", result.seed())
            .put("epochs", result.epochs())
            .put("trainSeconds", result.trainSeconds())
            .put("testLoss", result.testLoss())
            .put("testAccuracy", result.testAccuracy())
            .put("model", result.model() == null ? null : result.model().toString())
            .put("hash", result.hash());
    if (result.report() != null) {
      line.put("report", result.report().toString());
    }
    line.print();
  }
}
