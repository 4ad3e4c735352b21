package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** Products by tiles in local memory, see {@link TileCode}. */
final class TileLowering {
  // so many work groups keep a large GPU busy
  private static final int MANY_GROUPS = 1024;
  // a part with fewer terms is not worth the launch that adds the parts up
  private static final int LEAST_PART = 512;

  private final Planner planner;

  TileLowering(Planner planner) {
    this.planner = planner;
  }

  /** Whether the kernels take a product: integers modulo 2^32 are others'. */
  static boolean takes(Node product, int groups) {
    return groups == 1 && product.output().dtype() == DType.F32;
  }

  // ---- the products

  /**
   * Convolution.
   *
   * @param integers whether it is one of the integers behind the operands
   */
  void conv(Node node, Op.Conv op, boolean integers) {
    Shape x = op.x().shape();
    Window window = op.window();
    int filters = op.filter().shape().dim(0);
    int depth = op.depth();
    Task task = begin(Kernel.TILES, node, op.x(), integers, op.filter(), integers);
    Sum sum = new Sum(x.dim(0) * window.outputs(x).volume(), filters, depth);
    task.put(1, 1); // both operands have k last
    extents(task, spatial(x), Extent.ONE);
    place(task, 1, window.outputs(x), window.stride(), 1, window.before(), -1);
    place(task, x.dim(4), window.size(), window.dilation(), 1, Extent.ZERO, 1);
    task.put(0, window.size().volume(), 1, 0);
    add(node, task, sum, filters, 1, ProductLowering.divisor(node), op.padValue());
  }

  /** Convolution of bits with bits. */
  void bits(Node node, Op.Conv op) {
    Shape x = op.x().shape();
    Shape filter = op.filter().shape();
    Window window = op.window();
    int words = Layout.rowWords(filter);
    int taps = window.size().volume();
    int rows = x.dim(0) * window.outputs(x).volume();
    Task task = begin(Kernel.BIT_TILES, node, op.x(), false, op.filter(), false);
    task.put(1, 1);
    extents(task, spatial(x), Extent.ONE);
    place(task, 1, window.outputs(x), window.stride(), 1, window.before(), -1);
    place(task, words, window.size(), window.dilation(), 1, Extent.ZERO, 1);
    task.put(0, taps, 1, 0).write(planner.define(node.output()));
    task.put(rows, filter.dim(0), taps * words, taps * words, filter.dim(0), 1, op.depth());
    planner.add(task.threads(Sum.tiles(rows, filter.dim(0)) * TileCode.GROUP, TileCode.GROUP));
    if (window.isPadded() && op.padValue() != 1) {
      pad(node, op);
    }
  }

  /** Corrects what lies around x, which the tiles take for +1. */
  private void pad(Node node, Op.Conv op) {
    Shape filter = op.filter().shape();
    Buffer sums = planner.buffer(Arena.WORDS, filter.rows());
    Task taps = new Task(Kernel.TAP_SUMS, Planner.label(node) + " taps");
    taps.read(planner.of(op.filter())).write(sums).put(filter.rows(), Layout.last(filter));
    planner.add(taps.threads(filter.rows(), ProductCode.GROUP));
    Task task = new Task(Kernel.BIT_PADDING, Planner.label(node) + " padding");
    ProductLowering.convolution(planner, task, node, op, planner.of(node.output()), false);
    task.read(sums);
    planner.add(task.threads(node.output().shape().elements(), ProductCode.GROUP));
  }

  /** Gradient to x. */
  void inputGradient(Node node, Op.ConvInputGradient op) {
    Shape x = op.input();
    Window window = op.window();
    int filters = op.filter().shape().dim(0);
    int taps = window.size().volume();
    Task task = begin(Kernel.TILES, node, op.g(), false, op.filter(), false);
    Sum sum = new Sum(x.rows(), x.dim(4), taps * filters);
    task.put(1, 0);
    extents(task, spatial(op.g().shape()), window.stride());
    place(task, 1, spatial(x), Extent.ONE, 1, window.before(), 1);
    place(task, filters, window.size(), window.dilation(), -1, Extent.ZERO, 1);
    task.put(taps, 0, 0, 1);
    add(node, task, sum, x.dim(4), 1, 1, 0);
  }

