package io.github.xnor4j.gpu.plan;

/** What the kernel of random numbers reads; a work item each block of four elements. */
public final class RandomCode {
  /** Elements. */
  public static final int ELEMENTS = 0;

  /** Whether floats are given: 0 for bits. */
  public static final int IS_UNIFORM = 1;

  /** The stream. */
  public static final int STREAM = 2;

  /** Where the seed lies. */
  public static final int SEED = 3;

  /** Where the step lies. */
  public static final int STEP = 4;

  /** Where the result lies. */
  public static final int RESULT = 5;

  /** Elements of a work item: words of a block. */
  public static final int BLOCK = 4;

  /** Work items of a group. */
  public static final int GROUP = 64;

  private RandomCode() {}
}
