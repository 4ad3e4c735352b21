package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.CpuKernels;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.ReferenceKernels;
import java.util.Arrays;

/** The kernels of the cpu-vector backend, as the planner asks for them. */
final class VectorKernels implements CpuKernels {
  /** Arrays that products of odd sizes use on the way, one set for each thread. */
  private static final class Scratch {
    private final int[] ints = new int[Lanes.SCRATCH];
    private final float[] floats = new float[Lanes.SCRATCH];
    private long[] longs = new long[0];
    private double[] doubles = new double[0];
    private int[] list = new int[0];
    private float[] tables = new float[0];

    int[] list(int n) {
      if (list.length < n) {
        list = new int[n];
      }
      return list;
    }

    float[] tables(int n) {
      if (tables.length < n) {
        tables = new float[n];
      }
      return tables;
    }

    long[] longs(int n) {
      if (longs.length < n) {
        longs = new long[n];
      }
      return longs;
    }

    double[] doubles(int n) {
      if (doubles.length < n) {
        doubles = new double[n];
      }
      return doubles;
    }
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  @Override
  public void popcountProduct(
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
      int cols) {
    Scratch scratch = SCRATCH.get();
    int[] gathered = scratch.list(Popcount.gatherSize(nk));
    Popcount.gemm(a, a0, rowA, kA, nk, b, cols, out, out0, rowOut, 0, rows, gathered, scratch.ints);
  }

  @Override
  public void floatProduct(
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
      boolean add) {
    FloatGemm.gemm(
        a,
        a0,
        rowA,
        kA,
        nk,
        b,
        b0,
        kB,
        cols,
        out,
        out0,
        rowOut,
        0,
        rows,
        add,
        SCRATCH.get().floats);
  }

  @Override
  public void pooledPopcountProduct(
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
      int cols) {
    Scratch scratch = SCRATCH.get();
    int[] gathered = scratch.list(Popcount.gatherSize(nk));
    int[] ints = scratch.ints;
    Popcount.pool(
        a, a0, rowA, kA, nk, b, cols, depth, y, y0, argmax, argmax0, windows, gathered, ints);
  }

  @Override
  public void pooledFloatProduct(
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
      int cols) {
    Scratch scratch = SCRATCH.get();
    PooledGemm.forward(
        a,
        a0,
        rowA,
        kA,
        nk,
        b,
        ldb,
        cols,
        y,
        y0,
        argmax,
        argmax0,
        0,
        windows,
        scratch.floats,
        scratch.ints);
  }

  @Override
  public void windowsSideBySide(float[] a, int a0, int[] steps, int n, float[] t) {
    PooledGemm.windows(a, a0, steps, n, t);
  }

  @Override
  public void pooledFloatFilterGradient(
      float[] t,
      int[] rows,
      int[] kA,
      float[] g,
      int g0,
      int[] argmax,
      int argmax0,
      int cols,
      float[] out,
      int ldo) {
    PooledGemm.filterGradient(t, rows, kA, g, g0, argmax, argmax0, cols, out, ldo);
  }

  @Override
  public void signedSums(
      float[] a, int a0, int[] rowA, int r0, int rows, int[] kA, int nk, int bits, float[] tables) {
    Lookup.tables(a, a0, rowA, r0, rows, kA, 0, nk, bits, tables);
  }

  @Override
  public void lookupProduct(
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
      boolean add) {
    Lookup.multiply(
        tables,
        words,
        bits,
        b,
        b0,
        kB,
        0,
        cols,
        out,
        out0,
        rowOut,
        r0,
        rows,
        add,
        SCRATCH.get().floats);
  }

  @Override
  public void pooledFilterGradientByRuns(
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
      int ldo) {
    Scratch scratch = SCRATCH.get();
    int n = PooledGemm.filterScratch(cols);
    int[] list = scratch.list(n);
    float[] values = scratch.tables(n);
    PooledGemm.filterGradientByRuns(
        a, a0, rows, runs, length, g, g0, argmax, argmax0, cols, out, ldo, list, values);
  }

  @Override
  public void pooledInputGradientByRuns(
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
      int out0) {
    Scratch scratch = SCRATCH.get();
    int[] list = scratch.list(PooledGemm.INPUT_SCRATCH);
    float[] values = scratch.tables(PooledGemm.INPUT_SCRATCH);
    PooledGemm.inputGradientByRuns(
        g, g0, argmax, argmax0, cols, b, ldb, rows, runs, length, out, out0, list, values);
  }

  @Override
  public boolean hasPooledLookups() {
    return PooledLookup.isAvailable();
  }

  @Override
  public void winnerBits(
      int[] argmax, int argmax0, int stride, int n, int c, int[] low, int[] high, int out0) {
    PooledLookup.winnerBits(argmax, argmax0, stride, n, c, low, high, out0);
  }

  @Override
  public void pooledLookupFilterGradient(
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
      int[] outs) {
    PooledLookup.multiply(
        tables, row, positions, bits, b0, windows, w0, taps, low, high, low0, stride, out, out0,
        outs);
  }

  @Override
  public int pooledIndexSize(int channels, int vectors) {
    return PooledLookup.indexSize(channels, vectors);
  }

