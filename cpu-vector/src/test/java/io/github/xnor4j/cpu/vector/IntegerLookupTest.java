package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.roundUp;
import static io.github.xnor4j.cpu.vector.Samples.span;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Integers of any number of bits by bits: every sum is exact modulo 2^32. */
class IntegerLookupTest {
  private static final int G0 = 5;
  private static final int K0 = 2;
  private static final int B0 = 7;
  private static final int W0 = 1;
  private static final int OUT0 = 3;
  private static final int R0 = 1;

  private final int[] scratch = new int[Lanes.SCRATCH];

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 31, 32, 33, 63, 64, 65, 127, 129, 1000})
  void multipliesIntegersByBits(int nk) {
    for (int rows : new int[] {1, 2, 3, 5, 6}) {
      for (int cols : new int[] {1, 3, 16, 31, 33, 63, 64, 65, 129}) {
        if (rows * cols * nk < 300_000) {
          multiply(rows, nk, cols, 2047, false);
          multiply(rows, nk, cols, 511, true);
          multiply(rows, nk, cols, 32768, nk % 2 == 0);
        }
      }
    }
  }

  /** Sums of 16 bits are widened before they overflow: all elements are as large as they may be. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void sumsOfTheLargestAreExact(int width) {
    int limit = (1 << width - 1) - 1;
    for (int q : new int[] {limit, -limit, width == 16 ? -32768 : -limit}) {
      for (int word : new int[] {0, -1}) {
        int rows = IntegerLookup.ROWS;
        int nk = 32 * 80;
        short[] g = new short[nk];
        Arrays.fill(g, (short) q);
        int[] out = new int[rows * 32];
        int[] b = new int[32];
        Arrays.fill(b, word);
        product(g, new int[rows], 0, rows, nk, q == -32768 ? 32768 : limit, b, 32, out);
        int expected = word == 0 ? nk * q : -nk * q;
        for (int value : out) {
          assertEquals(expected, value, width + " bits, " + q + " by words " + word);
        }
      }
    }
  }

  /** One column of words for all words, elements of a row one after the other. */
  private void product(
      short[] g, int[] row, int r0, int rows, int nk, int limit, int[] b, int cols, int[] out) {
    int[] k = Panels.ramp(nk, 1);
    int[] t = new int[IntegerLookup.tableLength(nk)];
    int[] pairs = new int[IntegerLookup.pairsLength(nk)];
    int[] kB = new int[Lookup.words(nk)];
    int[] rowOut = Panels.ramp(rows, cols);
    boolean add = false;
    for (Digit digit : Digit.of(limit)) {
      IntegerLookup.tables(g, 0, row, r0, rows, k, 0, nk, digit, pairs, t);
      IntegerLookup.multiply(
          t, kB.length, digit, b, 0, kB, 0, cols, out, 0, rowOut, 0, rows, add, scratch);
      add = true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2047",
    "511, 1, 4",
    "1023, 1, 2",
    "2047, 1, 1",
    "2048, 2, 8",
    "4095, 2, 8",
    "32768, 2, 8"
  })
  void digitsFitSixteenBits(int limit, int digits, int halves) {
    assertEquals(digits, Digit.of(limit).size());
    assertEquals(halves, Digit.of(limit).getFirst().halves());
    for (int q = -limit; q <= Math.min(limit, 32767); q++) {
      int sum = 0;
      for (Digit digit : Digit.of(limit)) {
        int part = q >> digit.shift() & digit.mask();
        assertTrue(Math.abs(part) <= digit.bound(), part + " of " + q);
        assertTrue(digit.halves() * Digit.HALF * Math.abs(part) <= 32767, part + " of " + q);
        sum += part << digit.shift();
      }
      assertEquals(q, sum);
    }
  }

  private void multiply(int rows, int nk, int cols, int limit, boolean add) {
    Samples samples = new Samples(rows * 100_000L + nk * 100 + cols);
    int wide = roundUp(cols, 32);
    int words = Lookup.words(nk);
    short[] g = samples.shorts(G0 + span(R0 + rows, span(K0 + nk, 1)), limit);
    int[] rowG = samples.offsets(R0 + rows, span(K0 + nk, 1));
    int[] kG = samples.offsets(K0 + nk, 1);
    int[] b = samples.ints(B0 + span(W0 + words, wide));
    int[] kB = samples.offsets(W0 + words, wide);
    int[] rowOut = samples.offsets(R0 + rows, cols);
    int[] expected = samples.ints(OUT0 + span(R0 + rows, cols));
    int[] out = expected.clone();
    for (int i = R0; i < R0 + rows; i++) {
      for (int c = 0; c < cols; c++) {
        int sum = add ? expected[OUT0 + rowOut[i] + c] : 0;
        for (int k = 0; k < nk; k++) {
          int bit = b[B0 + kB[W0 + k / 32] + c] >>> k % 32 & 1;
          int q = g[G0 + rowG[i] + kG[K0 + k]];
          sum += bit == 0 ? q : -q;
        }
        expected[OUT0 + rowOut[i] + c] = sum;
      }
    }
    // What an earlier block left in the tables must not count.
    int[] t = samples.ints(IntegerLookup.tableLength(nk));
    int[] pairs = samples.ints(IntegerLookup.pairsLength(nk));
    boolean more = add;
    for (Digit digit : Digit.of(limit)) {
      IntegerLookup.tables(g, G0, rowG, R0, rows, kG, K0, nk, digit, pairs, t);
      IntegerLookup.multiply(
          t, words, digit, b, B0, kB, W0, cols, out, OUT0, rowOut, R0, rows, more, scratch);
      more = true;
    }
    String what = "%d rows, %d deep, %d columns, limit %d, add %s";
    Samples.assertSame(expected, out, what.formatted(rows, nk, cols, limit, add));
  }
}
