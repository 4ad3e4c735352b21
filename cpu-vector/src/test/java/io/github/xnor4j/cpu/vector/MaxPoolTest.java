package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxPoolTest {
  private static final int X0 = 5;
  private static final int Y0 = 3;
  private static final int I0 = 2;

  /** Windows of one square plane. */
  private record Plane(int side, int size, int stride, int pad, int[] first, int[] tap) {
    static Plane of(int side, int size, int stride, int pad, int c) {
      List<Integer> first = new ArrayList<>();
      List<Integer> tap = new ArrayList<>();
      int out = (side + 2 * pad - size) / stride + 1;
      for (int p = 0; p < out * out; p++) {
        first.add(tap.size());
        for (int q = 0; q < size * size; q++) {
          int y = p / out * stride - pad + q / size;
          int x = p % out * stride - pad + q % size;
          if (y >= 0 && y < side && x >= 0 && x < side) {
            tap.add((y * side + x) * c);
          }
        }
      }
      first.add(tap.size());
      return new Plane(side, size, stride, pad, array(first), array(tap));
    }

    private static int[] array(List<Integer> list) {
      return list.stream().mapToInt(i -> i).toArray();
    }

    int windows() {
      return first.length - 1;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 31, 33, 63, 64, 65, 129})
  void poolsAndScatters(int c) {
    check(Plane.of(6, 2, 2, 0, c), c);
    check(Plane.of(7, 2, 2, 0, c), c);
    check(Plane.of(7, 3, 2, 1, c), c);
    check(Plane.of(5, 3, 1, 1, c), c);
    check(Plane.of(4, 1, 3, 0, c), c);
  }

  private static void check(Plane plane, int c) {
    Samples samples = new Samples(c);
    int n = plane.windows();
    int cells = plane.side() * plane.side() * c;
    float[] x = samples.specials(X0 + cells);
    float[] dy = samples.floats(Y0 + n * c);
    float[] y = samples.floats(Y0 + n * c);
    int[] argmax = samples.ints(I0 + n * c);
    float[] expected = y.clone();
    int[] index = argmax.clone();
    float[] gradient = new float[X0 + cells];
    float[] dx = gradient.clone();
    for (int p = 1; p < n; p++) {
      for (int ch = 0; ch < c; ch++) {
        int best = plane.first()[p];
        for (int q = best; q < plane.first()[p + 1]; q++) {
          if (x[X0 + plane.tap()[q] + ch] > x[X0 + plane.tap()[best] + ch]) {
            best = q;
          }
        }
        int o = Y0 + p * c + ch;
        expected[o] = x[X0 + plane.tap()[best] + ch];
        index[I0 + p * c + ch] = best - plane.first()[p];
        gradient[X0 + plane.tap()[best] + ch] += dy[o];
      }
    }
    MaxPool.forward(x, X0, plane.first(), plane.tap(), 1, n, c, y, Y0, argmax, I0);
    Samples.assertSame(expected, y, plane + ", " + c + " channels");
    Samples.assertSame(index, argmax, plane + ", " + c + " channels, argmax");
    MaxPool.backward(dy, Y0, argmax, I0, plane.first(), plane.tap(), 1, n, c, dx, X0);
    Samples.assertSame(gradient, dx, plane + ", " + c + " channels, gradient");
  }

  @Test
  void nanStaysOnlyWhereItStandsFirst() {
    int c = 2 * Lanes.COUNT + 1;
    int[] tap = {0, c};
    for (int nan = 0; nan < 2; nan++) {
      float[] x = new float[2 * c];
      for (int ch = 0; ch < c; ch++) {
        x[nan * c + ch] = Float.NaN;
      }
      float[] y = new float[c];
      int[] argmax = new int[c];
      MaxPool.forward(x, 0, new int[] {0, 2}, tap, 0, 1, c, y, 0, argmax, 0);
      for (int ch = 0; ch < c; ch++) {
        assertEquals(nan == 0 ? Float.NaN : 0, y[ch], "NaN at tap " + nan);
        assertEquals(0, argmax[ch], "NaN at tap " + nan);
      }
    }
  }
}
