package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.AxisSteps;
import io.github.xnor4j.cpu.plan.BlockRuns;
import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.LeadingAxis;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

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
    BlockRuns runs = BlockRuns.of(work);
    int unit = LeadingAxis.unit(dtype, shape);
    Buffer[] reads = work.blocks().stream().map(Work.Block::x).toArray(Buffer[]::new);
    UnitKernel kernel = new UnitKernel(context, "", "blocks", work.domain(), shape.dim(0), reads);
    kernel.pointUnit(work.y(), unit);
    kernel.pointFirst();
    Struct list = context.struct(); // of xn_block
    for (int i = 0; i < reads.length; i++) {
      BlockRuns.Runs block = runs.blocks().get(i);
      int ofX = LeadingAxis.unit(dtype, work.blocks().get(i).shape());
      kernel.pointUnit(reads[i], ofX, block.first() - block.to());
      list.number((long) NativeStorage.size(dtype) * ofX)
          .number(block.to())
          .number(block.count())
          .number(block.from().length)
          .ints(block.from())
          .ints(block.into())
          .number(block.length());
    }
    kernel.owns(list.bytes());
    kernel.build(
        context
            .struct()
            .flag(runs.bits())
            .number((long) NativeStorage.size(dtype) * unit)
            .flag(runs.fills())
            .number(NativeStorage.size(dtype))
            .number(rest(dtype, work.rest()))
            .number(dtype == DType.BIT ? shape.dim(-1) : 0)
            .number(work.blocks().size())
            .pointer(list.build()));
    return kernel;
  }

  // ---- axes

  /** Axes in another order, or along which nothing changes. */
  static Kernel along(Work.Along work, Context context) {
    DType dtype = work.x().dtype();
    Shape to = work.to();
    int rank = to.rank();
    AxisSteps steps = AxisSteps.of(work);
    boolean inFront = work.domain() != null;
    int unitOfX = inFront ? LeadingAxis.unit(dtype, work.shape()) : 0;
    int unitOfY = rank == 1 ? 1 : LeadingAxis.unit(dtype, to);
    UnitKernel kernel = new UnitKernel(context, "", "along", work.domain(), to.dim(0), work.x());
    kernel.pointUnit(work.x(), unitOfX);
    kernel.pointUnit(work.y(), unitOfY);
    kernel.pointFirst();
    kernel.build(
        context
            .struct()
            .number(size(dtype))
            .number(unitOfX)
            .number(unitOfY)
            .number(inFront ? 0 : steps.leading())
            .number(steps.rows().length)
            .ints(steps.rows())
            .number(steps.last())
            .number(steps.step()));
    return kernel;
  }

  // ---- shapes

  /** Bits in rows of another length; others are copied. */
  static Kernel repack(Work.Repack work, Context context) {
    DType dtype = work.x().dtype();
    boolean whole = work.domain() == null;
    int unitOfX = whole ? all(dtype, work.from()) : LeadingAxis.unit(dtype, work.from());
    int unitOfY = whole ? all(dtype, work.to()) : LeadingAxis.unit(dtype, work.to());
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
    kernel.pointUnit(work.x(), LeadingAxis.unit(dtype, work.input()));
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
    kernel.pointUnit(work.dx(), LeadingAxis.unit(DType.F32, work.input()));
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
        .number(LeadingAxis.unit(dtype, input))
        .number(unitOfPatches(dtype, input, window))
        .number(positions)
        .number(taps)
        .ints(pixels)
        .number(input.dim(4))
        .number(rest);
  }
}
