package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products channel by channel, as a convolution of one channel a group needs them, by fused
 * multiply-add; lanes are channels.
 *
 * <p>Operands are addressed by offset lists as in {@link FloatGemm}, but for the channel, which is
 * the same in all three: element k of row r of A is {@code a[a0 + rowA[r] + kA[k] + c]}, element k
 * of B {@code b[b0 + kB[k] + c]}. Both must be readable up to the next multiple of 16 channels. So
 * the forward product and the gradient of the input have positions as rows and taps as k, the
 * gradient of the filter the other way round.
 *
 * <p>Each output is one accumulator over ascending k, whatever the width. A register tile is nine
 * rows, the taps of the usual window; three for the last rows.
 */
final class ChannelProducts {
  private static final int ROWS = 9;
  private static final int FEW = 3;

  private ChannelProducts() {}

  /**
   * Multiplies: {@code out[out0 + rowOut[r] + c] = (add ? out[out0 + rowOut[r] + c] : 0) + sum over
   * k0 <= k < k1 of a[a0 + rowA[r] + kA[k] + c] * b[b0 + kB[k] + c]} for {@code r0 <= r < r1} and
   * {@code c < channels}, k ascending.
   *
   * @param out products; nothing beyond the true channels is written; no two rows may overlap
   * @param scratch {@link Lanes#SCRATCH} floats, overwritten
   */
  static void multiply(
      float[] a,
      int a0,
      int[] rowA,
      int r0,
      int r1,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      int channels,
      float[] out,
      int out0,
      int[] rowOut,
      boolean add,
      float[] scratch) {
    int whole = channels / COUNT * COUNT;
    for (int r = r0; r < r1; ) {
      int rows = r + ROWS <= r1 ? ROWS : Math.min(FEW, r1 - r);
      for (int i = r; i < r + rows && !add; i++) {
        Arrays.fill(out, out0 + rowOut[i], out0 + rowOut[i] + channels, 0);
      }
      if (rows == ROWS) {
        nine(a, a0, rowA, r, kA, b, b0, kB, k0, k1, whole, out, out0, rowOut);
      } else {
        three(a, a0, rowA, r, r + rows - 1, kA, b, b0, kB, k0, k1, whole, out, out0, rowOut);
      }
      if (whole < channels) {
        tail(
            a,
            a0 + whole,
            rowA,
            r,
            rows,
            kA,
            b,
            b0 + whole,
            kB,
            k0,
            k1,
            channels - whole,
            out,
            out0 + whole,
            rowOut,
            scratch);
      }
      r += rows;
    }
  }

  private static void nine(
      float[] a,
      int a0,
      int[] rowA,
      int r,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      int channels,
      float[] out,
      int out0,
      int[] rowOut) {
    for (int c = 0; c < channels; c += COUNT) {
      int ac = a0 + c;
      int oc = out0 + c;
      tile9(
          a,
          ac + rowA[r],
          ac + rowA[r + 1],
          ac + rowA[r + 2],
          ac + rowA[r + 3],
          ac + rowA[r + 4],
          ac + rowA[r + 5],
          ac + rowA[r + 6],
          ac + rowA[r + 7],
          ac + rowA[r + 8],
          kA,
          b,
          b0 + c,
          kB,
          k0,
          k1,
          out,
          oc + rowOut[r],
          oc + rowOut[r + 1],
          oc + rowOut[r + 2],
          oc + rowOut[r + 3],
          oc + rowOut[r + 4],
          oc + rowOut[r + 5],
          oc + rowOut[r + 6],
          oc + rowOut[r + 7],
          oc + rowOut[r + 8]);
    }
  }

  /** Up to three rows; the last one stands in for those that lack, and is written twice. */
  private static void three(
      float[] a,
      int a0,
      int[] rowA,
      int r,
      int last,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      int channels,
      float[] out,
      int out0,
      int[] rowOut) {
    int r1 = Math.min(r + 1, last);
    for (int c = 0; c < channels; c += COUNT) {
      int ac = a0 + c;
      int oc = out0 + c;
      tile3(
          a,
          ac + rowA[r],
          ac + rowA[r1],
          ac + rowA[last],
          kA,
          b,
          b0 + c,
          kB,
          k0,
          k1,
          out,
          oc + rowOut[r],
          oc + rowOut[r1],
          oc + rowOut[last]);
    }
  }

