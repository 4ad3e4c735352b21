package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;
import static io.github.xnor4j.cpu.vector.HeapStorage.ints;

import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;

/** Element-wise ops on others than floats. */
final class Sweeps {
  private Sweeps() {}

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
}
