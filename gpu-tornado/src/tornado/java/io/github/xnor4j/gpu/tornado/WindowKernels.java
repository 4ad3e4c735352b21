package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.OperandCode;
import io.github.xnor4j.gpu.plan.WindowCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Pooling and its gradient, see {@link WindowCode}. A maximum starts at the window's first tap
 * inside the input and is replaced only by a greater value.
 */
final class WindowKernels {
  private WindowKernels() {}

  /**
   * The position, on one axis, of the window of which some tap lies at a coordinate.
   *
   * @param start where the window begins: the coordinate in the padded input without the tap's
   *     distance
   * @return -1 if there is no such window
   */
  static int position(int start, int stride, int positions) {
    int at = -1;
    if (start >= 0) {
      int quotient = start / stride;
      if (quotient * stride == start) {
        if (quotient < positions) {
          at = quotient;
        }
      }
    }
    return at;
  }

  /** How many taps of a window lie inside the input, on one axis. */
  static int tapsInside(int start, int taps, int dilation, int extent) {
    int count = 0;
    for (int t = 0; t < taps; t++) {
      int at = start + t * dilation;
      if (at >= 0) {
        if (at < extent) {
          count = count + 1;
        }
      }
    }
    return count;
  }

  /** An element of the result. */
  static void pool(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    if (item < p.get(WindowCode.ITEMS)) {
      int channels = p.get(WindowCode.CHANNELS);
      int inDepth = p.get(WindowCode.INPUT);
      int inHeight = p.get(WindowCode.INPUT + 1);
      int inWidth = p.get(WindowCode.INPUT + 2);
      int base = p.get(WindowCode.X + OperandCode.BASE);
      int denominator = p.get(WindowCode.X + OperandCode.DENOMINATOR);
      int position = item / channels;
      int channel = item - position * channels;
      int x0 =
          position % p.get(WindowCode.OUTPUT + 2) * p.get(WindowCode.STRIDE + 2)
              - p.get(WindowCode.BEFORE + 2);
      int rest = position / p.get(WindowCode.OUTPUT + 2);
      int y0 =
          rest % p.get(WindowCode.OUTPUT + 1) * p.get(WindowCode.STRIDE + 1)
              - p.get(WindowCode.BEFORE + 1);
      rest = rest / p.get(WindowCode.OUTPUT + 1);
      int z0 =
          rest % p.get(WindowCode.OUTPUT) * p.get(WindowCode.STRIDE) - p.get(WindowCode.BEFORE);
      int n = rest / p.get(WindowCode.OUTPUT);

      int count = 0;
      float best = 0;
      double sum = 0;
      for (int tz = 0; tz < p.get(WindowCode.TAPS); tz++) {
        int sz = z0 + tz * p.get(WindowCode.DILATION);
        if (sz >= 0) {
          if (sz < inDepth) {
            for (int ty = 0; ty < p.get(WindowCode.TAPS + 1); ty++) {
              int sy = y0 + ty * p.get(WindowCode.DILATION + 1);
              if (sy >= 0) {
                if (sy < inHeight) {
                  for (int tx = 0; tx < p.get(WindowCode.TAPS + 2); tx++) {
                    int sx = x0 + tx * p.get(WindowCode.DILATION + 2);
                    if (sx >= 0) {
                      if (sx < inWidth) {
                        int pixel = ((n * inDepth + sz) * inHeight + sy) * inWidth + sx;
                        float value = f.get(base + pixel * channels + channel);
                        if (count == 0) {
                          best = value;
                        }
                        if (value > best) {
                          best = value;
                        }
                        double term = value;
                        if (denominator > 0) {
                          term = DeviceMath.rint(term * denominator);
                        }
                        sum += term;
                        count = count + 1;
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
      float y = best;
      if (p.get(WindowCode.VARIANT) == 1) {
        double divisor = count;
        if (denominator > 0) {
          divisor = divisor * denominator;
        }
        y = (float) (sum / divisor);
      }
      f.set(p.get(WindowCode.RESULT + OperandCode.BASE) + item, y);
    }
  }

  /**
   * An element of the input: the sum, rounded to float window by window, of what each window that
   * it lies in hands to it. Taps are counted down, so that windows come in their order.
   */
  static void poolGradient(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    if (item < p.get(WindowCode.ITEMS)) {
      int channels = p.get(WindowCode.CHANNELS);
      int inDepth = p.get(WindowCode.INPUT);
      int inHeight = p.get(WindowCode.INPUT + 1);
      int inWidth = p.get(WindowCode.INPUT + 2);
      int outDepth = p.get(WindowCode.OUTPUT);
      int outHeight = p.get(WindowCode.OUTPUT + 1);
      int outWidth = p.get(WindowCode.OUTPUT + 2);
      int tapsDepth = p.get(WindowCode.TAPS);
      int tapsHeight = p.get(WindowCode.TAPS + 1);
      int tapsWidth = p.get(WindowCode.TAPS + 2);
      int dilationDepth = p.get(WindowCode.DILATION);
      int dilationHeight = p.get(WindowCode.DILATION + 1);
      int dilationWidth = p.get(WindowCode.DILATION + 2);
      int base = p.get(WindowCode.X + OperandCode.BASE);
      int pixel = item / channels;
      int channel = item - pixel * channels;
      int sx = pixel % inWidth + p.get(WindowCode.BEFORE + 2);
      int rest = pixel / inWidth;
      int sy = rest % inHeight + p.get(WindowCode.BEFORE + 1);
      rest = rest / inHeight;
      int sz = rest % inDepth + p.get(WindowCode.BEFORE);
      int n = rest / inDepth;

      double sum = 0;
      for (int tz = tapsDepth - 1; tz >= 0; tz--) {
        int z = position(sz - tz * dilationDepth, p.get(WindowCode.STRIDE), outDepth);
        if (z >= 0) {
          for (int ty = tapsHeight - 1; ty >= 0; ty--) {
            int y = position(sy - ty * dilationHeight, p.get(WindowCode.STRIDE + 1), outHeight);
            if (y >= 0) {
              for (int tx = tapsWidth - 1; tx >= 0; tx--) {
                int x = position(sx - tx * dilationWidth, p.get(WindowCode.STRIDE + 2), outWidth);
                if (x >= 0) {
                  int z0 = z * p.get(WindowCode.STRIDE) - p.get(WindowCode.BEFORE);
                  int y0 = y * p.get(WindowCode.STRIDE + 1) - p.get(WindowCode.BEFORE + 1);
                  int x0 = x * p.get(WindowCode.STRIDE + 2) - p.get(WindowCode.BEFORE + 2);
                  int to = ((n * outDepth + z) * outHeight + y) * outWidth + x;
                  double dy = f.get(p.get(WindowCode.LAST) + to * channels + channel);
                  if (p.get(WindowCode.VARIANT) == 1) {
                    int count =
                        tapsInside(z0, tapsDepth, dilationDepth, inDepth)
                            * tapsInside(y0, tapsHeight, dilationHeight, inHeight)
                            * tapsInside(x0, tapsWidth, dilationWidth, inWidth);
                    float part = (float) (dy / count);
                    sum = (float) (sum + part);
                  } else {
                    int winner = -1;
                    float best = 0;
                    for (int uz = 0; uz < tapsDepth; uz++) {
                      for (int uy = 0; uy < tapsHeight; uy++) {
                        for (int ux = 0; ux < tapsWidth; ux++) {
                          int az = z0 + uz * dilationDepth;
                          int ay = y0 + uy * dilationHeight;
                          int ax = x0 + ux * dilationWidth;
                          int inside =
                              isInside(az, inDepth)
                                  * isInside(ay, inHeight)
                                  * isInside(ax, inWidth);
                          if (inside == 1) {
                            int other = ((n * inDepth + az) * inHeight + ay) * inWidth + ax;
                            float value = f.get(base + other * channels + channel);
                            if (winner < 0) {
                              winner = other;
                              best = value;
                            }
                            if (value > best) {
                              winner = other;
                              best = value;
                            }
                          }
                        }
                      }
                    }
                    if (winner == pixel) {
                      sum = (float) (sum + dy);
                    }
                  }
                }
              }
            }
          }
        }
      }
      f.set(p.get(WindowCode.RESULT + OperandCode.BASE) + item, (float) sum);
    }
  }

  /** 1 if a coordinate lies inside the input. */
  static int isInside(int coordinate, int extent) {
    int inside = 0;
    if (coordinate >= 0) {
      if (coordinate < extent) {
        inside = 1;
      }
    }
    return inside;
  }
}
