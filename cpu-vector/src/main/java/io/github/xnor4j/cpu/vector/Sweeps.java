package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;
import static io.github.xnor4j.cpu.vector.HeapStorage.ints;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.ReferenceKernels;
import java.util.List;

/** Element-wise ops, one sweep each. */
final class Sweeps {
  private Sweeps() {}

  /**
   * A sweep over F32 operands that have the result's elements (step 1), one for all (step 0), or
   * one row for all rows: then it goes row by row.
   */
  private abstract static class Sweep extends Prepared {
    final List<Buffer> operands;
    final int[] steps;
    final Buffer y;
    private final Domain domain;
    private final boolean[] same;
    private final int longest;

    Sweep(List<Buffer> operands, Domain domain, Buffer y) {
      super("", operands.toArray(Buffer[]::new));
      this.operands = operands;
      this.domain = domain;
      this.y = y;
      this.steps = new int[operands.size()];
      this.same = new boolean[operands.size()];
      boolean rows = false;
      for (int i = 0; i < steps.length; i++) {
        int n = operands.get(i).length();
        same[i] = n == y.length();
        steps[i] = n == 1 && !same[i] ? 0 : 1;
        rows |= !same[i] && n != 1;
      }
      this.longest = rows ? y.shape().dim(-1) : Integer.MAX_VALUE;
    }

    /** Where an operand's element for the i-th of the tile is. */
    final int at(int operand, int first, int i) {
      return same[operand] ? domain.at(operands.get(operand), first) + i : 0;
    }

    final float[] of(int operand, int member) {
      return floats(operands.get(operand), member);
    }

    @Override
    public final void run(int tile, int first, int count, int member) {
      int n = domain.elements(y, count);
      int stretch = Math.min(n, longest);
      int y0 = domain.at(y, first);
      for (int i = 0; i < n; i += stretch) {
        sweep(first, i, stretch, y0 + i, member);
      }
    }

    /** Sweeps n elements of a tile from the i-th on. */
    abstract void sweep(int first, int i, int n, int y0, int member);
  }

  static final class Unary extends Sweep {
    private final Op.UnaryKind kind;

    Unary(Work.Unary work) {
      super(List.of(work.x()), work.domain(), work.y());
      this.kind = work.kind();
    }

    @Override
    void sweep(int first, int i, int n, int y0, int member) {
      unary(kind, of(0, member), at(0, first, i), n, floats(y, member), y0);
    }
  }

  static final class Binary extends Sweep {
    private final Op.BinaryKind kind;

    Binary(Work.Binary work) {
      super(List.of(work.a(), work.b()), work.domain(), work.y());
      this.kind = work.kind();
    }

    @Override
    void sweep(int first, int i, int n, int y0, int member) {
      binary(
          kind,
          of(0, member),
          at(0, first, i),
          steps[0],
          of(1, member),
          at(1, first, i),
          steps[1],
          n,
          floats(y, member),
          y0);
    }
  }

  static final class Select extends Sweep {
    private final Op.Comparison comparison;

    Select(Work.Select work) {
      super(work.operands(), work.domain(), work.y());
      this.comparison = work.comparison();
    }

    @Override
    void sweep(int first, int i, int n, int y0, int member) {
      select(
          comparison,
          of(0, member),
          at(0, first, i),
          of(1, member),
          at(1, first, i),
          of(2, member),
          at(2, first, i),
          of(3, member),
          at(3, first, i),
          steps,
          n,
          floats(y, member),
          y0);
    }
  }

  /** A metric's choice by integers. */
  static Prepared selectIntegers(Work.SelectIntegers work) {
    return new Once("", work.a(), work.b(), work.ifTrue(), work.ifFalse()) {
      @Override
      void run() {
        int[] left = ints(work.a(), 0);
        int[] right = ints(work.b(), 0);
        float[] y = floats(work.y(), 0);
        for (int i = 0; i < work.y().length(); i++) {
          boolean holds =
              switch (work.comparison()) {
                case LESS -> left[i] < right[i];
                case LESS_EQUAL -> left[i] <= right[i];
                case EQUAL -> left[i] == right[i];
              };
          y[i] = floats(holds ? work.ifTrue() : work.ifFalse(), 0)[0];
        }
      }
    };
  }

  static final class Scale extends Prepared {
    private final Work.Scale work;

    Scale(Work.Scale work) {
      super("", work.x());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Op.Scale scaling = work.scaling();
      Pixels.scale(
          HeapStorage.bytes(work.x(), member),
          work.domain().at(work.x(), first),
          work.domain().elements(work.y(), count),
          scaling.multiplier(),
          scaling.offset(),
          scaling.divisor(),
          floats(work.y(), member),
          work.domain().at(work.y(), first));
    }
  }

  /** Where a straight-through estimator passes gradients on. */
  static final class Marks extends Prepared {
    private final Work.Marks work;

    Marks(Work.Marks work) {
      super("mask of", work.x());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      Buffer bits = work.bits();
      int unit = x.unit();
      for (int i = 0; i < count; i++) {
        BitKernels.within(
            floats(x, member),
            x.at(first) + i * unit,
            unit,
            work.limit(),
            ints(bits, member),
            bits.at(first) + i * bits.unit());
      }
    }
  }

  static final class Keep extends Prepared {
    private final Work.Keep work;

