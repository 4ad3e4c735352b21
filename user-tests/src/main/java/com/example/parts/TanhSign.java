package com.example.parts;

import io.github.xnor4j.nn.Quantizer;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.List;
import java.util.Map;

/** Sign, with the gradient of tanh(steepness x). */
record TanhSign(float steepness) implements Quantizer {
  @Override
  public Value quantize(Trace trace, Value x) {
    return trace.customGradient(
        List.of(x), // where the gradient goes
        () -> trace.sign(x), // what is computed: -1 and +1 as bits
        g -> List.of(trace.mul(g, slope(trace, x)))); // the gradient, made of that of the result
  }

  /** steepness (1 - tanh(steepness x)^2). */
  private Value slope(Trace trace, Value x) {
    Value scaled = trace.mul(trace.constant(steepness), x);
    Value square = trace.unary(Op.UnaryKind.SQUARE, trace.unary(Op.UnaryKind.TANH, scaled));
    return trace.mul(trace.constant(steepness), trace.sub(trace.constant(1), square));
  }

  @Override
  public int precision() {
    return 1;
  }

  @Override
  public String className() {
    return "TanhSign";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("steepness", steepness);
  }
}
