package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PopcountTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 8, 33};
  private static final int[] DEPTHS = {1, 3, 36, 65};
  private static final int A0 = 5;
  private static final int B0 = 7;
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
    int ldb = roundUp(cols, 16) + 16 * samples.below(2);
    int[] a = samples.ints(A0 + span(rows, span(nk, 1)));
    int[] rowA = samples.offsets(rows, span(nk, 1));
    int[] kA = samples.offsets(nk, 1);
    int[] b = samples.ints(B0 + nk * ldb);
    int[] rowOut = samples.offsets(rows, cols);
    int[] expected = samples.ints(OUT0 + span(rows, cols));
    int[] out = expected.clone();
    int r0 = rows > 4 ? 1 : 0;
    for (int r = r0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        expected[OUT0 + rowOut[r] + c] = count(a, A0 + rowA[r], kA, b, B0 + c, ldb);
      }
    }
    Popcount.gemm(a, A0, rowA, kA, nk, b, B0, ldb, cols, out, OUT0, rowOut, r0, rows, scratch);
    Samples.assertSame(expected, out, rows + " rows, " + nk + " words, " + cols + " columns");
  }

  private static int count(int[] a, int row, int[] kA, int[] b, int column, int ldb) {
    int count = 0;
    for (int k = 0; k < kA.length; k++) {
      count += Integer.bitCount(a[row + kA[k]] ^ b[column + k * ldb]);
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 31, 33, 63, 64, 65, 127, 129})
  void poolTakesTheFirstSmallestCount(int cols) {
    for (int size : new int[] {1, 2, 3, 4, 5, 8, 9, 27}) {
      for (int nk : new int[] {1, 9}) {
        pool(3, size, nk, cols);
      }
    }
  }

  private void pool(int windows, int size, int nk, int cols) {
    Samples samples = new Samples(size * 1000L + nk);
    int rows = windows * size;
    int ldb = roundUp(cols, 16);
    // Few different words, so that many counts of a window are equal.
    int[] a = samples.ints(A0 + span(rows, span(nk, 1)), 0, 4);
    int[] rowA = samples.offsets(rows, span(nk, 1));
    int[] kA = samples.offsets(nk, 1);
    int[] b = samples.ints(B0 + nk * ldb, 0, 4);
    int[] rowOut = samples.offsets(windows, cols);
    int[] expected = samples.ints(OUT0 + span(windows, cols));
    int[] out = expected.clone();
    for (int w = 1; w < windows; w++) {
      for (int c = 0; c < cols; c++) {
        int min = Integer.MAX_VALUE;
        for (int p = 0; p < size; p++) {
          int count = count(a, A0 + rowA[w * size + p], kA, b, B0 + c, ldb);
          min = Math.min(min, (count << Popcount.indexBits(size)) + p);
        }
        expected[OUT0 + rowOut[w] + c] = min;
      }
    }
    Popcount.pool(
        a, A0, rowA, size, kA, nk, b, B0, ldb, cols, out, OUT0, rowOut, 1, windows, scratch);
    Samples.assertSame(expected, out, "windows of " + size + ", " + cols + " columns");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 9, 16, 17})
  void indexBitsHoldTheLastIndex(int size) {
    assertEquals(0, size - 1 >> Popcount.indexBits(size));
    assertEquals(size == 1 ? 0 : 1, size - 1 >> Math.max(0, Popcount.indexBits(size) - 1));
  }
}
