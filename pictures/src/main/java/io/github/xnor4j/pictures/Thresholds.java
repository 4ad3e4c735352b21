package io.github.xnor4j.pictures;

import java.util.Arrays;

/** Where numbers are divided. */
final class Thresholds {
  private Thresholds() {}

  /** Those that are as large as a number, in their order. */
  static float[] above(float[] values, double least) {
    float[] out = new float[values.length];
    int count = 0;
    for (float value : values) {
      if (value >= least) {
        out[count++] = value;
      }
    }
    return Arrays.copyOf(out, count);
  }

  static double median(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * Otsu's threshold: between which two numbers the variance between what is below and what is
   * above is largest (N. Otsu, A Threshold Selection Method from Gray-Level Histograms, 1979).
   */
  static double otsu(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (float value : sorted) {
      sum += value;
    }
    double below = 0;
    double best = -1;
    double threshold = sorted[0];
    for (int i = 1; i < sorted.length; i++) {
      below += sorted[i - 1];
      double gap = (sum - below) / (sorted.length - i) - below / i;
      double between = gap * gap * i * (sorted.length - i);
      if (between > best) {
        best = between;
        threshold = sorted[i];
      }
    }
    return threshold;
  }
}
