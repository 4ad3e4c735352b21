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
    divide(exp, c, exponentials(x, x0, c, max(x, x0, c), exp), y, y0);
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
    double max = max(x, x0, c);
    double sum = exponentials(x, x0, c, max, exp);
    divide(exp, c, sum, y, y0);
    return label < 0 || label >= c
        ? Float.NaN
        : (float) (StrictMath.log(sum) - (x[x0 + label] - max));
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

  private static double max(float[] x, int x0, int c) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < c; i++) {
      max = Math.max(max, x[x0 + i]);
    }
    return max;
  }

  private static double exponentials(float[] x, int x0, int c, double max, double[] exp) {
    double sum = 0;
    for (int i = 0; i < c; i++) {
      exp[i] = StrictMath.exp(x[x0 + i] - max);
      sum += exp[i];
    }
    return sum;
  }

  private static void divide(double[] exp, int c, double sum, float[] y, int y0) {
    for (int i = 0; i < c; i++) {
      y[y0 + i] = (float) (exp[i] / sum);
    }
  }
}
