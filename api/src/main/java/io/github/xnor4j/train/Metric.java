package io.github.xnor4j.train;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/** What is watched in training and evaluation: the mean of a number for each example. */
public interface Metric {
  /** Keras' name, such as {@code accuracy}. */
  String name();

  /**
   * Traces the number of each example.
   *
   * @param trace recorded the model
   * @param output the model's output, F32 [N, C]
   * @param labels the classes, I32 [N]
   * @return F32 [N]
   */
  Value perExample(Trace trace, Value output, Value labels);
}
