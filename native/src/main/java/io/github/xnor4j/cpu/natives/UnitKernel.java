package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.LeadingAxis;

/** A kernel over the leading axis of its result, each index of which is computed alone. */
final class UnitKernel extends NativeKernel {
  private final LeadingAxis axis;

  /**
   * A kernel.
   *
   * @param domain null for tasks
   * @param units extent of the axis
   */
  UnitKernel(
      Context context, String name, String function, Domain domain, int units, Buffer... reads) {
    this(context, name, function, new LeadingAxis(domain, units), reads);
  }

  private UnitKernel(
      Context context, String name, String function, LeadingAxis axis, Buffer... reads) {
    super(context, name, function, axis.tasks(), reads);
    this.axis = axis;
  }

  @Override
  public void run(int part, int first, int count, int member) {
    super.run(part, axis.first(part, first), axis.count(part, count), member);
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
}
