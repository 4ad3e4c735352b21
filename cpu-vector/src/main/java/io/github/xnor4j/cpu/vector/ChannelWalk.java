package io.github.xnor4j.cpu.vector;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the operands of products channel by channel lie in an image, and which of the two kernels
 * takes them: where taps stand in lines of three and positions in runs, {@link ChannelRuns}; else
 * {@link ChannelProducts}. Both give the same bits.
 */
final class ChannelWalk {
  private final int[] rows;
  private final int[] taps;
  private final int[] weights;
  private final int[] outs;
  private final int channels;
  private final int whole; // channels in whole vectors
  private final int[] lines; // where lines of three taps begin; empty if they do not
  private final int[] runs; // where runs of neighbouring rows begin, and where the last one ends

  /**
   * A walk over an image.
   *
   * @param rows where windows begin
   * @param taps from there to each tap
   * @param weights where each tap's weights lie
   * @param outs where each window's product or gradient lies
   */
  ChannelWalk(int[] rows, int[] taps, int[] weights, int[] outs, int channels) {
    this.rows = rows;
    this.taps = taps;
    this.weights = weights;
    this.outs = outs;
    this.channels = channels;
    this.whole = channels / Lanes.COUNT * Lanes.COUNT;
    this.lines = lines(taps, channels);
    this.runs =
        IntStream.rangeClosed(0, rows.length)
            .filter(r -> r == 0 || r == rows.length || !isNext(r))
            .toArray();
  }

  private static int[] lines(int[] taps, int step) {
    int[] lines = new int[taps.length / ChannelRuns.LINE];
    Arrays.setAll(lines, l -> taps[l * ChannelRuns.LINE]);
    for (int t = 0; t < taps.length; t++) {
      int line = t / ChannelRuns.LINE;
      boolean inLine = line < lines.length && taps[t] == lines[line] + t % ChannelRuns.LINE * step;
      if (!inLine) {
        return new int[0];
      }
    }
    return lines;
  }

  private boolean isNext(int r) {
    return rows[r] == rows[r - 1] + channels && outs[r] == outs[r - 1] + channels;
  }

  /** Sums over taps: {@code out} at each row's place, of windows of a and the weights b. */
  void multiply(float[] a, int a0, float[] b, float[] out, int out0, float[] scratch) {
    int done = 0;
    if (lines.length > 0 && whole > 0) {
      for (int i = 0; i + 1 < runs.length; i++) {
        int r = runs[i];
        int n = runs[i + 1] - r;
        if (n >= ChannelRuns.RUN) {
          ChannelRuns.multiply(
              a, a0 + rows[r], lines, channels, b, weights, whole, out, out0 + outs[r], n);
        } else {
          multiply(a, a0, r, r + n, b, 0, whole, out, out0, scratch);
        }
      }
      done = whole;
    }
    if (done < channels) {
      multiply(a, a0, 0, rows.length, b, done, channels - done, out, out0, scratch);
    }
  }

  private void multiply(
      float[] a,
      int a0,
      int r0,
      int r1,
      float[] b,
      int channel,
      int n,
      float[] out,
      int out0,
      float[] scratch) {
    ChannelProducts.multiply(
        a,
        a0 + channel,
        rows,
        r0,
        r1,
        taps,
        b,
        channel,
        weights,
        0,
        weights.length,
        n,
        out,
        out0 + channel,
        outs,
        false,
        scratch);
  }

  /**
   * Sums over rows, added to {@code sums} at each tap's weights: of windows of a and what stands at
   * the rows' places in g. Rows in their order.
   */
  void addGradient(float[] a, int a0, float[] g, int g0, float[] sums, float[] scratch) {
    boolean fast = whole > 0 && lines.length > 0 && lines.length % ChannelRuns.LINE == 0;
    for (int i = 0; i + 1 < runs.length; i++) {
      int r = runs[i];
      int done = 0;
      if (fast) {
        int n = runs[i + 1] - r;
        for (int line = 0; line < lines.length; line += ChannelRuns.LINE) {
          ChannelRuns.addGradient(
              a, a0 + rows[r], lines, line, channels, g, g0 + outs[r], n, whole, sums, weights);
        }
        done = whole;
      }
      if (done < channels) {
        ChannelProducts.multiply(
            a,
            a0 + done,
            taps,
            0,
            taps.length,
            rows,
            g,
            g0 + done,
            outs,
            r,
            runs[i + 1],
            channels - done,
            sums,
            done,
            weights,
            true,
            scratch);
      }
    }
  }
}
