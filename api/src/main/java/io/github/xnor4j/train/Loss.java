package io.github.xnor4j.train;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/** What training makes small: the mean of a number for each example. */
public interface Loss {
  /** Keras' name, such as {@code sparse_categorical_crossentropy}. */
  String name();

  /**
   * Traces the loss of each example.
   *
   * @param trace recorded the model
   * @param output the model's output, F32 [N, C]
   * @param target the classes, I32 [N]; most losses also take F32 [N, C]
   * @return F32 [N]
   */
  Value perExample(Trace trace, Value output, Value target);
}
