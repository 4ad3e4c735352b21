package io.github.xnor4j.pictures;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * One number for each pixel.
 *
 * @param height number of rows
 * @param width number of columns
 * @param values row by row from the top
 */
record Plane(int height, int width, float[] values) {
  /** A plane of zeros. */
  Plane(int height, int width) {
    this(height, width, new float[height * width]);
  }

  float at(int y, int x) {
    return values[y * width + x];
  }

  /**
   * A part of it in another size: each new pixel is the mean of the area that it covers.
   *
   * @param top of the part, which may begin and end within pixels
   * @param left of the part
   * @param partHeight of the part, in pixels
   * @param partWidth of the part, in pixels
   * @param newHeight 1 or more
   * @param newWidth 1 or more
   */
  Plane scaled(
      double top, double left, double partHeight, double partWidth, int newHeight, int newWidth) {
    Plane out = new Plane(newHeight, newWidth);
    for (int y = 0; y < newHeight; y++) {
      double y0 = top + y * partHeight / newHeight;
      double y1 = top + (y + 1) * partHeight / newHeight;
      for (int x = 0; x < newWidth; x++) {
        double x0 = left + x * partWidth / newWidth;
        double x1 = left + (x + 1) * partWidth / newWidth;
        out.values[y * newWidth + x] = (float) mean(y0, y1, x0, x1);
      }
    }
    return out;
  }

  private double mean(double y0, double y1, double x0, double x1) {
    double sum = 0;
    for (int y = Math.max(0, (int) y0); y < Math.min(height, Math.ceil(y1)); y++) {
      double rows = Math.min(y + 1, y1) - Math.max(y, y0);
      for (int x = Math.max(0, (int) x0); x < Math.min(width, Math.ceil(x1)); x++) {
        double columns = Math.min(x + 1, x1) - Math.max(x, x0);
        sum += rows * columns * at(y, x);
      }
    }
    return sum / ((y1 - y0) * (x1 - x0));
  }

  /** A number made of each. */
  Plane map(DoubleUnaryOperator f) {
    Plane out = new Plane(height, width);
    for (int i = 0; i < values.length; i++) {
      out.values[i] = (float) f.applyAsDouble(values[i]);
    }
    return out;
  }

  /** A number made of each pair of two planes of one size. */
  Plane with(Plane other, DoubleBinaryOperator f) {
    Plane out = new Plane(height, width);
    for (int i = 0; i < values.length; i++) {
      out.values[i] = (float) f.applyAsDouble(values[i], other.values[i]);
    }
    return out;
  }

  /** Rows become columns. */
  private Plane transposed() {
    Plane out = new Plane(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        out.values[x * height + y] = at(y, x);
      }
    }
    return out;
  }

  /**
   * Dark parts narrower than a window filled up with what is lighter around them (a closing): the
   * largest of the window around each pixel, and of that the smallest. What is wider keeps its
   * edges. Beyond the plane's border its outermost values go on, so that it may darken towards it.
   *
   * @param reach how far the window goes to each side
   */
  Plane filled(int reach) {
    Plane wide = extended(2 * reach).spread(reach).map(v -> -v).spread(reach);
    return wide.part(2 * reach, 2 * reach, height, width).map(v -> -v);
  }

  private Plane extended(int by) {
    Plane out = new Plane(height + 2 * by, width + 2 * by);
    for (int y = 0; y < out.height; y++) {
      for (int x = 0; x < out.width; x++) {
        int inY = Math.clamp(y - by, 0, height - 1);
        out.values[y * out.width + x] = at(inY, Math.clamp(x - by, 0, width - 1));
      }
    }
    return out;
  }

  private Plane part(int top, int left, int partHeight, int partWidth) {
    Plane out = new Plane(partHeight, partWidth);
    for (int y = 0; y < partHeight; y++) {
      System.arraycopy(values, (top + y) * width + left, out.values, y * partWidth, partWidth);
    }
    return out;
  }

  /** The largest of the square around each pixel, that goes so far to each side. */
  Plane spread(int reach) {
    return largestOfRows(reach).transposed().largestOfRows(reach).transposed();
  }

  /** By a queue of those that may still become the largest, so for any reach at one cost. */
  private Plane largestOfRows(int reach) {
    Plane out = new Plane(height, width);
    int[] queue = new int[width];
    for (int y = 0; y < height; y++) {
      int row = y * width;
      int head = 0;
      int tail = 0;
      for (int x = 0; x < width + reach; x++) {
        if (x < width) {
          while (tail > head && values[row + queue[tail - 1]] <= values[row + x]) {
            tail--;
          }
          queue[tail++] = x;
        }
        if (x >= reach) {
          if (queue[head] < x - 2 * reach) {
            head++;
          }
          out.values[row + x - reach] = values[row + queue[head]];
        }
      }
    }
    return out;
  }

  /** Smoothed by a Gaussian of some deviation in pixels. */
  Plane blurred(double sigma) {
    int reach = (int) Math.ceil(3 * sigma);
    double[] weights = new double[2 * reach + 1];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(-(i - reach) * (i - reach) / (2 * sigma * sigma));
    }
    return sigma <= 0 ? this : blurredRows(weights).transposed().blurredRows(weights).transposed();
  }

  private Plane blurredRows(double[] weights) {
    Plane out = new Plane(height, width);
    int reach = weights.length / 2;
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      double sum = 0;
      double all = 0;
      for (int d = -Math.min(reach, x); d <= Math.min(reach, width - 1 - x); d++) {
        sum += weights[reach + d] * values[i + d];
        all += weights[reach + d];
      }
      out.values[i] = (float) (sum / all);
    }
    return out;
  }

  /** How much neighbours differ, on average, squared: many steps of noise weigh less than edges. */
  double roughness() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      double across = i % width == 0 ? 0 : values[i] - values[i - 1];
      double down = i < width ? 0 : values[i] - values[i - width];
      sum += across * across + down * down;
    }
    return sum / values.length;
  }

  /**
   * The value below which a share of all lies.
   *
   * @param share 0 to 1
   */
  double quantile(double share) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
  }
}
