package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;
import static io.github.xnor4j.cpu.vector.HeapStorage.ints;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.RowFunctions;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/** Functions of rows of the last axis, and changes of shape. */
final class Rows {
  private Rows() {}

  /** Softmax and crossentropy, in float64 as the reference computes them. */
  static final class Functions extends Prepared {
    private final Work.RowFunction work;
    private final int c;
    private final int rows;
    private final double[][] exp;

    Functions(Work.RowFunction work, int members) {
      super("", work.operands().toArray(Buffer[]::new));
      this.work = work;
      Shape shape = work.op().inputs().getFirst().shape();
      this.c = shape.dim(-1);
      this.rows = shape.rows() / shape.dim(0);
      this.exp = ownDoubles(members, c);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      for (int row = 0; row < count * rows; row++) {
        row(first, row, member);
      }
    }

    private void row(int first, int row, int member) {
      Buffer x = work.operands().getFirst();
      float[] in = floats(x, member);
      int at = x.at(first) + row * c;
      switch (work.op()) {
        case Op.Softmax softmax -> {
          Buffer y = work.results().getFirst();
          RowFunctions.softmax(in, at, c, exp[member], floats(y, member), y.at(first) + row * c);
        }
        case Op.SoftmaxCrossEntropy loss -> {
          Buffer losses = work.results().get(0);
          Buffer p = work.results().get(1);
          floats(losses, member)[losses.at(first) + row] =
              RowFunctions.crossEntropy(
                  in,
                  at,
                  c,
                  label(first, row, member),
                  exp[member],
                  floats(p, member),
                  p.at(first) + row * c);
        }
        case Op.SoftmaxCrossEntropyGradient gradient -> {
          Buffer g = work.operands().get(2);
          Buffer y = work.results().getFirst();
          RowFunctions.crossEntropyGradient(
              in,
              at,
              c,
              label(first, row, member),
              floats(g, member)[g.at(first) + row],
              floats(y, member),
              y.at(first) + row * c);
        }
        default -> throw new IllegalStateException(work.op().name() + " is no function of rows");
      }
    }

    private int label(int first, int row, int member) {
      Buffer labels = work.operands().get(1);
      return ints(labels, member)[labels.at(first) + row];
    }
  }

  /** The largest of each row. */
  static final class ArgMax extends Prepared {
    private final Buffer x;
    private final Buffer y;

    ArgMax(Work.ArgMax work) {
      super("", work.x());
      this.x = work.x();
      this.y = work.y();
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int c = x.unit() / y.unit();
      for (int row = 0; row < count * y.unit(); row++) {
        ints(y, member)[y.at(first) + row] =
            RowFunctions.argMax(floats(x, member), x.at(first) + row * c, c);
      }
    }
  }

  /** One float for all. */
  static Prepared fill(Work.Fill work) {
    return new Once("", work.x()) {
      @Override
      void run() {
        Arrays.fill(floats(work.y(), 0), 0, work.y().length(), floats(work.x(), 0)[0]);
      }
    };
  }

  /** A transposed matrix, some rows a task. */
  static final class Transpose extends Prepared {
    // rows that share cache lines of the result
    private static final int ROWS = 16;

    private final Work.Transpose work;

    Transpose(Work.Transpose work) {
      super("", Math.max(1, (work.rows() + ROWS - 1) / ROWS), work.x());
      this.work = work;
    }

    @Override
    public void run(int block, int first, int count, int member) {
      int r0 = block * ROWS;
      int r1 = Math.min(work.rows(), r0 + ROWS);
      transpose(floats(work.x(), 0), work.rows(), work.columns(), r0, r1, floats(work.y(), 0));
    }

    private static void transpose(float[] x, int rows, int columns, int r0, int r1, float[] y) {
      for (int c = 0; c < columns; c++) {
        for (int r = r0; r < r1; r++) {
          y[c * rows + r] = x[r * columns + c];
        }
      }
    }
  }
}
