package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.RowCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Functions of rows, in float64, see {@link RowCode}. */
final class RowKernels {
  private RowKernels() {}

  /** exp(x - max) / sum of a row. */
  static void softmaxRow(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int row = context.globalIdx;
    if (row < p.get(RowCode.ROWS)) {
      int columns = p.get(RowCode.COLUMNS);
      int at = p.get(RowCode.X) + row * columns;
      int to = p.get(RowCode.RESULT) + row * columns;
      double max = -1.0 / 0.0;
      for (int c = 0; c < columns; c++) {
        max = DeviceMath.max(max, f.get(at + c));
      }
      double sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += Fdlibm.exp(f.get(at + c) - max);
      }
      for (int c = 0; c < columns; c++) {
        f.set(to + c, (float) (Fdlibm.exp(f.get(at + c) - max) / sum));
      }
    }
  }

  /** The loss of a row, log(sum) - (x[label] - max), and its probabilities. */
  static void crossEntropyRow(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int row = context.globalIdx;
    if (row < p.get(RowCode.ROWS)) {
      int columns = p.get(RowCode.COLUMNS);
      int label = w.get(p.get(RowCode.LABELS) + row);
      int at = p.get(RowCode.X) + row * columns;
      int to = p.get(RowCode.RESULT) + row * columns;
      double max = -1.0 / 0.0;
      for (int c = 0; c < columns; c++) {
        max = DeviceMath.max(max, f.get(at + c));
      }
      double sum = 0;
      double below = DeviceMath.notANumber(max); // of a label that is none
      for (int c = 0; c < columns; c++) {
        double x = f.get(at + c) - max;
        sum += Fdlibm.exp(x);
        if (c == label) {
          below = x;
        }
      }
      for (int c = 0; c < columns; c++) {
        f.set(to + c, (float) (Fdlibm.exp(f.get(at + c) - max) / sum));
      }
      f.set(p.get(RowCode.LOSS) + row, (float) (Fdlibm.log(sum) - below));
    }
  }

  /** (p - onehot(label)) g of a row, each step rounded to float. */
  static void crossEntropyGradientRow(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int row = context.globalIdx;
    if (row < p.get(RowCode.ROWS)) {
      int columns = p.get(RowCode.COLUMNS);
      int label = w.get(p.get(RowCode.LABELS) + row);
      double g = f.get(p.get(RowCode.G) + row);
      int at = p.get(RowCode.X) + row * columns;
      int to = p.get(RowCode.RESULT) + row * columns;
      for (int c = 0; c < columns; c++) {
        double x = f.get(at + c);
        if (c == label) {
          x = x - 1;
        }
        float rounded = (float) x;
        f.set(to + c, (float) (rounded * g));
      }
    }
  }

  /** Index of a row's largest element; of equal ones the first. */
  static void largestOfRow(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int row = context.globalIdx;
    if (row < p.get(RowCode.ROWS)) {
      int columns = p.get(RowCode.COLUMNS);
      int at = p.get(RowCode.X) + row * columns;
      int best = 0;
      for (int c = 1; c < columns; c++) {
        if (f.get(at + c) > f.get(at + best)) {
          best = c;
        }
      }
      w.set(p.get(RowCode.RESULT) + row, best);
    }
  }
}
