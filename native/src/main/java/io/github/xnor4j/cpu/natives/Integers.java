package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.AxisSteps;
import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.LeadingAxis;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Floats to integers and back, integers to bits, and random numbers. */
final class Integers {
  private Integers() {}

  /** Elements of a unit of a domain. */
  static int unit(Buffer buffer, Domain domain) {
    return domain.batch() ? buffer.unit() : 1;
  }

  /** Floats rounded to integers, and how many were clamped. */
  static Kernel toInteger(Work.ToInteger work, Context context) {
    Domain domain = work.domain();
    NativeKernel kernel = new NativeKernel(context, "", "to_integer", 0, work.x(), work.scale());
    int tiles = Math.max(1, domain.tiles());
    MemorySegment clamped = kernel.own(4L * tiles);
    kernel.pointTile(work.x(), domain);
    kernel.pointWhole(work.scale());
    kernel.pointTile(work.y(), domain);
    kernel.pointSums(clamped, 4, domain);
    kernel.build(context.struct().number(unit(work.x(), domain)).number(work.limit()));
    kernel.finishBy(
        new JavaKernel(
            "count clamped of",
            () -> {
              int sum = 0;
              for (int t = 0; t < tiles; t++) {
                sum += clamped.getAtIndex(ValueLayout.JAVA_INT, t);
              }
              NativeStorage.segment(work.clamped(), 0).set(ValueLayout.JAVA_INT, 0, sum);
            }));
    return kernel;
  }

  /** Integers as floats. */
  static Kernel toFloat(Work.ToFloat work, Context context) {
    Domain domain = work.domain();
    NativeKernel kernel = new NativeKernel(context, "", "to_float", 0, work.x(), work.scale());
    kernel.pointTile(work.x(), domain);
    kernel.pointWhole(work.scale());
    kernel.pointTile(work.y(), domain);
    kernel.build(
        context
            .struct()
            .number(unit(work.x(), domain))
            .flag(work.x().dtype() == DType.I32)
            .real(work.denominator()));
    return kernel;
  }

  /** Bits that are set where integers are less than a threshold. */
  static Kernel threshold(Work.Threshold work, Context context) {
    Shape shape = work.shape();
    AxisSteps steps = AxisSteps.of(work);
    int unitOfX = LeadingAxis.unit(DType.I32, shape);
    UnitKernel kernel =
        new UnitKernel(
            context, "", "threshold", work.domain(), shape.dim(0), work.x(), work.threshold());
    kernel.pointUnit(work.x(), unitOfX);
    kernel.pointUnit(work.threshold(), steps.leading());
    kernel.pointUnit(work.bits(), LeadingAxis.unit(DType.BIT, shape));
    kernel.build(
        context
            .struct()
            .flag(work.x().dtype() == DType.I32)
            .number(steps.last())
            .number(steps.rows().length)
            .ints(steps.rows())
            .number(steps.step())
            .number(steps.leading()));
    return kernel;
  }

  /** Random numbers, which follow from the element's index: so tiles are independent. */
  static Kernel random(Work.Random work, Context context) {
    Domain domain = work.domain();
    Buffer y = work.y();
    NativeKernel kernel =
        new NativeKernel(context, "", "random_numbers", 0, work.seed(), work.step());
    kernel.pointWhole(work.seed());
    kernel.pointWhole(work.step());
    kernel.pointTile(y, domain);
    kernel.point((part, first, member) -> domain.elements(y, first));
    kernel.build(
        context
            .struct()
            .number(unit(y, domain))
            .flag(work.kind() != Op.RandomKind.BITS)
            .number(work.stream()));
    return kernel;
  }
}
