package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of floats by floats with a max-pool of up to four rows behind them: forward the window
 * stays in registers, backward each pooled gradient is multiplied once, with what lay under the
 * winner. Operands are addressed by offset lists as in {@link FloatGemm}; lanes are columns.
 *
 * <p>Nothing that takes or gives a vector is a method of its own: whether C2 inlines the last of
 * many calls depends on the moment at which it compiles, and one that it does not inline boxes its
 * vectors.
 */
final class PooledGemm {
  /**
   * Windows whose gradients stay in the L1 cache while all channels and elements read them. No more
   * where these read them once: HotSpot compiles what is called often, and until then it is slow.
   */
  static final int CHUNK = 16;

  /** Elements whose windows are put side by side by a call. */
  private static final int PAIRS = 32;

  /** Windows whose pixels, a run each, stay there while all columns read them. */
  private static final int WINDOWS = 16;

  /** Rows of the filter of which twelve vectors each stay there. */
  private static final int COLUMNS = 64;

  /** Numbers that {@link #inputGradientByRuns} keeps. */
  static final int INPUT_SCRATCH = WINDOWS * (COLUMNS + 5);

  /** Numbers that {@link #filterGradientByRuns} keeps for so many columns. */
  static int filterScratch(int cols) {
    return WINDOWS * cols;
  }

  private PooledGemm() {}

  // ---- forward

  /**
   * Multiplies and pools: {@code y[y0 + w * cols + c]} is the largest of the four products {@code
   * sum over k < nk of a[a0 + rowA[4 * w + p] + kA[k]] * b[k * ldb + c]}, k ascending, and {@code
   * argmax[m0 + w * cols + c]} its p; which of equal ones and of NaNs as in {@link
   * MaxPool#forward}.
   *
   * @param rowA offsets of four rows for each window
   * @param b panel, readable up to the next multiple of 16 columns
   * @param w0 first window
   * @param w1 end of the windows
   * @param floats {@link Lanes#SCRATCH} floats, overwritten
   * @param ints as many ints
   */
  static void forward(
      float[] a,
      int a0,
      int[] rowA,
      int[] kA,
      int nk,
      float[] b,
      int ldb,
      int cols,
      float[] y,
      int y0,
      int[] argmax,
      int m0,
      int w0,
      int w1,
      float[] floats,
      int[] ints) {
    int c = 0;
    for (; c + 2 * COUNT <= cols; c += 2 * COUNT) {
      for (int w = w0; w < w1; w++) {
        int o = w * cols + c;
        windows2(a, a0, rowA, 4 * w, kA, nk, b, c, ldb, y, y0 + o, argmax, m0 + o);
      }
    }
    for (; c + COUNT <= cols; c += COUNT) {
      for (int w = w0; w < w1; w++) {
        int o = w * cols + c;
        windows1(a, a0, rowA, 4 * w, kA, nk, b, c, ldb, y, y0 + o, argmax, m0 + o);
      }
    }
    for (int w = w0; c < cols && w < w1; w++) {
      windows1(a, a0, rowA, 4 * w, kA, nk, b, c, ldb, floats, 0, ints, 0);
      System.arraycopy(floats, 0, y, y0 + w * cols + c, cols - c);
      System.arraycopy(ints, 0, argmax, m0 + w * cols + c, cols - c);
    }
  }

