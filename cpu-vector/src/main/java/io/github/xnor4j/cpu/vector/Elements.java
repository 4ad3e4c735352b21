package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.group.Group.Form;
import java.util.Arrays;
import java.util.stream.Stream;

/** Element-wise work, tile by tile; sums of a tile are float64. */
final class Elements extends Prepared {
  private final Work.Elements work;
  private final ElementKernel[] kernels; // of members, which have their own scratch
  private final Object[][] arrays; // of members
  private final int[][] offsets; // of members
  private final Form[] forms; // of operands and results
  private final Buffer[] buffers; // of these; null where sums lie
  private final PartialDoubles[] sums; // of operands and results that are sums

  private Elements(Work.Elements work, ElementKernel... kernels) {
    super(kernels[0].name(), work.operands().toArray(Buffer[]::new));
    this.work = work;
    this.kernels = kernels;
    ElementProgram program = work.program();
    int members = kernels.length;
    this.forms =
        Stream.concat(
                program.operands().stream(),
                program.results().stream().map(ElementProgram.Result::form))
            .toArray(Form[]::new);
    this.arrays = new Object[members][];
    this.offsets = new int[members][];
    Arrays.setAll(arrays, member -> Scratch.references(forms.length));
    Arrays.setAll(offsets, member -> Scratch.ints(forms.length));
    this.buffers = new Buffer[forms.length];
    this.sums = new PartialDoubles[forms.length];
    boolean finished = false;
    for (int k = 0; k < forms.length; k++) {
      int result = k - program.operands().size();
      boolean sum = forms[k] == Form.SUMS || forms[k] == Form.TOTAL;
      if (sum) {
        int columns = forms[k] == Form.SUMS ? work.columns() : 1;
        sums[k] = new PartialDoubles(work.domain(), columns, this);
        finished = true;
      } else {
        buffers[k] = result < 0 ? work.operands().get(k) : work.results().get(result);
      }
    }
    for (ElementKernel kernel : kernels) {
      owns(kernel.bytes());
    }
    if (finished) {
      finishBy(
          work.norm() == null
              ? new Finish()
              : new Finish(work.norm().variance(), work.norm().scale()));
    }
  }

  static Elements of(Work.Elements work, int members) {
    ElementKernel[] kernels = new ElementKernel[members];
    Arrays.setAll(kernels, member -> ElementKernel.of(work.program(), work.columns()));
    return new Elements(work, kernels);
  }

  @Override
  public void run(int tile, int first, int count, int member) {
    int units = work.domain().units();
    int perUnit = work.domain().batch() ? work.elements() / units : 1;
    int row = first * perUnit / work.columns();
    int rows = count * perUnit / work.columns();
    Object[] arrays = this.arrays[member];
    int[] offsets = this.offsets[member];
    for (int k = 0; k < forms.length; k++) {
      if (sums[k] != null) {
        arrays[k] = sums[k].of(tile, first);
        continue;
      }
      Object array = buffers[k].memory(member);
      if (arrays[k] != array) { // a collector hears of every reference that is written
        arrays[k] = array;
      }
      int start = buffers[k].isLocal() ? 0 : row;
      offsets[k] =
          switch (forms[k]) {
            case DENSE -> start * work.columns();
            case BITS, MASK -> start * BitKernels.words(work.columns());
            case ROW, SCALAR, SUMS, TOTAL -> 0;
          };
    }
    kernels[member].run(arrays, offsets, rows);
  }

  /** Adds the tiles up, and rounds. */
  private final class Finish extends Once {
    Finish(Buffer... reads) {
      super("finish", reads);
    }

    @Override
    void run() {
      int operands = work.operands().size();
      for (int k = 0; k < work.results().size(); k++) {
        if (sums[operands + k] != null) {
          double[] totals = sums[operands + k].addUp();
          float[] y = HeapStorage.floats(work.results().get(k), 0);
          for (int c = 0; c < totals.length; c++) {
            y[c] = (float) totals[c];
          }
        }
      }
      if (work.norm() != null) {
        double[] total = sums[forms.length - 2].addUp();
        double[] products = sums[forms.length - 1].addUp();
        for (int c = 0; c < work.columns(); c++) {
          Norms.gradients(work.norm(), c, total[c], products[c]);
        }
      }
    }
  }
}
