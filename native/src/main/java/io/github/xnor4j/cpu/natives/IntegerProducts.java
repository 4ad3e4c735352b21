package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Convolutions of integers and their gradients, modulo 2^32, which no order of additions changes:
 * on ints, whatever the operands are. Those that training uses have kernels on shorts.
 */
final class IntegerProducts {
  private static final int CHUNK = 128;

  private IntegerProducts() {}

  /** The kernel. */
  static Kernel prepare(Work.IntegerProduct work, Context context) {
    return switch (work.op()) {
      case Op.Conv op -> {
        Work.Geometry geometry =
            new Work.Geometry(op.x().shape(), op.window(), op.groups(), op.padValue());
        Shape filter = op.filter().shape();
        yield op.groups() == 1
            ? new Forward(work, geometry, filter, context)
            : new GroupedProducts.Forward(
                work.a(),
                geometry,
                filter.dim(0),
                columns(work.b(), filter, context),
                1,
                work.y(),
                true,
                context);
      }
      case Op.ConvInputGradient op -> {
        Work.Geometry geometry = new Work.Geometry(op.input(), op.window(), op.groups(), 0);
        Shape filter = op.filter().shape();
        yield op.groups() == 1
            ? new InputGradient(work, geometry, filter, context)
            : new GroupedProducts.InputGradient(
                work.a(),
                geometry,
                filter,
                rows(work.b(), filter, context),
                work.y(),
                true,
                context);
      }
      case Op.ConvFilterGradient op -> {
        Work.Geometry geometry =
            new Work.Geometry(op.x().shape(), op.window(), op.groups(), op.padValue());
        Work.FilterGradient gradient =
            new Work.FilterGradient(
                work.a(), work.b().buffer(), 0, geometry, work.domain(), work.y(), null);
        yield op.groups() == 1
            ? new FilterGradient(gradient, work.b(), context)
            : new GroupedProducts.IntegerFilterGradient(gradient, work.b(), context);
      }
      default -> throw new IllegalArgumentException(work.op().name() + " is no convolution");
    };
  }

  private static FilterLayouts.Packed columns(Work.Source filter, Shape shape, Context context) {
    return context.filters().panel(filter, shape, FilterLayouts.Form.INT_COLUMNS, false);
  }

  private static FilterLayouts.Packed rows(Work.Source filter, Shape shape, Context context) {
    return context.filters().panel(filter, shape, FilterLayouts.Form.INT_ROWS, false);
  }

  private static final class Forward extends NativeKernel {
    Forward(Work.IntegerProduct work, Work.Geometry geometry, Shape filter, Context context) {
      super(context, "integers", "conv_int", 0, work.a().buffer());
      Plane plane = new Plane(geometry.input(), geometry.window());
      FilterLayouts.Size size = FilterLayouts.Size.of(filter);
      FilterLayouts.Packed panel =
          first(context.filters().panel(work.b(), filter, FilterLayouts.Form.INTS, false));
      pointTile(work.a().buffer());
      pointTile(work.y());
      pointNowhere();
      int images = Sources.together(plane.positions(), work.domain().tile());
      long planes = (long) images * plane.pixels() * size.channels();
      Sources.padInts(pointScratch(4 * planes), work.a(), geometry, planes);
      pointScratch(4L * GroupedProducts.CHUNK * size.depth());
      pointScratch(
          4L * GroupedProducts.CHUNK * FilterLayouts.padded(size.outputs(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      Sources.describeInts(work.a(), struct);
      build(
          struct
              .windows(plane, plane.rows(size.channels(), 1), size.channels())
              .pointer(panel.panel())
              .number(size.depth())
              .number(size.outputs())
              .number(1)
              .flag(false));
    }
  }

  private static final class InputGradient extends NativeKernel {
    InputGradient(Work.IntegerProduct work, Work.Geometry geometry, Shape filter, Context context) {
      super(context, "integers", "dx_int", 0, work.a().buffer());
      Plane plane = new Plane(geometry.input(), geometry.window());
      FilterLayouts.Size size = FilterLayouts.Size.of(filter);
      FilterLayouts.Packed panel =
          first(context.filters().panel(work.b(), filter, FilterLayouts.Form.INTS, true));
      pointTile(work.a().buffer());
      pointTile(work.y());
      int images = Sources.together(plane.positions(), work.domain().tile());
      pointScratch(plane.isPadded() ? 4L * images * plane.pixels() * size.channels() : 0);
      pointScratch(4L * GroupedProducts.CHUNK * size.outputs());
      pointScratch(
          4L * GroupedProducts.CHUNK * FilterLayouts.padded(size.depth(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      Sources.describeInts(work.a(), struct);
      build(
          struct
              .windows(plane, plane.rows(size.channels(), 1), size.channels())
              .pointer(panel.panel())
              .number(size.outputs())
              .number(size.outputs())
              .number(size.depth()));
    }
  }

  private static final class FilterGradient extends FilterGradients.Tasks {
    FilterGradient(Work.FilterGradient work, Work.Source g, Context context) {
      super(context, "integers", "dw_int", work);
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      int channels = work.geometry().input().dim(4);
      int outputs = work.dw().shape().dim(0);
      int columns = FilterLayouts.padded(work.dw().unit(), FilterLayouts.WIDTH);
      MemorySegment parts = own(4L * tasks() * outputs * columns);
      pointTile(work.x().buffer());
      pointTile(g.buffer());
      pointPart(parts, 4L * outputs * columns);
      int images = Sources.together(plane.positions(), images(context, work));
      long planes = (long) images * plane.pixels() * channels;
      Sources.padInts(pointScratch(4 * planes), work.x(), work.geometry(), planes);
      pointScratch(4L * CHUNK * columns);
      pointScratch(4L * CHUNK * outputs);
      Struct struct = context.struct().plane(plane, channels);
      Sources.describeInts(work.x(), struct);
      struct
          .windows(plane, plane.rows(channels, 1), channels)
          .number(outputs)
          .number(columns)
          .number(CHUNK)
          .flag(false);
      Sources.describeInts(g, struct);
      build(struct);
      finishBy(
          new FilterGradients.Sum(
              context,
              work,
              parts,
              tasks(),
              FilterGradients.Layout.ofOutputs(outputs, 1, columns)));
    }
  }
}