  private static void windows2(
      float[] a,
      int a0,
      int[] rowA,
      int r,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int ldb,
      float[] y,
      int o,
      int[] argmax,
      int m) {
    int r0 = a0 + rowA[r];
    int r1 = a0 + rowA[r + 1];
    int r2 = a0 + rowA[r + 2];
    int r3 = a0 + rowA[r + 3];
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      FloatVector x0 = FloatVector.fromArray(F, b, b0 + k * ldb);
      FloatVector x1 = FloatVector.fromArray(F, b, b0 + k * ldb + COUNT);
      FloatVector v0 = FloatVector.broadcast(F, a[r0 + ak]);
      s00 = v0.fma(x0, s00);
      s01 = v0.fma(x1, s01);
      FloatVector v1 = FloatVector.broadcast(F, a[r1 + ak]);
      s10 = v1.fma(x0, s10);
      s11 = v1.fma(x1, s11);
      FloatVector v2 = FloatVector.broadcast(F, a[r2 + ak]);
      s20 = v2.fma(x0, s20);
      s21 = v2.fma(x1, s21);
      FloatVector v3 = FloatVector.broadcast(F, a[r3 + ak]);
      s30 = v3.fma(x0, s30);
      s31 = v3.fma(x1, s31);
    }
    VectorMask<Float> greater1 = s10.compare(GT, s00);
    FloatVector max1 = s00.blend(s10, greater1);
    VectorMask<Float> greater2 = s20.compare(GT, max1);
    FloatVector max2 = max1.blend(s20, greater2);
    VectorMask<Float> greater3 = s30.compare(GT, max2);
    max2.blend(s30, greater3).intoArray(y, o);
    IntVector.zero(I)
        .blend(1, greater1.cast(I))
        .blend(2, greater2.cast(I))
        .blend(3, greater3.cast(I))
        .intoArray(argmax, m);
    VectorMask<Float> above1 = s11.compare(GT, s01);
    FloatVector top1 = s01.blend(s11, above1);
    VectorMask<Float> above2 = s21.compare(GT, top1);
    FloatVector top2 = top1.blend(s21, above2);
    VectorMask<Float> above3 = s31.compare(GT, top2);
    top2.blend(s31, above3).intoArray(y, o + COUNT);
    IntVector.zero(I)
        .blend(1, above1.cast(I))
        .blend(2, above2.cast(I))
        .blend(3, above3.cast(I))
        .intoArray(argmax, m + COUNT);
  }

  private static void windows1(
      float[] a,
      int a0,
      int[] rowA,
      int r,
      int[] kA,
      int nk,
      float[] b,
      int b0,
      int ldb,
      float[] y,
      int o,
      int[] argmax,
      int m) {
    int r0 = a0 + rowA[r];
    int r1 = a0 + rowA[r + 1];
    int r2 = a0 + rowA[r + 2];
    int r3 = a0 + rowA[r + 3];
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    for (int k = 0; k < nk; k++) {
      int ak = kA[k];
      FloatVector x = FloatVector.fromArray(F, b, b0 + k * ldb);
      s0 = FloatVector.broadcast(F, a[r0 + ak]).fma(x, s0);
      s1 = FloatVector.broadcast(F, a[r1 + ak]).fma(x, s1);
      s2 = FloatVector.broadcast(F, a[r2 + ak]).fma(x, s2);
      s3 = FloatVector.broadcast(F, a[r3 + ak]).fma(x, s3);
    }
    VectorMask<Float> greater1 = s1.compare(GT, s0);
    FloatVector max1 = s0.blend(s1, greater1);
    VectorMask<Float> greater2 = s2.compare(GT, max1);
    FloatVector max2 = max1.blend(s2, greater2);
    VectorMask<Float> greater3 = s3.compare(GT, max2);
    max2.blend(s3, greater3).intoArray(y, o);
    IntVector.zero(I)
        .blend(1, greater1.cast(I))
        .blend(2, greater2.cast(I))
        .blend(3, greater3.cast(I))
        .intoArray(argmax, m);
  }

  // ---- gradient of the filter

  /**
   * Puts what lies under the four rows of a window side by side: {@code t[4 * e + p] = a[a0 + e +
   * steps[p]]} for {@code e < n}. The gradient of the filter picks the winner's by one permutation.
   *
   * @param steps offset of each row of a window from its first
   * @param t 4 * n floats and one vector more
   */
  static void windows(float[] a, int a0, int[] steps, int n, float[] t) {
    int s0 = a0 + steps[0];
    int s1 = a0 + steps[1];
    int s2 = a0 + steps[2];
    int s3 = a0 + steps[3];
    int e = 0;
    if (s1 - s0 == s3 - s2 && s1 - s0 <= COUNT - COUNT / 4) {
      for (; e + PAIRS + COUNT <= n; e += PAIRS) {
        pairs(a, s0 + e, s2 + e, s1 - s0, t, 4 * e);
      }
    }
    for (; e < n; e++) {
      t[4 * e] = a[s0 + e];
      t[4 * e + 1] = a[s1 + e];
      t[4 * e + 2] = a[s2 + e];
      t[4 * e + 3] = a[s3 + e];
    }
  }

  /** {@link #PAIRS} of {@link #windows} whose second row is so near to the first. */
  private static void pairs(float[] a, int s0, int s2, int step, float[] t, int t0) {
    IntVector ramp = IntVector.zero(I).addIndex(1);
    IntVector pick = ramp.lanewise(LSHR, 2).add(ramp.and(1).mul(step));
    VectorMask<Float> below = ramp.and(2).compare(NE, 0).cast(F);
    for (int e = 0; e < PAIRS; e += COUNT / 4) {
      IntVector first = FloatVector.fromArray(F, a, s0 + e).reinterpretAsInts();
      IntVector third = FloatVector.fromArray(F, a, s2 + e).reinterpretAsInts();
      pick.selectFrom(first)
          .reinterpretAsFloats()
          .blend(pick.selectFrom(third).reinterpretAsFloats(), below)
          .intoArray(t, t0 + 4 * e);
    }
  }

  /**
   * Adds the gradient of the filter, three neighbouring elements at a time: {@code out[(3 * q + j)
   * * ldo + c] += sum over windows w of t[4 * (rows[w] + pieces[q] + j) + argmax[m0 + w * cols +
   * c]] * g[g0 + w * cols + c]} for {@code w0 <= w < w1}, windows ascending.
   *
   * @param t what {@link #windows} made
   * @param rows offset of the first row of each window
   * @param pieces offset of the first of each three elements
   * @param g gradients of the maxima, readable up to the next multiple of 16 columns, as is argmax
   * @param ldo distance of sums, at least cols rounded up to a vector; what lies behind cols is
   *     undefined
   */
  static void filterGradient(
      float[] t,
      int[] rows,
      int w0,
      int w1,
      int[] pieces,
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      float[] out,
      int ldo) {
    for (int w = w0; w < w1; w += CHUNK) {
      int end = Math.min(w + CHUNK, w1);
      int q = 0;
      for (; q + 3 <= pieces.length; q += 3) {
        for (int c = 0; c < cols; c += COUNT) {
          int o = 3 * q * ldo + c;
          add9(t, rows, w, end, pieces, q, g, g0 + c, argmax, m0 + c, cols, out, o, ldo);
        }
      }
      for (; q < pieces.length; q++) {
        for (int c = 0; c < cols; c += COUNT) {
          int o = 3 * q * ldo + c;
          add3(t, rows, w, end, pieces[q], g, g0 + c, argmax, m0 + c, cols, out, o, ldo);
        }
      }
    }
  }

  /**
   * Three pieces: a 3x3 tap, and as many sums as hide an addition's latency. A vector of t has four
   * elements at 512 bits, two at 256; so one read serves all three, or two of them.
   */
  private static void add9(
      float[] t,
      int[] rows,
      int w0,
      int w1,
      int[] pieces,
      int q,
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      float[] out,
      int o,
      int ldo) {
    int k0 = 4 * pieces[q];
    int k1 = 4 * pieces[q + 1];
    int k2 = 4 * pieces[q + 2];
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    FloatVector s1 = FloatVector.fromArray(F, out, o + ldo);
    FloatVector s2 = FloatVector.fromArray(F, out, o + 2 * ldo);
    FloatVector s3 = FloatVector.fromArray(F, out, o + 3 * ldo);
    FloatVector s4 = FloatVector.fromArray(F, out, o + 4 * ldo);
    FloatVector s5 = FloatVector.fromArray(F, out, o + 5 * ldo);
    FloatVector s6 = FloatVector.fromArray(F, out, o + 6 * ldo);
    FloatVector s7 = FloatVector.fromArray(F, out, o + 7 * ldo);
    FloatVector s8 = FloatVector.fromArray(F, out, o + 8 * ldo);
    for (int w = w0; w < w1; w++) {
      int at = 4 * rows[w];
      FloatVector v = FloatVector.fromArray(F, g, g0 + w * cols);
      IntVector x = IntVector.fromArray(I, argmax, m0 + w * cols);
      IntVector y = COUNT > 4 ? x.add(4) : x;
      IntVector z = COUNT > 8 ? x.add(8) : x;
      IntVector t0 = FloatVector.fromArray(F, t, at + k0).reinterpretAsInts();
      IntVector t1 = COUNT > 4 ? t0 : FloatVector.fromArray(F, t, at + k0 + 4).reinterpretAsInts();
      IntVector t2 = COUNT > 8 ? t0 : FloatVector.fromArray(F, t, at + k0 + 8).reinterpretAsInts();
      s0 = x.selectFrom(t0).reinterpretAsFloats().fma(v, s0);
      s1 = y.selectFrom(t1).reinterpretAsFloats().fma(v, s1);
      s2 = z.selectFrom(t2).reinterpretAsFloats().fma(v, s2);
      IntVector t3 = FloatVector.fromArray(F, t, at + k1).reinterpretAsInts();
      IntVector t4 = COUNT > 4 ? t3 : FloatVector.fromArray(F, t, at + k1 + 4).reinterpretAsInts();
      IntVector t5 = COUNT > 8 ? t3 : FloatVector.fromArray(F, t, at + k1 + 8).reinterpretAsInts();
      s3 = x.selectFrom(t3).reinterpretAsFloats().fma(v, s3);
      s4 = y.selectFrom(t4).reinterpretAsFloats().fma(v, s4);
      s5 = z.selectFrom(t5).reinterpretAsFloats().fma(v, s5);
      IntVector t6 = FloatVector.fromArray(F, t, at + k2).reinterpretAsInts();
      IntVector t7 = COUNT > 4 ? t6 : FloatVector.fromArray(F, t, at + k2 + 4).reinterpretAsInts();
      IntVector t8 = COUNT > 8 ? t6 : FloatVector.fromArray(F, t, at + k2 + 8).reinterpretAsInts();
      s6 = x.selectFrom(t6).reinterpretAsFloats().fma(v, s6);
      s7 = y.selectFrom(t7).reinterpretAsFloats().fma(v, s7);
      s8 = z.selectFrom(t8).reinterpretAsFloats().fma(v, s8);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + ldo);
    s2.intoArray(out, o + 2 * ldo);
    s3.intoArray(out, o + 3 * ldo);
    s4.intoArray(out, o + 4 * ldo);
    s5.intoArray(out, o + 5 * ldo);
    s6.intoArray(out, o + 6 * ldo);
    s7.intoArray(out, o + 7 * ldo);
    s8.intoArray(out, o + 8 * ldo);
  }

  private static void add3(
      float[] t,
      int[] rows,
      int w0,
      int w1,
      int piece,
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      float[] out,
      int o,
      int ldo) {
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    FloatVector s1 = FloatVector.fromArray(F, out, o + ldo);
    FloatVector s2 = FloatVector.fromArray(F, out, o + 2 * ldo);
    for (int w = w0; w < w1; w++) {
      int at = 4 * (rows[w] + piece);
      FloatVector v = FloatVector.fromArray(F, g, g0 + w * cols);
      IntVector x = IntVector.fromArray(I, argmax, m0 + w * cols);
      IntVector y = COUNT > 4 ? x.add(4) : x;
      IntVector z = COUNT > 8 ? x.add(8) : x;
      IntVector t0 = FloatVector.fromArray(F, t, at).reinterpretAsInts();
      IntVector t1 = COUNT > 4 ? t0 : FloatVector.fromArray(F, t, at + 4).reinterpretAsInts();
      IntVector t2 = COUNT > 8 ? t0 : FloatVector.fromArray(F, t, at + 8).reinterpretAsInts();
      s0 = x.selectFrom(t0).reinterpretAsFloats().fma(v, s0);
      s1 = y.selectFrom(t1).reinterpretAsFloats().fma(v, s1);
      s2 = z.selectFrom(t2).reinterpretAsFloats().fma(v, s2);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + ldo);
    s2.intoArray(out, o + 2 * ldo);
  }

  // ---- both gradients where a pixel has many channels: lanes are elements of the filter

  /**
   * Adds one image's gradient of the filter: {@code out[o * ldo + r * length + i] += sum over
   * windows w of g[g0 + w * cols + o] * a[a0 + rows[4 * w + argmax[m0 + w * cols + o]] + runs[r] +
   * i]} for {@code i < length}, windows ascending.
   *
   * @param rows offsets of the four rows of each window
   * @param runs offset of each run of neighbouring elements that a row of the filter sees
   * @param length elements of a run
   * @param list {@link #filterScratch} ints, overwritten
   * @param values as many floats
   */
  static void filterGradientByRuns(
      float[] a,
      int a0,
      int[] rows,
      int[] runs,
      int length,
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      float[] out,
      int ldo,
      int[] list,
      float[] values) {
    int windows = rows.length / 4;
    int chunks = (windows + WINDOWS - 1) / WINDOWS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int w0 = chunk * windows / chunks;
      int n = (chunk + 1) * windows / chunks - w0;
      for (int w = 0; w < n; w++) {
        for (int o = 0; o < cols; o++) {
          int at = (w0 + w) * cols + o;
          list[o * n + w] = rows[4 * (w0 + w) + argmax[m0 + at]];
          values[o * n + w] = g[g0 + at];
        }
      }
      addToFilter(list, values, n, a, a0, runs, length, cols, out, ldo);
    }
  }

  private static void addToFilter(
      int[] list,
      float[] values,
      int n,
      float[] a,
      int a0,
      int[] runs,
      int length,
      int cols,
      float[] out,
      int ldo) {
    for (int r = 0; r < runs.length; r++) {
      int from = a0 + runs[r];
      int to = r * length;
      int i = 0;
      for (; i + 12 * COUNT <= length; i += 12 * COUNT) {
        for (int o = 0; o < cols; o++) {
          add12(list, values, o * n, o * n + n, a, from + i, out, to + o * ldo + i);
        }
      }
      for (; i + 4 * COUNT <= length; i += 4 * COUNT) {
        for (int o = 0; o < cols; o++) {
          add4(list, values, o * n, o * n + n, a, from + i, out, to + o * ldo + i);
        }
      }
      for (int o = 0; i < length && o < cols; o++) {
        addRest(list, values, o * n, o * n + n, a, from, out, to + o * ldo, i, length);
      }
    }
  }

  /**
   * Adds one image's gradient of the input: {@code out[out0 + rows[4 * w + argmax[m0 + w * cols +
   * o]] + runs[r] + i] += g[g0 + w * cols + o] * b[o * ldb + r * length + i]} for {@code i <
   * length}, columns ascending.
   *
   * @param b filter, a row for each column of g
   * @param rows offsets of the four rows of each window
   * @param runs offset of each run of neighbouring elements that a row of the filter sees
   * @param length elements of a run
   * @param list {@link #INPUT_SCRATCH} ints, overwritten
   * @param values as many floats
   */
  static void inputGradientByRuns(
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      float[] b,
      int ldb,
      int[] rows,
      int[] runs,
      int length,
      float[] out,
      int out0,
      int[] list,
      float[] values) {
    int windows = rows.length / 4;
    int starts = WINDOWS * COLUMNS;
    int chunks = (windows + WINDOWS - 1) / WINDOWS;
    for (int o0 = 0; o0 < cols; o0 += COLUMNS) {
      int n = Math.min(COLUMNS, cols - o0);
      for (int chunk = 0; chunk < chunks; chunk++) {
        int w0 = chunk * windows / chunks;
        int w1 = (chunk + 1) * windows / chunks;
        for (int w = w0; w < w1; w++) {
          int at = w * cols + o0;
          int j = w - w0;
          sortByWinner(g, g0 + at, argmax, m0 + at, n, ldb, list, values, j * n, starts + 5 * j);
        }
        addToInput(list, values, starts, w0, w1, b, o0 * ldb, rows, runs, length, out, out0);
      }
    }
  }

  private static void addToInput(
      int[] list,
      float[] values,
      int starts,
      int w0,
      int w1,
      float[] b,
      int b0,
      int[] rows,
      int[] runs,
      int length,
      float[] out,
      int out0) {
    for (int r = 0; r < runs.length; r++) {
      int from = b0 + r * length;
      int to = out0 + runs[r];
      int i = 0;
      for (; i + 12 * COUNT <= length; i += 12 * COUNT) {
        for (int k = 0; k < 4 * (w1 - w0); k++) {
          int j = starts + k + k / 4;
          add12(list, values, list[j], list[j + 1], b, from + i, out, to + rows[4 * w0 + k] + i);
        }
      }
      for (; i + 4 * COUNT <= length; i += 4 * COUNT) {
        for (int k = 0; k < 4 * (w1 - w0); k++) {
          int j = starts + k + k / 4;
          add4(list, values, list[j], list[j + 1], b, from + i, out, to + rows[4 * w0 + k] + i);
        }
      }
      for (int k = 0; i < length && k < 4 * (w1 - w0); k++) {
        int j = starts + k + k / 4;
        addRest(list, values, list[j], list[j + 1], b, from, out, to + rows[4 * w0 + k], i, length);
      }
    }
  }

  /**
   * Lists the columns of each of the four winners, as offsets into the filter, and their gradients.
   */
  private static void sortByWinner(
      float[] g,
      int g0,
      int[] argmax,
      int m0,
      int cols,
      int ldb,
      int[] list,
      float[] values,
      int j0,
      int starts) {
    long counts = 0; // four of 16 bits: a register, where an array would wait for its own writes
    for (int o = 0; o < cols; o++) {
      counts += 1L << 16 * argmax[m0 + o];
    }
    long next = (counts << 16) + (counts << 32) + (counts << 48);
    list[starts] = j0;
    list[starts + 1] = j0 + (int) (next >> 16 & 0xFFFF);
    list[starts + 2] = j0 + (int) (next >> 32 & 0xFFFF);
    list[starts + 3] = j0 + (int) (next >> 48 & 0xFFFF);
    list[starts + 4] = j0 + cols;
    for (int o = 0; o < cols; o++) {
      int shift = 16 * argmax[m0 + o];
      int j = j0 + (int) (next >> shift & 0xFFFF);
      next += 1L << shift;
      list[j] = o * ldb;
      values[j] = g[g0 + o];
    }
  }

  /** Elements i to length of a run, a vector at a time and then one by one. */
  private static void addRest(
      int[] list,
      float[] values,
      int j0,
      int j1,
      float[] b,
      int b0,
      float[] out,
      int o,
      int first,
      int length) {
    int i = first;
    for (; i + COUNT <= length; i += COUNT) {
      add1(list, values, j0, j1, b, b0 + i, out, o + i);
    }
    for (; i < length; i++) {
      float sum = out[o + i];
      for (int j = j0; j < j1; j++) {
        sum = Math.fma(values[j], b[b0 + list[j] + i], sum);
      }
      out[o + i] = sum;
    }
  }

  /**
   * {@code out[o + i] += sum over j of values[j] * b[b0 + list[j] + i]} for twelve vectors: as many
   * sums as AVX2 has registers for.
   */
  private static void add12(
      int[] list, float[] values, int j0, int j1, float[] b, int b0, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    FloatVector s1 = FloatVector.fromArray(F, out, o + COUNT);
    FloatVector s2 = FloatVector.fromArray(F, out, o + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(F, out, o + 3 * COUNT);
    FloatVector s4 = FloatVector.fromArray(F, out, o + 4 * COUNT);
    FloatVector s5 = FloatVector.fromArray(F, out, o + 5 * COUNT);
    FloatVector s6 = FloatVector.fromArray(F, out, o + 6 * COUNT);
    FloatVector s7 = FloatVector.fromArray(F, out, o + 7 * COUNT);
    FloatVector s8 = FloatVector.fromArray(F, out, o + 8 * COUNT);
    FloatVector s9 = FloatVector.fromArray(F, out, o + 9 * COUNT);
    FloatVector s10 = FloatVector.fromArray(F, out, o + 10 * COUNT);
    FloatVector s11 = FloatVector.fromArray(F, out, o + 11 * COUNT);
    for (int j = j0; j < j1; j++) {
      FloatVector v = FloatVector.broadcast(F, values[j]);
      int at = b0 + list[j];
      s0 = v.fma(FloatVector.fromArray(F, b, at), s0);
      s1 = v.fma(FloatVector.fromArray(F, b, at + COUNT), s1);
      s2 = v.fma(FloatVector.fromArray(F, b, at + 2 * COUNT), s2);
      s3 = v.fma(FloatVector.fromArray(F, b, at + 3 * COUNT), s3);
      s4 = v.fma(FloatVector.fromArray(F, b, at + 4 * COUNT), s4);
      s5 = v.fma(FloatVector.fromArray(F, b, at + 5 * COUNT), s5);
      s6 = v.fma(FloatVector.fromArray(F, b, at + 6 * COUNT), s6);
      s7 = v.fma(FloatVector.fromArray(F, b, at + 7 * COUNT), s7);
      s8 = v.fma(FloatVector.fromArray(F, b, at + 8 * COUNT), s8);
      s9 = v.fma(FloatVector.fromArray(F, b, at + 9 * COUNT), s9);
      s10 = v.fma(FloatVector.fromArray(F, b, at + 10 * COUNT), s10);
      s11 = v.fma(FloatVector.fromArray(F, b, at + 11 * COUNT), s11);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + COUNT);
    s2.intoArray(out, o + 2 * COUNT);
    s3.intoArray(out, o + 3 * COUNT);
    s4.intoArray(out, o + 4 * COUNT);
    s5.intoArray(out, o + 5 * COUNT);
    s6.intoArray(out, o + 6 * COUNT);
    s7.intoArray(out, o + 7 * COUNT);
    s8.intoArray(out, o + 8 * COUNT);
    s9.intoArray(out, o + 9 * COUNT);
    s10.intoArray(out, o + 10 * COUNT);
    s11.intoArray(out, o + 11 * COUNT);
  }

  /** {@link #add12} for four vectors. */
  private static void add4(
      int[] list, float[] values, int j0, int j1, float[] b, int b0, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    FloatVector s1 = FloatVector.fromArray(F, out, o + COUNT);
    FloatVector s2 = FloatVector.fromArray(F, out, o + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(F, out, o + 3 * COUNT);
    for (int j = j0; j < j1; j++) {
      FloatVector v = FloatVector.broadcast(F, values[j]);
      int at = b0 + list[j];
      s0 = v.fma(FloatVector.fromArray(F, b, at), s0);
      s1 = v.fma(FloatVector.fromArray(F, b, at + COUNT), s1);
      s2 = v.fma(FloatVector.fromArray(F, b, at + 2 * COUNT), s2);
      s3 = v.fma(FloatVector.fromArray(F, b, at + 3 * COUNT), s3);
    }
    s0.intoArray(out, o);
    s1.intoArray(out, o + COUNT);
    s2.intoArray(out, o + 2 * COUNT);
    s3.intoArray(out, o + 3 * COUNT);
  }

  /** {@link #add12} for one vector. */
  private static void add1(
      int[] list, float[] values, int j0, int j1, float[] b, int b0, float[] out, int o) {
    FloatVector s0 = FloatVector.fromArray(F, out, o);
    for (int j = j0; j < j1; j++) {
      FloatVector v = FloatVector.broadcast(F, values[j]);
      int at = b0 + list[j];
      s0 = v.fma(FloatVector.fromArray(F, b, at), s0);
    }
    s0.intoArray(out, o);
  }
}
