package io.github.xnor4j.train;

import java.util.Arrays;

/**
 * Sums over examples: of the loss, of each metric, and for each product whose gradients are rounded
 * how many were, and how many of these were clamped.
 */
final class Totals {
  final double[] metrics;
  final long[] clamped;
  final long[] rounded;
  double loss;
  long examples;

  Totals(int metrics, int products) {
    this.metrics = new double[metrics];
    this.clamped = new long[products];
    this.rounded = new long[products];
  }

  void clear() {
    Arrays.fill(metrics, 0);
    Arrays.fill(clamped, 0);
    Arrays.fill(rounded, 0);
    loss = 0;
    examples = 0;
  }

  void add(Totals other) {
    for (int i = 0; i < metrics.length; i++) {
      metrics[i] += other.metrics[i];
    }
    for (int i = 0; i < clamped.length; i++) {
      clamped[i] += other.clamped[i];
      rounded[i] += other.rounded[i];
    }
    loss += other.loss;
    examples += other.examples;
  }
}
