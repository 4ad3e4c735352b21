package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.List;
import java.util.Map;

/**
 * Sign with the gradient of Bi-Real Net (larq.quantizers.ApproxSign; Liu et al., ECCV 2018): 2 (1 -
 * |x|) where |x| &lt;= 1, else 0. The result is BIT.
 */
record ApproxSign() implements Quantizer {
  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x), () -> trace.sign(x), g -> List.of(gradient(trace, x, g)));
  }

  private static Value gradient(Trace trace, Value x, Value g) {
    Value one = trace.constant(1f);
    Value size = trace.unary(Op.UnaryKind.ABS, x);
    Value slope = trace.mul(trace.constant(2f), trace.sub(one, size));
    Value zero = trace.constant(0f);
    return trace.select(Op.Comparison.LESS_EQUAL, size, one, trace.mul(slope, g), zero);
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "ApproxSign";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of();
  }
}
