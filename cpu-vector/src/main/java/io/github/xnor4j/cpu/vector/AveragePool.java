package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.D;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.HALF;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_F;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Means over windows of float planes, channels last; lanes are channels. Windows are lists of taps,
 * as in {@link MaxPool}. A sum is one double over ascending taps, divided and rounded once.
 */
final class AveragePool {
  private AveragePool() {}

  /**
   * Means: {@code y[y0 + p * c + ch]} is the sum of {@code x[x0 + tap + ch]} over the taps of
   * window p, divided by {@code denominator} times their number.
   *
   * @param first where each window's taps start, one more entry than there are windows
   * @param tap offsets of taps
   */
  static void forward(
      float[] x, int x0, int[] first, int[] tap, double denominator, int c, float[] y, int y0) {
    for (int p = 0; p + 1 < first.length; p++) {
      double divisor = denominator * (first[p + 1] - first[p]);
      int o = y0 + p * c;
      int ch = 0;
      for (; ch + HALF <= c; ch += HALF) {
        vector(x, x0 + ch, tap, first[p], first[p + 1], divisor, y, o + ch);
      }
      for (; ch < c; ch++) {
        double sum = 0;
        for (int q = first[p]; q < first[p + 1]; q++) {
          sum += x[x0 + tap[q] + ch];
        }
        y[o + ch] = (float) (sum / divisor);
      }
    }
  }

  private static void vector(
      float[] x, int x0, int[] tap, int q0, int q1, double divisor, float[] y, int o) {
    DoubleVector sum = DoubleVector.zero(D);
    for (int q = q0; q < q1; q++) {
      FloatVector v = FloatVector.fromArray(HALF_F, x, x0 + tap[q]);
      sum = ((DoubleVector) v.convertShape(F2D, D, 0)).add(sum);
    }
    ((FloatVector) sum.div(divisor).convertShape(D2F, HALF_F, 0)).intoArray(y, o);
  }

  /**
   * Gradients: {@code dx[x0 + i * c + ch]} is the sum of {@code g[g0 + window + ch] / size} over
   * the windows that pixel i lies in.
   *
   * @param first where each pixel's windows start, one more entry than there are pixels
   * @param window offsets of their gradients
   * @param size of each of these windows the number of taps
   */
  static void backward(
      float[] g, int g0, int[] first, int[] window, float[] size, int c, float[] dx, int x0) {
    for (int i = 0; i + 1 < first.length; i++) {
      int o = x0 + i * c;
      int ch = 0;
      for (; ch + COUNT <= c; ch += COUNT) {
        parts(g, g0 + ch, window, size, first[i], first[i + 1], dx, o + ch);
      }
      for (; ch < c; ch++) {
        float sum = 0;
        for (int q = first[i]; q < first[i + 1]; q++) {
          sum += g[g0 + window[q] + ch] / size[q];
        }
        dx[o + ch] = sum;
      }
    }
  }

  private static void parts(
      float[] g, int g0, int[] window, float[] size, int q0, int q1, float[] dx, int o) {
    FloatVector sum = FloatVector.zero(F);
    for (int q = q0; q < q1; q++) {
      sum = FloatVector.fromArray(F, g, g0 + window[q]).div(size[q]).add(sum);
    }
    sum.intoArray(dx, o);
  }
}
