package io.github.xnor4j.pictures;

import io.github.xnor4j.tensor.Tensor;

/**
 * A picture ready for a model.
 *
 * @param pixels U8, of the shape of the model's images
 * @param note what was done to it, for the user
 */
public record Picture(Tensor pixels, String note) {}
