package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;

/** Gradients of a convolution's input: of 16-bit integers modulo 2^32, or of floats. */
final class InputGradients {
  private static final int CHUNK = 32; // XN_CHUNK

  /** Gradients that a sum of 16 bits must hold to be worth it. */
  private static final int LEAST_FIT = 4;

  private InputGradients() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.InputGradient work, Context context) {
    boolean integers = work.g().dtype() == DType.I16;
    if (work.geometry().groups() > 1) {
      return work.pooling() == null && !integers
          ? GroupedProducts.inputGradient(work, context)
          : null;
    }
    if (integers && !work.filter().isBits()) {
      return null;
    }
    if (work.pooling() == null
        && work.filter().isBits()
        && Lookups.take(context, work.g().dtype(), work.limit())) {
      return new Lookups.OfInput(work, context);
    }
    if (work.pooling() == null) {
      return new Whole(work, context, integers);
    }
    boolean fits = integers ? fit(work.limit()) >= LEAST_FIT : isLong(work.geometry());
    return fits && Sources.areDisjointAndSmall(work.pooling().window())
        ? new Pooled(work, context, integers)
        : null;
  }

  /** Whether runs of what a window sees fill vectors. */
  static boolean isLong(Work.Geometry geometry) {
    Plane plane = new Plane(geometry.input(), geometry.window());
    return plane.runLength() * geometry.input().dim(4) >= FilterLayouts.RUN;
  }

  /** How many gradients fit a sum of 16 bits. */
  static int fit(int limit) {
    return Short.MAX_VALUE / Math.max(1, limit);
  }

  /** Of all of the product's gradient. */
  private static final class Whole extends NativeKernel {
    Whole(Work.InputGradient work, Context context, boolean integers) {
      super(
          context, integers ? "integers" : "fma", integers ? "dx_short" : "dx_float", 0, work.g());
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      FilterLayouts.Form form = integers ? FilterLayouts.Form.PAIRS : FilterLayouts.Form.FLOATS;
      FilterLayouts.Packed filter =
          first(context.filters().panel(work.filter(), form, true, size.outputs()));
      int items = integers ? (size.outputs() + 1) / 2 : size.outputs();
      pointTile(work.g());
      pointTile(work.dx());
      int images = Sources.together(plane.positions(), work.domain().tile());
      pointScratch(plane.isPadded() ? 4L * images * plane.pixels() * size.channels() : 0);
      pointScratch(4L * CHUNK * items);
      pointScratch(4L * CHUNK * FilterLayouts.padded(size.depth(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      Sources.describeAsTheyLie(struct);
      build(
          struct
              .windows(plane, plane.rows(size.channels(), 1), size.channels())
              .pointer(filter.panel())
              .number(items)
              .number(size.outputs())
              .number(size.depth()));
    }
  }

  /** Of what came out of a max-pool. */
  private static final class Pooled extends NativeKernel {
    Pooled(Work.InputGradient work, Context context, boolean integers) {
      super(
          context,
          integers ? "pooled integers" : "pooled fma",
          integers ? "dx_pooled_short" : "dx_pooled_float",
          0,
          buffersOf(work));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      int run = plane.runLength() * size.channels();
      int paddedRun = FilterLayouts.padded(run, FilterLayouts.RUN);
      FilterLayouts.Packed filter =
          first(
              context
                  .filters()
                  .panel(
                      work.filter(),
                      integers ? FilterLayouts.Form.ROWS : FilterLayouts.Form.FLOAT_ROWS,
                      false,
                      run));
      pointTile(work.g());
      pointTile(work.pooling().argmax());
      pointTile(work.dx());
      pointScratch(4L * (plane.pixels() * size.channels() + FilterLayouts.RUN));
      long offsets = (long) size.depth() / run * paddedRun / 4;
      pointScratch(size.outputs() * 4L * (8 + 4) + 8 + 2 * 4 * offsets);
      build(
          context
              .struct()
              .plane(plane, size.channels())
              .windows(
                  plane, Sources.begins(plane, work.pooling(), size.channels()), size.channels())
              .pointer(filter.panel())
              .number(size.outputs())
              .number(paddedRun)
              .number(integers ? fit(work.limit()) : size.outputs()));
    }

    private static Buffer[] buffersOf(Work.InputGradient work) {
      return new Buffer[] {work.g(), work.pooling().argmax()};
    }
  }
}
