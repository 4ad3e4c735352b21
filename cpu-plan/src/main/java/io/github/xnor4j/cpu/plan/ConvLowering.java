package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Planner.Located;
import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Convolutions and their gradients as gathering products. BIT x BIT counts bits, F32 x BIT looks
 * sums up, everything else multiplies; grouped ones and gradients of BIT values take the
 * reference's kernel.
 */
final class ConvLowering {
  // Images whose bits share a word in the filter's gradient, and so the unit of its partial sums.
  private static final int SHARD = 32;
  // Positions whose tables are made at a time there: for eight rows 22 KiB at 256 bits and 32 KiB
  // at 512, so that they stay in or near the L1 cache while all columns read them.
  private static final int POSITIONS = 8;
  // Elements from which on a run of a filter fills vectors better than its output channels do.
  private static final int LONG_RUN = 2 * CpuKernels.LANES;

  private final Planner planner;
  private final CpuKernels kernels;
  private final FilterPanels panels;
  private final PoolLowering pools;
  private final Map<Value, Map<Window, Located>> transposedBits = new IdentityHashMap<>();

  ConvLowering(Planner planner, PoolLowering pools) {
    this.planner = planner;
    this.pools = pools;
    this.kernels = planner.kernels();
    this.panels = new FilterPanels(planner);
  }

  /** Whether a product is one of integers, for which there are no kernels yet. */
  private static boolean isOfIntegers(Op op) {
    return op.outputs().getFirst().dtype() != DType.F32;
  }

  /** Whether a gradient is left to the reference. */
  private boolean isReferences(Node node, int groups, Value g) {
    return groups > 1 || !planner.isBatched(g) || g.dtype() != DType.F32 || isOfIntegers(node.op());
  }

  // ---- forward

  /** Whether a convolution is not left to the reference. */
  boolean hasKernel(Op.Conv op) {
    return op.groups() == 1 && planner.isBatched(op.x()) && !isOfIntegers(op);
  }

  void forward(Node node, Op.Conv op) {
    if (!hasKernel(op)) {
      planner.fallback(node);
    } else if (op.x().dtype() == DType.BIT && op.filter().dtype() == DType.BIT) {
      countBits(node, op);
    } else {
      multiply(node, op);
    }
  }

