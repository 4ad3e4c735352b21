package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * 2^bits values at equal distances (larq.quantizers.DoReFa; Zhou et al., "DoReFa-Net", 2016). With
 * q(v) = rint(v n) / n and n = 2^bits - 1: activations become q(x clipped to [0, 1]), with gradient
 * 1 inside; weights become 2 q(tanh x / (2 max |tanh|) + 1/2) - 1, with gradient (1 - tanh^2) / max
 * |tanh|. The result is F32.
 *
 * @param bits 1 to 8
 * @param mode for which of both
 */
record DoReFa(int bits, Mode mode) implements Quantizer {
  /** What is quantized. */
  enum Mode {
    ACTIVATIONS,
    WEIGHTS
  }

  private static final int MAX_BITS = 8;

  DoReFa {
    if (bits < 1 || bits > MAX_BITS) {
      throw new IllegalArgumentException(
          "DoReFa: k_bit is " + bits + ", expected 1 to " + MAX_BITS);
    }
  }

  @Override
  public Value quantize(Trace trace, Value x) {
    return mode == Mode.ACTIVATIONS ? activations(trace, x) : weights(trace, x);
  }

  private Value activations(Trace trace, Value x) {
    Value zero = trace.constant(0f);
    Value one = trace.constant(1f);
    return trace.customGradient(
        List.of(x),
        () -> steps(trace, trace.min(trace.max(x, zero), one)),
        g -> {
          Value below = trace.select(Op.Comparison.LESS_EQUAL, x, one, g, zero);
          // from 0 on, where TensorFlow counts subnormals of both signs as 0
          Value least = trace.constant(-Float.MIN_NORMAL);
          return List.of(trace.select(Op.Comparison.LESS, least, x, below, zero));
        });
  }

  private Value weights(Trace trace, Value x) {
    Value one = trace.constant(1f);
    Value two = trace.constant(2f);
    Value t = trace.unary(Op.UnaryKind.TANH, x);
    Value largest = largest(trace, t);
    return trace.customGradient(
        List.of(x),
        () -> {
          Value half = orZero(trace, largest, trace.div(t, trace.mul(two, largest)));
          Value q = steps(trace, trace.add(half, trace.constant(0.5f)));
          return trace.sub(trace.mul(two, q), one);
        },
        g -> {
          Value slope = trace.sub(one, trace.unary(Op.UnaryKind.SQUARE, t));
          return List.of(orZero(trace, largest, trace.div(trace.mul(g, slope), largest)));
        });
  }

  private static Value largest(Trace trace, Value t) {
    List<Integer> axes = IntStream.range(0, t.shape().rank()).boxed().toList();
    Value size = trace.unary(Op.UnaryKind.ABS, t);
    return trace.value(new Op.Reduce(Op.ReduceKind.MAX, size, axes));
  }

  /** A quotient, or 0 where the divisor is. */
  private static Value orZero(Trace trace, Value divisor, Value quotient) {
    Value zero = trace.constant(0f);
    return trace.select(Op.Comparison.EQUAL, divisor, zero, zero, quotient);
  }

  private Value steps(Trace trace, Value x) {
    Value n = trace.constant((1 << bits) - 1);
    return trace.div(trace.unary(Op.UnaryKind.RINT, trace.mul(x, n)), n);
  }

  @Override
  public int precision() {
    return bits;
  }

  @Override
  public String className() {
    return "DoReFa";
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("k_bit", bits);
    config.put("mode", mode.name().toLowerCase(Locale.ROOT));
    return config;
  }
}
