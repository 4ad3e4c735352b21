package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * What a model wants to be fed with.
 *
 * @param name name of the program's input
 * @param dtype U8 for pixels, else F32
 * @param shape of one example, without the batch axis
 */
public record InputSpec(String name, DType dtype, Shape shape) {}
