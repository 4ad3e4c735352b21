package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * The leading axis of a result, each index of which is computed alone: cut into the tiles of the
 * batch, or, where that axis is not the batch, into tasks.
 *
 * @param domain of the batch; null for tasks
 * @param units extent of the axis
 */
public record LeadingAxis(Domain domain, int units) {
  // enough for any number of threads, few enough to cost nothing
  private static final int TASKS = 64;

  private int ofTask() {
    return Math.max(1, (units + TASKS - 1) / TASKS);
  }

  /** Number of tasks; 0 if there are tiles. */
  public int tasks() {
    return domain != null ? 0 : Math.max(1, (units + ofTask() - 1) / ofTask());
  }

  /** Most indices at a time. */
  public int most() {
    return domain != null ? domain.tile() : Math.min(units, ofTask());
  }

  /** The first index of a part: see {@link Kernel#run}. */
  public int first(int part, int first) {
    return domain != null ? first : part * ofTask();
  }

  /** Its number of indices. */
  public int count(int part, int count) {
    return domain != null ? count : Math.min(ofTask(), units - part * ofTask());
  }

  /**
   * Elements, or words of bits, of one index of the leading axis. A buffer's own shape may be
   * another one, of which nothing moved.
   */
  public static int unit(DType dtype, Shape shape) {
    int extent = Math.max(1, shape.dim(0));
    return dtype == DType.BIT
        ? shape.rows() / extent * Buffer.words(shape)
        : shape.elements() / extent;
  }
}
