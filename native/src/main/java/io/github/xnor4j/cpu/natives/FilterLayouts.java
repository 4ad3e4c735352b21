package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Filters in the layouts that products read, made once a run for all products of a plan. */
final class FilterLayouts {
  /** Columns of a panel. */
  static final int WIDTH = 16;

  /** Multiple up to which runs of rows of shorts are filled with zeros. */
  static final int RUN = 32;

  private final Context context;
  private final Map<Work.Filter, Packed> bits = new HashMap<>();
  private final Map<List<Object>, Packed> panels = new HashMap<>();

  FilterLayouts(Context context) {
    this.context = context;
  }

  /** n rounded up to a multiple. */
  static int padded(int n, int multiple) {
    return (n + multiple - 1) / multiple * multiple;
  }

  /**
   * A filter [O, D, H, W, C].
   *
   * @param depth elements of an output
   */
  record Size(int outputs, int taps, int channels, int depth) {
    static Size of(Shape shape) {
      int o = shape.dim(0);
      int depth = shape.elements() / o;
      return new Size(o, depth / shape.dim(4), shape.dim(4), depth);
    }

    int words() {
      return (channels + 31) / 32;
    }
  }

  /** What lies in items of a panel. */
  enum Form {
    /** Shorts, two neighbours an item. */
    PAIRS,
    /** Floats. */
    FLOATS,
    /** Rows of shorts for each output, each run filled up with zeros. */
    ROWS,
    /** Such rows of floats. */
    FLOAT_ROWS
  }

  /** A kernel that packs a filter, and where to. */
  static final class Packed extends NativeKernel {
    private final MemorySegment panel;

    private Packed(
        Context context, String name, String function, int tasks, Work.Filter from, long bytes) {
      super(context, name, function, tasks, from.buffer());
      this.panel = own(bytes);
      pointWhole(from.buffer());
    }

    MemorySegment panel() {
      return panel;
    }
  }

  /** A filter's bits in panels of outputs: a task is a word of all outputs. */
  Packed bits(Work.Filter filter) {
    Work.Filter key = new Work.Filter(filter.buffer(), filter.latent(), filter.shape(), 1);
    return bits.computeIfAbsent(key, this::pack);
  }

  private Packed pack(Work.Filter filter) {
    Size size = Size.of(filter.shape());
    int tasks = size.taps() * size.words();
    long bytes = 4L * tasks * padded(size.outputs(), WIDTH);
    Packed packed = new Packed(context, "pack filter", "pack_filter", tasks, filter, bytes);
    packed.build(
        context
            .struct()
            .flag(filter.latent())
            .number(size.outputs())
            .number(size.taps())
            .number(size.channels())
            .pointer(packed.panel()));
    return packed;
  }

  /**
   * A filter as items.
   *
   * @param transposed whether columns of panels are what a window sees, and items the outputs
   * @param run elements of a run, of rows
   */
  Packed panel(Work.Filter filter, Form form, boolean transposed, int run) {
    return panels.computeIfAbsent(
        List.of(filter, form, transposed, run), key -> panel(filter, form, transposed, (long) run));
  }

  private Packed panel(Work.Filter filter, Form form, boolean transposed, long run) {
    Size size = Size.of(filter.shape());
    int along = transposed ? size.outputs() : size.depth();
    int columns = padded(transposed ? size.depth() : size.outputs(), WIDTH);
    int paddedRun = padded((int) run, RUN);
    long bytes =
        switch (form) {
          case PAIRS -> 4L * columns * ((along + 1) / 2);
          case FLOATS -> 4L * columns * along;
          case ROWS -> 2L * size.outputs() * (size.depth() / run) * paddedRun;
          case FLOAT_ROWS -> 4L * size.outputs() * (size.depth() / run) * paddedRun;
        };
    Packed packed = new Packed(context, "panel of filter", "filter_panel", 1, filter, bytes);
    int kind = filter.latent() ? 0 : filter.buffer().dtype() == DType.BIT ? 1 : 2;
    packed.build(
        context
            .struct()
            .number(kind)
            .number(filter.denominator())
            .flag(transposed)
            .number(form.ordinal())
            .number(size.outputs())
            .number(size.taps())
            .number(size.channels())
            .number(run)
            .number(paddedRun)
            .pointer(packed.panel()));
    return packed;
  }

  /** A table of what the padding adds in each border case. */
  static final class Border extends NativeKernel {
    private final MemorySegment table;

    Border(Context context, Work.Filter filter, Plane plane, float padValue) {
      super(context, "border of filter", "border", plane.borderCases());
      Size size = Size.of(filter.shape());
      Packed bits = first(context.filters().bits(filter));
      this.table = own(4L * plane.borderCases() * size.outputs());
      int[] starts = new int[plane.borderCases() + 1];
      java.util.stream.IntStream.Builder outside = java.util.stream.IntStream.builder();
      for (int i = 0; i < plane.borderCases(); i++) {
        for (int tap : plane.borderTaps(i)) {
          outside.add(tap);
        }
        starts[i + 1] = starts[i] + plane.borderTaps(i).length;
      }
      build(
          context
              .struct()
              .pointer(bits.panel())
              .number(size.taps())
              .number(size.words())
              .number(size.channels())
              .number(size.outputs())
              .real((double) padValue - 1)
              .ints(starts)
              .ints(outside.build().toArray())
              .pointer(table));
    }

    MemorySegment table() {
      return table;
    }
  }
}
