package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.AxisSteps;
import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/** Floats to integers and back, integers to bits, and random numbers. */
final class Integers {
  private Integers() {}

  /** Floats rounded to integers, and how many were clamped, tile by tile. */
  static final class FromFloats extends Prepared {
    private final Work.ToInteger work;
    private final int[] clamped;

    FromFloats(Work.ToInteger work) {
      super("", work.x(), work.scale());
      this.work = work;
      this.clamped = ownInts(1, Math.max(1, work.domain().tiles()))[0];
      finishBy(
          new Once("count clamped of") {
            @Override
            void run() {
              int sum = 0;
              for (int of : clamped) {
                sum += of;
              }
              HeapStorage.ints(work.clamped(), 0)[0] = sum;
            }
          });
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Domain domain = work.domain();
      int some =
          Rounding.shorts(
              HeapStorage.floats(work.x(), member),
              domain.at(work.x(), first),
              domain.elements(work.x(), count),
              HeapStorage.floats(work.scale(), member)[0],
              work.limit(),
              HeapStorage.shorts(work.y(), member),
              domain.at(work.y(), first));
      clamped[tile] = domain.begins(first) ? some : clamped[tile] + some;
    }
  }

  /** Integers as floats. */
  static final class ToFloats extends Prepared {
    private final Work.ToFloat work;

    ToFloats(Work.ToFloat work) {
      super("", work.x(), work.scale());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Domain domain = work.domain();
      Buffer x = work.x();
      double scale = HeapStorage.floats(work.scale(), member)[0];
      float[] y = HeapStorage.floats(work.y(), member);
      int x0 = domain.at(x, first);
      int y0 = domain.at(work.y(), first);
      int n = domain.elements(x, count);
      if (x.dtype() == DType.I16) {
        divide(HeapStorage.shorts(x, member), x0, n, scale, work.denominator(), y, y0);
      } else {
        divide(HeapStorage.ints(x, member), x0, n, scale, work.denominator(), y, y0);
      }
    }

    private static void divide(
        short[] x, int x0, int n, double scale, double denominator, float[] y, int y0) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = (float) (x[x0 + i] / scale / denominator);
      }
    }

    private static void divide(
        int[] x, int x0, int n, double scale, double denominator, float[] y, int y0) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = (float) (x[x0 + i] / scale / denominator);
      }
    }
  }

  /** Bits that are set where integers are less than a threshold. */
  static final class Threshold extends Units {
    private final Work.Threshold work;
    private final int columns;
    private final int step; // in the threshold, from column to column
    private final int[] rows; // where in the threshold the row of a row of a unit begins
    private final int unitOfX;
    private final int unitOfBits;
    private final int unitOfThreshold;

    Threshold(Work.Threshold work) {
      super("", work.domain(), work.shape().dim(0), work.x(), work.threshold());
      this.work = work;
      Shape shape = work.shape();
      this.unitOfX = unit(DType.I32, shape);
      this.unitOfBits = unit(DType.BIT, shape);
      AxisSteps steps = AxisSteps.of(work);
      this.columns = steps.last();
      this.step = steps.step();
      this.unitOfThreshold = steps.leading();
      this.rows = steps.rows();
    }

    @Override
    void units(int first, int count, int member) {
      int x0 = at(work.x(), unitOfX, first);
      int b0 = at(work.bits(), unitOfBits, first);
      int t0 = at(work.threshold(), unitOfThreshold, first);
      int words = BitKernels.words(columns);
      for (int r = 0; r < count * rows.length; r++) {
        int threshold = t0 + r / rows.length * unitOfThreshold + rows[r % rows.length];
        for (int w = 0; w < words; w++) {
          int n = Math.min(32, columns - 32 * w);
          int from = x0 + r * columns + 32 * w;
          int of = threshold + 32 * w * step;
          HeapStorage.ints(work.bits(), member)[b0 + r * words + w] =
              work.x().dtype() == DType.I16
                  ? less(HeapStorage.shorts(work.x(), member), from, n, limits(member), of, step)
                  : less(HeapStorage.ints(work.x(), member), from, n, limits(member), of, step);
        }
      }
    }

    private int[] limits(int member) {
      return HeapStorage.ints(work.threshold(), member);
    }

    private static int less(int[] x, int x0, int n, int[] threshold, int t0, int step) {
      int word = 0;
      for (int j = 0; j < n; j++) {
        word |= (x[x0 + j] < threshold[t0 + j * step] ? 1 : 0) << j;
      }
      return word;
    }

    private static int less(short[] x, int x0, int n, int[] threshold, int t0, int step) {
      int word = 0;
      for (int j = 0; j < n; j++) {
        word |= (x[x0 + j] < threshold[t0 + j * step] ? 1 : 0) << j;
      }
      return word;
    }
  }

  /** Random numbers, which follow from the element's index: so tiles are independent. */
  static final class Random extends Prepared {
    private static final int CHUNK = 1024;

    private final Work.Random work;
    private final int[][] words;
    private final long[][] scratch;

    Random(Work.Random work, int members) {
      super("", work.seed(), work.step());
      this.work = work;
      this.words = ownInts(members, RandomBits.length(CHUNK));
      this.scratch = ownLongs(members, RandomBits.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Domain domain = work.domain();
      Buffer y = work.y();
      int[] seed = HeapStorage.ints(work.seed(), member);
      long key = (long) seed[1] << 32 | seed[0] & 0xFFFFFFFFL;
      long upper = (long) HeapStorage.ints(work.step(), member)[0] << 32 | 1L << 31 | work.stream();
      int index = domain.elements(y, first);
      int y0 = domain.at(y, first);
      int n = domain.elements(y, count);
      for (int i = 0; i < n; i += CHUNK) {
        int some = Math.min(CHUNK, n - i);
        int[] bits = words[member];
        int from = RandomBits.draw(key, upper, index + i, some, bits, scratch[member]);
        if (work.kind() == Op.RandomKind.BITS) {
          System.arraycopy(bits, from, HeapStorage.ints(y, member), y0 + i, some);
        } else {
          RandomBits.uniform(bits, from, some, HeapStorage.floats(y, member), y0 + i);
        }
      }
    }
  }
}
