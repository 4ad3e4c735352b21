package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.D;
import static io.github.xnor4j.cpu.vector.Lanes.HALF;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_F;
import static io.github.xnor4j.cpu.vector.Lanes.L;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;

/**
 * Batch normalization of [rows][c] floats; lanes are channels. Each sum is one accumulator over
 * ascending rows, so it has the same bits at every width. Sums are added to what their arrays hold,
 * so that rows may come in several calls.
 */
final class BatchNormKernels {
  /**
   * Adding this to a double of at most 2^51 rounds it to an integer, ties to even, in the low bits.
   */
  private static final double ROUND = 0x1.8p52;

  private static final long ROUND_BITS = Double.doubleToRawLongBits(ROUND);

  /** Floats of rows that are swept channel by channel while they are in the L1 cache. */
  private static final int BLOCK = 1024;

  private BatchNormKernels() {}

  /** Rows of a block: at least as many as make the constants of a sweep worth loading. */
  private static int blockRows(int c) {
    return Math.max(8, BLOCK / c);
  }

  /**
   * Adds up the integers that values on a grid stand for, and their squares, exactly: x is n / den
   * rounded to float, n an integer below 2^22 in absolute value.
   *
   * @param x values
   * @param x0 offset of row 0
   * @param rows number of rows
   * @param c channels, at least 1
   * @param den denominator of the grid, at least 1
   * @param sum of n, [c]
   * @param squares sum of n * n, [c]
   */
  static void gridSums(float[] x, int x0, int rows, int c, int den, long[] sum, long[] squares) {
    int block = blockRows(c);
    for (int r = 0; r < rows; r += block) {
      gridBlock(x, x0 + r * c, Math.min(block, rows - r), c, den, sum, squares);
    }
  }

  private static void gridBlock(
      float[] x, int x0, int rows, int c, int den, long[] sum, long[] squares) {
    int ch = 0;
    for (; ch + 2 * HALF <= c; ch += 2 * HALF) {
      gridVector(x, x0 + ch, rows, c, den, sum, squares, ch);
    }
    for (; ch < c; ch++) {
      for (int r = 0; r < rows; r++) {
        long n = Math.round((double) x[x0 + r * c + ch] * den);
        sum[ch] += n;
        squares[ch] += n * n;
      }
    }
  }

  /**
   * Integers are the low bits of doubles that are offset by {@link #ROUND}, so long lanes add them.
   */
  private static void gridVector(
      float[] x, int x0, int rows, int c, int den, long[] sum, long[] squares, int ch) {
    DoubleVector round = DoubleVector.broadcast(D, ROUND);
    LongVector s0 = LongVector.fromArray(L, sum, ch);
    LongVector s1 = LongVector.fromArray(L, sum, ch + HALF);
    LongVector q0 = LongVector.fromArray(L, squares, ch);
    LongVector q1 = LongVector.fromArray(L, squares, ch + HALF);
    for (int r = 0; r < rows; r++) {
      int i = x0 + r * c;
      DoubleVector a =
          ((DoubleVector) FloatVector.fromArray(HALF_F, x, i).convertShape(F2D, D, 0))
              .mul(den)
              .add(round);
      DoubleVector b =
          ((DoubleVector) FloatVector.fromArray(HALF_F, x, i + HALF).convertShape(F2D, D, 0))
              .mul(den)
              .add(round);
      s0 = a.reinterpretAsLongs().add(s0);
      s1 = b.reinterpretAsLongs().add(s1);
      a = a.sub(round);
      b = b.sub(round);
      q0 = a.fma(a, round).reinterpretAsLongs().add(q0);
      q1 = b.fma(b, round).reinterpretAsLongs().add(q1);
    }
    long offset = rows * ROUND_BITS;
    s0.sub(offset).intoArray(sum, ch);
    s1.sub(offset).intoArray(sum, ch + HALF);
    q0.sub(offset).intoArray(squares, ch);
    q1.sub(offset).intoArray(squares, ch + HALF);
  }

  /**
   * Adds up values and their squares in float64.
   *
   * @param x values
   * @param x0 offset of row 0
   * @param rows number of rows
   * @param c channels, at least 1
   * @param sum of x, [c]
   * @param squares sum of x * x, [c]
   */
  static void sums(float[] x, int x0, int rows, int c, double[] sum, double[] squares) {
    int block = blockRows(c);
    for (int r = 0; r < rows; r += block) {
      sumsBlock(x, x0 + r * c, Math.min(block, rows - r), c, sum, squares);
    }
  }

  private static void sumsBlock(
      float[] x, int x0, int rows, int c, double[] sum, double[] squares) {
    int ch = 0;
    for (; ch + 2 * HALF <= c; ch += 2 * HALF) {
      sumsVector(x, x0 + ch, rows, c, sum, squares, ch);
    }
    for (; ch < c; ch++) {
      for (int r = 0; r < rows; r++) {
        double v = x[x0 + r * c + ch];
        sum[ch] += v;
        squares[ch] += v * v;
      }
    }
  }

  /**
   * The square of a float is exact in float64, so a fused multiply-add rounds as an addition does.
   */
  private static void sumsVector(
      float[] x, int x0, int rows, int c, double[] sum, double[] squares, int ch) {
    DoubleVector s0 = DoubleVector.fromArray(D, sum, ch);
    DoubleVector s1 = DoubleVector.fromArray(D, sum, ch + HALF);
    DoubleVector q0 = DoubleVector.fromArray(D, squares, ch);
    DoubleVector q1 = DoubleVector.fromArray(D, squares, ch + HALF);
    for (int r = 0; r < rows; r++) {
      int i = x0 + r * c;
      DoubleVector a = (DoubleVector) FloatVector.fromArray(HALF_F, x, i).convertShape(F2D, D, 0);
      DoubleVector b =
          (DoubleVector) FloatVector.fromArray(HALF_F, x, i + HALF).convertShape(F2D, D, 0);
      s0 = s0.add(a);
      s1 = s1.add(b);
      q0 = a.fma(a, q0);
      q1 = b.fma(b, q1);
    }
    s0.intoArray(sum, ch);
    s1.intoArray(sum, ch + HALF);
    q0.intoArray(squares, ch);
    q1.intoArray(squares, ch + HALF);
  }
}
