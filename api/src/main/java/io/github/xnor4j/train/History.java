package io.github.xnor4j.train;

import java.util.List;
import java.util.Map;

/**
 * What came of a training run.
 *
 * @param epochs of each epoch done, those before a resume too
 * @param interrupted whether {@link Trainer#requestStop} ended it early
 */
public record History(List<EpochReport> epochs, boolean interrupted) {
  /** Copies the list. */
  public History {
    epochs = List.copyOf(epochs);
  }

  /** Wall-clock seconds of all epochs done. */
  public double seconds() {
    return epochs.stream().mapToDouble(EpochReport::seconds).sum();
  }

  static double require(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "metric '" + name + "' is unknown, expected one of " + metrics.keySet());
    }
    return value;
  }
}
