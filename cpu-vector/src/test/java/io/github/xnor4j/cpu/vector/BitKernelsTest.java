package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Samples.span;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class BitKernelsTest {
  private static final int[] SIZES = Samples.SIZES;
  private static final int ROWS = 5;
  private static final int X0 = 3;
  private static final int O0 = 2;

  @ParameterizedTest
  @FieldSource("SIZES")
  void packThresholdsComparesFloatsAndFlips(int c) {
    Samples samples = new Samples(c);
    int ldx = c + 1;
    int ldo = BitKernels.words(c) + 1;
    float[] x = samples.specials(X0 + ROWS * ldx);
    float[] threshold = samples.specials(c);
    int[] flip = samples.ints(BitKernels.words(c));
    int[] expected = samples.ints(O0 + ROWS * ldo);
    int[] out = expected.clone();
    for (int r = 0; r < ROWS; r++) {
      boolean[] bits = new boolean[c];
      for (int j = 0; j < c; j++) {
        bits[j] = x[X0 + r * ldx + j] >= threshold[j] ^ (flip[j / 32] >>> j & 1) != 0;
      }
      pack(bits, expected, O0 + r * ldo);
    }
    BitKernels.packThresholds(x, X0, ldx, ROWS, c, threshold, flip, out, O0, ldo);
    Samples.assertSame(expected, out, c + " columns");
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void packThresholdsComparesIntsAndFlips(int c) {
    Samples samples = new Samples(c);
    int ldx = c + 1;
    int ldo = BitKernels.words(c) + 1;
    int[] x = samples.ints(X0 + ROWS * ldx, -5, 5);
    int[] threshold = samples.ints(c, -6, 7);
    threshold[c / 2] = Integer.MIN_VALUE;
    int[] flip = samples.ints(BitKernels.words(c));
    int[] expected = samples.ints(O0 + ROWS * ldo);
    int[] out = expected.clone();
    for (int r = 0; r < ROWS; r++) {
      boolean[] bits = new boolean[c];
      for (int j = 0; j < c; j++) {
        bits[j] = x[X0 + r * ldx + j] >= threshold[j] ^ (flip[j / 32] >>> j & 1) != 0;
      }
      pack(bits, expected, O0 + r * ldo);
    }
    BitKernels.packThresholds(x, X0, ldx, ROWS, c, threshold, flip, out, O0, ldo);
    Samples.assertSame(expected, out, c + " columns");
  }

  private static void pack(boolean[] bits, int[] words, int o) {
    Arrays.fill(words, o, o + BitKernels.words(bits.length), 0);
    for (int j = 0; j < bits.length; j++) {
      words[o + j / 32] |= (bits[j] ? 1 : 0) << j;
    }
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void unpackGivesMinusOneForSetBits(int c) {
    Samples samples = new Samples(c);
    int ldx = BitKernels.words(c) + 1;
    int ldo = c + 1;
    int[] x = samples.ints(X0 + ROWS * ldx);
    float[] expected = samples.floats(O0 + ROWS * ldo);
    float[] out = expected.clone();
    for (int r = 0; r < ROWS; r++) {
      for (int j = 0; j < c; j++) {
        expected[O0 + r * ldo + j] = (x[X0 + r * ldx + j / 32] >>> j & 1) == 0 ? 1 : -1;
      }
    }
    BitKernels.unpack(x, X0, ldx, ROWS, c, out, O0, ldo);
    Samples.assertSame(expected, out, c + " columns");
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void transposeGivesEachRowABit(int c) {
    for (int rows : new int[] {1, 2, 3, 15, 16, 17, 31, 32}) {
      transpose(rows, c);
    }
  }

  private static void transpose(int rows, int c) {
    int blocks = 3;
    int r0 = 1;
    Samples samples = new Samples(rows * 10_000L + c);
    int lda = BitKernels.words(c);
    int ldo = c + 1;
    int[] a = samples.ints(X0 + span(r0 + rows, blocks * lda));
    int[] rowA = samples.offsets(r0 + rows, blocks * lda);
    int[] expected = samples.ints(O0 + blocks * ldo);
    int[] out = expected.clone();
    for (int p = 0; p < blocks; p++) {
      for (int j = 0; j < c; j++) {
        int word = 0;
        for (int i = 0; i < rows; i++) {
          word |= (a[X0 + rowA[r0 + i] + p * lda + j / 32] >>> j & 1) << i;
        }
        expected[O0 + p * ldo + j] = word;
      }
    }
    BitKernels.transpose(
        a, X0, rowA, r0, rows, lda, blocks, c, out, O0, ldo, new int[Lanes.SCRATCH]);
    Samples.assertSame(expected, out, rows + " rows, " + c + " columns");
  }
}
