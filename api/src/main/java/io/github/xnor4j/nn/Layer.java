package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/**
 * A step of a model: a class of Keras or Larq with its parameters. Immutable; it has no weights of
 * its own, a {@link Model} gives it some. Two layers are the same layer of a model, with shared
 * weights, only if they are the same object.
 */
public interface Layer extends KerasObject {
  /** The name that was given to it, or null: then the model finds one. */
  String name();

  /** This layer under a name. */
  Layer name(String name);

  /** Whether its weights are trained; batch normalization that is not uses moving statistics. */
  boolean trainable();

  /** This layer, trained or not. */
  Layer trainable(boolean trainable);

  /**
   * The shape of the output.
   *
   * @param inputs shapes without the batch axis
   * @throws IllegalArgumentException if the layer does not take such inputs
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * The weights in Keras' order.
   *
   * @param inputs shapes without the batch axis, such as {@link #outputShape} takes
   */
  default List<WeightSpec> weights(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Traces one call.
   *
   * @param context the trace and this layer's weights
   * @param inputs with a batch axis in front
   */
  Value trace(LayerContext context, List<Value> inputs);

  /** The quantizer of the inputs, or null; the summary shows its precision. */
  default Quantizer inputQuantizer() {
    return null;
  }

  /** How the summary counts multiplications. */
  default Macs macs() {
    return Macs.UNKNOWN;
  }

  /**
   * Applies this layer: the functional form. Applied again, the weights are shared.
   *
   * @throws IllegalArgumentException if the layer does not take such inputs
   */
  default Symbol apply(Symbol... inputs) {
    return new LayerOutput(this, List.of(inputs));
  }

  /** How a layer's multiply-accumulate operations are counted, by Larq's rules. */
  enum Macs {
    /** Each value of a weight but the bias, once for each position of the output. */
    COUNTED,
    /** None. */
    ZERO,
    /** Not counted: the table shows a question mark. */
    UNKNOWN
  }
}
