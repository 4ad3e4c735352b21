package io.github.xnor4j.gpu.plan;

/**
 * What the kernel reads that puts together a value of parts of others: for each element of the
 * result it looks for the source that lies there. Behind {@link #EXTENTS} stand the extents of the
 * result's axes, then a table of {@link #source} numbers for each source: an operand ({@link
 * OperandCode}), the index of its element that is first seen, then for each axis where it begins,
 * how far it reaches and how many elements of the operand a step is.
 */
public final class MoveCode {
  /** The result, an operand. */
  public static final int RESULT = 0;

  /** Words of the result: work items. */
  public static final int ITEMS = OperandCode.SIZE;

  /** Elements of the result. */
  public static final int ELEMENTS = ITEMS + 1;

  /** Axes. */
  public static final int RANK = ITEMS + 2;

  /** Number of sources. */
  public static final int SOURCES = ITEMS + 3;

  /** What lies where no source does: of F32 its place, of bits 1 for -1, else the integer. */
  public static final int FILL = ITEMS + 4;

  /** Where the extents begin. */
  public static final int EXTENTS = ITEMS + 5;

  /** Of a source: index of the operand's element that is first seen. */
  public static final int FIRST = OperandCode.SIZE;

  /** Of a source: where its axes begin. */
  public static final int AXES = OperandCode.SIZE + 1;

  /** Numbers of an axis of a source. */
  public static final int AXIS = 3;

  /** Work items of a group. */
  public static final int GROUP = 64;

  private MoveCode() {}

  /** Numbers of a source. */
  public static int source(int rank) {
    return AXES + AXIS * rank;
  }
}
