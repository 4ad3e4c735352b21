package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Type;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** How a value lies in its arena: in row-major order, see {@link Arena}. */
public final class Layout {
  /** Bits of a word. */
  public static final int WORD = 32;

  private Layout() {}

  /** The arena of a dtype. */
  public static Arena arena(DType dtype) {
    return dtype == DType.F32 ? Arena.FLOATS : Arena.WORDS;
  }

  /** Extent of the last axis; 1 of a scalar. */
  public static int last(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  /** Words of a row of bits. */
  public static int rowWords(Shape shape) {
    return (last(shape) + WORD - 1) / WORD;
  }

  /** Elements of its arena that a value takes. */
  public static int length(DType dtype, Shape shape) {
    return switch (dtype) {
      case F32, I32, I16 -> shape.elements();
      case U8 -> (shape.elements() + 3) / 4;
      case BIT -> shape.rows() * rowWords(shape);
    };
  }

  /** Elements of its arena that a value of a type takes. */
  public static int length(Type type) {
    return length(type.dtype(), type.shape());
  }
}
