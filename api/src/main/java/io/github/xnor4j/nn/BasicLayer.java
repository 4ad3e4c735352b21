package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;
import java.util.List;

/** Name and switches of the layers here, with withers that return the layer's own type. */
public interface BasicLayer<L extends Layer> extends Layer {
  /** Class name, name and switches. */
  LayerId id();

  /** This layer with another name and switches. */
  L withId(LayerId id);

  @Override
  default String className() {
    return id().className();
  }

  @Override
  default String name() {
    return id().name();
  }

  @Override
  default L name(String name) {
    return withId(id().name(name));
  }

  @Override
  default boolean trainable() {
    return id().trainable();
  }

  @Override
  default L trainable(boolean trainable) {
    return withId(id().trainable(trainable));
  }

  /** The only one of the shapes, which must have a rank. */
  default Shape only(List<Shape> inputs, int rank) {
    Shape shape = only(inputs);
    id().require(
            shape.rank() == rank,
            "input is " + shape + " without the batch axis, expected rank " + rank);
    return shape;
  }

  /** The only one of the shapes. */
  default Shape only(List<Shape> inputs) {
    id().require(inputs.size() == 1, inputs.size() + " inputs, expected one");
    return inputs.getFirst();
  }
}
