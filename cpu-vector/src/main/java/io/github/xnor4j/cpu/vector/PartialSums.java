package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * A filter's gradient from what the parts of the batch leave, as {@link BatchSums} adds them. A
 * task is an output channel.
 */
final class PartialSums extends Prepared {
  private final Buffer dw;
  private final int ld;
  private final double denominator;
  private final float[][] parts;
  private final BatchSums sums;
  private final BatchSums.Parts adder = this::addTo;
  private final BatchSums.Taker taker = this::take;

  /** Makes the sums of a gradient's parts. */
  @FunctionalInterface
  interface Division {
    /** See {@link BatchSums#ofTiles} and {@link BatchSums#ofShards}. */
    BatchSums of(Prepared owner);
  }

  /**
   * Sums of transposed parts [k, ld].
   *
   * @param dw the gradient, [O, k]
   * @param ld at least O; 0 if a part is not transposed: [O, k]
   * @param denominator of the sums
   */
  PartialSums(Buffer dw, int parts, int ld, int denominator, Division division) {
    super("sum over the batch of", dw.shape().dim(0));
    this.dw = dw;
    this.ld = ld;
    this.denominator = denominator;
    int n = ld == 0 ? dw.length() + Panels.WIDTH : dw.unit() * ld;
    this.parts = ownFloats(parts, n);
    this.sums = division.of(this);
  }

  /** What a part leaves. */
  float[] of(int part) {
    return parts[part];
  }

  /** What a tile leaves, to which its images are added: zero where it begins. */
  float[] of(int tile, boolean begins) {
    if (begins) {
      Arrays.fill(parts[tile], 0);
    }
    return parts[tile];
  }

  @Override
  public void run(int f, int first, int count, int member) {
    sums.add(adder, f * dw.unit(), dw.unit(), member, taker);
  }

  /** Adds elements of one output channel. */
  private void addTo(int number, int from, int n, double[] to, int at, boolean first) {
    float[] part = parts[number];
    if (ld == 0) {
      BatchSums.addTo(part, from, n, to, at, first);
      return;
    }
    int f = from / dw.unit();
    int k = from % dw.unit();
    for (int i = 0; i < n; i++) {
      to[at + i] = (first ? 0 : to[at + i]) + part[(k + i) * ld + f];
    }
  }

  private void take(int from, int n, double[] of) {
    if (dw.dtype() == DType.I32) { // of integers, whose sums are exact
      int[] out = HeapStorage.ints(dw, 0);
      for (int i = 0; i < n; i++) {
        out[from + i] = (int) (long) of[i];
      }
      return;
    }
    float[] out = HeapStorage.floats(dw, 0);
    if (denominator == 1) { // of most, and a division takes longer than all else here
      for (int i = 0; i < n; i++) {
        out[from + i] = (float) of[i];
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      out[from + i] = (float) (of[i] / denominator);
    }
  }
}
