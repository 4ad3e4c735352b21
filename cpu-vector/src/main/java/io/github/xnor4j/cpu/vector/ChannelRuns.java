package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * Products channel by channel, as {@link ChannelProducts}, of windows three wide that move by one:
 * neighbouring positions see the same pixels, so each is read once for three taps. Whole vectors of
 * channels only.
 *
 * <p>A line is three neighbouring taps, a run some neighbouring positions; a step is from one pixel
 * to the next. Sums have the order of {@link ChannelProducts}, so the bits are the same.
 */
final class ChannelRuns {
  /** Taps of a line. */
  static final int LINE = 3;

  /** Positions of the shortest run. */
  static final int RUN = 8;

  private ChannelRuns() {}

  /**
   * Forward: {@code out[out0 + i * step + c]} is the sum over lines l and taps t of {@code a[a0 +
   * lines[l] + (i + t) * step + c] * b[b0 + weights[3 l + t] + c]} for {@code i < n}.
   *
   * @param n at least {@link #RUN}
   * @param channels a multiple of a vector
   */
  static void multiply(
      float[] a,
      int a0,
      int[] lines,
      int step,
      float[] b,
      int[] weights,
      int channels,
      float[] out,
      int out0,
      int n) {
    for (int i = 0; i < n; i += RUN) {
      int at = Math.min(i, n - RUN) * step; // the last ones may be computed twice
      for (int c = 0; c < channels; c += COUNT) {
        tile(a, a0 + at + c, lines, step, b, c, weights, out, out0 + at + c);
      }
    }
  }

