package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Three values with the straight-through estimator (larq.quantizers.SteTern): sign(sign(x + d) +
 * sign(x - d)) with sign(0) = 0, so +-1 from |x| = d on and 0 below. The result is F32.
 *
 * @param thresholdValue d, above 0
 * @param ternaryWeightNetworks whether d is 0.7 mean |x| instead (Li et al., "Ternary Weight
 *     Networks", 2016)
 * @param clipValue at least 0; infinite where Larq has None: the gradient always passes
 */
record SteTern(float thresholdValue, boolean ternaryWeightNetworks, float clipValue)
    implements Quantizer {
  static final float DEFAULT_THRESHOLD = 0.05f;

  SteTern {
    ClippedGradient.check("SteTern", clipValue);
    if (!(thresholdValue > 0 && thresholdValue < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "SteTern: threshold_value is " + thresholdValue + ", expected more than 0");
    }
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x),
        () -> ternary(trace, x),
        g -> List.of(ClippedGradient.of(trace, x, g, clipValue)));
  }

  private Value ternary(Trace trace, Value x) {
    Value d = ternaryWeightNetworks ? adaptive(trace, x) : trace.constant(thresholdValue);
    Value above = sign(trace, trace.add(x, d));
    Value below = sign(trace, trace.sub(x, d));
    // -2, 0 or 2, of which this is the sign: a form whose type tells that it gives -1, 0 and 1
    Value clipped =
        trace.min(trace.max(trace.add(above, below), trace.constant(-1f)), trace.constant(1f));
    return trace.unary(Op.UnaryKind.RINT, clipped);
  }

  private static Value adaptive(Trace trace, Value x) {
    List<Integer> axes = IntStream.range(0, x.shape().rank()).boxed().toList();
    Value sum = trace.sum(trace.unary(Op.UnaryKind.ABS, x), axes);
    Value scaled = trace.mul(trace.constant(0.7f), sum);
    return trace.div(scaled, trace.count(Op.CountKind.NUMBER, x, axes));
  }

  /** TensorFlow's sign: 0 stays 0 and NaN stays NaN. */
  private static Value sign(Trace trace, Value x) {
    Value zero = trace.constant(0f);
    Value positive = trace.select(Op.Comparison.LESS, zero, x, trace.constant(1f), x);
    return trace.select(Op.Comparison.LESS, x, zero, trace.constant(-1f), positive);
  }

  @Override
  public int precision() {
    return 2;
  }

  @Override
  public String className() {
    return "SteTern";
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("threshold_value", thresholdValue);
    config.put("ternary_weight_networks", ternaryWeightNetworks);
    config.put("clip_value", ClippedGradient.config(clipValue));
    return config;
  }
}
