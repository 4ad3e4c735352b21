package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Elements moved: blocks put elsewhere, axes in another order, what windows see side by side. */
final class Moves {
  private Moves() {}

  /** Bytes of an element; 0 of bits. */
  private static int size(DType dtype) {
    return dtype == DType.BIT ? 0 : NativeStorage.size(dtype);
  }

  /** What stands where nothing is put: an element's bits; of bits whether they are set. */
  private static long rest(DType dtype, float value) {
    return switch (dtype) {
      case F32 -> Float.floatToRawIntBits(value);
      case I32, I16, U8 -> (int) value;
      case BIT -> value < 0 ? 1 : 0;
    };
  }

  // ---- blocks

  /** Blocks put into a value. */
  static Kernel blocks(Work.Blocks work, Context context) {
    DType dtype = work.y().dtype();
    Shape shape = work.shape();
    boolean words =
        dtype == DType.BIT && work.blocks().stream().allMatch(block -> hasWholeRows(block, shape));
    boolean bits = dtype == DType.BIT && !words;
    long covered = work.blocks().stream().mapToLong(block -> block.size().elements()).sum();
    int unit = UnitKernel.unit(dtype, shape);
    Buffer[] reads = work.blocks().stream().map(Work.Block::x).toArray(Buffer[]::new);
    UnitKernel kernel = new UnitKernel(context, "", "blocks", work.domain(), shape.dim(0), reads);
    kernel.pointUnit(work.y(), unit);
    kernel.pointFirst();
    Struct list = context.struct();
    for (Work.Block block : work.blocks()) {
      int ofX = UnitKernel.unit(dtype, block.shape());
      kernel.pointUnit(block.x(), ofX, block.from().dim(0) - block.to().dim(0));
      runs(list.number((long) NativeStorage.size(dtype) * ofX), block, shape, words, bits);
    }
    kernel.owns(list.bytes());
    kernel.build(
        context
            .struct()
            .flag(bits)
            .number((long) NativeStorage.size(dtype) * unit)
            .flag(bits || covered < shape.elements())
            .number(NativeStorage.size(dtype))
            .number(rest(dtype, work.rest()))
            .number(dtype == DType.BIT ? shape.dim(-1) : 0)
            .number(work.blocks().size())
            .pointer(list.build()));
    return kernel;
  }

  private static boolean hasWholeRows(Work.Block block, Shape shape) {
    return block.size().dim(-1) == block.shape().dim(-1) && block.size().dim(-1) == shape.dim(-1);
  }

  /** xn_block, behind its first field. */
  private static void runs(
      Struct list, Work.Block block, Shape whole, boolean words, boolean bits) {
    int[] x = extents(block.shape(), words, bits);
    int[] y = extents(whole, words, bits);
    int[] size = extents(block.size(), words, false);
    int axis = size.length - 1; // from which on a run goes
    while (!bits && axis > 1 && size[axis] == x[axis] && size[axis] == y[axis]) {
      axis--;
    }
    int length = 1;
    for (int i = axis; i < size.length; i++) {
      length *= size[i];
    }
    int[] from = starts(size, axis, x, block.from());
    list.number(block.to().dim(0))
        .number(block.size().dim(0))
        .number(from.length)
        .ints(from)
        .ints(starts(size, axis, y, block.to()))
        .number(length);
  }

  /** Extents in what is counted: elements, words of whole rows, or the bits of words. */
  private static int[] extents(Shape shape, boolean words, boolean bits) {
    int[] extents = shape.dims().clone();
    int last = extents.length - 1;
    if (words) {
      extents[last] = Buffer.words(shape);
    } else if (bits) {
      extents[last] = 32 * Buffer.words(shape);
    }
    return extents;
  }

  private static int[] starts(int[] size, int axis, int[] extents, Shape origin) {
    int n = 1;
    for (int i = 1; i < axis; i++) {
      n *= size[i];
    }
    int[] starts = new int[n];
    for (int r = 0; r < n; r++) {
      int stride = 1;
      int rest = r;
      for (int i = extents.length - 1; i > 0; i--) {
        int index = i < axis ? rest % size[i] : 0;
        rest = i < axis ? rest / size[i] : rest;
        starts[r] += (origin.dim(i) + index) * stride;
        stride *= extents[i];
      }
    }
    return starts;
  }

  // ---- axes

