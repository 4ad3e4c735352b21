package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
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
  private final Map<Work.Filter, Packed> transposed = new HashMap<>();
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

  /** How a filter lies. */
  enum Form {
    /** Panels of shorts, two neighbours an item. */
    PAIRS(Layout.PAIRS, Element.SHORT),
    /** Panels of floats. */
    FLOATS(Layout.PANELS, Element.FLOAT),
    /** Panels of ints. */
    INTS(Layout.PANELS, Element.INT),
    /** Rows of shorts for each output, each run filled up with zeros. */
    ROWS(Layout.ROWS, Element.SHORT),
    /** Such rows of floats. */
    FLOAT_ROWS(Layout.ROWS, Element.FLOAT),
    /** Such rows of ints. */
    INT_ROWS(Layout.ROWS, Element.INT),
    /** Floats, the outputs of each element of a window side by side. */
    FLOAT_COLUMNS(Layout.COLUMNS, Element.FLOAT),
    /** Ints that lie so. */
    INT_COLUMNS(Layout.COLUMNS, Element.INT);

    private final Layout layout;
    private final Element element;

    Form(Layout layout, Element element) {
      this.layout = layout;
      this.element = element;
    }
  }

  private enum Layout {
    PAIRS,
    PANELS,
    ROWS,
    COLUMNS
  }

  private enum Element {
    SHORT,
    FLOAT,
    INT;

    int bytes() {
      return this == SHORT ? 2 : 4;
    }
  }

  /** A filter's elements, wherever they come from. */
  private record Origin(
      Buffer buffer, boolean latent, Op.Scale pixels, int denominator, Shape shape) {
    int kind() {
      return latent
          ? 0
          : switch (buffer.dtype()) {
            case BIT -> 1;
            case F32 -> 2;
            case I16 -> 3;
            case U8 -> 4;
            case I32 -> throw new IllegalArgumentException(buffer + " is no filter");
          };
    }
  }

  /** A kernel that packs a filter, and where to. */
  static final class Packed extends NativeKernel {
    private final MemorySegment panel;

    private Packed(
        Context context, String name, String function, int tasks, Buffer from, long bytes) {
      super(context, name, function, tasks, from);
      this.panel = own(bytes);
      pointWhole(from);
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
    Packed packed =
        new Packed(context, "pack filter", "pack_filter", tasks, filter.buffer(), bytes);
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
   * @param run elements of a run, of rows and of pairs, which are of one run each
   */
  Packed panel(Work.Filter filter, Form form, boolean transposed, int run) {
    return panel(
        new Origin(filter.buffer(), filter.latent(), null, filter.denominator(), filter.shape()),
        form,
        transposed,
        run);
  }

  /** The same of any operand that is a filter of a shape; rows have one run. */
  Packed panel(Work.Source filter, Shape shape, Form form, boolean transposed) {
    return panel(
        new Origin(filter.buffer(), false, filter.pixels(), filter.denominator(), shape),
        form,
        transposed,
        Size.of(shape).depth());
  }

  /** Elements of a row, or of a row of columns. */
  static int stride(Form form, Size size, int run) {
    return form.layout == Layout.COLUMNS ? padded(size.outputs(), WIDTH) : padded(run, RUN);
  }

  private Packed panel(Origin filter, Form form, boolean transposed, int run) {
    return panels.computeIfAbsent(
        List.of(filter, form, transposed, run), key -> make(filter, form, transposed, run));
  }

  private Packed make(Origin filter, Form form, boolean transposed, int run) {
    Size size = Size.of(filter.shape());
    int along = transposed ? size.outputs() : size.depth();
    int columns = transposed ? size.depth() : size.outputs();
    int stride = stride(form, size, run);
    long elements =
        switch (form.layout) {
          case PAIRS -> 2L * padded(columns, WIDTH) * (along / run) * ((run + 1) / 2);
          case PANELS -> (long) padded(columns, WIDTH) * along;
          case ROWS -> (long) size.outputs() * (size.depth() / run) * stride;
          case COLUMNS -> (long) size.depth() * stride;
        };
    int tasks = (columns + WIDTH - 1) / WIDTH;
    long bytes = form.element.bytes() * elements;
    Packed packed =
        new Packed(context, "panel of filter", "filter_panel", tasks, filter.buffer(), bytes);
    Op.Scale pixels = filter.pixels();
    packed.build(
        context
            .struct()
            .number(filter.kind())
            .number(pixels != null ? pixels.multiplier() : filter.denominator())
            .number(pixels != null ? pixels.offset() : 0)
            .flag(transposed)
            .number(form.layout.ordinal())
            .number(form.element.ordinal())
            .number(size.outputs())
            .number(size.taps())
            .number(size.channels())
            .number(run)
            .number(stride)
            .pointer(packed.panel()));
    return packed;
  }

  /** A filter's bits with the outputs inside the words: a task is a tap. */
  Packed transposed(Work.Filter filter) {
    Work.Filter key = new Work.Filter(filter.buffer(), filter.latent(), filter.shape(), 1);
    return transposed.computeIfAbsent(key, this::transpose);
  }

  private Packed transpose(Work.Filter filter) {
    Size size = Size.of(filter.shape());
    long bytes = 4L * ((size.outputs() + 31) / 32) * padded(size.depth(), WIDTH);
    Packed packed =
        new Packed(
            context, "transpose filter", "transpose_filter", size.taps(), filter.buffer(), bytes);
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
