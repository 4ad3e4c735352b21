package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Map;

/**
 * Changes nothing but says how many bits the values have (larq.quantizers.NoOp): for kernels that
 * an optimizer keeps binary itself.
 *
 * @param precision bits, at least 1
 */
record NoOp(int precision) implements Quantizer {
  NoOp {
    if (precision < 1) {
      throw new IllegalArgumentException(
          "NoOp: precision is " + precision + ", expected 1 or more");
    }
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return x;
  }

  @Override
  public String className() {
    return "NoOp";
  }

  @Override
  public Map<String, Object> config() {
    return Map.of("precision", precision);
  }
}
