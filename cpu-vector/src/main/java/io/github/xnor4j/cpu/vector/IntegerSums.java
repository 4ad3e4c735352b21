package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;

/** A filter's gradient from what the parts of the batch leave. A task is an output channel. */
final class IntegerSums extends Prepared {
  private final Buffer dw;
  private final int[][] parts;

  /**
   * Sums modulo 2^32.
   *
   * @param dw the gradient, [O, k], as each of the parts
   */
  IntegerSums(Buffer dw, int[][] parts) {
    super("sum over the batch of", dw.shape().dim(0));
    this.dw = dw;
    this.parts = parts;
  }

  @Override
  public void run(int f, int first, int count, int member) {
    int[] out = HeapStorage.ints(dw, 0);
    int n = dw.unit();
    System.arraycopy(parts[0], f * n, out, f * n, n);
    for (int i = 1; i < parts.length; i++) {
      IntegerProducts.addScaled(1, parts[i], f * n, out, f * n, n);
    }
  }
}
