package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Sign with the straight-through estimator (larq.quantizers.SteSign): -1 where x &lt; 0, else +1;
 * the gradient passes where |x| &lt;= clipValue and is 0 elsewhere, at NaN too. The result is BIT.
 *
 * @param clipValue at least 0; infinite where Larq has None: the gradient always passes
 */
public record SteSign(float clipValue) implements Quantizer {
  /** Checks the range. */
  public SteSign {
    if (!(clipValue >= 0)) {
      throw new IllegalArgumentException(
          "SteSign: clip_value is " + clipValue + ", expected 0 or more");
    }
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x), () -> trace.sign(x), g -> List.of(gradient(trace, x, g)));
  }

  private Value gradient(Trace trace, Value x, Value g) {
    if (clipValue == Float.POSITIVE_INFINITY) {
      return g;
    }
    Value size = trace.unary(Op.UnaryKind.ABS, x);
    Value clip = trace.constant(clipValue);
    return trace.select(Op.Comparison.LESS_EQUAL, size, clip, g, trace.constant(0f));
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "SteSign";
  }

  @Override
  public Map<String, Object> config() {
    return Collections.singletonMap(
        "clip_value", clipValue == Float.POSITIVE_INFINITY ? null : clipValue);
  }
}
