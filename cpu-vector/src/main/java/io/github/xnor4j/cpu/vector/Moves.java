package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/** Elements of any dtype, moved and set; of bits from any place to any other. */
final class Moves {
  private Moves() {}

  /** Sets elements, or words: all bits of these are of one sign. */
  static void fill(Object array, int from, int n, DType dtype, float value) {
    switch (dtype) {
      case F32 -> Arrays.fill((float[]) array, from, from + n, value);
      case I32 -> Arrays.fill((int[]) array, from, from + n, (int) value);
      case BIT -> Arrays.fill((int[]) array, from, from + n, value < 0 ? -1 : 0);
      case I16 -> Arrays.fill((short[]) array, from, from + n, (short) value);
      case U8 -> Arrays.fill((byte[]) array, from, from + n, (byte) (int) value);
    }
  }

  /** Sets rows of so many bits; those behind the last one of a row are 0. */
  static void fillRows(int[] words, int from, int rows, int bits, float value) {
    int ofRow = BitKernels.words(bits);
    Arrays.fill(words, from, from + rows * ofRow, value < 0 ? -1 : 0);
    if (value < 0 && bits % 32 != 0) {
      for (int r = 1; r <= rows; r++) {
        words[from + r * ofRow - 1] = (1 << bits) - 1;
      }
    }
  }

  /**
   * Copies bits.
   *
   * @param x0 word from which {@code i} is counted
   * @param i number of the first bit
   * @param y0 word from which {@code j} is counted
   * @param j where the first bit goes
   */
  static void copyBits(int[] x, int x0, int i, int[] y, int y0, int j, int n) {
    int done = 0;
    while (done < n) {
      int to = j + done;
      int shift = to & 31;
      int some = Math.min(n - done, 32 - shift);
      int mask = -1 >>> 32 - some << shift;
      int at = y0 + (to >>> 5);
      y[at] = y[at] & ~mask | word(x, x0, i + done) << shift & mask;
      done += some;
    }
  }

  /** The 32 bits from bit i on, of which the last ones may lie behind the end. */
  private static int word(int[] x, int x0, int i) {
    int at = x0 + (i >>> 5);
    int shift = i & 31;
    return shift == 0 ? x[at] : x[at] >>> shift | x[at + 1] << 32 - shift;
  }
}
