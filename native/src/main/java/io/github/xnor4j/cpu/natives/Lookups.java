package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.reference.SumOrder;
import io.github.xnor4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Gradients of products by bits, looked up in tables of signed sums: of floats, or of integers that
 * are small enough that a sum of 16 bits holds sixteen. Only where the tier has an instruction for
 * it.
 */
final class Lookups {
  /** Integers that a sum of 16 bits must hold. */
  private static final int LEAST_FIT = 16;

  private static final int ROWS = 32; // XN_CHUNK
  private static final int ITEM_WORDS = 64; // XN_ITEM_WORDS
  private static final int BLOCK = 8; // outputs of a task
  private static final int TABLES = 4 * 8 * 11 * 4 * 16; // bytes: words, groups, rows, lanes

  private Lookups() {}

  /** Whether gradients of a dtype can be looked up. */
  static boolean take(Context context, DType dtype, int limit) {
    return context.lanes() > 0 && (dtype == DType.F32 || InputGradients.fit(limit) >= LEAST_FIT);
  }

  /** Whether a filter's gradient can: padding counts as +1. */
  static boolean take(Context context, Work.FilterGradient work) {
    Work.Geometry geometry = work.geometry();
    return work.x().buffer().dtype() == DType.BIT
        && (!geometry.window().isPadded() || geometry.padValue() == 1)
        && take(context, work.g().dtype(), work.limit());
  }

  private static String titled(DType dtype) {
    return dtype == DType.I16 ? "integer lookup" : "lookup";
  }

  private static String function(String name, DType dtype) {
    return name + (dtype == DType.I16 ? "_lookup_short" : "_lookup_float");
  }

  private static int fit(DType dtype, int limit) {
    return dtype == DType.I16 ? InputGradients.fit(limit) : LEAST_FIT;
  }

  private static int[] ramp(int n, int step) {
    int[] ramp = new int[n];
    Arrays.setAll(ramp, i -> i * step);
    return ramp;
  }

  /** The gradient of an input. */
  static final class OfInput extends NativeKernel {
    OfInput(Work.InputGradient work, Context context) {
      super(context, titled(work.g().dtype()), function("dx", work.g().dtype()), 0, work.g());
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      FilterLayouts.Size size = FilterLayouts.Size.of(work.filter().shape());
      FilterLayouts.Packed filter = first(context.filters().transposed(work.filter()));
      int lanes = context.lanes();
      int words = (size.outputs() + 31) / 32;
      int columns = (size.depth() + lanes - 1) / lanes;
      pointTile(work.g());
      pointTile(work.dx());
      int images = Sources.together(plane.positions(), work.domain().tile());
      pointScratch(plane.isPadded() ? 4L * images * plane.pixels() * size.channels() : 0);
      pointScratch(4L * ROWS * 32 * words);
      pointScratch(4L * ROWS * columns * lanes);
      pointScratch(TABLES);
      build(
          context
              .struct()
              .plane(plane, size.channels())
              .windows(plane, plane.rows(size.channels(), 1), size.channels())
              .pointer(filter.panel())
              .number(words)
              .ints(ramp(words, lanes))
              .number(columns)
              .ints(ramp(columns, words * lanes))
              .number(size.outputs())
              .number(fit(work.g().dtype(), work.limit())));
    }
  }

  private static int shards(Work.FilterGradient work) {
    int images = work.geometry().input().dim(0);
    return Math.max(1, (images + SumOrder.SHARD - 1) / SumOrder.SHARD);
  }

  private static int blocks(Work.FilterGradient work) {
    return (work.dw().shape().dim(0) + BLOCK - 1) / BLOCK;
  }

  /** The gradient of a filter: a task is some outputs of a shard of 32 images. */
  static final class OfFilter extends NativeKernel {
    OfFilter(Work.FilterGradient work, Context context) {
      super(
          context,
          titled(work.g().dtype()),
          function("dw", work.g().dtype()),
          shards(work) * blocks(work),
          work.g());
      Transposed x = first(context.transposed(work.x().buffer(), work.geometry()));
      Plane plane = x.plane;
      int channels = work.geometry().input().dim(4);
      int outputs = work.dw().shape().dim(0);
      int lanes = context.lanes();
      int ofTap = (channels + lanes - 1) / lanes;
      int[] columns = new int[plane.tapCount() * ofTap];
      Arrays.setAll(columns, v -> plane.tap(v / ofTap) * x.perPixel() + v % ofTap * lanes);
      int shards = shards(work);
      int words = plane.positions();
      long elements = (long) outputs * columns.length * lanes;
      MemorySegment parts = own(4 * elements * shards);
      pointWhole(work.g());
      pointTo(parts);
      pointScratch(4L * BLOCK * 32 * Math.min(words, ITEM_WORDS));
      pointScratch(TABLES);
      build(
          context
              .struct()
              .pointer(x.bits)
              .number((long) plane.pixels() * x.perPixel())
              .number(words)
              .ints(plane.rows(x.perPixel(), 1))
              .number(columns.length)
              .ints(columns)
              .number(outputs)
              .number(BLOCK)
              .number(work.geometry().input().dim(0))
              .number(fit(work.g().dtype(), work.limit())));
      finishBy(
          new FilterGradients.Sum(
              context,
              work,
              parts,
              shards,
              1,
              FilterGradients.Layout.ofOutputs(outputs, plane.tapCount(), ofTap * lanes)));
    }
  }

  /** Bits with 32 images inside the words. A task is a row of pixels of a shard. */
  static final class Transposed extends NativeKernel {
    private final Plane plane;
    private final int words;
    private final MemorySegment bits;

    Transposed(Buffer x, Work.Geometry geometry, Context context) {
      super(
          context,
          "transpose bits for",
          "transpose_images",
          Math.max(1, (geometry.input().dim(0) + SumOrder.SHARD - 1) / SumOrder.SHARD)
              * geometry.input().dim(1)
              * geometry.input().dim(2),
          x);
      this.plane = new Plane(geometry.input(), geometry.window());
      this.words = Buffer.words(geometry.input());
      int images = geometry.input().dim(0);
      int shards = Math.max(1, (images + SumOrder.SHARD - 1) / SumOrder.SHARD);
      this.bits = own(4L * shards * plane.pixels() * perPixel());
      pointWhole(x);
      build(context.struct().plane(plane, words).number(images).pointer(bits));
    }

    /** Words of a pixel. */
    int perPixel() {
      return words * 32;
    }
  }
}
