package io.github.xnor4j.cpu.vector;

/** Products without a plan round them, for benchmarks; not public API. Of one thread. */
public final class LoneProducts {
  private final int[] gathered;
  private final int[] ints = new int[Lanes.SCRATCH];
  private final float[] floats = new float[Lanes.SCRATCH];
  private final float[] tables;
  private final int[] pairs;
  private final int[] integerTables;

  /**
   * Products of sums of some length.
   *
   * @param words of 32 bits that a sum has
   */
  public LoneProducts(int words) {
    gathered = new int[Popcount.gatherSize(words)];
    tables = new float[Lookup.tableLength(32 * words)];
    pairs = new int[IntegerLookup.pairsLength(32 * words)];
    integerTables = new int[IntegerLookup.tableLength(32 * words)];
  }

  /**
   * Counts of differing bits: see {@link Popcount#gemm}.
   *
   * @param b words in panels of 16 columns
   */
  public void countBits(int[] a, int[] rowA, int[] kA, int[] b, int cols, int[] out, int[] rowOut) {
    int rows = rowA.length;
    int nk = kA.length;
    Popcount.gemm(a, 0, rowA, kA, nk, b, cols, out, 0, rowOut, 0, rows, gathered, ints);
  }

  /**
   * Sums of floats by table lookup, eight rows after another: see {@link Lookup#multiply}.
   *
   * @param b [words][cols]
   * @param kB where each word of b begins
   */
  public void lookUp(
      float[] a, int[] rowA, int[] kA, int[] b, int[] kB, int cols, float[] out, int[] rowOut) {
    for (int r = 0; r < rowA.length; r += Lookup.ROWS) {
      int rows = Math.min(Lookup.ROWS, rowA.length - r);
      Lookup.tables(a, 0, rowA, r, rows, kA, 0, kA.length, 32, tables);
      Lookup.multiply(
          tables, kB.length, 32, b, 0, kB, 0, cols, out, 0, rowOut, r, rows, false, floats);
    }
  }

  /**
   * Sums of integers by table lookup, six rows after another: see {@link IntegerLookup#multiply}.
   *
   * @param a integers of at most {@code limit} in absolute value
   * @param b [words][cols]
   * @param kB where each word of b begins
   */
  public void lookUp(
      short[] a,
      int limit,
      int[] rowA,
      int[] kA,
      int[] b,
      int[] kB,
      int cols,
      int[] out,
      int[] rowOut) {
    int[] t = integerTables;
    for (int r = 0; r < rowA.length; r += IntegerLookup.ROWS) {
      int rows = Math.min(IntegerLookup.ROWS, rowA.length - r);
      boolean add = false;
      for (Digit digit : Digit.of(limit)) {
        IntegerLookup.tables(a, 0, rowA, r, rows, kA, 0, kA.length, digit, pairs, t);
        IntegerLookup.multiply(
            t, kB.length, digit, b, 0, kB, 0, cols, out, 0, rowOut, r, rows, add, ints);
        add = true;
      }
    }
  }
}
