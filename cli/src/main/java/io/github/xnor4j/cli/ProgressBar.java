package io.github.xnor4j.cli;

import io.github.xnor4j.train.StepReport;
import java.io.PrintStream;

/** One line of a terminal that tells how an epoch goes. */
final class ProgressBar {
  private static final double SECONDS_BETWEEN = 0.1;
  private static final int WIDTH = 12;

  private final StatusLine status;
  private int epoch;
  private double drawnAt;

  ProgressBar(PrintStream out) {
    this.status = new StatusLine(out);
  }

  /** Draws the state, if the last drawing is old enough. */
  void draw(StepReport step, double secondsLeft) {
    boolean due = step.epoch() != epoch || step.seconds() - drawnAt >= SECONDS_BETWEEN;
    if (due || step.step() == step.steps()) {
      epoch = step.epoch();
      drawnAt = step.seconds();
      status.show(line(step, secondsLeft));
    }
  }

  /** Removes the line, so that another can be printed in its place. */
  void clear() {
    status.clear();
  }

  private static String line(StepReport step, double secondsLeft) {
    int done = (int) ((long) WIDTH * step.step() / step.steps());
    return Text.format(
        "epoch %d/%d [%s%s] %3d%%  loss %.4f  acc %.2f%%  %.0f img/s  %s left",
        step.epoch(),
        step.epochs(),
        "=".repeat(done),
        " ".repeat(WIDTH - done),
        100L * step.step() / step.steps(),
        step.runningLoss(),
        100 * step.runningMetric("accuracy"),
        step.imagesPerSecond(),
        Text.duration(secondsLeft));
  }
}
