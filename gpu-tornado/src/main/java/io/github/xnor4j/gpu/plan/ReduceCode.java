package io.github.xnor4j.gpu.plan;

/**
 * What the kernels of reductions read. The terms of each result are divided into {@link Chunks}:
 * the first launch gives one number in float64 for each chunk of each result, the second one the
 * results.
 */
public final class ReduceCode {
  /** Whether the largest is looked for: 0 for sums. */
  public static final int IS_MAXIMUM = 0;

  /** Whether terms are integers: 0 for floats. */
  public static final int IS_INTEGER = 1;

  /** Where the terms lie. */
  public static final int TERMS = 2;

  /** Where the chunks' numbers lie; those of all results of a chunk side by side. */
  public static final int PARTIALS = 3;

  /** Where the results lie; the first launch writes them itself if there is one chunk. */
  public static final int RESULTS = 4;

  /** How many results. */
  public static final int COUNT = 5;

  /** Terms of each. */
  public static final int DEPTH = 6;

  /** The {@link Chunks}. */
  public static final int CHUNKS = 7;

  /** Whether neighbouring elements are terms of one result: then its chunks are neighbours. */
  public static final int IS_ROW = CHUNKS + Chunks.NUMBERS;

  /** How many axes the results have. */
  public static final int KEPT = IS_ROW + 1;

  /** How many axes the terms of a result have. */
  public static final int REDUCED = IS_ROW + 2;

  /** For each axis, those of results first, its extent and the elements to a step. */
  public static final int AXES = IS_ROW + 3;

  /** Work items of a group; the second launch has a group for each result. */
  public static final int GROUP = 64;

  private ReduceCode() {}
}