  @Override
  public void pooledIndex(
      int[] panel, int words, int taps, int perTap, int channel, int channels, int[] index) {
    PooledLookup.spread(panel, words, taps, perTap, channel, channels, index);
  }

  @Override
  public void pooledLookupInputGradient(
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
      int[] columns) {
    Scratch scratch = SCRATCH.get();
    PooledLookup.scatter(
        g,
        g0,
        argmax,
        argmax0,
        channels,
        index,
        columns.length,
        out,
        out0,
        bases,
        p0,
        taps,
        columns,
        scratch.list(channels + 19),
        scratch.tables(4 * channels + 64));
  }

  @Override
  public void packSigns(float[] x, int x0, int rows, int c, int[] bits, int bits0) {
    BitKernels.packSigns(x, x0, c, rows, c, bits, bits0, BitKernels.words(c));
  }

  @Override
  public void unpackSigns(int[] bits, int bits0, int rows, int c, float[] x, int x0) {
    BitKernels.unpack(bits, bits0, BitKernels.words(c), rows, c, x, x0, c);
  }

  @Override
  public void within(float[] x, int x0, int n, float limit, int[] bits, int bits0) {
    BitKernels.within(x, x0, n, limit, bits, bits0);
  }

  @Override
  public void keep(float[] g, int g0, int n, int[] bits, int bits0, float[] y, int y0) {
    BitKernels.keep(g, g0, n, bits, bits0, y, y0);
  }

  @Override
  public void transposeBits(int[] in, int in0, int[] rows, int n, int words, int[] out, int out0) {
    BitKernels.transpose(in, in0, rows, 0, n, 0, 1, words * 32, out, out0, 0, SCRATCH.get().ints);
  }

  @Override
  public void packColumns(float[] x, int x0, int ldx, int n, int cols, int[] out, int out0) {
    ColumnBits.pack(x, x0, ldx, n, cols, out, out0);
  }

  @Override
  public void dots(int[] counts, int counts0, int n, int depth, float[] out, int out0) {
    ColumnBits.dots(counts, counts0, n, depth, out, out0);
  }

  @Override
  public void integers(float[] x, int x0, int n, int denominator, float[] out, int out0) {
    ColumnBits.integers(x, x0, n, denominator, out, out0);
  }

  @Override
  public void scale(
      byte[] x, int x0, int n, int multiplier, int offset, int divisor, float[] out, int out0) {
    Pixels.scale(x, x0, n, multiplier, offset, divisor, out, out0);
  }

  @Override
  public void maxPool(
      float[] x,
      int x0,
      int[] starts,
      int[] taps,
      int positions,
      int c,
      float[] y,
      int y0,
      int[] argmax,
      int argmax0) {
    MaxPool.forward(x, x0, starts, taps, 0, positions, c, y, y0, argmax, argmax0);
  }

  @Override
  public void maxPoolGradient(
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
      int n) {
    Arrays.fill(dx, dx0, dx0 + n, 0);
    MaxPool.backward(g, g0, argmax, argmax0, starts, taps, 0, positions, c, dx, dx0);
  }

  @Override
  public void integerSums(float[] x, int x0, int rows, int c, int denominator, long[] sums) {
    long[] squares = SCRATCH.get().longs(c);
    Arrays.fill(sums, 0, c, 0);
    Arrays.fill(squares, 0, c, 0);
    BatchNormKernels.gridSums(x, x0, rows, c, denominator, sums, squares);
    System.arraycopy(squares, 0, sums, c, c);
  }

  @Override
  public void sums(float[] x, int x0, int rows, int c, double[] sums) {
    double[] squares = SCRATCH.get().doubles(c);
    Arrays.fill(sums, 0, c, 0);
    Arrays.fill(squares, 0, c, 0);
    BatchNormKernels.sums(x, x0, rows, c, sums, squares);
    System.arraycopy(squares, 0, sums, c, c);
  }

  @Override
  public void gradientSums(
      float[] g, int g0, float[] x, int x0, float[] mean, int rows, int c, double[] sums) {
    double[] products = SCRATCH.get().doubles(c);
    Arrays.fill(sums, 0, c, 0);
    Arrays.fill(products, 0, c, 0);
    BatchNormKernels.gradientSums(g, g0, x, x0, rows, c, mean, sums, products);
    System.arraycopy(products, 0, sums, c, c);
  }

  @Override
  public void normalize(
      float[] x,
      int x0,
      float[] mean,
      float[] factor,
      float[] offset,
      int rows,
      int c,
      float[] y,
      int y0) {
    BatchNormKernels.apply(x, x0, rows, c, mean, factor, offset, y, y0);
  }

  @Override
  public void normalizeGradient(
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
      int y0) {
    BatchNormKernels.gradient(g, g0, x, x0, rows, c, mean, p, r, q, y, y0);
  }

