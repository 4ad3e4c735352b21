package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Op;

/**
 * What batch normalization makes of a channel's sums, in float64 and rounded once: the same bits on
 * every backend that has the sums.
 */
public final class NormFormulas {
  private NormFormulas() {}

  /**
   * The mean of a channel.
   *
   * @param sum of the values, each {@code denominator} times too large
   * @param rows number of the values
   */
  public static float mean(double sum, int rows, double denominator) {
    return (float) (sum / rows / denominator);
  }

  /**
   * The variance of a channel: the mean of squares less the square of the mean.
   *
   * @param sum of the values, each {@code denominator} times too large
   * @param squares sum of the squares of these
   * @param rows number of the values
   */
  public static float variance(double sum, double squares, int rows, double denominator) {
    double m = sum / rows;
    double variance = squares / rows - m * m;
    // not negative by rounding; but NaN stays: a diverged layer must be noticed
    return (float) ((variance < 0 ? 0 : variance) / (denominator * denominator));
  }

  /**
   * A gradient of a channel, from the sums of g and of g (x - mean).
   *
   * @param result number in {@link Work.NormSums#results}
   */
  public static float gradient(
      int result, float variance, float scale, float epsilon, double sum, double product) {
    double root = 1 / Math.sqrt((double) variance + epsilon);
    return (float)
        switch (result) {
          // the float factor of dx, so that both cancel where a channel has one value
          case 0 -> -Op.BatchNorm.factor(scale, variance, epsilon) * sum;
          case 1 -> -0.5 * scale * root * root * root * product;
          case 2 -> product * root;
          case 3 -> sum;
          default -> throw new IllegalArgumentException("result " + result + ", expected 0 to 3");
        };
  }

  /** What the gradient of a variance adds to that of x for each unit of x. */
  public static float slope(float dVariance, int rows) {
    return (float) (2.0 * dVariance / rows);
  }

  /** What the gradient of a mean adds to that of each x. */
  public static float constant(float dMean, int rows) {
    return (float) (dMean / (double) rows);
  }
}
