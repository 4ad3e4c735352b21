package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PopcountTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 8, 33};
  private static final int[] DEPTHS = {1, 3, 8, 23, 24, 25, 36, 65, 241, 500};
  private static final int A0 = 5;
  private static final int OUT0 = 3;

  private final int[] scratch = new int[Lanes.SCRATCH];

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 31, 33, 48, 63, 64, 65, 127, 129, 1000})
  void countsDifferingBits(int cols) {
    for (int rows : ROWS) {
      for (int nk : DEPTHS) {
        if (rows * nk * cols < 300_000) {
          gemm(rows, nk, cols);
        }
      }
    }
  }

  private void gemm(int rows, int nk, int cols) {
    Samples samples = new Samples(rows * 1000L + nk);
    int[] a = samples.ints(A0 + span(rows, span(nk, 1)));
    int[] rowA = samples.offsets(rows, span(nk, 1));
    int[] kA = samples.offsets(nk, 1);
    int[] b = samples.ints(nk * roundUp(cols, 16));
    int[] rowOut = samples.offsets(rows, cols);
    int[] expected = samples.ints(OUT0 + span(rows, cols));
    int[] out = expected.clone();
    int r0 = rows > 4 ? 1 : 0;
    for (int r = r0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        expected[OUT0 + rowOut[r] + c] = count(a, A0 + rowA[r], kA, b, c);
      }
    }
    int[] gathered = new int[Popcount.gatherSize(nk)];
    Popcount.gemm(a, A0, rowA, kA, nk, b, cols, out, OUT0, rowOut, r0, rows, gathered, scratch);
    Samples.assertSame(expected, out, rows + " rows, " + nk + " words, " + cols + " columns");
  }

  private static int count(int[] a, int row, int[] kA, int[] b, int column) {
    int count = 0;
    for (int k = 0; k < kA.length; k++) {
      count += Integer.bitCount(a[row + kA[k]] ^ b[Panels.word(k, column, kA.length)]);
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 17, 31, 33, 48, 63, 64, 65, 127, 129, 1000})
  void poolTakesTheFirstSmallestCount(int cols) {
    for (int nk : new int[] {1, 9, 40}) {
      pool(3, nk, cols);
    }
  }

  private void pool(int windows, int nk, int cols) {
    Samples samples = new Samples(cols * 1000L + nk);
    int rows = windows * 4;
    int depth = 32 * nk - 5;
    // Few different words, so that many counts of a window are equal.
    int[] a = samples.ints(A0 + span(rows, span(nk, 1)), 0, 4);
    int[] rowA = samples.offsets(rows, span(nk, 1));
    rowA[3] = rowA[2]; // a window of three
    int[] kA = samples.offsets(nk, 1);
    int[] b = samples.ints(nk * roundUp(cols, 16), 0, 4);
    float[] expected = samples.floats(OUT0 + windows * cols + 20);
    int[] winners = samples.ints(expected.length);
    float[] y = expected.clone();
    int[] argmax = winners.clone();
    for (int w = 0; w < windows; w++) {
      for (int c = 0; c < cols; c++) {
        int best = 0;
        int min = Integer.MAX_VALUE;
        for (int p = 0; p < 4; p++) {
          int count = count(a, A0 + rowA[w * 4 + p], kA, b, c);
          if (count < min) {
            min = count;
            best = p;
          }
        }
        expected[OUT0 + w * cols + c] = depth - 2 * min;
        winners[OUT0 + w * cols + c] = best;
      }
    }
    int[] gathered = new int[Popcount.gatherSize(nk)];
    Popcount.pool(
        a, A0, rowA, kA, nk, b, cols, depth, y, OUT0, argmax, OUT0, windows, gathered, scratch);
    Samples.assertSame(expected, y, "maxima, " + nk + " words, " + cols + " columns");
    Samples.assertSame(winners, argmax, "winners, " + nk + " words, " + cols + " columns");
  }
}
