package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.gpu.plan.OperandCode;
import io.github.xnor4j.gpu.plan.ProductCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Products of operands of any dtype, a work item for each element of the result, which gathers its
 * terms. They take every geometry; most products have a faster kernel. Sums are taken in float64
 * and, of integers, in 64 bits: which of both is meant is known at the end.
 */
final class ProductKernels {
  private ProductKernels() {}

  /** An element of an operand, or the integer behind it. */
  private static double element(
      IntArray p, int operand, FloatArray f, IntArray w, int row, int column) {
    int dtype = p.get(operand + OperandCode.DTYPE);
    int base = p.get(operand + OperandCode.BASE);
    double x = 0;
    if (dtype == OperandCode.BIT) {
      int word = w.get(base + row * p.get(operand + OperandCode.ROW_WORDS) + column / Layout.WORD);
      x = 1 - 2 * ((word >> (column % Layout.WORD)) & 1);
    } else {
      int at = base + row * p.get(operand + OperandCode.LAST) + column;
      if (dtype == OperandCode.F32) {
        int denominator = p.get(operand + OperandCode.DENOMINATOR);
        x = f.get(at);
        if (denominator > 0) {
          x = DeviceMath.rint(x * denominator);
          if (p.get(ProductCode.INTEGERS) == 1) {
            if (x - x != 0) {
              x = 0; // not finite
            }
          }
        }
      } else {
        x = w.get(at);
      }
    }
    return x;
  }

  /** What surrounds x, as {@link #element} gives it. */
  private static double padding(IntArray p, FloatArray f) {
    double pad = f.get(p.get(ProductCode.PAD));
    int denominator = p.get(ProductCode.A + OperandCode.DENOMINATOR);
    if (denominator > 0) {
      pad = pad * denominator;
    }
    return pad;
  }

  private static void store(
      IntArray p, FloatArray f, IntArray w, int element, double sum, long integers) {
    int at = p.get(ProductCode.Y + OperandCode.BASE) + element;
    if (p.get(ProductCode.INTEGERS) == 1) {
      w.set(at, (int) integers);
    } else {
      f.set(at, (float) (sum / p.get(ProductCode.DIVISOR)));
    }
  }

