package io.github.xnor4j.cli;

import io.github.xnor4j.train.EpochReport;
import io.github.xnor4j.train.StepReport;
import java.util.Map;

/** Lines for people; on a terminal a progress bar too. */
final class TextTrainOutput implements TrainOutput {
  private static final String STEPS = "steps";
  private static final double SECONDS_BETWEEN_LINES = 30;

  private final Terminal terminal;
  private final ProgressBar bar;
  private final boolean logSteps;
  private final long maxSteps;
  private StepReport last;
  private long steps;
  private double printedAt;

  /**
   * Text for a terminal.
   *
   * @param terminal where it goes
   * @param logSteps whether each step gets a line
   * @param maxSteps after which training ends at the latest
   */
  TextTrainOutput(Terminal terminal, boolean logSteps, long maxSteps) {
    this.terminal = terminal;
    this.bar = terminal.interactive() ? new ProgressBar(terminal.out()) : null;
    this.logSteps = logSteps;
    this.maxSteps = maxSteps;
  }

  @Override
  public void begin(String text) {
    terminal.out().println(text);
  }

  @Override
  public Map<String, String> state() {
    return Map.of(STEPS, Long.toString(steps));
  }

  @Override
  public void restore(Map<String, String> state) {
    steps = Long.parseLong(state.get(STEPS));
    print(Text.format("resuming after step %d", steps));
  }

  @Override
  public void onStep(StepReport step) {
    last = step;
    steps = step.totalSteps();
    if (logSteps) {
      print(
          Text.format(
              "step %d: loss %.6f, accuracy %s%s",
              steps, step.loss(), Text.percent(step.metric("accuracy")), clamped(step)));
    }
    if (bar != null) {
      bar.draw(step, secondsLeft(step));
    } else if (step.step() == 1) {
      printedAt = 0;
    } else if (!logSteps && step.seconds() - printedAt >= SECONDS_BETWEEN_LINES) {
      printedAt = step.seconds();
      print(state(step) + Text.format(", %s left", Text.duration(secondsLeft(step))));
    }
  }

  private static String clamped(StepReport step) {
    return step.rounded() == 0
        ? ""
        : Text.format(", %d of %d gradients clamped", step.clamped(), step.rounded());
  }

  /** Of the whole run, at the mean speed of this epoch. */
  private double secondsLeft(StepReport step) {
    long all = Math.min(maxSteps, (long) step.epochs() * step.steps());
    return (all - step.totalSteps()) * step.seconds() / step.step();
  }

  private static String state(StepReport step) {
    return Text.format(
        "epoch %d/%d, step %d/%d: loss %.4f, accuracy %s, %.0f images/s",
        step.epoch(),
        step.epochs(),
        step.step(),
        step.steps(),
        step.runningLoss(),
        Text.percent(step.runningMetric("accuracy")),
        step.imagesPerSecond());
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    last = null;
    print(
        Text.format(
            "epoch %d/%d: loss %.4f, accuracy %s, %.1f s, %.0f images/s",
            epoch.epoch(),
            epoch.epochs(),
            epoch.loss(),
            Text.percent(epoch.metric("accuracy")),
            epoch.seconds(),
            epoch.imagesPerSecond()));
  }

  /** Says how far an epoch came that was not completed. */
  @Override
  public void endTraining() {
    if (last != null) {
      print(state(last));
    }
  }

  private void print(String line) {
    if (bar != null) {
      bar.clear();
    }
    terminal.out().println(line);
  }

  @Override
  public void end(Result result) {
    print(
        Text.format(
            "test loss %.4f, test accuracy %s (%d images)",
            result.testLoss(), Text.percent(result.testAccuracy()), result.testImages()));
    print(
        result.model() == null
            ? "the model was not kept (--out FILE keeps it)"
            : "model written to " + result.model());
    if (result.report() != null) {
      print("report written to " + result.report());
    }
    print("model hash " + result.hash());
  }
}
