package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * A kernel over the leading axis of its result, each index of which is computed alone: cut into the
 * tiles of the batch, or, where that axis is not the batch, into tasks.
 */
abstract class Units extends Prepared {
  // enough for any number of threads, few enough to cost nothing
  private static final int TASKS = 64;

  private final Domain domain;
  private final int units;
  private final int ofTask;

  Units(String name, Domain domain, int units, Buffer... reads) {
    super(name, domain != null ? 0 : tasks(units), reads);
    this.domain = domain;
    this.units = units;
    this.ofTask = ofTask(units);
  }

  private static int ofTask(int units) {
    return Math.max(1, (units + TASKS - 1) / TASKS);
  }

  private static int tasks(int units) {
    return Math.max(1, (units + ofTask(units) - 1) / ofTask(units));
  }

  /** Most units at a time. */
  final int most() {
    return domain != null ? domain.tile() : Math.min(units, ofTask);
  }

  @Override
  public final void run(int part, int first, int count, int member) {
    if (domain != null) {
      units(first, count, member);
    } else {
      int from = part * ofTask;
      units(from, Math.min(ofTask, units - from), member);
    }
  }

  /** Computes some of them. */
  abstract void units(int first, int count, int member);

  /**
   * Elements, or words of bits, of one index of the leading axis. A buffer's own shape may be
   * another one, of which nothing moved.
   */
  static int unit(DType dtype, Shape shape) {
    int extent = Math.max(1, shape.dim(0));
    return dtype == DType.BIT
        ? shape.rows() / extent * Buffer.words(shape)
        : shape.elements() / extent;
  }

  /** Where a leading index lies: behind the first one in work, if the buffer holds no more. */
  static int at(Buffer buffer, int unit, int first) {
    return buffer.isLocal() ? 0 : first * unit;
  }
}