  /** Convolution. */
  static void forward(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(ProductCode.ELEMENTS)) {
      int filters = p.get(ProductCode.FILTERS);
      int groups = p.get(ProductCode.GROUPS);
      int channels = p.get(ProductCode.CHANNELS) / groups;
      int outHeight = p.get(ProductCode.OUTPUTS + 1);
      int outWidth = p.get(ProductCode.OUTPUTS + 2);
      int filter = i % filters;
      int position = i / filters;
      int x = position % outWidth;
      int y = position / outWidth % outHeight;
      int image = position / outWidth / outHeight;
      int z = image % p.get(ProductCode.OUTPUTS);
      image = image / p.get(ProductCode.OUTPUTS);
      int firstChannel = filter / (filters / groups) * channels;
      int depth = p.get(ProductCode.INPUTS);
      int height = p.get(ProductCode.INPUTS + 1);
      int width = p.get(ProductCode.INPUTS + 2);
      double pad = padding(p, f);
      int row = filter * p.get(ProductCode.TAPS);
      row = row * p.get(ProductCode.TAPS + 1) * p.get(ProductCode.TAPS + 2);
      double sum = 0;
      long integers = 0;
      for (int tz = 0; tz < p.get(ProductCode.TAPS); tz++) {
        int sz = z * p.get(ProductCode.STRIDES) + tz * p.get(ProductCode.DILATIONS);
        sz = sz - p.get(ProductCode.BEFORE);
        for (int ty = 0; ty < p.get(ProductCode.TAPS + 1); ty++) {
          int sy = y * p.get(ProductCode.STRIDES + 1) + ty * p.get(ProductCode.DILATIONS + 1);
          sy = sy - p.get(ProductCode.BEFORE + 1);
          for (int tx = 0; tx < p.get(ProductCode.TAPS + 2); tx++) {
            int sx = x * p.get(ProductCode.STRIDES + 2) + tx * p.get(ProductCode.DILATIONS + 2);
            sx = sx - p.get(ProductCode.BEFORE + 2);
            int inside = inside(sz, depth) & inside(sy, height) & inside(sx, width);
            int pixel = ((image * depth + sz) * height + sy) * width + sx;
            for (int c = 0; c < channels; c++) {
              double a = pad;
              if (inside == 1) {
                a = element(p, ProductCode.A, f, w, pixel, firstChannel + c);
              }
              double b = element(p, ProductCode.B, f, w, row, c);
              sum = sum + a * b;
              integers = integers + (long) a * (long) b;
            }
            row = row + 1;
          }
        }
      }
      store(p, f, w, i, sum, integers);
    }
  }

  private static int inside(int at, int extent) {
    int y = 0;
    if (at >= 0) {
      if (at < extent) {
        y = 1;
      }
    }
    return y;
  }

  /**
   * The output position on one axis whose tap lies on a pixel, -1 if there is none.
   *
   * @param at the pixel's coordinate
   */
  private static int reader(IntArray p, int axis, int at, int tap) {
    int distance =
        at + p.get(ProductCode.BEFORE + axis) - tap * p.get(ProductCode.DILATIONS + axis);
    int stride = p.get(ProductCode.STRIDES + axis);
    int y = -1;
    if (distance >= 0) {
      int position = distance / stride;
      if (position * stride == distance) {
        if (position < p.get(ProductCode.OUTPUTS + axis)) {
          y = position;
        }
      }
    }
    return y;
  }

  /** Gradient to x: sums over the outputs that a pixel is seen by. */
  static void inputGradient(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(ProductCode.ELEMENTS)) {
      int allChannels = p.get(ProductCode.CHANNELS);
      int groups = p.get(ProductCode.GROUPS);
      int channels = allChannels / groups;
      int filters = p.get(ProductCode.FILTERS) / groups;
      int depth = p.get(ProductCode.INPUTS);
      int height = p.get(ProductCode.INPUTS + 1);
      int width = p.get(ProductCode.INPUTS + 2);
      int group = i % allChannels / channels;
      int channel = i % channels;
      int pixel = i / allChannels;
      int x = pixel % width;
      int y = pixel / width % height;
      int z = pixel / width / height % depth;
      int image = pixel / width / height / depth;
      int tapsDepth = p.get(ProductCode.TAPS);
      int tapsHeight = p.get(ProductCode.TAPS + 1);
      int tapsWidth = p.get(ProductCode.TAPS + 2);
      int taps = tapsDepth * tapsHeight * tapsWidth;
      int tap = 0;
      double sum = 0;
      long integers = 0;
      for (int tz = 0; tz < tapsDepth; tz++) {
        int oz = reader(p, 0, z, tz);
        for (int ty = 0; ty < tapsHeight; ty++) {
          int oy = reader(p, 1, y, ty);
          for (int tx = 0; tx < tapsWidth; tx++) {
            int ox = reader(p, 2, x, tx);
            if ((oz | oy | ox) >= 0) {
              int position = image * p.get(ProductCode.OUTPUTS) + oz;
              position = position * p.get(ProductCode.OUTPUTS + 1) + oy;
              position = position * p.get(ProductCode.OUTPUTS + 2) + ox;
              for (int o = group * filters; o < (group + 1) * filters; o++) {
                double a = element(p, ProductCode.A, f, w, position, o);
                double b = element(p, ProductCode.B, f, w, o * taps + tap, channel);
                sum = sum + a * b;
                integers = integers + (long) a * (long) b;
              }
            }
            tap = tap + 1;
          }
        }
      }
      store(p, f, w, i, sum, integers);
    }
  }

  /** Gradient to the filter: sums over all positions of all images. */
  static void filterGradient(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(ProductCode.ELEMENTS)) {
      int groups = p.get(ProductCode.GROUPS);
      int filters = p.get(ProductCode.FILTERS);
      int channels = p.get(ProductCode.CHANNELS) / groups;
      int tapsDepth = p.get(ProductCode.TAPS);
      int tapsHeight = p.get(ProductCode.TAPS + 1);
      int tapsWidth = p.get(ProductCode.TAPS + 2);
      int row = i / channels;
      int tx = row % tapsWidth;
      int ty = row / tapsWidth % tapsHeight;
      int tz = row / tapsWidth / tapsHeight % tapsDepth;
      int filter = row / tapsWidth / tapsHeight / tapsDepth;
      int channel = filter / (filters / groups) * channels + i % channels;
      int depth = p.get(ProductCode.INPUTS);
      int height = p.get(ProductCode.INPUTS + 1);
      int width = p.get(ProductCode.INPUTS + 2);
      int outDepth = p.get(ProductCode.OUTPUTS);
      int outHeight = p.get(ProductCode.OUTPUTS + 1);
      int outWidth = p.get(ProductCode.OUTPUTS + 2);
      double pad = padding(p, f);
      int position = 0;
      double sum = 0;
      long integers = 0;
      for (int image = 0; image < p.get(ProductCode.IMAGES); image++) {
        for (int z = 0; z < outDepth; z++) {
          int sz = z * p.get(ProductCode.STRIDES) + tz * p.get(ProductCode.DILATIONS);
          sz = sz - p.get(ProductCode.BEFORE);
          for (int y = 0; y < outHeight; y++) {
            int sy = y * p.get(ProductCode.STRIDES + 1) + ty * p.get(ProductCode.DILATIONS + 1);
            sy = sy - p.get(ProductCode.BEFORE + 1);
            for (int x = 0; x < outWidth; x++) {
              int sx = x * p.get(ProductCode.STRIDES + 2) + tx * p.get(ProductCode.DILATIONS + 2);
              sx = sx - p.get(ProductCode.BEFORE + 2);
              double a = pad;
              if ((inside(sz, depth) & inside(sy, height) & inside(sx, width)) == 1) {
                int pixel = ((image * depth + sz) * height + sy) * width + sx;
                a = element(p, ProductCode.A, f, w, pixel, channel);
              }
              double b = element(p, ProductCode.B, f, w, position, filter);
              sum = sum + a * b;
              integers = integers + (long) a * (long) b;
              position = position + 1;
            }
          }
        }
      }
      store(p, f, w, i, sum, integers);
    }
  }

  /** A matrix product for each index of the leading axes. */
  static void matrices(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(ProductCode.ELEMENTS)) {
      int columns = p.get(ProductCode.COLUMNS);
      int depth = p.get(ProductCode.DEPTH);
      int row = i / columns; // of all matrices
      int column = i % columns;
      int first = row / p.get(ProductCode.ROWS) * depth;
      double sum = 0;
      long integers = 0;
      for (int k = 0; k < depth; k++) {
        double a = element(p, ProductCode.A, f, w, row, k);
        double b = element(p, ProductCode.B, f, w, first + k, column);
        sum = sum + a * b;
        integers = integers + (long) a * (long) b;
      }
      store(p, f, w, i, sum, integers);
    }
  }

  /** A word of signs: neighbouring work items pack the same weights of neighbouring filters. */
  static void packFilter(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    int rows = p.get(ProductCode.FILTER_ROWS);
    int last = p.get(ProductCode.FILTER_LAST);
    int filters = p.get(ProductCode.FILTER_COUNT);
    int words = (last + Layout.WORD - 1) / Layout.WORD;
    int filter = i % filters;
    int at = i / filters; // of the words of a filter
    if (at < rows * words) {
      int row = at / words;
      int first = at % words * Layout.WORD;
      int bits = Math.min(Layout.WORD, last - first);
      int from = p.get(ProductCode.LATENT) + (row * last + first) * filters + filter;
      int word = 0;
      for (int k = 0; k < bits; k++) {
        if (f.get(from + k * filters) < 0) {
          word = word | (1 << k);
        }
      }
      w.set(p.get(ProductCode.BITS) + filter * rows * words + at, word);
    }
  }
}
