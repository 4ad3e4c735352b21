package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;

/** A tensor of a model that is being put together: an input or the output of a layer. */
public sealed interface Symbol permits InputLayer, LayerOutput {
  /** The shape, without the batch axis. */
  Shape shape();
}
