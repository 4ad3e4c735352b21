package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Max-pooling of float planes, channels last; lanes are channels.
 *
 * <p>A window is a list of taps, so any size, stride, dilation and padding is only another list:
 * the taps of window p are {@code tap[first[p]]} to {@code tap[first[p + 1] - 1]}, offsets of
 * channel 0 in row-major order, with those left out that lie in the padding. At least one must be
 * left.
 *
 * <p>The maximum starts at the first tap and is replaced only by a greater value: of equal values
 * the first wins (of 0.0 and -0.0 too), a NaN that stands first stays, and any other NaN is
 * skipped.
 */
final class MaxPool {
  private MaxPool() {}

  /**
   * Pools: {@code y[y0 + p * c + ch]} is the maximum of {@code x[x0 + tap + ch]} over the taps of
   * window p, and {@code argmax[m0 + p * c + ch]} the number of that tap in the window's list.
   *
   * @param x values
   * @param x0 offset added to each tap
   * @param first where each window's taps start, one more entry than there are windows
   * @param tap offsets of taps
   * @param p0 first window
   * @param p1 end of the windows
   * @param c channels, at least 1
   * @param y maxima
   * @param y0 offset of window 0 in y
   * @param argmax numbers of taps
   * @param m0 offset of window 0 in argmax
   */
  static void forward(
      float[] x,
      int x0,
      int[] first,
      int[] tap,
      int p0,
      int p1,
      int c,
      float[] y,
      int y0,
      int[] argmax,
      int m0) {
    for (int p = p0; p < p1; p++) {
      int o = y0 + p * c;
      int m = m0 + p * c;
      int ch = 0;
      for (; ch + COUNT <= c; ch += COUNT) {
        vector(x, x0 + ch, tap, first[p], first[p + 1], y, o + ch, argmax, m + ch);
      }
      for (; ch < c; ch++) {
        scalar(x, x0 + ch, tap, first[p], first[p + 1], y, o + ch, argmax, m + ch);
      }
    }
  }

  private static void vector(
      float[] x, int x0, int[] tap, int q0, int q1, float[] y, int o, int[] argmax, int m) {
    FloatVector max = FloatVector.fromArray(F, x, x0 + tap[q0]);
    IntVector index = IntVector.zero(I);
    for (int q = q0 + 1; q < q1; q++) {
      FloatVector v = FloatVector.fromArray(F, x, x0 + tap[q]);
      VectorMask<Float> greater = v.compare(GT, max);
      max = max.blend(v, greater);
      index = index.blend(q - q0, greater.cast(I));
    }
    max.intoArray(y, o);
    index.intoArray(argmax, m);
  }

  private static void scalar(
      float[] x, int x0, int[] tap, int q0, int q1, float[] y, int o, int[] argmax, int m) {
    int best = q0;
    for (int q = q0 + 1; q < q1; q++) {
      if (x[x0 + tap[q]] > x[x0 + tap[best]]) {
        best = q;
      }
    }
    y[o] = x[x0 + tap[best]];
    argmax[m] = best - q0;
  }

  /**
   * Adds each window's gradient to where its maximum stood: {@code dx[x0 + tap[first[p] + argmax] +
   * ch] += dy}, windows in ascending order. The caller clears dx.
   *
   * @param dy gradients of the maxima
   * @param y0 offset of window 0 in dy
   * @param argmax what {@link #forward} wrote
   * @param m0 offset of window 0 in argmax
   * @param first where each window's taps start, one more entry than there are windows
   * @param tap offsets of taps
   * @param p0 first window
   * @param p1 end of the windows
   * @param c channels, at least 1
   * @param dx gradients of the values; other taps of a window are added zero, so a -0.0 there
   *     becomes 0.0
   * @param x0 offset added to each tap
   */
  static void backward(
      float[] dy,
      int y0,
      int[] argmax,
      int m0,
      int[] first,
      int[] tap,
      int p0,
      int p1,
      int c,
      float[] dx,
      int x0) {
    for (int p = p0; p < p1; p++) {
      int o = y0 + p * c;
      int m = m0 + p * c;
      int ch = 0;
      for (; ch + COUNT <= c; ch += COUNT) {
        scatter(dy, o + ch, argmax, m + ch, tap, first[p], first[p + 1], dx, x0 + ch);
      }
      for (; ch < c; ch++) {
        int i = x0 + tap[first[p] + argmax[m + ch]] + ch;
        dx[i] += dy[o + ch];
      }
    }
  }

  private static void scatter(
      float[] dy, int o, int[] argmax, int m, int[] tap, int q0, int q1, float[] dx, int x0) {
    FloatVector g = FloatVector.fromArray(F, dy, o);
    IntVector index = IntVector.fromArray(I, argmax, m);
    FloatVector zero = FloatVector.zero(F);
    for (int q = q0; q < q1; q++) {
      FloatVector part = zero.blend(g, index.compare(EQ, q - q0).cast(F));
      FloatVector.fromArray(F, dx, x0 + tap[q]).add(part).intoArray(dx, x0 + tap[q]);
    }
  }
}
