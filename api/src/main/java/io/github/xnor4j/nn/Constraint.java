package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/** What a weight is forced to after every step of the optimizer. Immutable. */
public interface Constraint extends KerasObject {
  /**
   * Traces the constrained weight.
   *
   * @param trace records the ops
   * @param weight F32 in Keras' layout, as the optimizer left it
   * @return F32 of the same shape
   */
  Value apply(Trace trace, Value weight);
}
