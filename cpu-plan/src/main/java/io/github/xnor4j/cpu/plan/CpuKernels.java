package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Op;

/**
 * The routines that a CPU backend brings. All work on heap arrays and allocate nothing. Every sum
 * has the order that is stated, whatever the number of threads; that of lookups depends on the
 * vector width, and so does whether there are lookups behind a max-pool.
 *
 * <p>Products gather: row r of the left operand has its element k at {@code a0 + rowA[r] + kA[k]},
 * so any convolution is only other lists of offsets. Right operands are panels whose rows are
 * padded with zeros to a multiple of {@link #LANES} columns. Bits lie in 32-bit words, lowest bit
 * first; a set bit is -1.
 */
public interface CpuKernels {
  /** Panels' rows are multiples of this many columns, at every vector width. */
  int LANES = 16;

  /** Rows that one table of {@link #signedSums} holds. */
  int TABLE_ROWS = 8;

  /** Floats of a table for a number of 32-bit words of the summed axis. */
  static int tableSize(int words) {
    return words * 8 * TABLE_ROWS * 16;
  }

  /** n rounded up to a multiple of {@link #LANES}. */
  static int padded(int n) {
    return (n + LANES - 1) / LANES * LANES;
  }

  /**
   * Where word k of a column of bits stands in panels of {@link #LANES} columns, each of them nk
   * rows.
   */
  static int panelWord(int k, int column, int nk) {
    return (column / LANES * nk + k) * LANES + column % LANES;
  }

  /**
   * Counts differing bits: out[out0 + rowOut[r] + c] = sum over k of bitCount(a[a0 + rowA[r] +
   * kA[k]] ^ word k of column c) for r in [0, rows), c in [0, cols).
   *
   * @param b panels of {@link #LANES} columns, see {@link #panelWord}
   */
  void popcountProduct(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int[] out,
      int out0,
      int[] rowOut,
      int rows,
      int cols);

  /**
   * Float product by fused multiply-add, k ascending: out[out0 + rowOut[r] + c] (+)= sum over k of
   * a[a0 + rowA[r] + kA[k]] * b[b0 + kB[k] + c].
   *
   * @param add whether to add to out instead of replacing it
   */
  void floatProduct(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int[] kB,
      float[] out,
      int out0,
      int[] rowOut,
      int rows,
      int cols,
      boolean add);

