package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;

/**
 * What a kernel that takes operands of any dtype reads of one: {@link #SIZE} numbers from {@link
 * #DTYPE} on.
 */
public final class OperandCode {
  /** The dtype, as {@link #dtype} gives it. */
  public static final int DTYPE = 0;

  /** Where the value begins in its arena. */
  public static final int BASE = 1;

  /** Extent of its last axis. */
  public static final int LAST = 2;

  /** Words of a row, of bits. */
  public static final int ROW_WORDS = 3;

  /** Denominator of the grid that a float's integer is found by; 0 if floats are wanted. */
  public static final int DENOMINATOR = 4;

  /** Numbers of an operand. */
  public static final int SIZE = 5;

  /** F32. */
  public static final int F32 = 0;

  /** I32 or I16. */
  public static final int INTEGER = 1;

  /** U8. */
  public static final int U8 = 2;

  /** BIT. */
  public static final int BIT = 3;

  private OperandCode() {}

  /** The number of a dtype. */
  public static int dtype(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case I32, I16 -> INTEGER;
      case U8 -> U8;
      case BIT -> BIT;
    };
  }

  /** Puts an operand whose elements are wanted as they are. */
  static void read(Task task, Value value, Buffer buffer) {
    put(task.put(dtype(value.dtype())).read(buffer), value, 0);
  }

  /** Puts an operand of which the integers behind it are wanted, if it has a grid. */
  static void readIntegers(Task task, Value value, Buffer buffer) {
    Grid grid = value.type().grid();
    put(task.put(dtype(value.dtype())).read(buffer), value, grid == null ? 0 : grid.denominator());
  }

  /** Puts a result. */
  static void write(Task task, Value value, Buffer buffer) {
    put(task.put(dtype(value.dtype())).write(buffer), value, 0);
  }

  private static void put(Task task, Value value, int denominator) {
    task.put(Layout.last(value.shape()), Layout.rowWords(value.shape()), denominator);
  }
}