  @Override
  public void unary(Op.UnaryKind kind, float[] x, int x0, int n, float[] y, int y0) {
    switch (kind) {
      case NEGATE -> Elementwise.neg(x, x0, y, y0, n);
      case ABS -> Elementwise.abs(x, x0, y, y0, n);
      case SQRT -> Elementwise.sqrt(x, x0, y, y0, n);
      case SQUARE -> Elementwise.square(x, x0, y, y0, n);
      case EXP, LOG, TANH, RINT -> {
        for (int i = 0; i < n; i++) {
          y[y0 + i] = ReferenceKernels.unary(kind, x[x0 + i]);
        }
      }
    }
  }

  @Override
  public void binary(
      Op.BinaryKind kind,
      float[] a,
      int a0,
      int stepA,
      float[] b,
      int b0,
      int stepB,
      int n,
      float[] y,
      int y0) {
    if (kind == Op.BinaryKind.POW || stepA == 0 && stepB == 0) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = ReferenceKernels.binary(kind, a[a0 + i * stepA], b[b0 + i * stepB]);
      }
    } else if (stepB == 0) {
      binaryRightScalar(kind, a, a0, b[b0], n, y, y0);
    } else if (stepA == 0) {
      binaryLeftScalar(kind, a[a0], b, b0, n, y, y0);
    } else {
      binaryArrays(kind, a, a0, b, b0, n, y, y0);
    }
  }

  private static void binaryArrays(
      Op.BinaryKind kind, float[] a, int a0, float[] b, int b0, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(a, a0, b, b0, y, y0, n);
      case SUB -> Elementwise.sub(a, a0, b, b0, y, y0, n);
      case MUL -> Elementwise.mul(a, a0, b, b0, y, y0, n);
      case DIV -> Elementwise.div(a, a0, b, b0, y, y0, n);
      case MIN -> Elementwise.min(a, a0, b, b0, y, y0, n);
      case MAX -> Elementwise.max(a, a0, b, b0, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  private static void binaryRightScalar(
      Op.BinaryKind kind, float[] a, int a0, float b, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(a, a0, b, y, y0, n);
      case SUB -> Elementwise.sub(a, a0, b, y, y0, n);
      case MUL -> Elementwise.mul(a, a0, b, y, y0, n);
      case DIV -> Elementwise.div(a, a0, b, y, y0, n);
      case MIN -> Elementwise.min(a, a0, b, y, y0, n);
      case MAX -> Elementwise.max(a, a0, b, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  private static void binaryLeftScalar(
      Op.BinaryKind kind, float a, float[] b, int b0, int n, float[] y, int y0) {
    switch (kind) {
      case ADD -> Elementwise.add(b, b0, a, y, y0, n);
      case SUB -> Elementwise.sub(a, b, b0, y, y0, n);
      case MUL -> Elementwise.mul(b, b0, a, y, y0, n);
      case DIV -> Elementwise.div(a, b, b0, y, y0, n);
      case MIN -> Elementwise.min(b, b0, a, y, y0, n);
      case MAX -> Elementwise.max(b, b0, a, y, y0, n);
      case POW -> throw new IllegalStateException("pow has no vector kernel");
    }
  }

  @Override
  public void select(
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
      int y0) {
    boolean scalars = steps[0] == 1 && steps[1] == 0 && steps[2] == 1 && steps[3] == 0;
    boolean arrays = steps[0] == 1 && steps[1] == 1 && steps[2] == 1 && steps[3] == 1;
    if (scalars) {
      selectScalars(comparison, a, a0, b[b0], t, t0, f[f0], y, y0, n);
    } else if (arrays) {
      selectArrays(comparison, a, a0, b, b0, t, t0, f, f0, y, y0, n);
    } else {
      for (int i = 0; i < n; i++) {
        float x = a[a0 + i * steps[0]];
        float z = b[b0 + i * steps[1]];
        boolean hit =
            switch (comparison) {
              case LESS -> x < z;
              case LESS_EQUAL -> x <= z;
              case EQUAL -> x == z;
            };
        y[y0 + i] = hit ? t[t0 + i * steps[2]] : f[f0 + i * steps[3]];
      }
    }
  }

  private static void selectScalars(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float b,
      float[] t,
      int t0,
      float f,
      float[] y,
      int y0,
      int n) {
    switch (comparison) {
      case LESS -> Elementwise.selectLess(a, a0, b, t, t0, f, y, y0, n);
      case LESS_EQUAL -> Elementwise.selectLessEqual(a, a0, b, t, t0, f, y, y0, n);
      case EQUAL -> Elementwise.selectEqual(a, a0, b, t, t0, f, y, y0, n);
    }
  }

  private static void selectArrays(
      Op.Comparison comparison,
      float[] a,
      int a0,
      float[] b,
      int b0,
      float[] t,
      int t0,
      float[] f,
      int f0,
      float[] y,
      int y0,
      int n) {
    switch (comparison) {
      case LESS -> Elementwise.selectLess(a, a0, b, b0, t, t0, f, f0, y, y0, n);
      case LESS_EQUAL -> Elementwise.selectLessEqual(a, a0, b, b0, t, t0, f, f0, y, y0, n);
      case EQUAL -> Elementwise.selectEqual(a, a0, b, b0, t, t0, f, f0, y, y0, n);
    }
  }

  @Override
  public String describe() {
    return Lanes.BITS + "-bit vectors";
  }
}
