package io.github.xnor4j.train;

import java.util.Arrays;
import java.util.List;

/** What came of a step. The trainer has one object of it, which every step changes. */
public final class StepReport {
  private final List<String> metricNames;
  private final Totals batch;
  private final Totals running;
  int epoch;
  int epochs;
  int step;
  int steps;
  long totalSteps;
  double seconds;

  /**
   * A report of nothing yet.
   *
   * @param products whose gradients are rounded, how many
   */
  StepReport(List<String> metricNames, int products) {
    this.metricNames = metricNames;
    this.batch = new Totals(metricNames.size(), products);
    this.running = new Totals(metricNames.size(), products);
  }

  Totals batch() {
    return batch;
  }

  Totals running() {
    return running;
  }

  /** The epoch, from 1. */
  public int epoch() {
    return epoch;
  }

  /** How many epochs shall be run. */
  public int epochs() {
    return epochs;
  }

  /** The step in the epoch, from 1. */
  public int step() {
    return step;
  }

  /** Steps of an epoch. */
  public int steps() {
    return steps;
  }

  /** Steps done since the weights were made. */
  public long totalSteps() {
    return totalSteps;
  }

  /** Images of this step. */
  public int images() {
    return (int) batch.examples;
  }

  /** Mean loss of this step's batch. */
  public double loss() {
    return batch.loss / batch.examples;
  }

  /**
   * Mean of a metric over this step's batch.
   *
   * @throws IllegalArgumentException if there is no such metric
   */
  public double metric(String name) {
    return batch.metrics[index(name)] / batch.examples;
  }

  /** Gradients of this step that were rounded to integers; 0 where they are floats. */
  public long rounded() {
    return Arrays.stream(batch.rounded).sum();
  }

  /**
   * Those of {@link #rounded} that were larger than the largest integer, which took their place.
   */
  public long clamped() {
    return Arrays.stream(batch.clamped).sum();
  }

  /** Mean loss over the epoch so far. */
  public double runningLoss() {
    return running.loss / running.examples;
  }

  /**
   * Mean of a metric over the epoch so far.
   *
   * @throws IllegalArgumentException if there is no such metric
   */
  public double runningMetric(String name) {
    return running.metrics[index(name)] / running.examples;
  }

  /** Wall-clock seconds of the epoch so far, those before an interruption too. */
  public double seconds() {
    return seconds;
  }

  /** Images over seconds of the epoch so far. */
  public double imagesPerSecond() {
    return running.examples / seconds;
  }

  private int index(String name) {
    int index = metricNames.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "metric '" + name + "' is unknown, expected one of " + metricNames);
    }
    return index;
  }
}
