package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** Rows of an operand as floats or as ints: what it holds, or the integers that it stands for. */
final class Operand {
  private final Work.Source source;
  private final int columns;
  private final int ofRow;

  /**
   * An operand.
   *
   * @param shape of it, whose last axis is a row
   */
  Operand(Work.Source source, Shape shape) {
    this.source = source;
    this.columns = shape.rank() == 0 ? 1 : shape.dim(-1);
    this.ofRow = source.buffer().dtype() == DType.BIT ? BitKernels.words(columns) : columns;
  }

  /** Where it lies. */
  Buffer buffer() {
    return source.buffer();
  }

  /** Elements of a row. */
  int columns() {
    return columns;
  }

  /** Whether it lies there as the floats that are wanted. */
  boolean isFloats() {
    return source.pixels() == null
        && source.buffer().dtype() == DType.F32
        && source.denominator() == 1;
  }

  /** Elements, or words, of a row. */
  int ofRow() {
    return ofRow;
  }

  /**
   * Rows as floats.
   *
   * @param from where the first one begins in the memory
   */
  void floats(int from, int rows, int member, float[] to, int at) {
    Buffer x = source.buffer();
    int n = rows * columns;
    switch (x.dtype()) {
      case BIT ->
          BitKernels.unpack(
              HeapStorage.ints(x, member), from, ofRow, rows, columns, to, at, columns);
      case U8 -> {
        int multiplier = source.pixels().multiplier();
        int offset = source.pixels().offset();
        Pixels.scale(HeapStorage.bytes(x, member), from, n, multiplier, offset, 1, to, at);
      }
      case F32 -> {
        if (source.denominator() > 1) {
          ColumnBits.integers(HeapStorage.floats(x, member), from, n, source.denominator(), to, at);
        } else {
          System.arraycopy(HeapStorage.floats(x, member), from, to, at, n);
        }
      }
      case I16, I32 -> throw new IllegalArgumentException(x + " beside floats");
    }
  }

  /**
   * Rows as ints; what is not finite stands for none and is 0.
   *
   * @param from where the first one begins in the memory
   */
  void ints(int from, int rows, int member, int[] to, int at) {
    Buffer x = source.buffer();
    int n = rows * columns;
    switch (x.dtype()) {
      case BIT -> signs(HeapStorage.ints(x, member), from, rows, to, at);
      case U8 -> pixels(HeapStorage.bytes(x, member), from, n, source.pixels(), to, at);
      case F32 -> rounded(HeapStorage.floats(x, member), from, n, source.denominator(), to, at);
      case I16 -> widened(HeapStorage.shorts(x, member), from, n, to, at);
      case I32 -> System.arraycopy(HeapStorage.ints(x, member), from, to, at, n);
    }
  }

  private void signs(int[] x, int from, int rows, int[] to, int at) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        to[at + r * columns + c] = 1 - 2 * (x[from + r * ofRow + c / 32] >>> c & 1);
      }
    }
  }

  private static void pixels(byte[] x, int from, int n, Op.Scale scale, int[] to, int at) {
    int multiplier = scale.multiplier();
    int offset = scale.offset();
    for (int i = 0; i < n; i++) {
      to[at + i] = multiplier * (x[from + i] & 0xff) + offset;
    }
  }

  private static void rounded(float[] x, int from, int n, int denominator, int[] to, int at) {
    for (int i = 0; i < n; i++) {
      float v = x[from + i];
      to[at + i] = Float.isFinite(v) ? (int) Math.rint((double) v * denominator) : 0;
    }
  }

  private static void widened(short[] x, int from, int n, int[] to, int at) {
    for (int i = 0; i < n; i++) {
      to[at + i] = x[from + i];
    }
  }
}
