package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MovesTest {
  private static boolean bit(int[] words, int word, int i) {
    return (words[word + i / 32] >>> i % 32 & 1) != 0;
  }

  @Test
  void bitsGoFromAnyPlaceToAnyOther() {
    Samples samples = new Samples(3);
    for (int i = 0; i < 2000; i++) {
      int n = samples.below(3) == 0 ? samples.below(5) : samples.below(200);
      int from = samples.below(70);
      int to = samples.below(70);
      int[] x = samples.ints(16);
      int[] y = samples.ints(16);
      int[] before = y.clone();
      Moves.copyBits(x, 1, from, y, 2, to, n);
      for (int j = 0; j < 14 * 32; j++) {
        boolean copied = j >= to && j < to + n;
        boolean wanted = copied ? bit(x, 1, from + j - to) : bit(before, 2, j);
        assertEquals(wanted, bit(y, 2, j), n + " bits from " + from + " to " + to + ", bit " + j);
      }
      assertEquals(before[0], y[0]);
      assertEquals(before[1], y[1]);
    }
  }

  @Test
  void rowsAreFilledToTheirLastBit() {
    for (int bits : Samples.SIZES) {
      int words = BitKernels.words(bits);
      for (float value : new float[] {-1, 1}) {
        int[] y = new Samples(bits).ints(3 * words + 2);
        int[] before = y.clone();
        Moves.fillRows(y, 1, 3, bits, value);
        for (int r = 0; r < 3; r++) {
          for (int i = 0; i < 32 * words; i++) {
            assertEquals(value < 0 && i < bits, bit(y, 1 + r * words, i), bits + " bits, " + i);
          }
        }
        assertEquals(before[0], y[0]);
        assertEquals(before[3 * words + 1], y[3 * words + 1]);
      }
    }
  }
}
