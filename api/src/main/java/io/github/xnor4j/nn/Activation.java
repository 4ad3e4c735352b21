package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Locale;

/** Activation functions of Keras and Larq. */
public enum Activation {
  /** x. */
  LINEAR {
    @Override
    Value apply(Trace trace, Value x) {
      return x;
    }
  },
  /** max(x, 0), with gradient 0 at 0. */
  RELU {
    @Override
    Value apply(Trace trace, Value x) {
      Value zero = trace.constant(0f);
      return trace.select(Op.Comparison.LESS_EQUAL, x, zero, zero, x);
    }
  },
  /** exp(x) over its sum along the last axis. */
  SOFTMAX {
    @Override
    Value apply(Trace trace, Value x) {
      return trace.value(new Op.Softmax(x));
    }
  },
  /** x clipped to [-1, 1], with gradient 1 at -1 and 1 (larq.activations.hard_tanh). */
  HARD_TANH {
    @Override
    Value apply(Trace trace, Value x) {
      Value above = trace.max(x, trace.constant(-1f));
      return trace.min(above, trace.constant(1f));
    }
  };

  /** Traces the function. */
  abstract Value apply(Trace trace, Value x);

  /** Keras' name, such as {@code hard_tanh}. */
  String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
