package io.github.xnor4j.nn;

import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;

/**
 * A weight of a model.
 *
 * @param variable F32 in Keras' layout, named {@code layer/weight}, such as {@code
 *     quant_conv2d/kernel}; {@link Variable#isTrainable} tells whether optimizers update it
 * @param index position among the model's weights
 * @param initializer makes the first value
 * @param constraint applied after every step of the optimizer, or null
 * @param quantizer through which the layer reads it, or null
 */
public record Weight(
    Variable variable,
    int index,
    Initializer initializer,
    Constraint constraint,
    Quantizer quantizer) {
  /** Bits of a weight without quantizer. */
  public static final int FLOAT_PRECISION = 32;

  /** The name. */
  public String name() {
    return variable.name();
  }

  /** Bits that a value has as the layer reads it: the quantizer's precision, or 32. */
  public int precision() {
    return quantizer == null ? FLOAT_PRECISION : quantizer.precision();
  }

  /** The first value for a seed; the weight's index is the random stream. */
  public Tensor initial(long seed) {
    return initializer.make(variable.shape(), seed, index);
  }
}
