package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * 1 where x &gt; 0, else 0, with the straight-through estimator (larq.quantizers.SteHeaviside). The
 * result is F32: (1 - t) / 2 with the BIT t = sign(-x).
 *
 * @param clipValue at least 0; infinite where Larq has None: the gradient always passes
 */
record SteHeaviside(float clipValue) implements Quantizer {
  SteHeaviside {
    ClippedGradient.check("SteHeaviside", clipValue);
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x),
        () -> heaviside(trace, x),
        g -> List.of(ClippedGradient.of(trace, x, g, clipValue)));
  }

  private static Value heaviside(Trace trace, Value x) {
    Value t = trace.sign(trace.unary(Op.UnaryKind.NEGATE, x));
    Value twice = trace.sub(trace.constant(1f), trace.value(new Op.Unpack(t)));
    return trace.mul(twice, trace.constant(0.5f));
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "SteHeaviside";
  }

  @Override
  public Map<String, Object> config() {
    return Collections.singletonMap("clip_value", ClippedGradient.config(clipValue));
  }
}
