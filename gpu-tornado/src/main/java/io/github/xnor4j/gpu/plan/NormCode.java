package io.github.xnor4j.gpu.plan;

/**
 * What the kernels of batch norm's sums read. As in {@link ReduceCode} the rows are divided into
 * chunks; for each chunk and channel there are two sums. Of statistics those of x and of its
 * square, on a grid of the integers behind x; of the gradient those of g and of g (x - mean).
 */
public final class NormCode {
  /** Whether sums are those of the gradient: 0 for statistics. */
  public static final int IS_GRADIENT = 0;

  /** Rows. */
  public static final int ROWS = 1;

  /** Channels. */
  public static final int CHANNELS = 2;

  /** Chunks. */
  public static final int CHUNKS = 3;

  /** Denominator of the grid of x, 0 for none. */
  public static final int DENOMINATOR = 4;

  /**
   * Where the chunks' first sums lie, those of a chunk side by side; behind all the second ones.
   */
  public static final int PARTIALS = 5;

  /** Where x lies. */
  public static final int X = 6;

  /** Where the gradient of the result lies. */
  public static final int G = 7;

  /** Where the mean lies: for the gradient an operand, of statistics a result. */
  public static final int MEAN = 8;

  /** Where the variance lies. */
  public static final int VARIANCE = 9;

  /** Where gamma lies. */
  public static final int SCALE = 10;

  /** Where epsilon lies. */
  public static final int EPSILON = 11;

  /** Where the gradient's results but dx lie, one number each. */
  public static final int RESULTS = 12;

  /** Work items of a group; the second launch has a group for each channel. */
  public static final int GROUP = 64;

  private NormCode() {}
}
