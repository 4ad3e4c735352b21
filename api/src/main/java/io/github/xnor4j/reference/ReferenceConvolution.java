package io.github.xnor4j.reference;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
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

  static Tensor forward(Op.Conv op, Tensor x, Tensor filter) {
    Grid grid = op.outputs().getFirst().grid();
    boolean integers = grid != null;
    Grid gx = integers ? ReferenceKernels.gridOf(op.x()) : null;
    Grid gw = integers ? ReferenceKernels.gridOf(op.filter()) : null;
    double[] in = ReferenceKernels.numbers(x, gx);
    double[] w = ReferenceKernels.numbers(filter, gw);
    double pad = integers ? (double) op.padValue() * gx.denominator() : op.padValue();
    double divisor = integers ? grid.denominator() : 1;

    ReferenceConvolution walk = new ReferenceConvolution(x.shape(), op.window(), op.groups());
    Shape shape = op.outputs().getFirst().shape();
    float[] y = new float[shape.elements()];
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
          y[row * o + f] = (float) (dot(seen, w, f * seen.length) / divisor);
        }
      }
    }
    return Tensor.f32(shape, y);
  }

  private static double dot(double[] a, double[] b, int offset) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[offset + i];
    }
    return sum;
  }

  static Tensor inputGradient(Op.ConvInputGradient op, Tensor g, Tensor filter) {
    double[] dy = ReferenceKernels.numbers(g, null);
    double[] w = ReferenceKernels.numbers(filter, null);
    double[] dx = new double[op.input().elements()];
    ReferenceConvolution walk = new ReferenceConvolution(op.input(), op.window(), op.groups());
    int o = g.shape().dim(4);
    int perGroup = o / op.groups();
    double[] seen = new double[walk.patch.length];
    for (int row = 0; row < g.shape().rows(); row++) {
      for (int group = 0; group < op.groups(); group++) {
        Arrays.fill(seen, 0);
        for (int f = group * perGroup; f < (group + 1) * perGroup; f++) {
          addScaled(seen, dy[row * o + f], w, f * seen.length);
        }
        walk.locate(row / walk.out.volume(), row % walk.out.volume(), group);
        for (int i = 0; i < seen.length; i++) {
          if (walk.patch[i] >= 0) {
            dx[walk.patch[i]] += seen[i];
          }
        }
      }
    }
    return Tensor.f32(op.input(), ReferenceKernels.rounded(dx));
  }

  private static void addScaled(double[] to, double factor, double[] from, int offset) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * from[offset + i];
    }
  }

  static Tensor filterGradient(Op.ConvFilterGradient op, Tensor x, Tensor g) {
    Grid gx = ReferenceKernels.gridOf(op.x());
    double[] in = ReferenceKernels.numbers(x, gx);
    double divisor = gx == null ? 1 : gx.denominator();
    double pad = op.padValue() * divisor;
    double[] dy = ReferenceKernels.numbers(g, null);
    double[] dw = new double[op.filter().elements()];
    ReferenceConvolution walk = new ReferenceConvolution(x.shape(), op.window(), op.groups());
    int o = g.shape().dim(4);
    int perGroup = o / op.groups();
    int depth = walk.patch.length;
    double[] seen = new double[depth];
    for (int row = 0; row < g.shape().rows(); row++) {
      for (int group = 0; group < op.groups(); group++) {
        walk.locate(row / walk.out.volume(), row % walk.out.volume(), group);
        for (int i = 0; i < depth; i++) {
          seen[i] = walk.patch[i] < 0 ? pad : in[walk.patch[i]];
        }
        for (int f = group * perGroup; f < (group + 1) * perGroup; f++) {
          double factor = dy[row * o + f];
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
    return Tensor.f32(op.filter(), ReferenceKernels.rounded(dw));
  }
}
