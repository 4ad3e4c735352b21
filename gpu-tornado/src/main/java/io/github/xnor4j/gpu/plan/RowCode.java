package io.github.xnor4j.gpu.plan;

/** What the kernels of rows read; a work item each row. */
public final class RowCode {
  /** Rows. */
  public static final int ROWS = 0;

  /** Elements of a row. */
  public static final int COLUMNS = 1;

  /** Where the rows lie: floats, logits or probabilities. */
  public static final int X = 2;

  /** Where the labels lie. */
  public static final int LABELS = 3;

  /** Where the gradients of the losses lie. */
  public static final int G = 4;

  /** Where the result lies: of crossentropy the probabilities. */
  public static final int RESULT = 5;

  /** Where the losses lie. */
  public static final int LOSS = 6;

  /** Work items of a group: few, since there are few rows. */
  public static final int GROUP = 32;

  private RowCode() {}
}
