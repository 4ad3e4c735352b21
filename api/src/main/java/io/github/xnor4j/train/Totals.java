package io.github.xnor4j.train;

import java.util.Arrays;

/** Sums over examples: of the loss and of each metric. */
final class Totals {
  final double[] metrics;
  double loss;
  long examples;

  Totals(int metrics) {
    this.metrics = new double[metrics];
  }

  void clear() {
    Arrays.fill(metrics, 0);
    loss = 0;
    examples = 0;
  }

  void add(Totals other) {
    for (int i = 0; i < metrics.length; i++) {
      metrics[i] += other.metrics[i];
    }
    loss += other.loss;
    examples += other.examples;
  }
}
