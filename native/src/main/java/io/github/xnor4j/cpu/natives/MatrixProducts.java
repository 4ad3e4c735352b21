package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * Matrix products, some rows of the left operands at a time. Without the batch in front all rows of
 * all matrices are divided into tasks: a locally connected layer has a matrix for each position.
 */
final class MatrixProducts {
  private static final int ROWS = 32; // XN_CHUNK

  private MatrixProducts() {}

  /** The kernel. */
  static Kernel prepare(Work.MatMul work, Context context) {
    boolean ints = work.y().dtype() == DType.I32;
    int depth = work.left().dim(-1);
    int columns = work.right().dim(-1);
    int matrixRows = work.left().dim(-2);
    boolean divided = work.domain() != null;
    int units = divided ? work.left().dim(0) : work.left().rows();
    int unitRows = divided ? work.left().rows() / Math.max(1, units) : 1;
    UnitKernel kernel =
        new UnitKernel(
            context,
            ints ? "integers" : "fma",
            ints ? "mat_mul_int" : "mat_mul_float",
            work.domain(),
            units,
            work.a().buffer(),
            work.b().buffer());
    kernel.pointUnit(work.a().buffer(), (long) unitRows * ofRow(work.a(), depth));
    Buffer b = work.b().buffer();
    long matrix = (long) depth * ofRow(work.b(), columns) * NativeStorage.size(b.dtype());
    kernel.point(
        (part, first, member) -> {
          long number = b.isLocal() ? 0 : (long) first * unitRows / Math.max(1, matrixRows);
          return NativeStorage.segment(b, member).address() + number * matrix;
        });
    kernel.pointUnit(work.y(), (long) unitRows * columns);
    kernel.pointFirst();
    kernel.pointScratch(4L * ROWS * depth);
    kernel.pointScratch(4L * depth * columns);
    kernel.pointScratch(4L * ROWS * FilterLayouts.padded(columns, FilterLayouts.WIDTH));
    Struct struct = context.struct();
    describe(work.a(), ints, struct);
    describe(work.b(), ints, struct);
    kernel.build(
        struct
            .number(depth)
            .number(columns)
            .number(matrixRows)
            .number(unitRows)
            .number(work.divisor()));
    return kernel;
  }

  private static int ofRow(Work.Source source, int columns) {
    return source.buffer().dtype() == DType.BIT ? Buffer.words(Shape.of(1, columns)) : columns;
  }

  private static void describe(Work.Source source, boolean ints, Struct struct) {
    if (ints) {
      Sources.describeInts(source, struct);
    } else {
      Sources.describe(source, struct);
    }
  }
}