  private static void tile(
      float[] a,
      int a0,
      int[] lines,
      int step,
      float[] b,
      int b0,
      int[] weights,
      float[] out,
      int o) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = FloatVector.zero(F);
    FloatVector c2 = FloatVector.zero(F);
    FloatVector c3 = FloatVector.zero(F);
    FloatVector c4 = FloatVector.zero(F);
    FloatVector c5 = FloatVector.zero(F);
    FloatVector c6 = FloatVector.zero(F);
    FloatVector c7 = FloatVector.zero(F);
    for (int l = 0; l < lines.length; l++) {
      FloatVector w0 = FloatVector.fromArray(F, b, b0 + weights[LINE * l]);
      FloatVector w1 = FloatVector.fromArray(F, b, b0 + weights[LINE * l + 1]);
      FloatVector w2 = FloatVector.fromArray(F, b, b0 + weights[LINE * l + 2]);
      int p = a0 + lines[l];
      FloatVector x = FloatVector.fromArray(F, a, p);
      c0 = x.fma(w0, c0);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c0 = x.fma(w1, c0);
      c1 = x.fma(w0, c1);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c0 = x.fma(w2, c0);
      c1 = x.fma(w1, c1);
      c2 = x.fma(w0, c2);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c1 = x.fma(w2, c1);
      c2 = x.fma(w1, c2);
      c3 = x.fma(w0, c3);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c2 = x.fma(w2, c2);
      c3 = x.fma(w1, c3);
      c4 = x.fma(w0, c4);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c3 = x.fma(w2, c3);
      c4 = x.fma(w1, c4);
      c5 = x.fma(w0, c5);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c4 = x.fma(w2, c4);
      c5 = x.fma(w1, c5);
      c6 = x.fma(w0, c6);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c5 = x.fma(w2, c5);
      c6 = x.fma(w1, c6);
      c7 = x.fma(w0, c7);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c6 = x.fma(w2, c6);
      c7 = x.fma(w1, c7);
      p += step;
      x = FloatVector.fromArray(F, a, p);
      c7 = x.fma(w2, c7);
    }
    c0.intoArray(out, o);
    c1.intoArray(out, o + step);
    c2.intoArray(out, o + 2 * step);
    c3.intoArray(out, o + 3 * step);
    c4.intoArray(out, o + 4 * step);
    c5.intoArray(out, o + 5 * step);
    c6.intoArray(out, o + 6 * step);
    c7.intoArray(out, o + 7 * step);
  }

  /**
   * Of a filter's gradient three lines: {@code out[out0 + outs[3 l + t] + c]} gets added the sum
   * over {@code i < n} of {@code a[a0 + lines[l] + (i + t) * step + c] * g[g0 + i * step + c]} for
   * the lines from {@code line} on.
   *
   * @param channels a multiple of a vector
   */
  static void addGradient(
      float[] a,
      int a0,
      int[] lines,
      int line,
      int step,
      float[] g,
      int g0,
      int n,
      int channels,
      float[] out,
      int[] outs) {
    for (int c = 0; c < channels; c += COUNT) {
      gradient(
          a,
          a0 + c + lines[line],
          a0 + c + lines[line + 1],
          a0 + c + lines[line + 2],
          step,
          g,
          g0 + c,
          n,
          out,
          c,
          outs,
          LINE * line);
    }
  }

  private static void gradient(
      float[] a,
      int a0,
      int a1,
      int a2,
      int step,
      float[] g,
      int g0,
      int n,
      float[] out,
      int o,
      int[] outs,
      int t) {
    FloatVector c0 = FloatVector.fromArray(F, out, o + outs[t]);
    FloatVector c1 = FloatVector.fromArray(F, out, o + outs[t + 1]);
    FloatVector c2 = FloatVector.fromArray(F, out, o + outs[t + 2]);
    FloatVector c3 = FloatVector.fromArray(F, out, o + outs[t + 3]);
    FloatVector c4 = FloatVector.fromArray(F, out, o + outs[t + 4]);
    FloatVector c5 = FloatVector.fromArray(F, out, o + outs[t + 5]);
    FloatVector c6 = FloatVector.fromArray(F, out, o + outs[t + 6]);
    FloatVector c7 = FloatVector.fromArray(F, out, o + outs[t + 7]);
    FloatVector c8 = FloatVector.fromArray(F, out, o + outs[t + 8]);
    // of each line what the next position sees again
    FloatVector x0 = FloatVector.fromArray(F, a, a0);
    FloatVector x1 = FloatVector.fromArray(F, a, a0 + step);
    FloatVector x3 = FloatVector.fromArray(F, a, a1);
    FloatVector x4 = FloatVector.fromArray(F, a, a1 + step);
    FloatVector x6 = FloatVector.fromArray(F, a, a2);
    FloatVector x7 = FloatVector.fromArray(F, a, a2 + step);
    for (int i = 0; i < n; i++) {
      int at = i * step;
      FloatVector dy = FloatVector.fromArray(F, g, g0 + at);
      FloatVector x2 = FloatVector.fromArray(F, a, a0 + at + 2 * step);
      FloatVector x5 = FloatVector.fromArray(F, a, a1 + at + 2 * step);
      FloatVector x8 = FloatVector.fromArray(F, a, a2 + at + 2 * step);
      c0 = x0.fma(dy, c0);
      c1 = x1.fma(dy, c1);
      c2 = x2.fma(dy, c2);
      c3 = x3.fma(dy, c3);
      c4 = x4.fma(dy, c4);
      c5 = x5.fma(dy, c5);
      c6 = x6.fma(dy, c6);
      c7 = x7.fma(dy, c7);
      c8 = x8.fma(dy, c8);
      x0 = x1;
      x1 = x2;
      x3 = x4;
      x4 = x5;
      x6 = x7;
      x7 = x8;
    }
    c0.intoArray(out, o + outs[t]);
    c1.intoArray(out, o + outs[t + 1]);
    c2.intoArray(out, o + outs[t + 2]);
    c3.intoArray(out, o + outs[t + 3]);
    c4.intoArray(out, o + outs[t + 4]);
    c5.intoArray(out, o + outs[t + 5]);
    c6.intoArray(out, o + outs[t + 6]);
    c7.intoArray(out, o + outs[t + 7]);
    c8.intoArray(out, o + outs[t + 8]);
  }
}
