package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;

/** Maps floats to few values, with a pseudo-gradient of its own. Immutable. */
public interface Quantizer extends KerasObject {
  /**
   * Traces the quantized value.
   *
   * @param trace records the ops and, through {@link Trace#customGradient}, the pseudo-gradient
   * @param x F32
   * @return F32 or BIT, of the shape of x
   */
  Value quantize(Trace trace, Value x);

  /** The bits of a quantized value: a label for the summary, never what selects a kernel. */
  int precision();
}
