package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.PreparedKernel;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.RowFunctions;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Rows, and what else has a small kernel. */
final class Others {
  /** Rows of a matrix that a task transposes. */
  private static final int ROWS = 16;

  private Others() {}

  /** Bytes to floats. */
  static Kernel scale(Work.Scale work, Context context) {
    Domain domain = work.domain();
    Op.Scale scaling = work.scaling();
    NativeKernel kernel = new NativeKernel(context, "", "scale", 0, work.x());
    kernel.pointTile(work.x(), domain);
    kernel.pointTile(work.y(), domain);
    kernel.build(
        context
            .struct()
            .number(Integers.unit(work.y(), domain))
            .number(scaling.multiplier())
            .number(scaling.offset())
            .number(scaling.divisor()));
    return kernel;
  }

  /** A transposed matrix, some rows a task. */
  static Kernel transpose(Work.Transpose work, Context context) {
    int tasks = Math.max(1, (work.rows() + ROWS - 1) / ROWS);
    NativeKernel kernel = new NativeKernel(context, "", "transpose", tasks, work.x());
    kernel.pointWhole(work.x());
    kernel.pointWhole(work.y());
    kernel.build(context.struct().number(work.rows()).number(work.columns()));
    return kernel;
  }

  /** One float for all. */
  static Kernel fill(Work.Fill work) {
    return new JavaKernel(
        "",
        () -> {
          float value = JavaKernel.get(work.x(), 0);
          for (int i = 0; i < work.y().length(); i++) {
            JavaKernel.set(work.y(), i, value);
          }
        },
        work.x());
  }

  /** A metric's choice by integers. */
  static Kernel selectIntegers(Work.SelectIntegers work) {
    return new JavaKernel(
        "",
        () -> {
          for (int i = 0; i < work.y().length(); i++) {
            int a = JavaKernel.getInt(work.a(), i);
            int b = JavaKernel.getInt(work.b(), i);
            boolean holds =
                switch (work.comparison()) {
                  case LESS -> a < b;
                  case LESS_EQUAL -> a <= b;
                  case EQUAL -> a == b;
                };
            JavaKernel.set(work.y(), i, JavaKernel.get(holds ? work.ifTrue() : work.ifFalse(), 0));
          }
        },
        work.a(),
        work.b(),
        work.ifTrue(),
        work.ifFalse());
  }

  /** Softmax and crossentropy, by the reference's functions on copies of rows. */
  static final class Rows extends PreparedKernel {
    private final Work.RowFunction work;
    private final int c;
    private final int rows;
    private final float[][] in; // of members
    private final float[][] out;
    private final double[][] exp;

    Rows(Work.RowFunction work, int members) {
      super("", 0, work.operands().toArray(Buffer[]::new));
      this.work = work;
      Shape shape = work.op().inputs().getFirst().shape();
      this.c = shape.dim(-1);
      this.rows = shape.rows() / shape.dim(0);
      this.in = new float[members][c];
      this.out = new float[members][c];
      this.exp = new double[members][c];
      owns(16L * members * c);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      for (int row = 0; row < count * rows; row++) {
        row(first, row, member);
      }
    }

    private static long at(Buffer buffer, int first, int row, int width) {
      return buffer.at(first) + (long) row * width;
    }

    private static MemorySegment segment(Buffer buffer, int member) {
      return NativeStorage.segment(buffer, member);
    }

    private void row(int first, int row, int member) {
      Buffer x = work.operands().getFirst();
      float[] of = in[member];
      float[] y = out[member];
      long from = at(x, first, row, c);
      MemorySegment.copy(segment(x, member), ValueLayout.JAVA_FLOAT, 4 * from, of, 0, c);
      Buffer result = work.results().getLast();
      switch (work.op()) {
        case Op.Softmax softmax -> RowFunctions.softmax(of, 0, c, exp[member], y, 0);
        case Op.SoftmaxCrossEntropy loss -> {
          int label = label(first, row, member);
          Buffer losses = work.results().getFirst();
          float value = RowFunctions.crossEntropy(of, 0, c, label, exp[member], y, 0);
          segment(losses, member)
              .setAtIndex(ValueLayout.JAVA_FLOAT, at(losses, first, row, 1), value);
        }
        case Op.SoftmaxCrossEntropyGradient gradient -> {
          Buffer g = work.operands().get(2);
          float scale = segment(g, member).getAtIndex(ValueLayout.JAVA_FLOAT, at(g, first, row, 1));
          RowFunctions.crossEntropyGradient(of, 0, c, label(first, row, member), scale, y, 0);
        }
        default -> throw new IllegalStateException(work.op().name() + " is no function of rows");
      }
      long to = at(result, first, row, c);
      MemorySegment.copy(y, 0, segment(result, member), ValueLayout.JAVA_FLOAT, 4 * to, c);
    }

    private int label(int first, int row, int member) {
      Buffer labels = work.operands().get(1);
      return segment(labels, member).getAtIndex(ValueLayout.JAVA_INT, at(labels, first, row, 1));
    }
  }

  /** The largest of each row. */
  static final class ArgMax extends PreparedKernel {
    private final Work.ArgMax work;
    private final int c;
    private final float[][] in; // of members

    ArgMax(Work.ArgMax work, int members) {
      super("", 0, work.x());
      this.work = work;
      this.c = work.y().unit() == 0 ? 0 : work.x().unit() / work.y().unit();
      this.in = new float[members][c];
      owns(4L * members * c);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      Buffer y = work.y();
      for (int row = 0; row < count * y.unit(); row++) {
        long from = x.at(first) + (long) row * c;
        MemorySegment in = NativeStorage.segment(x, member);
        MemorySegment.copy(in, ValueLayout.JAVA_FLOAT, 4 * from, this.in[member], 0, c);
        NativeStorage.segment(y, member)
            .setAtIndex(
                ValueLayout.JAVA_INT,
                (long) y.at(first) + row,
                RowFunctions.argMax(this.in[member], 0, c));
      }
    }
  }
}
