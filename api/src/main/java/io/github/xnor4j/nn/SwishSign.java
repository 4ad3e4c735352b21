package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.List;
import java.util.Map;

/**
 * Sign with the gradient of SignSwish (larq.quantizers.SwishSign; Darabi et al., "BNN+", 2018):
 * beta (2 - beta x tanh(beta x / 2)) / (1 + cosh(beta x)). The result is BIT.
 *
 * @param beta steepness, above 0
 */
record SwishSign(float beta) implements Quantizer {
  SwishSign {
    if (!(beta > 0 && beta < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("SwishSign: beta is " + beta + ", expected more than 0");
    }
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x), () -> trace.sign(x), g -> List.of(trace.mul(g, slope(trace, x))));
  }

  private Value slope(Trace trace, Value x) {
    Value half = trace.constant(0.5f);
    Value z = trace.mul(trace.constant(beta), x);
    Value up = trace.unary(Op.UnaryKind.EXP, z);
    Value down = trace.unary(Op.UnaryKind.EXP, trace.unary(Op.UnaryKind.NEGATE, z));
    Value cosh = trace.mul(half, trace.add(up, down));
    Value tanh = trace.unary(Op.UnaryKind.TANH, trace.mul(z, half));
    Value numerator = trace.sub(trace.constant(2f), trace.mul(z, tanh));
    Value denominator = trace.add(trace.constant(1f), cosh);
    return trace.div(trace.mul(trace.constant(beta), numerator), denominator);
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "SwishSign";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("beta", beta);
  }
}
