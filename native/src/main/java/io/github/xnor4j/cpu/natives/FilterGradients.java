package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.reference.SumOrder;
import io.github.xnor4j.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Gradients of a convolution's filter. Sums of integers, modulo 2^32, are taken by as many tasks as
 * there are threads for; those of floats tile by tile, and added up in the order of {@link
 * SumOrder}.
 */
final class FilterGradients {
  /** Positions that are gathered at a time. */
  private static final int CHUNK = 128;

  private static final int LEAST_FIT = 4;

  private FilterGradients() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.FilterGradient work, Context context) {
    Work.Pooling pooling = work.pooling();
    if (work.geometry().groups() > 1) {
      return pooling == null && work.g().dtype() == DType.F32
          ? GroupedProducts.filterGradient(work, context)
          : null;
    }
    if (pooling == null && Lookups.take(context, work)) {
      return new Lookups.OfFilter(work, context);
    }
    if (work.g().dtype() != DType.I16) {
      return pooling == null ? new Floats(work, context) : pooledFloats(work, context);
    }
    if (!Sources.areShorts(work.x(), work.geometry())
        || pooling != null && !Sources.areDisjointAndSmall(pooling.window())) {
      return null;
    }
    if (pooling == null) {
      return new Integers(work, context);
    }
    return suitsPooled(work) ? new Pooled(work, context) : new Winners(work, context);
  }

  private static Kernel pooledFloats(Work.FilterGradient work, Context context) {
    if (!Sources.areDisjointAndSmall(work.pooling().window())) {
      return null;
    }
    return InputGradients.isLong(work.geometry())
        ? new PooledFloats(work, context)
        : new FloatWinners(work, context);
  }

  /** Whether pooled gradients times +-1 fit sums of 16 bits, and runs fill vectors. */
  private static boolean suitsPooled(Work.FilterGradient work) {
    return work.x().buffer().dtype() == DType.BIT
        && Math.abs(work.geometry().padValue()) <= 1
        && InputGradients.fit(work.limit()) >= LEAST_FIT
        && InputGradients.isLong(work.geometry());
  }

  static Buffer[] buffersOf(Work.FilterGradient work) {
    Buffer x = work.x().buffer();
    return work.pooling() == null
        ? new Buffer[] {x, work.g()}
        : new Buffer[] {x, work.g(), work.pooling().argmax()};
  }

  static int tiles(Work.FilterGradient work) {
    return Math.max(1, work.domain().tiles());
  }

  /** Tasks of a few tiles each: what is integer may be added in any order. */
  abstract static class Tasks extends NativeKernel {
    private final int units;
    private final int images; // of a task

    Tasks(Context context, String name, String function, Work.FilterGradient work) {
      super(context, name, function, tasks(context, work), buffersOf(work));
      this.units = work.domain().units();
      this.images = images(context, work);
    }

    private static int tasks(Context context, Work.FilterGradient work) {
      int images = images(context, work);
      return Math.max(1, (work.domain().units() + images - 1) / images);
    }

    static int images(Context context, Work.FilterGradient work) {
      int wanted = context.members() == 1 ? 1 : 2 * context.members();
      int ofTask = (tiles(work) + wanted - 1) / wanted;
      return ofTask * work.domain().tile();
    }

    @Override
    public final void run(int part, int first, int count, int member) {
      int from = part * images;
      super.run(part, from, Math.max(0, Math.min(images, units - from)), member);
    }
  }

  /**
   * How a filter's gradient lies in what a part leaves, in elements.
   *
   * @param elements of a part
   * @param runs of an output
   * @param stride from a run to the next
   * @param output from an output to the next
   */
  record Layout(long elements, int runs, int stride, int output) {
    /** An output behind the other. */
    static Layout ofOutputs(int outputs, int runs, int stride) {
      return new Layout((long) outputs * runs * stride, runs, stride, runs * stride);
    }
  }

  /** What parts leave, added up: a task is an output. */
  static final class Sum extends NativeKernel {
    Sum(Context context, Work.FilterGradient work, MemorySegment parts, int number, Layout layout) {
      this(context, work, parts, number, SumOrder.SHARD / work.domain().tile(), layout);
    }

    /**
     * A sum.
     *
     * @param ofShard parts of a shard
     */
    Sum(
        Context context,
        Work.FilterGradient work,
        MemorySegment parts,
        int number,
        int ofShard,
        Layout layout) {
      super(
          context,
          "sum over the batch of",
          work.dw().dtype() == DType.I32 ? "sum_int" : "sum_float",
          work.dw().shape().dim(0));
      pointTo(parts);
      pointWhole(work.dw());
      pointScratch(8L * 64 * ((number + ofShard - 1) / ofShard)); // XN_SUM_BLOCK
      build(
          context
              .struct()
              .number(number)
              .number(layout.elements())
              .number(layout.runs())
              .number(work.dw().unit() / layout.runs())
              .number(layout.stride())
              .number(layout.output())
              .number(ofShard)
              .real(work.x().denominator()));
    }
  }

  private static Struct describe(
      Context context, Work.FilterGradient work, Plane plane, boolean shorts) {
    int channels = work.geometry().input().dim(4);
    Struct struct = context.struct().plane(plane, channels);
    if (shorts) {
      Sources.describeShorts(work.x(), struct);
    } else {
      Sources.describe(work.x(), struct);
    }
    return struct.windows(plane, Sources.begins(plane, work.pooling(), channels), channels);
  }

  /** Integers. */
  private static final class Integers extends Tasks {
    Integers(Work.FilterGradient work, Context context) {
      super(context, "integers", "dw_short", work);
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      int outputs = work.dw().shape().dim(0);
      int columns = FilterLayouts.padded(work.dw().unit(), FilterLayouts.WIDTH);
      MemorySegment parts = own(4L * tasks() * outputs * columns);
      pointTile(work.x().buffer());
      pointTile(work.g());
      pointPart(parts, 4L * outputs * columns);
      int positions = Sources.begins(plane, work.pooling(), 1).length;
      int images = Sources.together(positions, images(context, work));
      long planes = (long) images * plane.pixels() * work.geometry().input().dim(4);
      Sources.pad(pointScratch(2 * planes), work.x(), work.geometry(), planes, true);
      pointScratch(4L * CHUNK / 2 * columns);
      pointScratch(4L * CHUNK / 2 * outputs);
      build(
          describe(context, work, plane, true)
              .number(outputs)
              .number(columns)
              .number(CHUNK)
              .flag(false));
      finishBy(new Sum(context, work, parts, tasks(), Layout.ofOutputs(outputs, 1, columns)));
    }
  }

  /** How what is left of pooled gradients lies: runs, each filled up. */
  private record Rows(int outputs, int runs, int stride, long bytes) {
    static Rows of(Work.FilterGradient work, Plane plane) {
      int outputs = work.dw().shape().dim(0);
      int run = plane.runLength() * work.geometry().input().dim(4);
      int runs = work.dw().unit() / run;
      int stride = FilterLayouts.padded(run, FilterLayouts.RUN);
      return new Rows(outputs, runs, stride, 4L * outputs * runs * stride);
    }

    Layout layout() {
      return Layout.ofOutputs(outputs, runs, stride);
    }
  }

  /** What kernels of pooled gradients compute with, and their struct. */
  private static void buildPooled(
      NativeKernel kernel,
      Work.FilterGradient work,
      MemorySegment parts,
      Plane plane,
      boolean shorts) {
    Rows rows = Rows.of(work, plane);
    kernel.pointTile(work.x().buffer());
    kernel.pointTile(work.g());
    kernel.pointTile(work.pooling().argmax());
    kernel.pointSums(parts, rows.bytes(), shorts ? null : work.domain());
    long pixels = (long) plane.pixels() * work.geometry().input().dim(4);
    MemorySegment[] planes = kernel.pointScratch((shorts ? 2 : 4) * pixels);
    Sources.pad(planes, work.x(), work.geometry(), pixels, shorts);
    int windows = Sources.begins(plane, work.pooling(), 1).length / 4;
    kernel.pointScratch(windows * (8L + 4) + 8 + 2L * 4 * rows.runs() * rows.stride() / 4);
    kernel.build(
        describe(kernel.context(), work, plane, shorts)
            .number(rows.outputs())
            .number(rows.stride())
            .number(shorts ? InputGradients.fit(work.limit()) : Math.max(1, windows)));
  }

  /** Pooled gradients of integers, where the input is bits. */
  private static final class Pooled extends Tasks {
    Pooled(Work.FilterGradient work, Context context) {
      super(context, "pooled integers", "dw_pooled_short", work);
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      Rows rows = Rows.of(work, plane);
      MemorySegment parts = own(rows.bytes() * tasks());
      buildPooled(this, work, parts, plane, true);
      finishBy(new Sum(context, work, parts, tasks(), rows.layout()));
    }
  }

  /** Pooled gradients of floats, tile by tile. */
  private static final class PooledFloats extends NativeKernel {
    PooledFloats(Work.FilterGradient work, Context context) {
      super(context, "pooled fma", "dw_pooled_float", 0, buffersOf(work));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      Rows rows = Rows.of(work, plane);
      MemorySegment parts = own(rows.bytes() * tiles(work));
      buildPooled(this, work, parts, plane, false);
      finishBy(new Sum(context, work, parts, tiles(work), rows.layout()));
    }
  }

  /** Describes pooled gradients of any runs; gives back how parts lie. */
  private static Layout describeWinners(
      NativeKernel kernel,
      Work.FilterGradient work,
      int number,
      boolean shorts,
      MemorySegment[] parts) {
    Plane plane = new Plane(work.geometry().input(), work.geometry().window());
    int outputs = work.dw().shape().dim(0);
    int depth = work.dw().unit();
    int stride = FilterLayouts.padded(outputs, FilterLayouts.WIDTH);
    long elements = (long) depth * stride;
    parts[0] = kernel.own(4 * elements * number);
    kernel.pointTile(work.x().buffer());
    kernel.pointTile(work.g());
    kernel.pointTile(work.pooling().argmax());
    kernel.pointSums(parts[0], 4 * elements, shorts ? null : work.domain());
    long pixels = (long) plane.pixels() * work.geometry().input().dim(4);
    MemorySegment[] planes = kernel.pointScratch((shorts ? 2 : 4) * pixels);
    Sources.pad(planes, work.x(), work.geometry(), pixels, shorts);
    kernel.pointScratch(16L * 64 * depth); // XN_WINDOWS
    kernel.build(describe(kernel.context(), work, plane, shorts).number(outputs));
    return new Layout(elements, depth, stride, 1);
  }

  /** Pooled gradients of integers, lanes are outputs. */
  private static final class Winners extends Tasks {
    Winners(Work.FilterGradient work, Context context) {
      super(context, "pooled integers", "dw_winners_short", work);
      MemorySegment[] parts = new MemorySegment[1];
      Layout layout = describeWinners(this, work, tasks(), true, parts);
      finishBy(new Sum(context, work, parts[0], tasks(), layout));
    }
  }

  /** The same of floats, tile by tile. */
  private static final class FloatWinners extends NativeKernel {
    FloatWinners(Work.FilterGradient work, Context context) {
      super(context, "pooled fma", "dw_winners_float", 0, buffersOf(work));
      MemorySegment[] parts = new MemorySegment[1];
      Layout layout = describeWinners(this, work, tiles(work), false, parts);
      finishBy(new Sum(context, work, parts[0], tiles(work), layout));
    }
  }

  /** Floats, tile by tile. */
  private static final class Floats extends NativeKernel {
    Floats(Work.FilterGradient work, Context context) {
      super(context, "fma", "dw_float", 0, buffersOf(work));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      int outputs = work.dw().shape().dim(0);
      int columns = FilterLayouts.padded(work.dw().unit(), FilterLayouts.WIDTH);
      MemorySegment parts = own(4L * tiles(work) * outputs * columns);
      pointTile(work.x().buffer());
      pointTile(work.g());
      pointSums(parts, 4L * outputs * columns, work.domain());
      int images = Sources.together(plane.positions(), work.domain().tile());
      long planes = (long) images * plane.pixels() * work.geometry().input().dim(4);
      Sources.pad(pointScratch(4 * planes), work.x(), work.geometry(), planes, false);
      pointScratch(4L * CHUNK * columns);
      pointScratch(4L * CHUNK * outputs);
      build(
          describe(context, work, plane, false)
              .number(outputs)
              .number(columns)
              .number(CHUNK)
              .flag(true)
              .number(3) // gradients as they lie
              .number(1)
              .number(0));
      finishBy(new Sum(context, work, parts, tiles(work), Layout.ofOutputs(outputs, 1, columns)));
    }
  }
}