  /** The last channels, less than a vector: computed beside their place. */
  private static void tail(
      float[] a,
      int a0,
      int[] rowA,
      int r,
      int rows,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      int channels,
      float[] out,
      int out0,
      int[] rowOut,
      float[] scratch) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(out, out0 + rowOut[r + i], scratch, i * COUNT, channels);
    }
    if (rows == ROWS) {
      tile9(
          a,
          a0 + rowA[r],
          a0 + rowA[r + 1],
          a0 + rowA[r + 2],
          a0 + rowA[r + 3],
          a0 + rowA[r + 4],
          a0 + rowA[r + 5],
          a0 + rowA[r + 6],
          a0 + rowA[r + 7],
          a0 + rowA[r + 8],
          kA,
          b,
          b0,
          kB,
          k0,
          k1,
          scratch,
          0,
          COUNT,
          2 * COUNT,
          3 * COUNT,
          4 * COUNT,
          5 * COUNT,
          6 * COUNT,
          7 * COUNT,
          8 * COUNT);
    } else {
      int i1 = Math.min(1, rows - 1);
      int last = rows - 1;
      tile3(
          a,
          a0 + rowA[r],
          a0 + rowA[r + i1],
          a0 + rowA[r + last],
          kA,
          b,
          b0,
          kB,
          k0,
          k1,
          scratch,
          0,
          i1 * COUNT,
          last * COUNT);
    }
    for (int i = 0; i < rows; i++) {
      System.arraycopy(scratch, i * COUNT, out, out0 + rowOut[r + i], channels);
    }
  }

  private static void tile9(
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      int a6,
      int a7,
      int a8,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      float[] out,
      int o0,
      int o1,
      int o2,
      int o3,
      int o4,
      int o5,
      int o6,
      int o7,
      int o8) {
    FloatVector c0 = FloatVector.fromArray(F, out, o0);
    FloatVector c1 = FloatVector.fromArray(F, out, o1);
    FloatVector c2 = FloatVector.fromArray(F, out, o2);
    FloatVector c3 = FloatVector.fromArray(F, out, o3);
    FloatVector c4 = FloatVector.fromArray(F, out, o4);
    FloatVector c5 = FloatVector.fromArray(F, out, o5);
    FloatVector c6 = FloatVector.fromArray(F, out, o6);
    FloatVector c7 = FloatVector.fromArray(F, out, o7);
    FloatVector c8 = FloatVector.fromArray(F, out, o8);
    for (int k = k0; k < k1; k++) {
      int ka = kA[k];
      FloatVector w = FloatVector.fromArray(F, b, b0 + kB[k]);
      c0 = FloatVector.fromArray(F, a, a0 + ka).fma(w, c0);
      c1 = FloatVector.fromArray(F, a, a1 + ka).fma(w, c1);
      c2 = FloatVector.fromArray(F, a, a2 + ka).fma(w, c2);
      c3 = FloatVector.fromArray(F, a, a3 + ka).fma(w, c3);
      c4 = FloatVector.fromArray(F, a, a4 + ka).fma(w, c4);
      c5 = FloatVector.fromArray(F, a, a5 + ka).fma(w, c5);
      c6 = FloatVector.fromArray(F, a, a6 + ka).fma(w, c6);
      c7 = FloatVector.fromArray(F, a, a7 + ka).fma(w, c7);
      c8 = FloatVector.fromArray(F, a, a8 + ka).fma(w, c8);
    }
    c0.intoArray(out, o0);
    c1.intoArray(out, o1);
    c2.intoArray(out, o2);
    c3.intoArray(out, o3);
    c4.intoArray(out, o4);
    c5.intoArray(out, o5);
    c6.intoArray(out, o6);
    c7.intoArray(out, o7);
    c8.intoArray(out, o8);
  }

  private static void tile3(
      float[] a,
      int a0,
      int a1,
      int a2,
      int[] kA,
      float[] b,
      int b0,
      int[] kB,
      int k0,
      int k1,
      float[] out,
      int o0,
      int o1,
      int o2) {
    FloatVector c0 = FloatVector.fromArray(F, out, o0);
    FloatVector c1 = FloatVector.fromArray(F, out, o1);
    FloatVector c2 = FloatVector.fromArray(F, out, o2);
    for (int k = k0; k < k1; k++) {
      int ka = kA[k];
      FloatVector w = FloatVector.fromArray(F, b, b0 + kB[k]);
      c0 = FloatVector.fromArray(F, a, a0 + ka).fma(w, c0);
      c1 = FloatVector.fromArray(F, a, a1 + ka).fma(w, c1);
      c2 = FloatVector.fromArray(F, a, a2 + ka).fma(w, c2);
    }
    c0.intoArray(out, o0);
    c1.intoArray(out, o1);
    c2.intoArray(out, o2);
  }
}
