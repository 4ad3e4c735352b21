package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * A kernel over the leading axis of its result, each index of which is computed alone: cut into the
 * tiles of the batch, or, where that axis is not the batch, into tasks.
 */
final class UnitKernel extends NativeKernel {
  // enough for any number of threads, few enough to cost nothing
  private static final int TASKS = 64;

  private final Domain domain;
  private final int units;
  private final int ofTask;

  /**
   * A kernel.
   *
   * @param domain null for tasks
   * @param units extent of the axis
   */
  UnitKernel(
      Context context, String name, String function, Domain domain, int units, Buffer... reads) {
    super(context, name, function, domain != null ? 0 : tasks(units), reads);
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

  @Override
  public void run(int part, int first, int count, int member) {
    if (domain != null) {
      super.run(part, first, count, member);
    } else {
      int from = part * ofTask;
      super.run(part, from, Math.min(ofTask, units - from), member);
    }
  }

  /**
   * A value from what belongs to the first index on.
   *
   * @param unit elements or words of an index; a buffer's own shape may be another one, of which
   *     nothing moved
   */
  void pointUnit(Buffer buffer, long unit) {
    pointUnit(buffer, unit, 0);
  }

  /** The same of a value whose indices are so many more, where it is there as a whole. */
  void pointUnit(Buffer buffer, long unit, int more) {
    long bytes = unit * NativeStorage.size(buffer.dtype());
    point(
        (part, first, member) ->
            NativeStorage.segment(buffer, member).address()
                + (buffer.isLocal() ? 0 : (first + more) * bytes));
  }

  /** The first index, as a number. */
  void pointFirst() {
    point((part, first, member) -> first);
  }

  /** Elements, or words of bits, of one index of the leading axis. */
  static int unit(DType dtype, Shape shape) {
    int extent = Math.max(1, shape.dim(0));
    return dtype == DType.BIT
        ? shape.rows() / extent * Buffer.words(shape)
        : shape.elements() / extent;
  }
}
