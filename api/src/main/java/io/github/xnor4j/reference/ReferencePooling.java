package io.github.xnor4j.reference;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/**
 * Pooling. A maximum starts at the window's first tap inside the input and is replaced only by a
 * greater value, so the first of equal values wins and a NaN stays where it stood first.
 */
final class ReferencePooling {
  private ReferencePooling() {}

  /** Pixel indices (without channels) that one output position sees, padding left out. */
  private static int[] pixels(Shape input, Window window, Extent out, int row) {
    int n = row / out.volume();
    int x = row % out.width();
    int y = row / out.width() % out.height();
    int z = row / out.width() / out.height() % out.depth();
    Extent k = window.size();
    int[] found = new int[k.volume()];
    int count = 0;
    for (int tap = 0; tap < found.length; tap++) {
      int sz = window.source(0, z, tap / k.width() / k.height());
      int sy = window.source(1, y, tap / k.width() % k.height());
      int sx = window.source(2, x, tap % k.width());
      if (sz >= 0
          && sz < input.dim(1)
          && sy >= 0
          && sy < input.dim(2)
          && sx >= 0
          && sx < input.dim(3)) {
        found[count++] = ((n * input.dim(1) + sz) * input.dim(2) + sy) * input.dim(3) + sx;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Means of values on a grid are those of their integers, divided once. */
  static double[] forward(Op.Pool op, double[] x, Rounding rounding) {
    Grid grid = rounding.grid(op.outputs().getFirst()) == null ? null : op.x().type().grid();
    double[] values = op.kind() == Op.PoolKind.MAX ? x : Numbers.integers(x, grid);
    int denominator = grid == null ? 1 : grid.denominator();
    Shape shape = op.outputs().getFirst().shape();
    int channels = shape.dim(4);
    Shape input = op.x().shape();
    Extent out = op.window().outputs(input);
    double[] y = new double[shape.elements()];
    for (int row = 0; row < shape.rows(); row++) {
      int[] pixels = pixels(input, op.window(), out, row);
      for (int c = 0; c < channels; c++) {
        y[row * channels + c] =
            op.kind() == Op.PoolKind.MAX
                ? x[first(pixels, channels, c, x)]
                : sum(pixels, channels, c, values) / ((double) denominator * pixels.length);
      }
    }
    return y;
  }

  private static int first(int[] pixels, int channels, int c, double[] x) {
    int best = pixels[0] * channels + c;
    for (int pixel : pixels) {
      int i = pixel * channels + c;
      if (x[i] > x[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double sum(int[] pixels, int channels, int c, double[] x) {
    double sum = 0;
    for (int pixel : pixels) {
      sum += x[pixel * channels + c];
    }
    return sum;
  }

  /** Each element gets its windows' parts one by one, each sum rounded. */
  static double[] gradient(Op.PoolGradient op, double[] x, double[] g, Rounding rounding) {
    Shape input = op.x().shape();
    int channels = input.dim(4);
    Extent out = op.window().outputs(input);
    double[] dx = new double[x.length];
    for (int row = 0; row < op.g().shape().rows(); row++) {
      int[] pixels = pixels(input, op.window(), out, row);
      for (int c = 0; c < channels; c++) {
        double dy = g[row * channels + c];
        if (op.kind() == Op.PoolKind.MAX) {
          int i = first(pixels, channels, c, x);
          dx[i] = rounding.round(dx[i] + dy);
        } else {
          for (int pixel : pixels) {
            int i = pixel * channels + c;
            dx[i] = rounding.round(dx[i] + rounding.round(dy / pixels.length));
          }
        }
      }
    }
    return dx;
  }
}
