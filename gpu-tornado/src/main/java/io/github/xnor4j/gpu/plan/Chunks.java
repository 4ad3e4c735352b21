package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.reference.SumOrder;

/**
 * How the terms of a result are divided, so that many work items add them up. It follows from the
 * sizes alone: sums are the same on every device.
 *
 * <p>Where every order of additions gives the same (integers, and what is a whole multiple of a
 * power of two; maxima), a chunk has every so-many-th term, so that neighbouring work items read
 * neighbouring elements. All other sums have the order that {@link SumOrder} states: a chunk is a
 * tile, and the second launch adds tiles to shards, and those in a tree.
 */
public final class Chunks {
  /** How many there are. */
  public static final int COUNT = 0;

  /** From the first term of a chunk to that of the next one. */
  public static final int STRIDE = 1;

  /** How many terms, from its first one on, a chunk reaches over. */
  public static final int REACH = 2;

  /** From a term of a chunk to its next one. */
  public static final int STEP = 3;

  /** Whether chunks are tiles: 0 if they are added up in any order. */
  public static final int IS_ORDERED = 4;

  /** Numbers that a kernel reads. */
  public static final int NUMBERS = 5;

  /** Work items that keep a device's memory busy. */
  private static final int ITEMS = 1 << 15;

  /** Terms that are worth a work item. */
  private static final int LEAST_TERMS = 8;

  /** Chunks that the second launch can still add up in little time. */
  private static final int MOST_CHUNKS = 1 << 12;

  private final int[] numbers;

  private Chunks(int... numbers) {
    this.numbers = numbers;
  }

  /** Chunks for results that do not depend on the order of their terms. */
  static Chunks inAnyOrder(int results, int terms) {
    int room = Math.min(MOST_CHUNKS, ITEMS / Math.max(1, results));
    int count = Math.max(1, Math.min(room, terms / LEAST_TERMS));
    return new Chunks(count, 1, terms, count, 0);
  }

  /**
   * Tiles of terms that lie image by image.
   *
   * @param images of the batch; 1 if there is none
   * @param terms of all images
   */
  static Chunks inOrder(int images, int terms) {
    if (images <= SumOrder.TILE) {
      return new Chunks(1, 0, terms, 1, 1);
    }
    int tile = terms / images * SumOrder.TILE;
    return new Chunks(Math.ceilDiv(images, SumOrder.TILE), tile, tile, 1, 1);
  }

  /**
   * Whether sums of so many floats, or of their powers, are the same in any order: whole multiples
   * of a power of two, whose sum stays below 2^53 of them.
   *
   * @param grid of the floats, or null
   */
  static boolean areExact(Grid grid, int power, long terms) {
    if (grid == null || Integer.bitCount(grid.denominator()) != 1) {
      return false;
    }
    return Math.pow(grid.bound(), power) * terms < 0x1p53;
  }

  /** What a kernel reads, from {@link #COUNT} to {@link #IS_ORDERED}. */
  int[] numbers() {
    return numbers;
  }

  int count() {
    return numbers[COUNT];
  }
}
