package io.github.xnor4j.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of an epoch.
 *
 * @param epoch from 1
 * @param epochs how many shall be run
 * @param seconds wall-clock time of its steps, those before an interruption too
 * @param loss mean over the epoch's examples, each seen by the weights of its step
 * @param metrics the same for each metric, by name
 * @param imagesPerSecond images over seconds
 */
public record EpochReport(
    int epoch,
    int epochs,
    double seconds,
    double loss,
    Map<String, Double> metrics,
    double imagesPerSecond) {
  /** Copies the map. */
  public EpochReport {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * The mean of a metric.
   *
   * @throws IllegalArgumentException if there is no such metric
   */
  public double metric(String name) {
    return History.require(metrics, name);
  }
}