  /** Gradient to the filter. */
  void filterGradient(Node node, Op.ConvFilterGradient op, int divisor) {
    Shape x = op.x().shape();
    Window window = op.window();
    int filters = op.filter().dim(0);
    int depth = op.filter().elements() / filters;
    Task task = begin(Kernel.TILES, node, op.x(), true, op.g(), false);
    Sum sum = new Sum(depth, filters, op.g().shape().rows());
    task.put(0, 0);
    extents(task, spatial(x), Extent.ONE);
    place(task, x.dim(4), window.size(), window.dilation(), 1, Extent.ZERO, 1);
    place(task, 1, window.outputs(x), window.stride(), 1, window.before(), -1);
    task.put(0, 0, 0, 1);
    add(node, task, sum, 1, depth, divisor, op.padValue());
  }

  /** One product of matrices. */
  void matMul(Node node, Op.MatMul op, boolean integers) {
    int rows = op.a().shape().dim(-2);
    int columns = op.b().shape().dim(-1);
    Task task = begin(Kernel.TILES, node, op.a(), integers, op.b(), integers);
    Sum sum = new Sum(rows, columns, op.depth());
    task.put(1, 0);
    Extent line = new Extent(1, 1, rows);
    extents(task, line, Extent.ONE);
    place(task, 1, line, Extent.ONE, 1, Extent.ZERO, 1);
    place(task, op.depth(), Extent.ONE, Extent.ONE, 1, Extent.ZERO, 1);
    task.put(1, 0, 0, 1);
    add(node, task, sum, columns, 1, ProductLowering.divisor(node), 0);
  }

  // ---- sums and their parts

  /**
   * Sums of products, and how they are cut into parts where there are few of them and each is long.
   * The cut follows from sizes alone: sums have the same bits on every device.
   */
  record Sum(int rows, int columns, int depth, int part) {
    Sum(int rows, int columns, int depth) {
      this(rows, columns, depth, part(tiles(rows, columns), depth));
    }

    private static long tiles(int rows, int columns) {
      return (long) Math.ceilDiv(rows, TileCode.TILE_ROWS)
          * Math.ceilDiv(columns, TileCode.TILE_COLUMNS);
    }

    private static int part(long tiles, int depth) {
      int parts = Math.clamp(MANY_GROUPS / tiles, 1, Math.ceilDiv(depth, LEAST_PART));
      int steps = Math.ceilDiv(Math.ceilDiv(depth, parts), TileCode.TILE_DEPTH);
      return Math.max(1, steps) * TileCode.TILE_DEPTH;
    }

    int parts() {
      return Math.ceilDiv(depth, part);
    }

    long workItems() {
      return tiles(rows, columns) * parts() * TileCode.GROUP;
    }

    /**
     * After how many steps through local memory a sum begins anew: sums of as many sums as each has
     * terms have the smallest error.
     */
    int steps() {
      return (int) Math.ceil(Math.sqrt(part) / TileCode.TILE_DEPTH);
    }
  }

  /** Adds the task, and the one that adds parts up. */
  private void add(
      Node node, Task task, Sum sum, int rowStride, int columnStride, int divisor, float pad) {
    Buffer result = planner.define(node.output());
    int parts = sum.parts();
    Buffer to =
        parts == 1
            ? result
            : planner.buffer(Arena.FLOATS, Math.multiplyExact(result.length(), parts));
    task.write(to).put(sum.rows, sum.columns, sum.depth, sum.part, rowStride, columnStride);
    task.put(parts == 1 ? divisor : 1, sum.steps()).read(planner.scalar(pad));
    planner.add(task.threads(sum.workItems(), TileCode.GROUP));
    if (parts > 1) {
      Task total = new Task(Kernel.SUM_PARTS, Planner.label(node) + " parts");
      total.read(to).write(result).put(result.length(), parts, divisor);
      planner.add(total.threads(result.length(), ProductCode.GROUP));
    }
  }

  // ---- parameters

  private Task begin(
      Kernel kernel, Node node, Value a, boolean aIntegers, Value b, boolean bIntegers) {
    Task task = new Task(kernel, Planner.label(node));
    ProductLowering.operand(planner, task, a, aIntegers);
    ProductLowering.operand(planner, task, b, bIntegers);
    return task;
  }

  private static void extents(Task task, Extent extents, Extent divisors) {
    put(task, extents, 1);
    put(task, divisors, 1);
  }

  /** How a number becomes a place: channels, then what it is a position of. */
  private static void place(
      Task task, int inner, Extent over, Extent factors, int sign, Extent offsets, int offsetSign) {
    task.put(inner);
    put(task, over, 1);
    put(task, factors, sign);
    put(task, offsets, offsetSign);
  }

  private static void put(Task task, Extent extent, int sign) {
    task.put(sign * extent.depth(), sign * extent.height(), sign * extent.width());
  }

  private static Extent spatial(Shape shape) {
    return new Extent(shape.dim(1), shape.dim(2), shape.dim(3));
  }
}