    Keep(Work.Keep work) {
      super("", work.g(), work.bits());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer g = work.g();
      Buffer bits = work.bits();
      Buffer y = work.y();
      int unit = y.unit();
      for (int i = 0; i < count; i++) {
        BitKernels.keep(
            floats(g, member),
            g.at(first) + i * unit,
            unit,
            ints(bits, member),
            bits.at(first) + i * bits.unit(),
            floats(y, member),
            y.at(first) + i * unit);
      }
    }
  }

  private static void unary(Op.UnaryKind kind, float[] x, int x0, int n, float[] y, int y0) {
    switch (kind) {
      case NEGATE -> Elementwise.neg(x, x0, y, y0, n);
      case ABS -> Elementwise.abs(x, x0, y, y0, n);
      case SQRT -> Elementwise.sqrt(x, x0, y, y0, n);
      case SQUARE -> Elementwise.square(x, x0, y, y0, n);
      case EXP, LOG, TANH, RINT -> {
        for (int i = 0; i < n; i++) {
          y[y0 + i] = ReferenceKernels.unary(kind, x[x0 + i]);
        }
      }
    }
  }

  private static void binary(
      Op.BinaryKind kind,
      float[] a,
      int a0,
      int stepA,
      float[] b,
      int b0,
      int stepB,
      int n,
      float[] y,
      int y0) {
    if (kind == Op.BinaryKind.POW || stepA == 0 && stepB == 0) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = ReferenceKernels.binary(kind, a[a0 + i * stepA], b[b0 + i * stepB]);
      }
    } else if (stepB == 0) {
      binaryRightScalar(kind, a, a0, b[b0], n, y, y0);
    } else if (stepA == 0) {
      binaryLeftScalar(kind, a[a0], b, b0, n, y, y0);
    } else {
      binaryArrays(kind, a, a0, b, b0, n, y, y0);
    }
  }

  private static void binaryArrays(
      Op.BinaryKind kind, float[] a, int a0, float[] b, int b0, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(a, a0, b, b0, y, y0, n);
      case SUB -> Elementwise.sub(a, a0, b, b0, y, y0, n);
      case MUL -> Elementwise.mul(a, a0, b, b0, y, y0, n);
      case DIV -> Elementwise.div(a, a0, b, b0, y, y0, n);
      case MIN -> Elementwise.min(a, a0, b, b0, y, y0, n);
      case MAX -> Elementwise.max(a, a0, b, b0, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  private static void binaryRightScalar(
      Op.BinaryKind kind, float[] a, int a0, float b, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(a, a0, b, y, y0, n);
      case SUB -> Elementwise.sub(a, a0, b, y, y0, n);
      case MUL -> Elementwise.mul(a, a0, b, y, y0, n);
      case DIV -> Elementwise.div(a, a0, b, y, y0, n);
      case MIN -> Elementwise.min(a, a0, b, y, y0, n);
      case MAX -> Elementwise.max(a, a0, b, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  private static void binaryLeftScalar(
      Op.BinaryKind kind, float a, float[] b, int b0, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(b, b0, a, y, y0, n);
      case SUB -> Elementwise.sub(a, b, b0, y, y0, n);
      case MUL -> Elementwise.mul(b, b0, a, y, y0, n);
      case DIV -> Elementwise.div(a, b, b0, y, y0, n);
      case MIN -> Elementwise.min(b, b0, a, y, y0, n);
      case MAX -> Elementwise.max(b, b0, a, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  private static void select(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      int[] steps,
      int n,
      float[] y,
      int y0) {
    boolean scalars = steps[0] == 1 && steps[1] == 0 && steps[2] == 1 && steps[3] == 0;
    boolean arrays = steps[0] == 1 && steps[1] == 1 && steps[2] == 1 && steps[3] == 1;
    if (scalars) {
      selectScalars(comparison, a, a0, b[b0], t, t0, f[f0], y, y0, n);
    } else if (arrays) {
      selectArrays(comparison, a, a0, b, b0, t, t0, f, f0, y, y0, n);
    } else {
      for (int i = 0; i < n; i++) {
        float x = a[a0 + i * steps[0]];
        float z = b[b0 + i * steps[1]];
        boolean hit =
            switch (comparison) {
              case LESS -> x < z;
              case LESS_EQUAL -> x <= z;
              case EQUAL -> x == z;
            };
        y[y0 + i] = hit ? t[t0 + i * steps[2]] : f[f0 + i * steps[3]];
      }
    }
  }

  private static void selectScalars(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float b,
      float[] t,
      int t0,
      float f,
      float[] y,
      int y0,
      int n) {
    switch (comparison) {
      case LESS -> Elementwise.selectLess(a, a0, b, t, t0, f, y, y0, n);
      case LESS_EQUAL -> Elementwise.selectLessEqual(a, a0, b, t, t0, f, y, y0, n);
      case EQUAL -> Elementwise.selectEqual(a, a0, b, t, t0, f, y, y0, n);
    }
  }

  private static void selectArrays(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      float[] y,
      int y0,
      int n) {
    switch (comparison) {
      case LESS -> Elementwise.selectLess(a, a0, b, b0, t, t0, f, f0, y, y0, n);
      case LESS_EQUAL -> Elementwise.selectLessEqual(a, a0, b, b0, t, t0, f, f0, y, y0, n);
      case EQUAL -> Elementwise.selectEqual(a, a0, b, b0, t, t0, f, f0, y, y0, n);
    }
  }
}
