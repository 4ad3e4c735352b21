package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/**
 * The straight-through estimator that quantizers share (larq.quantizers._clipped_gradient): the
 * gradient where |x| &lt;= clipValue, else 0, at NaN too.
 */
final class ClippedGradient {
  private ClippedGradient() {}

  static void check(String className, float clipValue) {
    if (!(clipValue >= 0)) {
      throw new IllegalArgumentException(
          className + ": clip_value is " + clipValue + ", expected 0 or more");
    }
  }

  static Value of(Trace trace, Value x, Value g, float clipValue) {
    if (clipValue == Float.POSITIVE_INFINITY) {
      return g;
    }
    Value size = trace.unary(Op.UnaryKind.ABS, x);
    Value clip = trace.constant(clipValue);
    return trace.select(Op.Comparison.LESS_EQUAL, size, clip, g, trace.constant(0f));
  }

  /** The clip value as JSON has it: null where there is no limit. */
  static Object config(float clipValue) {
    return clipValue == Float.POSITIVE_INFINITY ? null : clipValue;
  }
}
