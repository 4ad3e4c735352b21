package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Convolutions of several groups: each group's products are those of fewer channels, gathered where
 * they lie, in floats or in ints. Of one channel each: {@link Depthwise}.
 */
final class GroupedProducts {
  /** Positions that are gathered at a time: XN_CHUNK. */
  static final int CHUNK = 32;

  private GroupedProducts() {}

  /** The kernel of floats, or null. */
  static Kernel forward(Work.Convolution work, Context context) {
    if (work.y().dtype() != DType.F32) {
      return null;
    }
    if (Depthwise.takes(work.geometry(), work.filter().shape().dim(0))) {
      return new Depthwise.Forward(work, context);
    }
    FilterLayouts.Packed filter =
        context.filters().panel(work.filter(), FilterLayouts.Form.FLOAT_COLUMNS, false, 1);
    return new Forward(
        work.x(),
        work.geometry(),
        work.filter().shape().dim(0),
        filter,
        work.divisor(),
        work.y(),
        false,
        context);
  }

  /** The kernel of floats. */
  static Kernel inputGradient(Work.InputGradient work, Context context) {
    Shape shape = work.filter().shape();
    if (Depthwise.takes(work.geometry(), shape.dim(0))) {
      return new Depthwise.InputGradient(work, context);
    }
    int depth = FilterLayouts.Size.of(shape).depth();
    FilterLayouts.Packed filter =
        context.filters().panel(work.filter(), FilterLayouts.Form.FLOAT_ROWS, false, depth);
    Work.Source g = new Work.Source(work.g(), null, 1, 0);
    return new InputGradient(g, work.geometry(), shape, filter, work.dx(), false, context);
  }

  /** The kernel of floats. */
  static Kernel filterGradient(Work.FilterGradient work, Context context) {
    return Depthwise.takes(work.geometry(), work.dw().shape().dim(0))
        ? new Depthwise.FilterGradient(work, context)
        : new FilterGradient(work, context);
  }

  /** xn_plane, and xn_source of the input and of gradients. */
  private static Struct describe(
      Context context,
      Plane plane,
      Work.Geometry geometry,
      Work.Source x,
      Work.Source g,
      boolean ints) {
    Struct struct = context.struct().plane(plane, geometry.input().dim(4));
    for (Work.Source source : new Work.Source[] {x, g}) {
      if (source == null) {
        Sources.describeAsTheyLie(struct);
      } else if (ints) {
        Sources.describeInts(source, struct);
      } else {
        Sources.describe(source, struct);
      }
    }
    return windows(struct, plane, geometry.input().dim(4), geometry.groups());
  }

  /** xn_windows with a run for each tap, of a group's channels. */
  static Struct windows(Struct struct, Plane plane, int channels, int groups) {
    int[] begins = plane.rows(channels, 1);
    int[] offsets = new int[plane.tapCount()];
    Arrays.setAll(offsets, t -> plane.tap(t) * channels);
    return struct
        .number(begins.length)
        .ints(begins)
        .number(offsets.length)
        .ints(offsets)
        .number(channels / groups);
  }

  private static String titled(boolean ints) {
    return ints ? "integers" : "grouped fma";
  }

  private static String function(String name, boolean ints) {
    return name + (ints ? "_int" : "_float");
  }

  private static void pad(
      MemorySegment[] planes, Work.Source x, Work.Geometry geometry, long n, boolean ints) {
    if (ints) {
      Sources.padInts(planes, x, geometry, n);
    } else {
      Sources.pad(planes, x, geometry, n, false);
    }
  }

  /** The product. */
  static final class Forward extends NativeKernel {
    Forward(
        Work.Source x,
        Work.Geometry geometry,
        int outputs,
        FilterLayouts.Packed filter,
        int divisor,
        Buffer y,
        boolean ints,
        Context context) {
      super(context, titled(ints), function("grouped_conv", ints), 0, x.buffer());
      Plane plane = new Plane(geometry.input(), geometry.window());
      int channels = geometry.input().dim(4);
      int groups = geometry.groups();
      first(filter);
      pointTile(x.buffer());
      pointTile(y);
      long pixels = (long) plane.pixels() * channels;
      pad(pointScratch(4 * pixels), x, geometry, pixels, ints);
      pointScratch(4L * CHUNK * plane.tapCount() * (channels / groups));
      pointScratch(4L * CHUNK * FilterLayouts.padded(outputs / groups, FilterLayouts.WIDTH));
      build(
          describe(context, plane, geometry, x, null, ints)
              .pointer(filter.panel())
              .number(FilterLayouts.padded(outputs, FilterLayouts.WIDTH))
              .number(groups)
              .number(outputs)
              .number(divisor));
    }
  }

