package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static io.github.xnor4j.cpu.vector.Lanes.LANE;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Packing to bits, unpacking and transposing. Bits stand in int words, least significant first: bit
 * j of word w of a row is its column 32 w + j. A set bit is -1. Bits beyond the last column are
 * written as 0.
 */
final class BitKernels {
  private static final int ONE = Float.floatToRawIntBits(1);

  private BitKernels() {}

  /** Words of a row of {@code c} bits. */
  static int words(int c) {
    return (c + 31) / 32;
  }

  /**
   * Packs by thresholds of floats: bit c of row r is {@code (x[x0 + r * ldx + c] >= threshold[c])
   * xor bit c of flip}. A NaN is not at or above any threshold.
   *
   * @param x values
   * @param x0 offset of row 0
   * @param ldx distance of rows
   * @param rows number of rows
   * @param c columns, at least 1
   * @param threshold of each column
   * @param flip words, {@link #words}
   * @param out words
   * @param o0 offset of row 0
   * @param ldo distance of rows, at least {@link #words}
   */
  static void packThresholds(
      float[] x,
      int x0,
      int ldx,
      int rows,
      int c,
      float[] threshold,
      int[] flip,
      int[] out,
      int o0,
      int ldo) {
    for (int r = 0; r < rows; r++) {
      thresholdRow(x, x0 + r * ldx, c, threshold, flip, out, o0 + r * ldo);
    }
  }

  private static void thresholdRow(
      float[] x, int x0, int c, float[] threshold, int[] flip, int[] out, int o) {
    for (int w = 0; w < c / 32; w++) {
      out[o + w] = atLeast(x, x0 + 32 * w, threshold, 32 * w) ^ flip[w];
    }
    if (c % 32 != 0) {
      int word = 0;
      for (int j = c & ~31; j < c; j++) {
        word |= (x[x0 + j] >= threshold[j] ? 1 : 0) << j;
      }
      out[o + c / 32] = (word ^ flip[c / 32]) & (1 << c) - 1;
    }
  }

  private static int atLeast(float[] x, int i, float[] threshold, int t) {
    int word = 0;
    for (int j = 0; j < 32; j += COUNT) {
      FloatVector limit = FloatVector.fromArray(F, threshold, t + j);
      word |= (int) FloatVector.fromArray(F, x, i + j).compare(GE, limit).toLong() << j;
    }
    return word;
  }

  /**
   * Packs by thresholds of integers: bit c of row r is {@code (x[x0 + r * ldx + c] >= threshold[c])
   * xor bit c of flip}.
   *
   * @param x values
   * @param x0 offset of row 0
   * @param ldx distance of rows
   * @param rows number of rows
   * @param c columns, at least 1
   * @param threshold of each column
   * @param flip words, {@link #words}
   * @param out words
   * @param o0 offset of row 0
   * @param ldo distance of rows, at least {@link #words}
   */
  static void packThresholds(
      int[] x,
      int x0,
      int ldx,
      int rows,
      int c,
      int[] threshold,
      int[] flip,
      int[] out,
      int o0,
      int ldo) {
    for (int r = 0; r < rows; r++) {
      thresholdRow(x, x0 + r * ldx, c, threshold, flip, out, o0 + r * ldo);
    }
  }

  private static void thresholdRow(
      int[] x, int x0, int c, int[] threshold, int[] flip, int[] out, int o) {
    for (int w = 0; w < c / 32; w++) {
      out[o + w] = atLeast(x, x0 + 32 * w, threshold, 32 * w) ^ flip[w];
    }
    if (c % 32 != 0) {
      int word = 0;
      for (int j = c & ~31; j < c; j++) {
        word |= (x[x0 + j] >= threshold[j] ? 1 : 0) << j;
      }
      out[o + c / 32] = (word ^ flip[c / 32]) & (1 << c) - 1;
    }
  }

  private static int atLeast(int[] x, int i, int[] threshold, int t) {
    int word = 0;
    for (int j = 0; j < 32; j += COUNT) {
      IntVector limit = IntVector.fromArray(I, threshold, t + j);
      word |= (int) IntVector.fromArray(I, x, i + j).compare(GE, limit).toLong() << j;
    }
    return word;
  }

