package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

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
    return areShorts(work) ? new Multiply16(work, context) : new Multiply(work, context);
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

  /** Scratch of planes, filled with what stands in the padding. */
  private static void pointPlanes(
      NativeKernel kernel, Work.Convolution work, Plane plane, int positions, boolean shorts) {
    int images = Sources.together(positions, work.domain().tile());
    long elements = (long) images * plane.pixels() * work.geometry().input().dim(4);
    MemorySegment[] planes = kernel.pointScratch((shorts ? 2 : 4) * elements);
    Sources.pad(planes, work.x(), work.geometry(), elements, shorts);
  }

  /** Integers of 16 bits by bits, read where they lie. */
  private static final class Multiply16 extends NativeKernel {
    Multiply16(Work.Convolution work, Context context) {
      super(context, titled("integers", work), "conv_short", 0, buffersOf(work));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      int run = plane.runLength() * size.channels();
      FilterLayouts.Packed filter =
          first(context.filters().panel(work.filter(), FilterLayouts.Form.PAIRS, false, run));
      int[] begins = Sources.begins(plane, work.pooling(), size.channels());
      int[] runs = plane.runs(size.channels());
      int ofRun = (run + 1) / 2;
      int[] items = new int[runs.length * ofRun];
      Arrays.setAll(items, i -> runs[i / ofRun] + i % ofRun * 2);
      pointTile(work.x().buffer());
      results(work, this);
      pointPlanes(this, work, plane, begins.length, true);
      pointScratch(4L * 4 * FilterLayouts.padded(size.outputs(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      Sources.describeShorts(work.x(), struct);
      build(
          struct
              .number(begins.length)
              .ints(begins)
              .number(items.length)
              .ints(items)
              .pointer(filter.panel())
              .number(size.outputs())
              .number(work.divisor())
              .flag(work.pooling() != null));
    }
  }

  /** Floats. */
  private static final class Multiply extends NativeKernel {
    Multiply(Work.Convolution work, Context context) {
      super(context, titled("fma", work), "conv_float", 0, buffersOf(work));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      FilterLayouts.Packed filter =
          first(
              context
                  .filters()
                  .panel(work.filter(), FilterLayouts.Form.FLOATS, false, size.depth()));
      int[] begins = Sources.begins(plane, work.pooling(), size.channels());
      pointTile(work.x().buffer());
      results(work, this);
      pointPlanes(this, work, plane, begins.length, false);
      pointScratch(4L * CHUNK * size.depth());
      pointScratch(4L * CHUNK * FilterLayouts.padded(size.outputs(), FilterLayouts.WIDTH));
      Struct struct = context.struct().plane(plane, size.channels());
      Sources.describe(work.x(), struct);
      build(
          struct
              .windows(plane, begins, size.channels())
              .pointer(filter.panel())
              .number(size.depth())
              .number(size.outputs())
              .number(work.divisor())
              .flag(work.pooling() != null));
    }
  }
}
