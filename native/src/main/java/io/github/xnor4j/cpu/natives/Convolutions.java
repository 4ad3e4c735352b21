package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Convolutions: bits by bits are counted, integers of 16 bits by bits multiplied and added in
 * pairs, everything else is multiplied in floats. Behind all there may be a max-pool of disjoint
 * windows.
 */
final class Convolutions {
  /** Rows that are gathered at a time: XN_CHUNK. */
  private static final int CHUNK = 32;

  private Convolutions() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.Convolution work, Context context) {
    Work.Pooling pooling = work.pooling();
    Work.Geometry geometry = work.geometry();
    if (geometry.groups() > 1) {
      return pooling == null ? GroupedProducts.forward(work, context) : null;
    }
    if (work.y().dtype() != DType.F32
        || pooling != null && !Sources.areDisjointAndSmall(pooling.window())) {
      return null;
    }
    if (work.x().buffer().dtype() == DType.BIT && work.filter().isBits()) {
      boolean corrected = geometry.window().isPadded() && geometry.padValue() != 1;
      return pooling != null && corrected ? null : new Count(work, context, corrected);
    }
    return new Multiply(work, context, areShorts(work));
  }

  private static boolean areShorts(Work.Convolution work) {
    long depth = work.filter().shape().elements() / work.filter().shape().dim(0);
    return work.filter().isBits()
        && Sources.areShorts(work.x(), work.geometry())
        && depth * Math.max(Sources.bound(work.x()), 1) <= 1 << 24;
  }

  private static String titled(String how, Work.Convolution work) {
    return work.pooling() == null ? how : how + " and max-pool";
  }

  private static Buffer[] buffersOf(Work.Convolution work) {
    return new Buffer[] {work.x().buffer()};
  }

  private static void results(Work.Convolution work, NativeKernel kernel) {
    kernel.pointTile(work.y());
    if (work.pooling() == null) {
      kernel.pointNowhere();
    } else {
      kernel.pointTile(work.pooling().argmax());
    }
  }

  /** Bits by bits. */
  private static final class Count extends NativeKernel {
    Count(Work.Convolution work, Context context, boolean corrected) {
      super(context, titled("popcount", work), "conv_bits", 0, buffersOf(work));
      Work.Geometry geometry = work.geometry();
      Plane plane = new Plane(geometry.input(), geometry.window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      FilterLayouts.Packed filter = first(context.filters().bits(work.filter()));
      MemorySegment border =
          corrected
              ? first(new FilterLayouts.Border(context, work.filter(), plane, geometry.padValue()))
                  .table()
              : null;
      int words = size.words();
      pointTile(work.x().buffer());
      results(work, this);
      pointScratch(4L * (plane.isPadded() ? plane.pixels() * words : 0)); // its padding is +1
      int depth = size.taps() * words;
      pointScratch(4L * 4 * (depth + FilterLayouts.padded(size.outputs(), FilterLayouts.WIDTH)));
      int[] cases = new int[plane.positions()];
      for (int p = 0; p < cases.length; p++) {
        cases[p] = plane.borderCase(p);
      }
      build(
          context
              .struct()
              .plane(plane, words)
              .windows(plane, Sources.begins(plane, work.pooling(), words), words)
              .pointer(filter.panel())
              .number(size.outputs())
              .number(size.depth())
              .pointer(border)
              .ints(cases)
              .flag(work.pooling() != null));
    }
  }

  /** Shorts or floats. */
  private static final class Multiply extends NativeKernel {
    Multiply(Work.Convolution work, Context context, boolean shorts) {
      super(
          context,
          titled(shorts ? "integers" : "fma", work),
          shorts ? "conv_short" : "conv_float",
          0,
          buffersOf(work));
      Work.Geometry geometry = work.geometry();
      Plane plane = new Plane(geometry.input(), geometry.window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      FilterLayouts.Form form = shorts ? FilterLayouts.Form.PAIRS : FilterLayouts.Form.FLOATS;
      FilterLayouts.Packed filter =
          first(context.filters().panel(work.filter(), form, false, size.depth()));
      int[] begins = Sources.begins(plane, work.pooling(), size.channels());
      int items = shorts ? (size.depth() + 1) / 2 : size.depth();
      int bytes = shorts ? 2 : 4;
      pointTile(work.x().buffer());
      results(work, this);
      int images = Sources.together(begins.length, work.domain().tile());
      long planes = (long) images * plane.pixels() * size.channels();
      Sources.pad(pointScratch(bytes * planes), work.x(), geometry, planes, shorts);
      pointScratch(4L * CHUNK * items);
      pointScratch(4L * CHUNK * FilterLayouts.padded(size.outputs(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      if (shorts) {
        Sources.describeShorts(work.x(), struct);
      } else {
        Sources.describe(work.x(), struct);
      }
      build(
          struct
              .windows(plane, begins, size.channels())
              .pointer(filter.panel())
              .number(items)
              .number(size.outputs())
              .number(work.divisor())
              .flag(work.pooling() != null));
    }
  }
}
