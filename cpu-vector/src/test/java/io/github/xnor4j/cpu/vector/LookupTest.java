package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupTest {
  private static final int G0 = 5;
  private static final int K0 = 2;
  private static final int B0 = 7;
  private static final int W0 = 1;
  private static final int OUT0 = 3;
  private static final int R0 = 1;

  private final float[] scratch = new float[Lanes.SCRATCH];

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 31, 32, 33, 63, 64, 65, 127, 129, 1000})
  void multipliesFloatsByBits(int nk) {
    for (int rows : new int[] {1, 2, 5, 7, 8}) {
      for (int cols : new int[] {1, 3, 16, 31, 33, 63, 64, 65, 129}) {
        if (rows * cols * nk < 300_000) {
          multiply(rows, nk, 32, cols, false, false);
          multiply(rows, nk, 32, cols, true, false);
          multiply(rows, nk, 32, cols, false, true);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 9, 18, 28, 29, 30, 31})
  void skipsBitsThatNoWordUses(int bits) {
    for (int rows : new int[] {1, 8}) {
      for (int cols : new int[] {1, 16, 33}) {
        multiply(rows, 96, bits, cols, true, false);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8})
  void zerosOfAnySignGiveOneZero(int rows) {
    float[] g = new float[rows * 32];
    for (int i = 0; i < g.length; i += 3) {
      g[i] = -0f;
    }
    float[] t = new float[Lookup.tableLength(32)];
    int[] rowOut = new int[rows];
    Arrays.setAll(rowOut, i -> 16 * i);
    int[] k = new int[32];
    Arrays.setAll(k, i -> i);
    float[] out = new float[16 * rows];
    Arrays.fill(out, -0f);
    Lookup.tables(g, 0, Arrays.stream(rowOut).map(i -> 2 * i).toArray(), 0, rows, k, 0, 32, 32, t);
    Lookup.multiply(
        t,
        1,
        32,
        new Samples(1).ints(16),
        0,
        new int[1],
        0,
        16,
        out,
        0,
        rowOut,
        0,
        rows,
        true,
        scratch);
    Samples.assertSame(new float[out.length], out, "sums of zeros");
  }

  private void multiply(int rows, int nk, int bits, int cols, boolean add, boolean neighbours) {
    Samples samples = new Samples(rows * 100_000L + nk * 100 + cols);
    int wide = roundUp(cols, 16);
    int words = Lookup.words(nk);
    float[] g = samples.floats(G0 + span(R0 + rows, span(K0 + nk, 1)));
    int[] rowG = samples.offsets(R0 + rows, span(K0 + nk, 1));
    int[] kG = neighbours ? Panels.ramp(K0 + nk, 1) : samples.offsets(K0 + nk, 1);
    int[] b = samples.ints(B0 + span(W0 + words, wide));
    int[] kB = samples.offsets(W0 + words, wide);
    int[] rowOut = samples.offsets(R0 + rows, cols);
    float[] expected = samples.floats(OUT0 + span(R0 + rows, cols));
    float[] out = expected.clone();
    String what =
        rows
            + " rows, "
            + nk
            + " deep, "
            + cols
            + " columns, add "
            + add
            + (neighbours ? ", neighbours" : "");
    for (int i = R0; bits < 32 && i < R0 + rows; i++) {
      for (int k = 0; k < nk; k++) {
        int at = G0 + rowG[i] + kG[K0 + k];
        g[at] = k % 32 < bits ? g[at] : 0;
      }
    }
    for (int i = R0; i < R0 + rows; i++) {
      float[] row = new float[32 * words];
      for (int k = 0; k < nk; k++) {
        row[k] = g[G0 + rowG[i] + kG[K0 + k]];
      }
      for (int c = 0; c < cols; c++) {
        int o = OUT0 + rowOut[i] + c;
        expected[o] = sum(add ? expected[o] : 0, row, b, B0 + c, kB, what);
      }
    }
    // What an earlier block left in the tables must not count.
    float[] t = new float[Lookup.tableLength(nk)];
    Arrays.fill(t, Float.NaN);
    Lookup.tables(g, G0, rowG, R0, rows, kG, K0, nk, bits, t);
    Lookup.multiply(t, words, bits, b, B0, kB, W0, cols, out, OUT0, rowOut, R0, rows, add, scratch);
    Samples.assertSame(expected, out, what);
  }

  /** The sum in the order that the kernel promises, checked against float64. */
  private static float sum(float start, float[] row, int[] b, int column, int[] kB, String what) {
    float sum = start;
    double exact = start;
    double magnitude = Math.abs(start);
    int group = Lanes.COUNT == 8 ? 3 : 4;
    int groups = 0;
    for (int w = 0; w < row.length; w += 32) {
      for (int j = 0; j < 32; j += group) {
        float[] s = new float[4];
        for (int i = 0; i < Math.min(group, 32 - j); i++) {
          int bit = b[column + kB[W0 + w / 32]] >>> j + i & 1;
          s[i] = bit == 0 ? row[w + j + i] : -row[w + j + i];
          exact += s[i];
          magnitude += Math.abs(s[i]);
        }
        sum += group == 3 ? s[0] + s[1] + s[2] : s[0] + s[1] + (s[2] + s[3]);
        groups++;
      }
    }
    // Each of groups + 2 roundings is off by at most 2^-24 of a partial sum.
    assertEquals(exact, sum, magnitude * (groups + 2) * 0x1p-24, what);
    return sum;
  }
}