  private void countBits(Node node, Op.Conv op) {
    BitPlane source = new BitPlane(op.x(), op.window());
    Plane plane = source.plane;
    int tile = planner.batchDomain().tile();
    int o = op.filter().shape().dim(0);
    FilterPanels.Bits filter = panels.bits(op.filter());
    Located border =
        plane.isPadded() && op.padValue() != 1
            ? panels.border(op.filter(), plane, op.padValue())
            : null;
    Buffer y = Planner.bufferFor(node.output());
    int[] rows = plane.rows(source.words, tile);
    int[] depth = plane.depth(source.words);
    int[] outs = Planner.ramp(rows.length, o);
    int positions = plane.positions();
    int[][] counts = planner.scratchInts(tile * positions * o + CpuKernels.LANES);
    int bits = op.depth();
    List<Located> inputs =
        border == null
            ? List.of(source.x, filter.place())
            : List.of(source.x, filter.place(), border);
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "popcount " + Planner.label(node),
            inputs,
            (number, first, count, member) -> {
              int[] a = source.ints(first, count, member);
              int a0 = source.offset(first);
              int n = count * positions;
              int[] c = counts[member];
              kernels.popcountProduct(
                  a, a0, rows, depth, depth.length, filter.panel(), c, 0, outs, n, o);
              float[] out = y.floats(member);
              int y0 = y.at(first);
              kernels.dots(c, 0, n * o, bits, out, y0);
              if (border != null) {
                addBorder(plane, border.buffer().floats(0), count, o, out, y0);
              }
            });
    planner.define(node.output(), y, ready);
  }

  // ---- forward with a max-pool

  /**
   * Whether there is a kernel for a convolution and a max-pool of disjoint windows behind it: the
   * products of a window stay in registers. A count of bits whose padding is not +1 is corrected at
   * the border before it can be compared, which a stage of its own does.
   */
  boolean hasPooledKernel(Op.Conv op) {
    boolean bits = op.x().dtype() == DType.BIT && op.filter().dtype() == DType.BIT;
    return hasKernel(op) && !(bits && op.window().isPadded() && op.padValue() != 1);
  }

  /**
   * Plans a convolution with its max-pool.
   *
   * @param windows four output positions for each window
   */
  Ready forwardPooled(Node node, Op.Conv op, int[] windows, Buffer y, Buffer argmax) {
    return op.x().dtype() == DType.BIT && op.filter().dtype() == DType.BIT
        ? countBitsPooled(node, op, windows, y, argmax)
        : multiplyPooled(node, op, windows, y, argmax);
  }

  /** Where the rows of all windows of a tile lie. */
  private int[] windowRows(Plane plane, int[] windows, int perPixel) {
    int[] rows = new int[planner.batchDomain().tile() * windows.length];
    for (int i = 0; i < rows.length; i++) {
      int pixel = i / windows.length * plane.pixels() + plane.base(windows[i % windows.length]);
      rows[i] = pixel * perPixel;
    }
    return rows;
  }

  private Ready countBitsPooled(Node node, Op.Conv op, int[] windows, Buffer y, Buffer argmax) {
    BitPlane source = new BitPlane(op.x(), op.window());
    int o = op.filter().shape().dim(0);
    FilterPanels.Bits filter = panels.bits(op.filter());
    int[] rows = windowRows(source.plane, windows, source.words);
    int[] depth = source.plane.depth(source.words);
    return planner.tiled(
        planner.batchDomain(),
        "popcount and max-pool " + Planner.label(node),
        List.of(source.x, filter.place()),
        (number, first, count, member) ->
            kernels.pooledPopcountProduct(
                source.ints(first, count, member),
                source.offset(first),
                rows,
                depth,
                depth.length,
                filter.panel(),
                op.depth(),
                y.floats(member),
                y.at(first),
                argmax.ints(member),
                argmax.at(first),
                count * windows.length / 4,
                o));
  }

  private Ready multiplyPooled(Node node, Op.Conv op, int[] windows, Buffer y, Buffer argmax) {
    Grid grid = op.outputs().getFirst().grid();
    FloatPlane source = new FloatPlane(op.x(), op.window(), op.padValue(), grid != null);
    int o = op.filter().shape().dim(0);
    FilterPanels.Floats filter = panels.floats(op.filter(), grid != null);
    int[] rows = windowRows(source.plane, windows, source.channels);
    int[] depth = source.plane.depth(source.channels);
    int denominator = grid == null ? 1 : grid.denominator();
    float[] divisor = {denominator};
    return planner.tiled(
        planner.batchDomain(),
        "fma and max-pool " + Planner.label(node),
        List.of(source.x, filter.place()),
        (number, first, count, member) -> {
          float[] a = source.floats(first, 0, count, member);
          float[] out = y.floats(member);
          int y0 = y.at(first);
          int n = count * windows.length / 4;
          kernels.pooledFloatProduct(
              a,
              source.offset(first, 0),
              rows,
              depth,
              depth.length,
              filter.panel(),
              CpuKernels.padded(o),
              out,
              y0,
              argmax.ints(member),
              argmax.at(first),
              n,
              o);
          if (denominator > 1) {
            kernels.binary(Op.BinaryKind.DIV, out, y0, 1, divisor, 0, 0, n * o, out, y0);
          }
        });
  }

  private static void copyIntoPlane(
      Plane plane, int perPixel, int images, Object x, int x0, Object padded) {
    int[] starts = plane.rowStarts();
    int row = plane.rowLength() * perPixel;
    for (int i = 0; i < images; i++) {
      int to = i * plane.pixels() * perPixel;
      int from = x0 + i * plane.innerPixels() * perPixel;
      for (int r = 0; r < starts.length; r++) {
        System.arraycopy(x, from + r * row, padded, to + starts[r] * perPixel, row);
      }
    }
  }

  private void addBorder(Plane plane, float[] table, int images, int o, float[] y, int y0) {
    for (int i = 0; i < images; i++) {
      for (int p = 0; p < plane.positions(); p++) {
        int which = plane.borderCase(p);
        if (which != 0) {
          int at = y0 + (i * plane.positions() + p) * o;
          kernels.binary(Op.BinaryKind.ADD, y, at, 1, table, which * o, 1, o, y, at);
        }
      }
    }
  }

  private void multiply(Node node, Op.Conv op) {
    Grid grid = op.outputs().getFirst().grid();
    FloatPlane source = new FloatPlane(op.x(), op.window(), op.padValue(), grid != null);
    Located x = source.x;
    Plane plane = source.plane;
    int tile = planner.batchDomain().tile();
    int o = op.filter().shape().dim(0);
    FilterPanels.Floats filter = panels.floats(op.filter(), grid != null);
    Buffer y = Planner.bufferFor(node.output());
    int[] rows = plane.rows(source.channels, tile);
    int[] depth = plane.depth(source.channels);
    int ldb = CpuKernels.padded(o);
    int[] panelRows = Planner.ramp(depth.length, ldb);
    int[] outs = Planner.ramp(rows.length, o);
    boolean divideLater = grid != null && pools.divides(node.output());
    int denominator = grid == null || divideLater ? 1 : grid.denominator();
    float[] divisor = {denominator};
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "fma " + Planner.label(node),
            List.of(x, filter.place()),
            (number, first, count, member) -> {
              float[] a = source.floats(first, 0, count, member);
              int n = count * plane.positions();
              float[] out = y.floats(member);
              int y0 = y.at(first);
              kernels.floatProduct(
                  a,
                  source.offset(first, 0),
                  rows,
                  depth,
                  depth.length,
                  filter.panel(),
                  0,
                  panelRows,
                  out,
                  y0,
                  outs,
                  n,
                  o,
                  false);
              if (denominator > 1) {
                kernels.binary(Op.BinaryKind.DIV, out, y0, 1, divisor, 0, 0, n * o, out, y0);
              }
            });
    planner.define(node.output(), y, ready);
  }

  /** The left operand of a count of bits: the value itself, or, where it is padded, a copy. */
  private final class BitPlane {
    private final Plane plane;
    private final int words;
    private final Located x;
    private final int[][] planes;

    BitPlane(Value value, Window window) {
      this.x = planner.need(value);
      this.plane = new Plane(value.shape(), window);
      this.words = Buffer.words(value.shape());
      int tile = planner.batchDomain().tile() * plane.pixels() * words;
      this.planes = planner.scratchInts(plane.isPadded() ? tile : 0);
    }

    int offset(int first) {
      return plane.isPadded() ? 0 : x.buffer().at(first);
    }

    int[] ints(int first, int count, int member) {
      int[] bits = x.buffer().ints(member);
      if (!plane.isPadded()) {
        return bits;
      }
      copyIntoPlane(plane, words, count, bits, x.buffer().at(first), planes[member]);
      return planes[member];
    }
  }

  /**
   * The left operand of a float product: the value itself, or, where it is padded, made of bits or
   * stands for integers, a plane in which it is copied. The integers behind pixels are made of the
   * bytes, so that scaled pixels exist only if something else wants them.
   */
  private final class FloatPlane {
    private final Plane plane;
    private final int channels;
    private final Located x;
    private final boolean copied;
    private final int denominator;
    private final float[][] planes;
    private final float[][] unpacked;
    private final Op.Scale pixels;

    /** A tile at a time. */
    FloatPlane(Value value, Window window, float padValue, boolean integers) {
      this(value, window, padValue, integers, planner.batchDomain().tile());
    }

    /** So many images at a time. */
    FloatPlane(Value value, Window window, float padValue, boolean integers, int images) {
      this.pixels = integers ? planner.scaling(value) : null;
      this.x = planner.need(pixels != null ? pixels.x() : value);
      this.plane = new Plane(value.shape(), window);
      this.channels = value.shape().dim(4);
      Grid grid = value.type().grid();
      this.denominator = integers && grid != null ? grid.denominator() : 1;
      this.copied =
          plane.isPadded() || value.dtype() == DType.BIT || denominator > 1 || pixels != null;
      int n = copied ? images * channels : 0;
      this.planes = planner.scratchFloats(n * plane.pixels() + CpuKernels.LANES);
      this.unpacked = planner.scratchFloats(n * plane.innerPixels() + CpuKernels.LANES);
      for (float[] each : planes) {
        Arrays.fill(each, padValue * denominator);
      }
    }

    /** Where image {@code i} of a tile begins in what {@link #floats} gives for it. */
    int offset(int first, int i) {
      return copied ? 0 : x.buffer().at(first) + i * x.buffer().unit();
    }

    /** Images i to i + count of the tile that begins with image {@code first}. */
    float[] floats(int first, int i, int count, int member) {
      if (!copied) {
        return x.buffer().floats(member);
      }
      int n = count * plane.innerPixels();
      int at = x.buffer().at(first) + i * x.buffer().unit();
      float[] to = unpacked[member];
      if (pixels != null) {
        kernels.scale(
            x.buffer().bytes(member),
            at,
            n * channels,
            pixels.multiplier(),
            pixels.offset(),
            1,
            to,
            0);
      } else if (x.buffer().dtype() == DType.BIT) {
        kernels.unpackSigns(x.buffer().ints(member), at, n, channels, to, 0);
      } else if (denominator > 1) {
        kernels.integers(x.buffer().floats(member), at, n * channels, denominator, to, 0);
      } else {
        copyIntoPlane(plane, channels, count, x.buffer().floats(member), at, planes[member]);
        return planes[member];
      }
      if (!plane.isPadded()) {
        return to;
      }
      copyIntoPlane(plane, channels, count, to, 0, planes[member]);
      return planes[member];
    }
  }

  // ---- gradient of the input

  void inputGradient(Node node, Op.ConvInputGradient op) {
    if (isReferences(node, op.groups(), op.g())) {
      planner.fallback(node);
      return;
    }
    PoolLowering.Behind pooled = pools.behind(op.g());
    if (pooled != null && hasLookups(op.filter().dtype(), op.input().dim(4))) {
      lookUpPooledInputGradient(node, op, pooled);
    } else if (pooled != null) {
      multiplyPooledInputGradient(node, op, pooled);
    } else {
      wholeInputGradient(node, op);
    }
  }

  /**
   * Where the gradient of an input is added up: in the value itself, or, where the input is padded,
   * in a plane whose inner pixels are copied in the end.
   */
  private final class GradientPlane {
    private final Plane plane;
    private final int channels;
    private final Buffer dx;
    private final float[][] planes;

    GradientPlane(Op.ConvInputGradient op, Buffer dx) {
      this.plane = new Plane(op.input(), op.window());
      this.channels = op.input().dim(4);
      this.dx = dx;
      int tile = planner.batchDomain().tile() * image();
      this.planes = planner.scratchFloats(plane.isPadded() ? tile : 0);
    }

    /** Elements of an image. */
    int image() {
      return plane.pixels() * channels;
    }

    int offset(int first) {
      return plane.isPadded() ? 0 : dx.at(first);
    }

    float[] floats(int member) {
      return plane.isPadded() ? planes[member] : dx.floats(member);
    }

    void clear(int first, int count, int member) {
      Arrays.fill(floats(member), offset(first), offset(first) + count * image(), 0);
    }

    void finish(int first, int count, int member) {
      if (plane.isPadded()) {
        float[] out = planes[member];
        copyFromPlane(plane, channels, count, out, dx.floats(member), dx.at(first));
      }
    }
  }

  private void wholeInputGradient(Node node, Op.ConvInputGradient op) {
    Located g = planner.need(op.g());
    Buffer dx = Planner.bufferFor(node.output());
    GradientPlane target = new GradientPlane(op, dx);
    Plane plane = target.plane;
    int tile = planner.batchDomain().tile();
    int o = op.filter().shape().dim(0);
    boolean bits = op.filter().dtype() == DType.BIT;
    FilterPanels.Product product =
        bits ? panels.lookup(op.filter()) : panels.transposedFloats(op.filter());
    int[] rows = Planner.ramp(tile * plane.positions(), o);
    int[] outs = plane.rows(target.channels, tile);
    boolean add = !plane.isPoint();
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            (bits ? "lookup " : "fma ") + Planner.label(node),
            List.of(g, product.place()),
            (number, first, count, member) -> {
              if (add) {
                target.clear(first, count, member);
              }
              product.scatter(
                  g.buffer().floats(member),
                  g.buffer().at(first),
                  rows,
                  target.floats(member),
                  target.offset(first),
                  outs,
                  plane,
                  count * plane.positions(),
                  add,
                  member);
              target.finish(first, count, member);
            });
    planner.define(node.output(), dx, ready);
  }

  /** Whether lookups are the way to multiply with bits behind a max-pool. */
  private boolean hasLookups(DType bits, int channels) {
    return bits == DType.BIT && channels % CpuKernels.LANES == 0 && kernels.hasPooledLookups();
  }

  private void multiplyPooledInputGradient(
      Node node, Op.ConvInputGradient op, PoolLowering.Behind pooled) {
    Buffer dx = Planner.bufferFor(node.output());
    GradientPlane target = new GradientPlane(op, dx);
    Plane plane = target.plane;
    int channels = target.channels;
    int o = op.filter().shape().dim(0);
    Located filter = panels.rows(op.filter());
    int[] rows = pixels(plane, pooled.windows(), channels);
    int[] runs = plane.runs(channels);
    int length = plane.runLength() * channels;
    Buffer g = pooled.g().buffer();
    Buffer argmax = pooled.argmax().buffer();
    int unit = pooled.positions() * o;
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "pooled fma " + Planner.label(node),
            List.of(pooled.g(), pooled.argmax(), filter),
            (number, first, count, member) -> {
              target.clear(first, count, member);
              for (int i = 0; i < count; i++) {
                kernels.pooledInputGradientByRuns(
                    g.floats(member),
                    g.at(first) + i * unit,
                    argmax.ints(member),
                    argmax.at(first) + i * unit,
                    o,
                    filter.buffer().floats(0),
                    runs.length * length,
                    rows,
                    runs,
                    length,
                    target.floats(member),
                    target.offset(first) + i * target.image());
              }
              target.finish(first, count, member);
            });
    planner.define(node.output(), dx, ready);
  }

  /** Where the windows of output positions begin in a plane of so many elements a pixel. */
  private static int[] pixels(Plane plane, int[] positions, int perPixel) {
    int[] pixels = new int[positions.length];
    Arrays.setAll(pixels, i -> plane.base(positions[i]) * perPixel);
    return pixels;
  }

  private void lookUpPooledInputGradient(
      Node node, Op.ConvInputGradient op, PoolLowering.Behind pooled) {
    Buffer dx = Planner.bufferFor(node.output());
    GradientPlane target = new GradientPlane(op, dx);
    Plane plane = target.plane;
    int channels = target.channels;
    int o = op.filter().shape().dim(0);
    Located index = panels.pooled(op.filter());
    int positions = pooled.positions();
    int[] bases = pixels(plane, pooled.windows(), channels);
    int[] columns = columns(plane, channels, channels);
    Buffer g = pooled.g().buffer();
    Buffer argmax = pooled.argmax().buffer();
    Ready ready =
        planner.tiled(
            planner.batchDomain(),
            "pooled lookup " + Planner.label(node),
            List.of(pooled.g(), pooled.argmax(), index),
            (number, first, count, member) -> {
              target.clear(first, count, member);
              for (int i = 0; i < count * positions; i++) {
                kernels.pooledLookupInputGradient(
                    g.floats(member),
                    g.at(first) + i * o,
                    argmax.ints(member),
                    argmax.at(first) + i * o,
                    o,
                    index.buffer().ints(0),
                    target.floats(member),
                    target.offset(first) + i / positions * target.image(),
                    bases,
                    i % positions * 4,
                    pooled.taps(),
                    columns);
              }
              target.finish(first, count, member);
            });
    planner.define(node.output(), dx, ready);
  }

  /** Offsets of a filter's 16-lane vectors, where a pixel has so many elements. */
  private static int[] columns(Plane plane, int channels, int perPixel) {
    int perTap = channels / CpuKernels.LANES;
    int[] columns = new int[plane.tapCount() * perTap];
    Arrays.setAll(columns, v -> plane.tap(v / perTap) * perPixel + v % perTap * CpuKernels.LANES);
    return columns;
  }

  private static void copyFromPlane(
      Plane plane, int perPixel, int images, float[] padded, float[] x, int x0) {
    int[] starts = plane.rowStarts();
    int row = plane.rowLength() * perPixel;
    for (int i = 0; i < images; i++) {
      int from = i * plane.pixels() * perPixel;
      int to = x0 + i * plane.innerPixels() * perPixel;
      for (int r = 0; r < starts.length; r++) {
        System.arraycopy(padded, from + starts[r] * perPixel, x, to + r * row, row);
      }
    }
  }

  // ---- gradient of the filter

  void filterGradient(Node node, Op.ConvFilterGradient op) {
    if (isReferences(node, op.groups(), op.g())) {
      planner.fallback(node);
      return;
    }
    PoolLowering.Behind pooled = pools.behind(op.g());
    boolean paddedWithOnes = !op.window().isPadded() || op.padValue() == 1;
    if (pooled != null && paddedWithOnes && hasLookups(op.x().dtype(), op.x().shape().dim(4))) {
      lookUpPooledFilterGradient(node, op, pooled);
    } else if (pooled != null) {
      multiplyPooledFilterGradient(node, op, pooled);
    } else if (op.x().dtype() == DType.BIT) {
      lookUpFilterGradient(node, op);
    } else {
      multiplyFilterGradient(node, op);
    }
  }

  /**
   * The winners of a max-pool with the batch inside the words: low and high bits,
   * [shard][position][channel].
   */
  private record Winners(Located low, Located high) {}

  private Winners winners(PoolLowering.Behind pooled, int batch, int o) {
    int positions = pooled.positions();
    int shards = (batch + SHARD - 1) / SHARD;
    Buffer low = new Buffer(DType.I32, Shape.of(shards, positions, o));
    Buffer high = new Buffer(DType.I32, Shape.of(shards, positions, o));
    Buffer argmax = pooled.argmax().buffer();
    Ready ready =
        planner.tasks(
            "winners' bits",
            shards * positions,
            List.of(pooled.argmax()),
            (task, member) -> {
              int shard = task / positions;
              int n = Math.min(SHARD, batch - shard * SHARD);
              int from = (shard * SHARD * positions + task % positions) * o;
              kernels.winnerBits(
                  argmax.ints(member),
                  from,
                  positions * o,
                  n,
                  o,
                  low.ints(0),
                  high.ints(0),
                  task * o);
            });
    return new Winners(
        planner.made(planner.pin(low), ready), planner.made(planner.pin(high), ready));
  }

  private void lookUpPooledFilterGradient(
      Node node, Op.ConvFilterGradient op, PoolLowering.Behind pooled) {
    Located v = transposed(op.x(), op.window());
    Plane plane = new Plane(op.x().shape(), op.window());
    int batch = op.x().shape().dim(0);
    int channels = op.x().shape().dim(4);
    int lanes = Buffer.words(op.x().shape()) * 32;
    int o = op.filter().dim(0);
    int depth = plane.tapCount() * channels;
    int positions = pooled.positions();
    int shards = (batch + SHARD - 1) / SHARD;
    int blocks = (o + CpuKernels.TABLE_ROWS - 1) / CpuKernels.TABLE_ROWS;
    Winners winners = winners(pooled, batch, o);
    int[] rows = Planner.ramp(o, 1);
    float[][] tables = planner.scratchFloats(CpuKernels.tableSize(Math.min(POSITIONS, positions)));
    int[][][] gather = new int[shards][][];
    for (int s = 0; s < shards; s++) {
      gather[s] = gatherShard(pooled.g().buffer(), s, batch, positions, o);
    }
    int[] windows = pixels(plane, pooled.windows(), lanes);
    int[] taps = columns(plane, channels, lanes);
    int[] outs = Planner.ramp(taps.length, CpuKernels.LANES);
    PartialSums partial = new PartialSums(op.filter(), shards);
    Ready ready =
        planner.tasks(
            "pooled lookup " + Planner.label(node),
            shards * blocks,
            List.of(pooled.g(), v, winners.low(), winners.high()),
            (task, member) -> {
              int shard = task / blocks;
              int r0 = task % blocks * CpuKernels.TABLE_ROWS;
              int n = Math.min(CpuKernels.TABLE_ROWS, o - r0);
              float[] out = partial.floats(shard);
              Arrays.fill(out, r0 * depth, (r0 + n) * depth, 0);
              int g0 = shard * SHARD * positions * o;
              for (int chunk = 0; chunk < gather[shard].length; chunk++) {
                int[] k = gather[shard][chunk];
                float[] dy = pooled.g().buffer().floats(member);
                kernels.signedSums(dy, g0, rows, r0, n, k, k.length, SHARD, tables[member]);
                int p0 = chunk * POSITIONS;
                for (int row = 0; row < n; row++) {
                  kernels.pooledLookupFilterGradient(
                      tables[member],
                      row,
                      k.length / SHARD,
                      v.buffer().ints(0),
                      shard * plane.pixels() * lanes,
                      windows,
                      4 * p0,
                      taps,
                      winners.low().buffer().ints(0),
                      winners.high().buffer().ints(0),
                      (shard * positions + p0) * o + r0 + row,
                      o,
                      out,
                      (r0 + row) * depth,
                      outs);
                }
              }
            });
    partial.finish(node, ready, 1);
  }

  /** The bits of x with the batch inside the words: [shard][pixel of the plane][channel]. */
  private Located transposed(Value value, Window window) {
    return transposedBits
        .computeIfAbsent(value, v -> new java.util.HashMap<>())
        .computeIfAbsent(window, w -> transpose(value, w));
  }

  private Located transpose(Value value, Window window) {
    Located x = planner.need(value);
    Plane plane = new Plane(value.shape(), window);
    int batch = value.shape().dim(0);
    int words = Buffer.words(value.shape());
    int shards = (batch + SHARD - 1) / SHARD;
    Buffer out = new Buffer(DType.I32, Shape.of(shards, plane.pixels(), words * 32));
    int[] starts = plane.rowStarts();
    int stride = x.buffer().unit();
    int[] images = Planner.ramp(SHARD, stride);
    Ready ready =
        planner.tasks(
            "transpose bits of " + planner.number(value),
            shards * starts.length,
            List.of(x),
            (task, member) -> {
              int shard = task / starts.length;
              int row = task % starts.length;
              int n = Math.min(SHARD, batch - shard * SHARD);
              for (int i = 0; i < plane.rowLength(); i++) {
                int from = shard * SHARD * stride + (row * plane.rowLength() + i) * words;
                int to = (shard * plane.pixels() + starts[row] + i) * words * 32;
                kernels.transposeBits(
                    x.buffer().ints(member), from, images, n, words, out.ints(0), to);
              }
            });
    return planner.made(planner.pin(out), ready);
  }

  private void lookUpFilterGradient(Node node, Op.ConvFilterGradient op) {
    Located g = planner.need(op.g());
    Located v = transposed(op.x(), op.window());
    Plane plane = new Plane(op.x().shape(), op.window());
    int batch = op.x().shape().dim(0);
    int channels = op.x().shape().dim(4);
    int lanes = Buffer.words(op.x().shape()) * 32;
    int o = op.filter().dim(0);
    int depth = plane.tapCount() * channels;
    int positions = plane.positions();
    int shards = (batch + SHARD - 1) / SHARD;
    int blocks = (o + CpuKernels.TABLE_ROWS - 1) / CpuKernels.TABLE_ROWS;
    int[] rows = Planner.ramp(o, 1);
    int[] outs = Planner.ramp(o, depth);
    float[][] tables = planner.scratchFloats(CpuKernels.tableSize(Math.min(POSITIONS, positions)));
    int[][][] gather = new int[shards][][];
    for (int s = 0; s < shards; s++) {
      gather[s] = gatherShard(g.buffer(), s, batch, positions, o);
    }
    int[][] words = wordOffsets(plane, lanes);
    PartialSums partial = new PartialSums(op.filter(), shards);
    float outside = 1 - op.padValue();
    Ready ready =
        planner.tasks(
            "lookup " + Planner.label(node),
            shards * blocks,
            List.of(g, v),
            (task, member) -> {
              int shard = task / blocks;
              int r0 = task % blocks * CpuKernels.TABLE_ROWS;
              int n = Math.min(CpuKernels.TABLE_ROWS, o - r0);
              float[] out = partial.floats(shard);
              float[] dy = g.buffer().floats(member);
              int g0 = shard * SHARD * positions * o;
              int images = Math.min(SHARD, batch - shard * SHARD);
              for (int chunk = 0; chunk < words.length; chunk++) {
                int[] k = gather[shard][chunk];
                kernels.signedSums(dy, g0, rows, r0, n, k, k.length, images, tables[member]);
                for (int t = 0; t < plane.tapCount(); t++) {
                  int b0 = (shard * plane.pixels() + plane.tap(t)) * lanes;
                  kernels.lookupProduct(
                      tables[member],
                      words[chunk].length,
                      images,
                      v.buffer().ints(0),
                      b0,
                      words[chunk],
                      out,
                      t * channels,
                      outs,
                      r0,
                      n,
                      channels,
                      chunk > 0);
                }
              }
              if (plane.isPadded() && outside != 0) {
                takeOutside(plane, dy, g0, images, o, r0, n, channels, outside, out);
              }
            });
    partial.finish(node, ready, 1);
  }

  /**
   * Where the gradients of one shard lie: for each position 32 images, zeros for those that lack.
   */
  private static int[][] gatherShard(Buffer g, int shard, int batch, int positions, int o) {
    int chunks = (positions + POSITIONS - 1) / POSITIONS;
    int[][] gather = new int[chunks][];
    int first = shard * SHARD;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int p0 = chunk * POSITIONS;
      int n = Math.min(POSITIONS, positions - p0);
      gather[chunk] = new int[n * SHARD];
      for (int i = 0; i < gather[chunk].length; i++) {
        int image = i % SHARD;
        gather[chunk][i] =
            first + image < batch
                ? (image * positions + p0 + i / SHARD) * o
                : g.length() - first * positions * o;
      }
    }
    return gather;
  }

  private static int[][] wordOffsets(Plane plane, int lanes) {
    int chunks = (plane.positions() + POSITIONS - 1) / POSITIONS;
    int[][] words = new int[chunks][];
    for (int chunk = 0; chunk < chunks; chunk++) {
      int p0 = chunk * POSITIONS;
      words[chunk] = new int[Math.min(POSITIONS, plane.positions() - p0)];
      for (int i = 0; i < words[chunk].length; i++) {
        words[chunk][i] = plane.base(p0 + i) * lanes;
      }
    }
    return words;
  }

  /** Bits of the padding are +1; takes (1 - padValue) times the gradients there away again. */
  private static void takeOutside(
      Plane plane,
      float[] g,
      int g0,
      int images,
      int o,
      int r0,
      int rows,
      int channels,
      float factor,
      float[] out) {
    int depth = plane.tapCount() * channels;
    double[] sums = new double[plane.tapCount()];
    for (int r = r0; r < r0 + rows; r++) {
      Arrays.fill(sums, 0);
      for (int p = 0; p < plane.positions(); p++) {
        int[] taps = plane.borderTaps(plane.borderCase(p));
        if (taps.length > 0) {
          double sum = 0;
          for (int i = 0; i < images; i++) {
            sum += g[g0 + (i * plane.positions() + p) * o + r];
          }
          for (int t : taps) {
            sums[t] += sum;
          }
        }
      }
      for (int t = 0; t < sums.length; t++) {
        float away = (float) (factor * sums[t]);
        for (int c = 0; c < channels; c++) {
          out[r * depth + t * channels + c] -= away;
        }
      }
    }
  }

  /** Each pooled gradient times what lay under the winner, image by image. */
  private void multiplyPooledFilterGradient(
      Node node, Op.ConvFilterGradient op, PoolLowering.Behind pooled) {
    Grid grid = op.x().type().grid();
    FloatPlane source = new FloatPlane(op.x(), op.window(), op.padValue(), grid != null, 1);
    if (source.plane.runLength() * source.channels >= LONG_RUN) {
      multiplyPooledRuns(node, op, pooled, source);
    } else {
      multiplyPooledWindows(node, op, pooled, source);
    }
  }

  /**
   * With few channels lanes are output channels, and each picks from its window's four elements.
   */
  private void multiplyPooledWindows(
      Node node, Op.ConvFilterGradient op, PoolLowering.Behind pooled, FloatPlane source) {
    Plane plane = source.plane;
    int channels = source.channels;
    Domain domain = planner.batchDomain();
    int o = op.filter().dim(0);
    int ld = CpuKernels.padded(o);
    int[] depth = plane.depth(channels);
    int[] four = pixels(plane, pooled.windows(), channels);
    int[] rows = new int[pooled.positions()];
    Arrays.setAll(rows, i -> four[4 * i]);
    int[] steps = new int[4];
    Arrays.setAll(steps, p -> four[p] - four[0]);
    int elements = rows[rows.length - 1] + depth[depth.length - 1] + 1;
    float[][] tables = planner.scratchFloats(4 * elements + CpuKernels.LANES);
    float[][] partial = new float[domain.tiles()][depth.length * ld];
    Buffer g = pooled.g().buffer();
    Buffer argmax = pooled.argmax().buffer();
    Ready ready =
        planner.tiled(
            domain,
            "pooled fma " + Planner.label(node),
            List.of(source.x, pooled.g(), pooled.argmax()),
            (tile, first, count, member) -> {
              Arrays.fill(partial[tile], 0);
              for (int i = 0; i < count; i++) {
                float[] a = source.floats(first, i, 1, member);
                int a0 = source.offset(first, i);
                kernels.windowsSideBySide(a, a0, steps, elements, tables[member]);
                kernels.pooledFloatFilterGradient(
                    tables[member],
                    rows,
                    depth,
                    g.floats(member),
                    g.at(first) + i * rows.length * o,
                    argmax.ints(member),
                    argmax.at(first) + i * rows.length * o,
                    o,
                    partial[tile],
                    ld);
              }
            });
    sumTiles(node, ready, partial, o, ld, source.denominator);
  }

  /** With many channels lanes are neighbouring elements of the filter. */
  private void multiplyPooledRuns(
      Node node, Op.ConvFilterGradient op, PoolLowering.Behind pooled, FloatPlane source) {
    Plane plane = source.plane;
    Domain domain = planner.batchDomain();
    int o = op.filter().dim(0);
    int[] rows = pixels(plane, pooled.windows(), source.channels);
    int[] runs = plane.runs(source.channels);
    int length = plane.runLength() * source.channels;
    int unit = pooled.positions() * o;
    PartialSums partial = new PartialSums(op.filter(), domain.tiles());
    Buffer g = pooled.g().buffer();
    Buffer argmax = pooled.argmax().buffer();
    Ready ready =
        planner.tiled(
            domain,
            "pooled fma " + Planner.label(node),
            List.of(source.x, pooled.g(), pooled.argmax()),
            (tile, first, count, member) -> {
              float[] out = partial.floats(tile);
              Arrays.fill(out, 0);
              for (int i = 0; i < count; i++) {
                kernels.pooledFilterGradientByRuns(
                    source.floats(first, i, 1, member),
                    source.offset(first, i),
                    rows,
                    runs,
                    length,
                    g.floats(member),
                    g.at(first) + i * unit,
                    argmax.ints(member),
                    argmax.at(first) + i * unit,
                    o,
                    out,
                    runs.length * length);
              }
            });
    partial.finish(node, ready, source.denominator);
  }

  private void multiplyFilterGradient(Node node, Op.ConvFilterGradient op) {
    Located g = planner.need(op.g());
    Grid grid = op.x().type().grid();
    FloatPlane source = new FloatPlane(op.x(), op.window(), op.padValue(), grid != null);
    Located x = source.x;
    Plane plane = source.plane;
    Domain domain = planner.batchDomain();
    int o = op.filter().dim(0);
    int[] rows = plane.depth(source.channels);
    int[] pixels = plane.rows(source.channels, domain.tile());
    int[] gradients = Planner.ramp(pixels.length, o);
    int[] outs = Planner.ramp(rows.length, o);
    float[][] partial = new float[domain.tiles()][rows.length * o];
    Ready ready =
        planner.tiled(
            domain,
            "fma " + Planner.label(node),
            List.of(x, g),
            (tile, first, count, member) -> {
              float[] a = source.floats(first, 0, count, member);
              kernels.floatProduct(
                  a,
                  source.offset(first, 0),
                  rows,
                  pixels,
                  count * plane.positions(),
                  g.buffer().floats(member),
                  g.buffer().at(first),
                  gradients,
                  partial[tile],
                  0,
                  outs,
                  rows.length,
                  o,
                  false);
            });
    sumTiles(node, ready, partial, o, o, source.denominator);
  }

  /** A filter's gradient [O, k] from one of each tile [k, ld], in the order of the tiles. */
  private void sumTiles(
      Node node, Ready ready, float[][] partial, int o, int ld, double denominator) {
    Buffer dw = Planner.bufferFor(node.output());
    int depth = dw.length() / o;
    Ready summed =
        planner.tasks(
            "sum tiles of " + Planner.label(node),
            o,
            List.of(new Located(dw, ready)),
            (f, member) -> {
              float[] out = dw.floats(0);
              for (int k = 0; k < depth; k++) {
                double sum = 0;
                for (float[] part : partial) {
                  sum += part[k * ld + f];
                }
                out[f * depth + k] = (float) (sum / denominator);
              }
            });
    planner.define(node.output(), planner.pin(dw), summed);
  }

  /** A gradient as one array for each shard, added in the order of the shards. */
  private final class PartialSums {
    private final float[][] parts;
    private final Shape shape;

    PartialSums(Shape shape, int shards) {
      this.shape = shape;
      this.parts = new float[shards][shape.elements() + CpuKernels.LANES];
    }

    float[] floats(int shard) {
      return parts[shard];
    }

    void finish(Node node, Ready ready, float denominator) {
      float[] divisor = {denominator};
      Buffer dw = Planner.bufferFor(node.output());
      int n = shape.elements() / shape.dim(0);
      Ready summed =
          planner.tasks(
              "sum shards of " + Planner.label(node),
              shape.dim(0),
              List.of(new Located(dw, ready)),
              (f, member) -> {
                float[] out = dw.floats(0);
                System.arraycopy(parts[0], f * n, out, f * n, n);
                for (int s = 1; s < parts.length; s++) {
                  kernels.binary(
                      Op.BinaryKind.ADD, out, f * n, 1, parts[s], f * n, 1, n, out, f * n);
                }
                if (denominator != 1) {
                  kernels.binary(Op.BinaryKind.DIV, out, f * n, 1, divisor, 0, 0, n, out, f * n);
                }
              });
      planner.define(node.output(), planner.pin(dw), summed);
    }
  }
}
