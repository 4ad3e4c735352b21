package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class BatchNormKernelsTest {
  private static final int[] SIZES = Samples.SIZES;
  private static final int[] ROWS = {1, 3, 64, 129};
  private static final int X0 = 3;

  @ParameterizedTest
  @FieldSource("SIZES")
  void gridSumsAreExact(int c) {
    for (int rows : ROWS) {
      for (int den : new int[] {1, 3, 255}) {
        grid(rows, c, den, (1 << 22) - 1);
        grid(rows, c, den, 4);
      }
    }
  }

  private static void grid(int rows, int c, int den, int bound) {
    Samples samples = new Samples(rows * 1000L + den);
    int[] n = samples.ints(rows * c, -bound, bound + 1);
    float[] x = new float[X0 + rows * c];
    long[] sum = new long[c];
    long[] squares = new long[c];
    Arrays.fill(sum, 7);
    Arrays.fill(squares, 9);
    long[] expectedSum = sum.clone();
    long[] expectedSquares = squares.clone();
    for (int i = 0; i < n.length; i++) {
      x[X0 + i] = (float) ((double) n[i] / den);
      expectedSum[i % c] += n[i];
      expectedSquares[i % c] += (long) n[i] * n[i];
    }
    BatchNormKernels.gridSums(x, X0, rows, c, den, sum, squares);
    String what = rows + " rows, " + c + " channels, denominator " + den + ", bound " + bound;
    assertArrayEquals(expectedSum, sum, what);
    assertArrayEquals(expectedSquares, squares, what);
  }

  /** Large sums of large squares: nothing overflows or rounds. */
  @Test
  void gridSumsHoldManyLargeIntegers() {
    int rows = 1 << 16;
    int c = 17;
    float[] x = new float[rows * c];
    int n = (1 << 22) - 1;
    Arrays.fill(x, -n);
    long[] sum = new long[c];
    long[] squares = new long[c];
    BatchNormKernels.gridSums(x, 0, rows, c, 1, sum, squares);
    long[] expected = new long[c];
    Arrays.fill(expected, -(long) n * rows);
    assertArrayEquals(expected, sum);
    Arrays.fill(expected, (long) n * n * rows);
    assertArrayEquals(expected, squares);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void sumsAddRowsInOrder(int c) {
    for (int rows : ROWS) {
      Samples samples = new Samples(rows * 1000L + c);
      float[] x = samples.floats(X0 + rows * c);
      double[] sum = new double[c];
      double[] squares = new double[c];
      Arrays.fill(sum, 0.1);
      Arrays.fill(squares, 0.3);
      double[] expectedSum = sum.clone();
      double[] expectedSquares = squares.clone();
      for (int i = 0; i < rows * c; i++) {
        expectedSum[i % c] += x[X0 + i];
        expectedSquares[i % c] += (double) x[X0 + i] * x[X0 + i];
      }
      BatchNormKernels.sums(x, X0, rows, c, sum, squares);
      assertArrayEquals(expectedSum, sum, rows + " rows, " + c + " channels");
      assertArrayEquals(expectedSquares, squares, rows + " rows, " + c + " channels");
    }
  }
}
