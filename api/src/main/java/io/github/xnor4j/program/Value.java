package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** A result of an op: written once, read by later ops. Values are compared by identity. */
public final class Value {
  private final int id;
  private final Type type;

  Value(int id, Type type) {
    this.id = id;
    this.type = type;
  }

  /** A number unique in its trace, in the order of creation. */
  public int id() {
    return id;
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

  /** Number and type, as in {@code %12 F32 [64, 10]}. */
  @Override
  public String toString() {
    return "%" + id + " " + type;
  }
}
