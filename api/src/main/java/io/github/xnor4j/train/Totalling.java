package io.github.xnor4j.train;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.List;

/**
 * Declares the loss and the metrics of each example as outputs, and sums what they gave: in
 * float64, so that the sum does not depend on the backend.
 */
final class Totalling {
  private static final String LOSS = "loss";
  private static final String METRIC = "metric/";

  private final Compiled compiled;
  private final int loss;
  private final int[] metrics;
  private final int examples;

  Totalling(Compiled compiled, List<Metric> metrics, int examples) {
    this.compiled = compiled;
    this.loss = compiled.output(LOSS);
    this.metrics = metrics.stream().mapToInt(m -> compiled.output(METRIC + m.name())).toArray();
    this.examples = examples;
  }

  /**
   * Declares the outputs.
   *
   * @param perExample loss of each example, F32 [N]
   */
  static void declare(
      Trace trace, Value perExample, List<Metric> metrics, Value output, Value labels) {
    for (Metric metric : metrics) {
      Value each = trace.scope(METRIC, () -> metric.perExample(trace, output, labels));
      trace.output(METRIC + metric.name(), each);
    }
    trace.output(LOSS, perExample);
  }

  /** Sums what the last run gave; allocates nothing. */
  void read(Totals totals) {
    totals.loss = sum(loss);
    for (int i = 0; i < metrics.length; i++) {
      totals.metrics[i] = sum(metrics[i]);
    }
    totals.examples = examples;
  }

  private double sum(int output) {
    double sum = 0;
    for (float value : compiled.outputs[output].floats()) {
      sum += value;
    }
    return sum;
  }
}
