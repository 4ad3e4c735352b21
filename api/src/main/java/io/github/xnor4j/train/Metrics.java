package io.github.xnor4j.train;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/** The metrics. */
public final class Metrics {
  private Metrics() {}

  /**
   * The share of examples whose largest output is that of their class; of equal outputs the first
   * counts (keras SparseCategoricalAccuracy).
   */
  public static Metric accuracy() {
    return new Accuracy();
  }

  private record Accuracy() implements Metric {
    @Override
    public String name() {
      return "accuracy";
    }

    @Override
    public Value perExample(Trace trace, Value output, Value labels) {
      Value predicted = trace.value(new Op.ArgMax(output));
      return trace.select(
          Op.Comparison.EQUAL, predicted, labels, trace.constant(1f), trace.constant(0f));
    }
  }
}