  /**
   * Unpacks bits to -1 (set) and +1: {@code out[o0 + r * ldo + c]}.
   *
   * @param x words
   * @param x0 offset of row 0
   * @param ldx distance of rows
   * @param rows number of rows
   * @param c columns, at least 1
   * @param out values
   * @param o0 offset of row 0
   * @param ldo distance of rows
   */
  static void unpack(int[] x, int x0, int ldx, int rows, int c, float[] out, int o0, int ldo) {
    for (int r = 0; r < rows; r++) {
      unpackRow(x, x0 + r * ldx, c, out, o0 + r * ldo);
    }
  }

  private static void unpackRow(int[] x, int x0, int c, float[] out, int o) {
    for (int w = 0; w < c / 32; w++) {
      signs(x[x0 + w], out, o + 32 * w);
    }
    for (int j = c & ~31; j < c; j++) {
      out[o + j] = 1 - 2 * (x[x0 + j / 32] >>> j & 1);
    }
  }

  /** A set bit moved to the sign of 1.0f, lane by lane. */
  private static void signs(int word, float[] out, int o) {
    IntVector lane = IntVector.fromArray(I, LANE, 0);
    for (int j = 0; j < 32; j += COUNT) {
      IntVector.broadcast(I, word >>> j)
          .lanewise(LSHR, lane)
          .lanewise(LSHL, 31)
          .or(ONE)
          .reinterpretAsFloats()
          .intoArray(out, o + j);
    }
  }

  /**
   * Transposes bits: bit i of {@code out[o0 + p * ldo + c]} is column c of row i of block p, whose
   * words are {@code a[a0 + rowA[i] + p * lda + w]}, for {@code i < rows}; the other bits are 0.
   *
   * <p>With images as rows and positions as blocks this turns [image][position][channel bits] to
   * [position][channel] with a bit an image; with filters as rows and one block, filters to their
   * columns with a bit a filter.
   *
   * @param a words
   * @param a0 offset added to each of rowA
   * @param rowA offset of each row
   * @param r0 first row
   * @param rows 1 to 32
   * @param lda distance of blocks
   * @param blocks number of blocks
   * @param c columns, at least 1
   * @param out transposed words
   * @param o0 offset of block 0
   * @param ldo distance of blocks, at least c
   * @param scratch {@link Lanes#SCRATCH} ints, overwritten
   */
  static void transpose(
      int[] a,
      int a0,
      int[] rowA,
      int r0,
      int rows,
      int lda,
      int blocks,
      int c,
      int[] out,
      int o0,
      int ldo,
      int[] scratch) {
    for (int p = 0; p < blocks; p++) {
      int ap = a0 + p * lda;
      int op = o0 + p * ldo;
      for (int w = 0; w < c / 32; w++) {
        transposeWord(a, ap + w, rowA, r0, rows, out, op + 32 * w);
      }
      if (c % 32 != 0) {
        transposeWord(a, ap + c / 32, rowA, r0, rows, scratch, 0);
        System.arraycopy(scratch, 0, out, op + (c & ~31), c % 32);
      }
    }
  }

  /** Lanes are the columns of a word; each row's bit is shifted in from above. */
  private static void transposeWord(
      int[] a, int a0, int[] rowA, int r0, int rows, int[] out, int o) {
    for (int j = 0; j < 32; j += COUNT) {
      IntVector left = IntVector.fromArray(I, LANE, 0).neg().add(31 - j);
      IntVector bits = IntVector.zero(I);
      for (int i = r0; i < r0 + rows; i++) {
        IntVector top = IntVector.broadcast(I, a[a0 + rowA[i]]).lanewise(LSHL, left);
        bits = bits.lanewise(LSHR, 1).or(top.and(Integer.MIN_VALUE));
      }
      bits.lanewise(LSHR, 32 - rows).intoArray(out, o + j);
    }
  }
}
