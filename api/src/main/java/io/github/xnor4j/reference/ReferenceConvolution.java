package io.github.xnor4j.reference;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/**
 * Convolution and its two gradients, each as a walk over the output positions of each group with
 * the patch of the input that a position sees.
 */
final class ReferenceConvolution {
  private final Shape input;
  private final Window window;
  private final Extent out;
  private final int channels;
  private final int groups;
  private final int[] patch;

  private ReferenceConvolution(Shape input, Window window, int groups) {
    this.input = input;
    this.window = window;
    this.groups = groups;
    this.out = window.outputs(input);
    this.channels = input.dim(4) / groups;
    this.patch = new int[window.size().volume() * channels];
  }

  /** Points {@link #patch} at the inputs that an output position sees, -1 for padding. */
  private void locate(int n, int position, int group) {
    int x = position % out.width();
    int y = position / out.width() % out.height();
    int z = position / out.width() / out.height();
    Extent k = window.size();
    int i = 0;
    for (int tz = 0; tz < k.depth(); tz++) {
      for (int ty = 0; ty < k.height(); ty++) {
        for (int tx = 0; tx < k.width(); tx++) {
          int sz = window.source(0, z, tz);
          int sy = window.source(1, y, ty);
          int sx = window.source(2, x, tx);
          boolean inside = inside(1, sz) && inside(2, sy) && inside(3, sx);
          int pixel = ((n * input.dim(1) + sz) * input.dim(2) + sy) * input.dim(3) + sx;
          for (int c = 0; c < channels; c++) {
            patch[i++] = inside ? pixel * input.dim(4) + group * channels + c : -1;
          }
        }
      }
    }
  }

  private boolean inside(int axis, int coordinate) {
    return coordinate >= 0 && coordinate < input.dim(axis);
  }

  /** What is done with a product of a convolution. */
  @FunctionalInterface
  interface Product {
    /**
     * Takes one.
     *
     * @param y index of the result's element that it belongs to
     * @param x index of the input's element, -1 for padding
     * @param w index of the filter's element
     */
    void take(int y, int x, int w);
  }

  /** Takes all products of a convolution, those of each element of the result in their order. */
  static void forEachProduct(Shape input, Window window, int groups, int filters, Product product) {
    ReferenceConvolution walk = new ReferenceConvolution(input, window, groups);
    int positions = walk.out.volume();
    int perGroup = filters / groups;
    int depth = walk.patch.length;
    for (int row = 0; row < input.dim(0) * positions; row++) {
      for (int f = 0; f < filters; f++) {
        if (f % perGroup == 0) {
          walk.locate(row / positions, row % positions, f / perGroup);
        }
        for (int i = 0; i < depth; i++) {
          product.take(row * filters + f, walk.patch[i], f * depth + i);
        }
      }
    }
  }

  static double[] forward(Op.Conv op, double[] x, double[] filter, Rounding rounding) {
    if (ReferenceIntegers.isProduct(op)) {
      return ReferenceIntegers.conv(op, x, filter);
    }
    Grid grid = rounding.grid(op.outputs().getFirst());
    boolean integers = grid != null;
    Grid gx = integers ? rounding.grid(op.x().type()) : null;
    Grid gw = integers ? rounding.grid(op.filter().type()) : null;
    double[] in = Numbers.integers(x, gx);
    double[] w = Numbers.integers(filter, gw);
    double pad = integers ? (double) op.padValue() * gx.denominator() : op.padValue();
    double divisor = integers ? grid.denominator() : 1;

    ReferenceConvolution walk = new ReferenceConvolution(op.x().shape(), op.window(), op.groups());
    Shape shape = op.outputs().getFirst().shape();
    double[] y = new double[shape.elements()];
    int o = shape.dim(4);
    int perGroup = o / op.groups();
    double[] seen = new double[walk.patch.length];
    for (int row = 0; row < shape.rows(); row++) {
      for (int group = 0; group < op.groups(); group++) {
        walk.locate(row / walk.out.volume(), row % walk.out.volume(), group);
        for (int i = 0; i < seen.length; i++) {
          seen[i] = walk.patch[i] < 0 ? pad : in[walk.patch[i]];
        }
        for (int f = group * perGroup; f < (group + 1) * perGroup; f++) {
          y[row * o + f] = dot(seen, w, f * seen.length) / divisor;
        }
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b, int offset) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[offset + i];
    }
    return sum;
  }

  static double[] inputGradient(Op.ConvInputGradient op, double[] g, double[] filter) {
    if (ReferenceIntegers.isProduct(op)) {
      return ReferenceIntegers.convInputGradient(op, g, filter);
    }
    double[] dx = new double[op.input().elements()];
    ReferenceConvolution walk = new ReferenceConvolution(op.input(), op.window(), op.groups());
    int o = op.g().shape().dim(4);
    int perGroup = o / op.groups();
    double[] seen = new double[walk.patch.length];
    for (int row = 0; row < op.g().shape().rows(); row++) {
      for (int group = 0; group < op.groups(); group++) {
        Arrays.fill(seen, 0);
        for (int f = group * perGroup; f < (group + 1) * perGroup; f++) {
          addScaled(seen, g[row * o + f], filter, f * seen.length);
        }
        walk.locate(row / walk.out.volume(), row % walk.out.volume(), group);
        for (int i = 0; i < seen.length; i++) {
          if (walk.patch[i] >= 0) {
            dx[walk.patch[i]] += seen[i];
          }
        }
      }
    }
    return dx;
  }

  private static void addScaled(double[] to, double factor, double[] from, int offset) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[offset + i];
    }
  }

  static double[] filterGradient(
      Op.ConvFilterGradient op, double[] x, double[] g, Rounding rounding) {
    if (ReferenceIntegers.isProduct(op)) {
      return ReferenceIntegers.convFilterGradient(op, x, g);
    }
    Grid gx = rounding.grid(op.x().type());
    double[] in = Numbers.integers(x, gx);
    double divisor = gx == null ? 1 : gx.denominator();
    double pad = op.padValue() * divisor;
    double[] dw = new double[op.filter().elements()];
    ReferenceConvolution walk = new ReferenceConvolution(op.x().shape(), op.window(), op.groups());
    int o = op.g().shape().dim(4);
    int perGroup = o / op.groups();
    int depth = walk.patch.length;
    double[] seen = new double[depth];
    for (int row = 0; row < op.g().shape().rows(); row++) {
      for (int group = 0; group < op.groups(); group++) {
        walk.locate(row / walk.out.volume(), row % walk.out.volume(), group);
        for (int i = 0; i < depth; i++) {
          seen[i] = walk.patch[i] < 0 ? pad : in[walk.patch[i]];
        }
        for (int f = group * perGroup; f < (group + 1) * perGroup; f++) {
          double factor = g[row * o + f];
          if (factor != 0) {
            for (int i = 0; i < depth; i++) {
              dw[f * depth + i] += factor * seen[i];
            }
          }
        }
      }
    }
    for (int i = 0; i < dw.length; i++) {
      dw[i] /= divisor;
    }
    return dw;
  }
}
