package io.github.xnor4j.train;

import io.github.xnor4j.program.Program;
import java.util.List;
import java.util.stream.IntStream;

/** Counts how many gradients a step clamped when it rounded them to integers. */
final class Clamping {
  private final Compiled compiled;
  private final int[] outputs;
  private final int[] products; // of these
  private final long[] elements; // of their gradients

  /**
   * Of a compiled step.
   *
   * @param names of all products of the run
   */
  Clamping(Compiled compiled, List<String> names) {
    this.compiled = compiled;
    this.outputs =
        IntStream.range(0, compiled.outputNames.size())
            .filter(i -> compiled.outputNames.get(i).startsWith(GradientScales.CLAMPED))
            .toArray();
    this.products =
        IntStream.of(outputs)
            .mapToObj(i -> compiled.outputNames.get(i).substring(GradientScales.CLAMPED.length()))
            .mapToInt(names::indexOf)
            .toArray();
    Program program = compiled.executable.program();
    this.elements =
        IntStream.of(outputs)
            .mapToObj(i -> program.outputs().get(compiled.outputNames.get(i)))
            .mapToLong(count -> program.producer(count).op().inputs().getFirst().shape().elements())
            .toArray();
  }

  /** Reads what the last run gave; allocates nothing. */
  void read(Totals totals) {
    for (int i = 0; i < outputs.length; i++) {
      totals.clamped[products[i]] = compiled.outputs[outputs[i]].ints()[0];
      totals.rounded[products[i]] = elements[i];
    }
  }
}
