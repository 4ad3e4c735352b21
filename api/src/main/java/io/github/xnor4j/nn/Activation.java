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
    public Value apply(Trace trace, Value x) {
      return x;
    }
  },
  /** max(x, 0), with gradient 0 at 0. */
  RELU {
    @Override
    public Value apply(Trace trace, Value x) {
      Value zero = trace.constant(0f);
      return trace.select(Op.Comparison.LESS_EQUAL, x, zero, zero, x);
    }
  },
  /** exp(x) over its sum along the last axis. */
  SOFTMAX {
    @Override
    public Value apply(Trace trace, Value x) {
      return trace.value(new Op.Softmax(x));
    }
  },
  /** x clipped to [-1, 1], with gradient 1 at -1 and 1 (larq.activations.hard_tanh). */
  HARD_TANH {
    @Override
    public Value apply(Trace trace, Value x) {
      Value above = trace.max(x, trace.constant(-1f));
      return trace.min(above, trace.constant(1f));
    }
  },
  /**
   * {@link #HARD_TANH}, outside with the slope 0.2 (larq.activations.leaky_tanh); at -1 and 1 the
   * gradient is 1.2.
   */
  LEAKY_TANH {
    @Override
    public Value apply(Trace trace, Value x) {
      Value one = trace.constant(1f);
      Value minusOne = trace.constant(-1f);
      Value slope = trace.constant(0.2f);
      Value above = trace.mul(trace.sub(trace.max(x, one), one), slope);
      Value below = trace.mul(trace.add(trace.min(x, minusOne), one), slope);
      return trace.add(trace.add(HARD_TANH.apply(trace, x), above), below);
    }
  };

  /** Traces the function, of an F32 value. */
  public abstract Value apply(Trace trace, Value x);

  /** Keras' name, such as {@code hard_tanh}. */
  String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
