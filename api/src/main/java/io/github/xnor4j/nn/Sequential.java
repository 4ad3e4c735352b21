package io.github.xnor4j.nn;

import java.util.List;

/** Makes models that are a chain of layers. */
public final class Sequential {
  private Sequential() {}

  /**
   * The model that applies one layer after the other (keras.Sequential).
   *
   * @param layers the first is an {@link InputLayer}
   * @throws IllegalArgumentException if it is not, if there is no other layer, if a layer stands
   *     twice, or if one does not take the output of the one before it
   */
  public static Model of(Layer... layers) {
    return Model.sequential(null, List.of(layers));
  }
}