  /**
   * {@link #popcountProduct} with a max-pool of four rows behind it: y[y0 + w * cols + c] = the
   * largest of {@code depth - 2 * count} over rows 4 * w to 4 * w + 3, argmax[argmax0 + w * cols +
   * c] the first row of the window that has it.
   *
   * @param depth bits of a row
   */
  void pooledPopcountProduct(
      int[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      int[] b,
      int depth,
      float[] y,
      int y0,
      int[] argmax,
      int argmax0,
      int windows,
      int cols);

  /**
   * {@link #floatProduct} with a max-pool of four rows behind it: y[y0 + w * cols + c] = the
   * largest product of rows 4 * w to 4 * w + 3, argmax[argmax0 + w * cols + c] the first row of the
   * window that has it; of NaNs as in {@link #maxPool}.
   *
   * @param b panel: element k of column c at k * ldb + c
   */
  void pooledFloatProduct(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int ldb,
      float[] y,
      int y0,
      int[] argmax,
      int argmax0,
      int windows,
      int cols);

  /**
   * Prepares {@link #pooledFloatFilterGradient}: t[4 * e + p] = a[a0 + e + steps[p]] for e in [0,
   * n).
   *
   * @param steps offset of each of a window's four rows from its first
   * @param t 4 * n + {@link #LANES} floats
   */
  void windowsSideBySide(float[] a, int a0, int[] steps, int n, float[] t);

  /**
   * One image's gradient of the filter behind a max-pool: out[k * ldo + c] += sum over windows w of
   * t[4 * (rows[w] + kA[k]) + argmax[argmax0 + w * cols + c]] * g[g0 + w * cols + c].
   *
   * @param t from {@link #windowsSideBySide}
   * @param ldo at least {@link #padded} of cols; what lies behind cols is undefined
   */
  void pooledFloatFilterGradient(
      float[] t,
      int[] rows,
      int[] kA,
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int cols,
      float[] out,
      int ldo);

  /**
   * Prepares a product with bits: for each row and each group of a few consecutive k, as many as
   * the vector width allows, all sums +-g0 +-g1 ..., where g = a[a0 + rowA[r0 + r] + kA[k]] (0 for
   * k &gt;= nk).
   *
   * @param rows at most {@link #TABLE_ROWS}
   * @param bits elements of each 32 that count, 1 to 32; if fewer than 32, nk is a multiple of 32
   * @param tables {@link #tableSize} of ceil(nk / 32) words
   */
  void signedSums(
      float[] a, int a0, int[] rowA, int r0, int rows, int[] kA, int nk, int bits, float[] tables);

  /**
   * Product with bits by table lookup: out[out0 + rowOut[r0 + r] + c] (+)= sum over words w and
   * bits j of +-a, minus where bit j of b[b0 + kB[w] + c] is set; a group at a time, ascending.
   *
   * @param tables from {@link #signedSums}
   * @param bits as given there
   */
  void lookupProduct(
      float[] tables,
      int words,
      int bits,
      int[] b,
      int b0,
      int[] kB,
      float[] out,
      int out0,
      int[] rowOut,
      int r0,
      int rows,
      int cols,
      boolean add);

  /**
   * One image's gradient of the filter behind a max-pool, for pixels of many channels: out[o * ldo
   * + r * length + i] += sum over windows w of g[g0 + w * cols + o] * a[a0 + rows[4 * w + winner] +
   * runs[r] + i] for i in [0, length), where winner = argmax[argmax0 + w * cols + o].
   *
   * @param rows offsets of the four rows of each window
   * @param runs offset of each run of neighbouring elements that a row of the filter sees
   */
  void pooledFilterGradientByRuns(
      float[] a,
      int a0,
      int[] rows,
      int[] runs,
      int length,
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int cols,
      float[] out,
      int ldo);

  /**
   * One image's gradient of the input behind a max-pool: out[out0 + rows[4 * w + winner] + runs[r]
   * + i] += g[g0 + w * cols + o] * b[o * ldb + r * length + i] for i in [0, length), where winner =
   * argmax[argmax0 + w * cols + o].
   *
   * @param b filter, a row for each column of g
   */
  void pooledInputGradientByRuns(
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int cols,
      float[] b,
      int ldb,
      int[] rows,
      int[] runs,
      int length,
      float[] out,
      int out0);

  /** Whether products with bits behind a max-pool are faster by the lookups below. */
  boolean hasPooledLookups();

  /**
   * Winners of up to 32 images as bits: bit i of low[out0 + c] and high[out0 + c] are the two bits
   * of argmax[argmax0 + i * stride + c].
   */
  void winnerBits(
      int[] argmax, int argmax0, int stride, int n, int c, int[] low, int[] high, int out0);

  /**
   * One channel's gradient of the filter behind a max-pool: out[out0 + outs[j] + lane] += sum over
   * positions p and images i of +-g, minus where bit i of bits[b0 + windows[4 * p + winner] +
   * taps[j] + lane] is set, for 16 lanes.
   *
   * @param tables from {@link #signedSums}, 32 images a position
   * @param row of the tables
   * @param windows from w0 on: offsets of the four taps of each position's window
   * @param low lower bits of the winners: position p's word of images at low0 + p * stride
   * @param high upper bits
   */
  void pooledLookupFilterGradient(
      float[] tables,
      int row,
      int positions,
      int[] bits,
      int b0,
      int[] windows,
      int w0,
      int[] taps,
      int[] low,
      int[] high,
      int low0,
      int stride,
      float[] out,
      int out0,
      int[] outs);

  /**
   * Ints that {@link #pooledIndex} fills for filters of some channels, each of some 16-lane
   * vectors.
   */
  int pooledIndexSize(int channels, int vectors);

  /**
   * Lays one channel's filter out for {@link #pooledLookupInputGradient}.
   *
   * @param panel as for counting, see {@link #panelWord}
   * @param words words of a tap
   * @param perTap 16-lane vectors of a tap
   */
  void pooledIndex(
      int[] panel, int words, int taps, int perTap, int channel, int channels, int[] index);

  /**
   * One position's gradient of the input behind a max-pool: for each channel c, g[g0 + c] times its
   * filter is added to out[out0 + bases[p0 + winner] + columns[v] + lane].
   *
   * @param index from {@link #pooledIndex}
   * @param taps of the pool's window
   * @param columns offset of each of the filter's 16-lane vectors
   */
  void pooledLookupInputGradient(
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int channels,
      int[] index,
      float[] out,
      int out0,
      int[] bases,
      int p0,
      int taps,
      int[] columns);

  /** Packs signs: of each row of c floats ceil(c / 32) words, bit = x &lt; 0, unused bits zero. */
  void packSigns(float[] x, int x0, int rows, int c, int[] bits, int bits0);

  /** Unpacks signs to +-1: the inverse of {@link #packSigns}. */
  void unpackSigns(int[] bits, int bits0, int rows, int c, float[] x, int x0);

  /**
   * Marks small values: bit i of bits, from word bits0 on, is set where |x[x0 + i]| &lt;= limit.
   */
  void within(float[] x, int x0, int n, float limit, int[] bits, int bits0);

  /** Keeps what is marked: y[y0 + i] = g[g0 + i] where bit i of bits is set, else 0. */
  void keep(float[] g, int g0, int n, int[] bits, int bits0, float[] y, int y0);

  /**
   * Transposes bits: out[out0 + 32 * j + b] has as bit i the bit b of word in[in0 + rows[i] + j],
   * for i in [0, n) and j in [0, words); bits i &gt;= n are zero.
   *
   * @param n at most 32
   */
  void transposeBits(int[] in, int in0, int[] rows, int n, int words, int[] out, int out0);

  /**
   * Packs signs down a column: out[out0 + c] has as bit j the sign of x[x0 + j * ldx + c], for c in
   * [0, cols) and j in [0, n); bits j &gt;= n are zero.
   *
   * @param n at most 32
   */
  void packColumns(float[] x, int x0, int ldx, int n, int cols, int[] out, int out0);

  /** Dot products of counts: out = depth - 2 * count. */
  void dots(int[] counts, int counts0, int n, int depth, float[] out, int out0);

  /** The integers behind floats: out = rint(x * denominator). */
  void integers(float[] x, int x0, int n, int denominator, float[] out, int out0);

  /** Pixels to floats: out = (v * multiplier + offset) / divisor, rounded once. */
  void scale(
      byte[] x, int x0, int n, int multiplier, int offset, int divisor, float[] out, int out0);

  /**
   * Largest value of each window, and where it is: the taps of output position p begin at offsets
   * {@code taps[starts[p]] ... taps[starts[p + 1] - 1]}, each c floats. Starts at the first tap;
   * only a greater value replaces it.
   *
   * @param argmax per output element the ordinal of the tap in its window
   */
  void maxPool(
      float[] x,
      int x0,
      int[] starts,
      int[] taps,
      int positions,
      int c,
      float[] y,
      int y0,
      int[] argmax,
      int argmax0);

  /** Adds each gradient of {@link #maxPool} to the tap that it came from; dx is zeroed first. */
  void maxPoolGradient(
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int[] starts,
      int[] taps,
      int positions,
      int c,
      float[] dx,
      int dx0,
      int n);

  /**
   * Per channel the sums of the integers n = rint(x * denominator) and of their squares, exactly.
   *
   * @param sums [2 * c], replaced: first the sums, then those of the squares
   */
  void integerSums(float[] x, int x0, int rows, int c, int denominator, long[] sums);

  /**
   * Per channel the sums of x and of x * x in float64, rows ascending.
   *
   * @param sums [2 * c], replaced
   */
  void sums(float[] x, int x0, int rows, int c, double[] sums);

  /**
   * Per channel the sums of g and of g * (x - mean), rows ascending, in float64 or in float blocks
   * of a fixed size that are added in float64.
   *
   * @param sums [2 * c], replaced
   */
  void gradientSums(
      float[] g, int g0, float[] x, int x0, float[] mean, int rows, int c, double[] sums);

  /** Batch norm, each operation rounded: y = (x - mean) * factor + offset, per channel. */
  void normalize(
      float[] x,
      int x0,
      float[] mean,
      float[] factor,
      float[] offset,
      int rows,
      int c,
      float[] y,
      int y0);

  /** y = (p * g + q * (x - mean)) + r, per channel, each operation rounded. */
  void normalizeGradient(
      float[] g,
      int g0,
      float[] x,
      int x0,
      float[] mean,
      float[] p,
      float[] q,
      float[] r,
      int rows,
      int c,
      float[] y,
      int y0);

  /** Element by element; kinds without a vector instruction go through the reference's function. */
  void unary(Op.UnaryKind kind, float[] x, int x0, int n, float[] y, int y0);

  /**
   * Element by element. An operand with step 0 is one float for all elements.
   *
   * @param stepA 1 or 0
   * @param stepB 1 or 0
   */
  void binary(
      Op.BinaryKind kind,
      float[] a,
      int a0,
      int stepA,
      float[] b,
      int b0,
      int stepB,
      int n,
      float[] y,
      int y0);

  /**
   * Element by element: t where a compares with b, else f. An operand with step 0 is one float for
   * all elements.
   *
   * @param steps of a, b, t and f, each 1 or 0
   */
  void select(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      int[] steps,
      int n,
      float[] y,
      int y0);

  /** What the kernels run on, for plans and {@code probe}. */
  String describe();
}