  /** Axes in another order, or along which nothing changes. */
  static Kernel along(Work.Along work, Context context) {
    DType dtype = work.x().dtype();
    Shape to = work.to();
    int rank = to.rank();
    int[] strides = strides(work);
    boolean inFront = work.domain() != null;
    int unitOfX = inFront ? UnitKernel.unit(dtype, work.shape()) : 0;
    int unitOfY = rank == 1 ? 1 : UnitKernel.unit(dtype, to);
    int last = rank == 1 ? 1 : to.dim(-1);
    UnitKernel kernel = new UnitKernel(context, "", "along", work.domain(), to.dim(0), work.x());
    kernel.pointUnit(work.x(), unitOfX);
    kernel.pointUnit(work.y(), unitOfY);
    kernel.pointFirst();
    int[] rows = rows(to, strides, rank == 1 ? 1 : to.elements() / Math.max(1, to.dim(0) * last));
    kernel.build(
        context
            .struct()
            .number(size(dtype))
            .number(unitOfX)
            .number(unitOfY)
            .number(inFront ? 0 : strides[0])
            .number(rows.length)
            .ints(rows)
            .number(last)
            .number(rank == 1 ? 0 : strides[rank - 1]));
    return kernel;
  }

  /** Where the rows of a leading index begin. */
  static int[] rows(Shape shape, int[] strides, int n) {
    int[] rows = new int[n];
    for (int r = 0; r < n; r++) {
      int rest = r;
      for (int axis = shape.rank() - 2; axis > 0; axis--) {
        rows[r] += rest % shape.dim(axis) * strides[axis];
        rest /= shape.dim(axis);
      }
    }
    return rows;
  }

  /** Steps in x, of bits in bits of its words, of the axes of the result. */
  private static int[] strides(Work.Along work) {
    Shape shape = work.shape();
    int[] own = new int[shape.rank()];
    int stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      own[axis] = stride;
      boolean row = axis == shape.rank() - 1 && work.x().dtype() == DType.BIT;
      stride *= row ? 32 * Buffer.words(shape) : shape.dim(axis);
    }
    List<Integer> axes = work.axes();
    int[] strides = new int[axes.size()];
    Arrays.setAll(strides, i -> axes.get(i) < 0 ? 0 : own[axes.get(i)]);
    return strides;
  }

  // ---- shapes

  /** Bits in rows of another length; others are copied. */
  static Kernel repack(Work.Repack work, Context context) {
    DType dtype = work.x().dtype();
    boolean whole = work.domain() == null;
    int unitOfX = whole ? all(dtype, work.from()) : UnitKernel.unit(dtype, work.from());
    int unitOfY = whole ? all(dtype, work.to()) : UnitKernel.unit(dtype, work.to());
    UnitKernel kernel =
        new UnitKernel(
            context, "", "repack", work.domain(), whole ? 1 : work.to().dim(0), work.x());
    kernel.pointUnit(work.x(), unitOfX);
    kernel.pointUnit(work.y(), unitOfY);
    kernel.build(
        context
            .struct()
            .number(size(dtype))
            .number(unitOfX)
            .number(unitOfY)
            .number(columns(work.from()))
            .number(columns(work.to())));
    return kernel;
  }

  private static int columns(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  private static int all(DType dtype, Shape shape) {
    return dtype == DType.BIT ? shape.rows() * Buffer.words(shape) : shape.elements();
  }

  // ---- patches

  /** What windows see. */
  static Kernel patches(Work.Patches work, Context context) {
    DType dtype = work.x().dtype();
    UnitKernel kernel =
        new UnitKernel(context, "", "patches", work.domain(), work.input().dim(0), work.x());
    Struct struct =
        patches(context, dtype, work.input(), work.window(), rest(dtype, work.padValue()));
    kernel.pointUnit(work.x(), UnitKernel.unit(dtype, work.input()));
    kernel.pointUnit(work.y(), unitOfPatches(dtype, work.input(), work.window()));
    kernel.build(struct);
    return kernel;
  }

  /** To each pixel what shows it. */
  static Kernel patchesGradient(Work.PatchesGradient work, Context context) {
    UnitKernel kernel =
        new UnitKernel(
            context, "", "patches_gradient", work.domain(), work.input().dim(0), work.g());
    kernel.pointUnit(work.g(), unitOfPatches(DType.F32, work.input(), work.window()));
    kernel.pointUnit(work.dx(), UnitKernel.unit(DType.F32, work.input()));
    kernel.build(patches(context, DType.F32, work.input(), work.window(), 0));
    return kernel;
  }

  private static int unitOfPatches(DType dtype, Shape input, Window window) {
    int columns = window.size().volume() * input.dim(4);
    int ofRow = dtype == DType.BIT ? (columns + 31) / 32 : columns;
    return window.outputs(input).volume() * ofRow;
  }

  private static Struct patches(
      Context context, DType dtype, Shape input, Window window, long rest) {
    int[][] ofTaps = new Plane(input, window).tapPixels();
    int taps = ofTaps.length;
    int positions = ofTaps[0].length;
    int[] pixels = new int[positions * taps];
    Arrays.setAll(pixels, i -> ofTaps[i % taps][i / taps]);
    return context
        .struct()
        .number(size(dtype))
        .number(UnitKernel.unit(dtype, input))
        .number(unitOfPatches(dtype, input, window))
        .number(positions)
        .number(taps)
        .ints(pixels)
        .number(input.dim(4))
        .number(rest);
  }
}
