package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.function.Supplier;

/**
 * State that outlives a run: a weight, an optimizer's slot, a moving statistic, a counter. The
 * content belongs to a session; this object is only its name, type and first value. Compared by
 * identity.
 */
public final class Variable {
  private final String name;
  private final Type type;
  private final boolean trainable;
  private final Supplier<Tensor> initial;

  /**
   * Declares a variable.
   *
   * @param name unique among a model's variables, such as {@code quant_conv2d/kernel}
   * @param type dtype and shape
   * @param trainable whether optimizers update it
   * @param initial makes the first value, of the same dtype and shape
   */
  public Variable(String name, Type type, boolean trainable, Supplier<Tensor> initial) {
    this.name = name;
    this.type = type;
    this.trainable = trainable;
    this.initial = initial;
  }

  /** A variable that no optimizer updates, with a constant first value. */
  public static Variable state(String name, Tensor initial) {
    return new Variable(name, Type.of(initial.dtype(), initial.shape()), false, initial::copy);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The type. */
  public Type type() {
    return type;
  }

  /** The element type. */
  public DType dtype() {
    return type.dtype();
  }

  /** The shape. */
  public Shape shape() {
    return type.shape();
  }

  /** Whether optimizers update it. */
  public boolean isTrainable() {
    return trainable;
  }

  /** A new tensor with the first value. */
  public Tensor initial() {
    return initial.get();
  }

  @Override
  public String toString() {
    return name + " " + type;
  }
}
