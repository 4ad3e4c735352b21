package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/** Makes the first value of a weight. Immutable. */
public interface Initializer extends KerasObject {
  /**
   * A new F32 tensor; the same arguments give the same values.
   *
   * @param kerasShape shape in Keras' layout: HWIO for convolutions, [in, out] for dense layers
   * @param seed of the whole model
   * @param stream tells the weights of a model apart
   */
  Tensor make(Shape kerasShape, long seed, long stream);
}
