package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.LeadingAxis;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** A kernel over the leading axis of its result, each index of which is computed alone. */
abstract class Units extends Prepared {
  private final LeadingAxis axis;

  Units(String name, Domain domain, int units, Buffer... reads) {
    this(name, new LeadingAxis(domain, units), reads);
  }

  private Units(String name, LeadingAxis axis, Buffer... reads) {
    super(name, axis.tasks(), reads);
    this.axis = axis;
  }

  /** Most units at a time. */
  final int most() {
    return axis.most();
  }

  @Override
  public final void run(int part, int first, int count, int member) {
    units(axis.first(part, first), axis.count(part, count), member);
  }

  /** Computes some of them. */
  abstract void units(int first, int count, int member);

  /** See {@link LeadingAxis#unit}. */
  static int unit(DType dtype, Shape shape) {
    return LeadingAxis.unit(dtype, shape);
  }

  /** Where a leading index lies: behind the first one in work, if the buffer holds no more. */
  static int at(Buffer buffer, int unit, int first) {
    return buffer.isLocal() ? 0 : first * unit;
  }
}
