package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sign times the mean magnitude (larq.quantizers.MagnitudeAwareSign; Liu et al., "Bi-Real Net",
 * ECCV 2018): s sign(x) with s the mean of |x| over all axes but the last; gradient s where |x|
 * &lt;= clipValue, else 0. The result is F32.
 *
 * @param clipValue at least 0; infinite where Larq has None: the gradient always passes
 */
record MagnitudeAwareSign(float clipValue) implements Quantizer {
  MagnitudeAwareSign {
    ClippedGradient.check("MagnitudeAwareSign", clipValue);
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    Value scale = scale(trace, x);
    return trace.customGradient(
        List.of(x),
        () -> trace.mul(scale, trace.value(new Op.Unpack(trace.sign(x)))),
        g -> List.of(trace.mul(scale, ClippedGradient.of(trace, x, g, clipValue))));
  }

  private static Value scale(Trace trace, Value x) {
    List<Integer> axes = IntStream.range(0, x.shape().rank() - 1).boxed().toList();
    Value sum = trace.sum(trace.unary(Op.UnaryKind.ABS, x), axes);
    return trace.div(sum, trace.count(Op.CountKind.NUMBER, x, axes));
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "MagnitudeAwareSign";
  }

  @Override
  public Map<String, Object> config() {
    return Collections.singletonMap("clip_value", ClippedGradient.config(clipValue));
  }
}
