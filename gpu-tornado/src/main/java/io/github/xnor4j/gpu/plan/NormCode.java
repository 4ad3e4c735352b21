package io.github.xnor4j.gpu.plan;

/**
 * What the kernels of batch norm's sums read. The rows are divided into {@link Chunks}; for each
 * chunk and channel there are two sums. Of statistics those of x and of its square, on a grid of
 * the integers behind x; of the gradient those of g and of g (x - mean).
 */
public final class NormCode {
  /** Whether sums are those of the gradient: 0 for statistics. */
  public static final int IS_GRADIENT = 0;

  /** Rows. */
  public static final int ROWS = 1;

  /** Channels. */
  public static final int CHANNELS = 2;

  /** The {@link Chunks}. */
  public static final int CHUNKS = 3;

  /** Denominator of the grid of x, 0 for none. */
  public static final int DENOMINATOR = CHUNKS + Chunks.NUMBERS;

  /**
   * Where the chunks' first sums lie, those of a chunk side by side; behind all the second ones.
   */
  public static final int PARTIALS = DENOMINATOR + 1;

  /** Where x lies. */
  public static final int X = DENOMINATOR + 2;

  /** Where the gradient of the result lies. */
  public static final int G = DENOMINATOR + 3;

  /** Where the mean lies: for the gradient an operand, of statistics a result. */
  public static final int MEAN = DENOMINATOR + 4;

  /** Where the variance lies. */
  public static final int VARIANCE = DENOMINATOR + 5;

  /** Where gamma lies. */
  public static final int SCALE = DENOMINATOR + 6;

  /** Where epsilon lies. */
  public static final int EPSILON = DENOMINATOR + 7;

  /** Where the gradient's results but dx lie, one number each. */
  public static final int RESULTS = DENOMINATOR + 8;

  /** Work items of a group; the second launch has a group for each channel. */
  public static final int GROUP = 64;

  private NormCode() {}
}