  /** The gradient of the input. */
  static final class InputGradient extends NativeKernel {
    InputGradient(
        Work.Source g,
        Work.Geometry geometry,
        Shape shape,
        FilterLayouts.Packed filter,
        Buffer dx,
        boolean ints,
        Context context) {
      super(context, titled(ints), function("grouped_dx", ints), 0, g.buffer());
      Plane plane = new Plane(geometry.input(), geometry.window());
      FilterLayouts.Size size = FilterLayouts.Size.of(shape);
      first(filter);
      pointTile(g.buffer());
      pointTile(dx);
      long pixels = (long) plane.pixels() * geometry.input().dim(4);
      pointScratch(plane.isPadded() ? 4 * pixels : 0);
      pointScratch(4L * CHUNK * size.outputs());
      pointScratch(4L * CHUNK * FilterLayouts.padded(size.depth(), FilterLayouts.WIDTH));
      build(
          describe(context, plane, geometry, null, g, ints)
              .pointer(filter.panel())
              .number(FilterLayouts.padded(size.depth(), FilterLayouts.RUN))
              .number(geometry.groups())
              .number(size.outputs())
              .number(1));
    }
  }

  /** Describes the gradient of a filter; gives back how its parts lie. */
  private static FilterGradients.Layout describe(
      NativeKernel kernel,
      Work.FilterGradient work,
      Work.Source g,
      int number,
      boolean ints,
      MemorySegment[] parts) {
    Plane plane = new Plane(work.geometry().input(), work.geometry().window());
    int channels = work.geometry().input().dim(4);
    int outputs = work.dw().shape().dim(0);
    int columns = FilterLayouts.padded(work.dw().unit(), FilterLayouts.WIDTH);
    parts[0] = kernel.own(4L * number * outputs * columns);
    kernel.pointTile(work.x().buffer());
    kernel.pointTile(g.buffer());
    kernel.pointSums(parts[0], 4L * outputs * columns, ints ? null : work.domain());
    long pixels = (long) plane.pixels() * channels;
    pad(kernel.pointScratch(4 * pixels), work.x(), work.geometry(), pixels, ints);
    kernel.pointScratch(4L * CHUNK * columns);
    kernel.pointScratch(4L * CHUNK * outputs);
    kernel.build(
        describe(kernel.context(), plane, work.geometry(), work.x(), g, ints)
            .pointer(null)
            .number(columns)
            .number(work.geometry().groups())
            .number(outputs)
            .number(1));
    return FilterGradients.Layout.ofOutputs(outputs, 1, columns);
  }

  /** The gradient of the filter, of floats, tile by tile. */
  private static final class FilterGradient extends NativeKernel {
    FilterGradient(Work.FilterGradient work, Context context) {
      super(
          context,
          titled(false),
          function("grouped_dw", false),
          0,
          FilterGradients.buffersOf(work));
      int tiles = FilterGradients.tiles(work);
      MemorySegment[] parts = new MemorySegment[1];
      Work.Source g = new Work.Source(work.g(), null, 1, 0);
      FilterGradients.Layout layout = describe(this, work, g, tiles, false, parts);
      finishBy(new FilterGradients.Sum(context, work, parts[0], tiles, layout));
    }
  }

  /** The same of integers, which any tasks may add. */
  static final class IntegerFilterGradient extends FilterGradients.Tasks {
    IntegerFilterGradient(Work.FilterGradient work, Work.Source g, Context context) {
      super(context, titled(true), function("grouped_dw", true), work);
      MemorySegment[] parts = new MemorySegment[1];
      FilterGradients.Layout layout = describe(this, work, g, tasks(), true, parts);
      finishBy(new FilterGradients.Sum(context, work, parts[0], tasks(), layout));
    }
  }
}
