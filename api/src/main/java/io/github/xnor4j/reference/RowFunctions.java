package io.github.xnor4j.reference;

/**
 * What softmax ops compute on one row, in float64 with StrictMath, so that every CPU backend gives
 * the same bits. All work at offsets of larger arrays and allocate nothing.
 */
public final class RowFunctions {
  private RowFunctions() {}

  /**
   * Softmax: y = exp(x - max) / sum, rounded once.
   *
   * @param c length of the row
   * @param exp scratch of at least c
   */
  public static void softmax(float[] x, int x0, int c, double[] exp, float[] y, int y0) {
    widen(x, x0, c, exp);
    softmax(exp, 0, c);
    round(exp, c, y, y0);
  }

  /** Softmax of a row in its place, not rounded. */
  static void softmax(double[] row, int at, int c) {
    exponentials(row, at, c, max(row, at, c));
  }

  /**
   * Softmax and its crossentropy with one label, log(sum exp(x - max)) - (x[label] - max), which
   * stays exact for small probabilities.
   *
   * @param c length of the row
   * @param exp scratch of at least c
   * @param y gets the probabilities
   * @return the loss; NaN if the label is not one of 0 to c - 1
   */
  public static float crossEntropy(
      float[] x, int x0, int c, int label, double[] exp, float[] y, int y0) {
    widen(x, x0, c, exp);
    double loss = crossEntropy(exp, 0, c, label);
    round(exp, c, y, y0);
    return (float) loss;
  }

  /** The loss of a row of logits, which become the probabilities; neither is rounded. */
  static double crossEntropy(double[] row, int at, int c, int label) {
    double max = max(row, at, c);
    double below = label < 0 || label >= c ? Double.NaN : row[at + label] - max;
    return StrictMath.log(exponentials(row, at, c, max)) - below;
  }

  /** Gradient of {@link #crossEntropy}: (p - onehot(label)) * g. */
  public static void crossEntropyGradient(
      float[] p, int p0, int c, int label, float g, float[] y, int y0) {
    for (int i = 0; i < c; i++) {
      y[y0 + i] = (p[p0 + i] - (i == label ? 1 : 0)) * g;
    }
  }

  /** Index of the largest element; of equal ones the first. */
  public static int argMax(float[] x, int x0, int c) {
    int best = 0;
    for (int i = 1; i < c; i++) {
      if (x[x0 + i] > x[x0 + best]) {
        best = i;
      }
    }
    return best;
  }

  static int argMax(double[] x, int x0, int c) {
    int best = 0;
    for (int i = 1; i < c; i++) {
      if (x[x0 + i] > x[x0 + best]) {
        best = i;
      }
    }
    return best;
  }

  private static double max(double[] x, int x0, int c) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < c; i++) {
      max = Math.max(max, x[x0 + i]);
    }
    return max;
  }

  /** Replaces a row by exp(x - max) / sum and returns the sum. */
  private static double exponentials(double[] row, int at, int c, double max) {
    double sum = 0;
    for (int i = at; i < at + c; i++) {
      row[i] = StrictMath.exp(row[i] - max);
      sum += row[i];
    }
    for (int i = at; i < at + c; i++) {
      row[i] /= sum;
    }
    return sum;
  }

  private static void widen(float[] x, int x0, int c, double[] to) {
    for (int i = 0; i < c; i++) {
      to[i] = x[x0 + i];
    }
  }

  private static void round(double[] from, int c, float[] y, int y0) {
    for (int i = 0; i < c; i++) {
      y[y0 + i] = (float) from[i];
    }
  }
}
