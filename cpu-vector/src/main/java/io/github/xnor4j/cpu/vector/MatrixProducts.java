package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * Matrix products, some rows of the left operands at a time. Without the batch in front all rows of
 * all matrices are divided into tasks: a locally connected layer has a matrix for each position.
 */
final class MatrixProducts {
  private MatrixProducts() {}

  /** The kernel. */
  static Kernel prepare(Work.MatMul work, int members) {
    return work.y().dtype() == DType.I32 ? new Integers(work, members) : new Floats(work, members);
  }

  /** A product over rows. */
  private abstract static class Rows extends Units {
    // rows at a time: of a block that is converted
    static final int BLOCK = 32;

    final Work.MatMul work;
    final Operand a;
    final Operand b;
    final int depth;
    final int columns;
    private final int matrixRows;
    private final int rowsOfUnit;
    private final int last; // where the left operand's and the result's rows are one axis

    Rows(String name, Work.MatMul work) {
      super(name, work.domain(), units(work), work.a().buffer(), work.b().buffer());
      this.work = work;
      this.a = new Operand(work.a(), work.left());
      this.b = new Operand(work.b(), work.right());
      this.depth = work.left().dim(-1);
      this.columns = work.right().dim(-1);
      this.matrixRows = work.left().dim(-2);
      this.rowsOfUnit = work.domain() == null ? 1 : work.left().rows() / work.left().dim(0);
      this.last = work.left().rank() == 2 ? 1 : 0;
    }

    private static int units(Work.MatMul work) {
      return work.domain() == null ? work.left().rows() : work.left().dim(0);
    }

    @Override
    final void units(int first, int count, int member) {
      int r0 = first * rowsOfUnit;
      int r1 = (first + count) * rowsOfUnit;
      int a0 = a.buffer().isLocal() ? r0 : 0;
      int y0 = work.y().isLocal() ? r0 : 0;
      int b0 = b.buffer().isLocal() && last == 0 ? r0 / matrixRows : 0;
      int known = -1; // the right matrix that was converted
      for (int r = r0; r < r1; ) {
        int matrix = r / matrixRows;
        int end = Math.min(Math.min(r1, (matrix + 1) * matrixRows), r + BLOCK);
        if (matrix != known) {
          right((matrix - b0) * depth * b.ofRow(), member);
          known = matrix;
        }
        rows(
            (r - a0) * a.ofRow(),
            end - r,
            (matrix - b0) * depth * b.ofRow(),
            (r - y0) * columns,
            member);
        r = end;
      }
    }

    /** Converts a right matrix. */
    abstract void right(int b0, int member);

    /** Multiplies some rows by it. */
    abstract void rows(int a0, int rows, int b0, int y0, int member);
  }

  private static final class Floats extends Rows {
    private final int[] rowsOfA;
    private final int[] inner;
    private final int[] rowsOfB;
    private final int[] outs;
    private final float[][] left;
    private final float[][] right;
    private final float[][] scratch;

    Floats(Work.MatMul work, int members) {
      super("fma", work);
      this.rowsOfA = Panels.ramp(BLOCK, depth);
      this.inner = Panels.ramp(depth, 1);
      this.rowsOfB = Panels.ramp(depth, columns);
      this.outs = Panels.ramp(BLOCK, columns);
      this.left = a.isFloats() ? null : ownFloats(members, BLOCK * depth + Panels.GUARD);
      this.right = b.isFloats() ? null : ownFloats(members, depth * columns + Panels.GUARD);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    void right(int b0, int member) {
      if (right != null) {
        b.floats(b0, depth, member, right[member], 0);
      }
    }

    @Override
    void rows(int a0, int rows, int b0, int y0, int member) {
      if (left != null) {
        a.floats(a0, rows, member, left[member], 0);
      }
      float[] y = HeapStorage.floats(work.y(), member);
      FloatGemm.gemm(
          left != null ? left[member] : HeapStorage.floats(a.buffer(), member),
          left != null ? 0 : a0,
          rowsOfA,
          inner,
          depth,
          right != null ? right[member] : HeapStorage.floats(b.buffer(), member),
          right != null ? 0 : b0,
          rowsOfB,
          columns,
          y,
          y0,
          outs,
          0,
          rows,
          false,
          scratch[member]);
      if (work.divisor() > 1) {
        Elementwise.div(y, y0, work.divisor(), y, y0, rows * columns);
      }
    }
  }

  private static final class Integers extends Rows {
    private final int[][] left;
    private final int[][] right;

    Integers(Work.MatMul work, int members) {
      super("integers", work);
      this.left = ownInts(members, BLOCK * depth);
      this.right = ownInts(members, depth * columns);
    }

    @Override
    void right(int b0, int member) {
      b.ints(b0, depth, member, right[member], 0);
    }

    @Override
    void rows(int a0, int rows, int b0, int y0, int member) {
      int[] in = left[member];
      a.ints(a0, rows, member, in, 0);
      int[] y = HeapStorage.ints(work.y(), member);
      Arrays.fill(y, y0, y0 + rows * columns, 0);
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < depth; k++) {
          IntegerProducts.addScaled(
              in[r * depth + k], right[member], k * columns, y, y0 + r * columns, columns);
        }
      }
    }
  }
}
