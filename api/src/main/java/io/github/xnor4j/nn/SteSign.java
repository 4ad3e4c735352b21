package io.github.xnor4j.nn;

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
record SteSign(float clipValue) implements Quantizer {
  SteSign {
    ClippedGradient.check("SteSign", clipValue);
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x), () -> trace.sign(x), g -> List.of(ClippedGradient.of(trace, x, g, clipValue)));
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
    return Collections.singletonMap("clip_value", ClippedGradient.config(clipValue));
  }
}
