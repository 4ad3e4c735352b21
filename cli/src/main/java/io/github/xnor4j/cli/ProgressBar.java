package io.github.xnor4j.cli;

import io.github.xnor4j.train.StepReport;
import java.io.PrintStream;

/**
 * One line of a terminal that tells how an epoch goes and is drawn over by its next state. It has
 * neither a thread nor escape sequences: a carriage return and blanks do.
 */
final class ProgressBar {
  private static final double SECONDS_BETWEEN = 0.1;
  private static final int WIDTH = 12;

  private final PrintStream out;
  private int shown;
  private int epoch;
  private double drawnAt;

  ProgressBar(PrintStream out) {
    this.out = out;
  }

  /** Draws the state, if the last drawing is old enough. */
  void draw(StepReport step, double secondsLeft) {
    boolean due = step.epoch() != epoch || step.seconds() - drawnAt >= SECONDS_BETWEEN;
    if (due || step.step() == step.steps()) {
      epoch = step.epoch();
      drawnAt = step.seconds();
      replace(line(step, secondsLeft));
    }
  }

  /** Removes the line, so that another can be printed in its place. */
  void clear() {
    if (shown > 0) {
      replace("");
      out.print('\r');
      out.flush();
    }
  }

  private void replace(String line) {
    out.print('\r' + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
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
