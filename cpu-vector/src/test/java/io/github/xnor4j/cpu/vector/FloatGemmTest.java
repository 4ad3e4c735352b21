package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatGemmTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 33};
  private static final int[] DEPTHS = {1, 3, 64, 129};
  private static final int A0 = 5;
  private static final int B0 = 7;
  private static final int OUT0 = 3;

  private final float[] scratch = new float[Lanes.SCRATCH];

  /**
   * The sum of an output is one chain of multiply-adds, so the bits are those of the scalar loop.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 16, 31, 33, 48, 63, 64, 65, 127, 129, 1000})
  void multiplies(int cols) {
    for (int rows : ROWS) {
      for (int nk : DEPTHS) {
        if (rows * nk * cols < 300_000) {
          gemm(rows, nk, cols, false);
          gemm(rows, nk, cols, true);
        }
      }
    }
  }

  private void gemm(int rows, int nk, int cols, boolean add) {
    Samples samples = new Samples(rows * 1000L + nk);
    int wide = roundUp(cols, 16);
    float[] a = samples.floats(A0 + span(rows, span(nk, 1)));
    int[] rowA = samples.offsets(rows, span(nk, 1));
    int[] kA = samples.offsets(nk, 1);
    float[] b = samples.floats(B0 + span(nk, wide));
    int[] kB = samples.offsets(nk, wide);
    int[] rowOut = samples.offsets(rows, cols);
    float[] expected = samples.floats(OUT0 + span(rows, cols));
    float[] out = expected.clone();
    int r0 = rows > 9 ? 1 : 0;
    for (int r = r0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        int o = OUT0 + rowOut[r] + c;
        float sum = add ? expected[o] : 0;
        for (int k = 0; k < nk; k++) {
          sum = Math.fma(a[A0 + rowA[r] + kA[k]], b[B0 + kB[k] + c], sum);
        }
        expected[o] = sum;
      }
    }
    FloatGemm.gemm(a, A0, rowA, kA, nk, b, B0, kB, cols, out, OUT0, rowOut, r0, rows, add, scratch);
    Samples.assertSame(
        expected, out, rows + " rows, " + nk + " deep, " + cols + " columns, add " + add);
  }
}
