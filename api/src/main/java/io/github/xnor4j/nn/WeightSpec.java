package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;

/**
 * A weight that a layer wants to have.
 *
 * @param name within the layer, such as {@code kernel}
 * @param shape in Keras' layout
 * @param trainable whether optimizers update it
 * @param initializer makes the first value
 * @param constraint applied after every step of the optimizer, or null
 * @param quantizer through which the layer reads it, or null
 */
public record WeightSpec(
    String name,
    Shape shape,
    boolean trainable,
    Initializer initializer,
    Constraint constraint,
    Quantizer quantizer) {}
