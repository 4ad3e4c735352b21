package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.gpu.plan.OperandCode;
import io.github.xnor4j.gpu.plan.WindowCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What windows see, side by side, and its gradient; see {@link WindowCode}. */
final class PatchKernels {
  private PatchKernels() {}

  /** A word of the patches: an element, four bytes or 32 bits. */
  static void gatherPatches(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    if (item < p.get(WindowCode.ITEMS)) {
      int dtype = p.get(WindowCode.RESULT + OperandCode.DTYPE);
      int seen = p.get(WindowCode.RESULT + OperandCode.LAST);
      int base = p.get(WindowCode.X + OperandCode.BASE);
      int words = p.get(WindowCode.X + OperandCode.ROW_WORDS);
      int fill = p.get(WindowCode.VARIANT);
      int channels = p.get(WindowCode.CHANNELS);
      int inDepth = p.get(WindowCode.INPUT);
      int inHeight = p.get(WindowCode.INPUT + 1);
      int inWidth = p.get(WindowCode.INPUT + 2);
      int outDepth = p.get(WindowCode.OUTPUT);
      int outHeight = p.get(WindowCode.OUTPUT + 1);
      int outWidth = p.get(WindowCode.OUTPUT + 2);
      int tapsHeight = p.get(WindowCode.TAPS + 1);
      int tapsWidth = p.get(WindowCode.TAPS + 2);
      int first = item;
      int count = 1;
      if (dtype == OperandCode.U8) {
        first = item * 4;
        count = Math.min(4, p.get(WindowCode.LAST) - first);
      } else if (dtype == OperandCode.BIT) {
        int rowWords = p.get(WindowCode.RESULT + OperandCode.ROW_WORDS);
        int row = item / rowWords;
        int column = (item - row * rowWords) * Layout.WORD;
        first = row * seen + column;
        count = Math.min(Layout.WORD, seen - column);
      }

      int word = 0;
      float number = 0;
      for (int k = 0; k < count; k++) {
        int position = (first + k) / seen;
        int rest = first + k - position * seen;
        int tap = rest / channels;
        int channel = rest - tap * channels;
        int x = position % outWidth;
        rest = position / outWidth;
        int y = rest % outHeight;
        rest = rest / outHeight;
        int z = rest % outDepth;
        int n = rest / outDepth;
        int tx = tap % tapsWidth;
        rest = tap / tapsWidth;
        int ty = rest % tapsHeight;
        int tz = rest / tapsHeight;
        int sx =
            x * p.get(WindowCode.STRIDE + 2)
                + tx * p.get(WindowCode.DILATION + 2)
                - p.get(WindowCode.BEFORE + 2);
        int sy =
            y * p.get(WindowCode.STRIDE + 1)
                + ty * p.get(WindowCode.DILATION + 1)
                - p.get(WindowCode.BEFORE + 1);
        int sz =
            z * p.get(WindowCode.STRIDE)
                + tz * p.get(WindowCode.DILATION)
                - p.get(WindowCode.BEFORE);
        int inside =
            WindowKernels.isInside(sx, inWidth)
                * WindowKernels.isInside(sy, inHeight)
                * WindowKernels.isInside(sz, inDepth);
        int pixel = ((n * inDepth + sz) * inHeight + sy) * inWidth + sx;
        int index = pixel * channels + channel;
        int value = fill;
        if (dtype == OperandCode.F32) {
          if (inside == 1) {
            number = f.get(base + index);
          } else {
            number = f.get(fill);
          }
        } else if (inside == 1) {
          if (dtype == OperandCode.INTEGER) {
            value = w.get(base + index);
          } else if (dtype == OperandCode.U8) {
            value = (w.get(base + (index >> 2)) >> ((index & 3) << 3)) & 255;
          } else {
            value = (w.get(base + pixel * words + (channel >> 5)) >> (channel & 31)) & 1;
          }
        }
        if (dtype == OperandCode.BIT) {
          word = word | (value << k);
        } else if (dtype == OperandCode.U8) {
          word = word | (value << (k << 3));
        } else {
          word = value;
        }
      }

      int to = p.get(WindowCode.RESULT + OperandCode.BASE) + item;
      if (dtype == OperandCode.F32) {
        f.set(to, number);
      } else {
        w.set(to, word);
      }
    }
  }

  /**
   * An element of the input: the sum of what shows it, rounded to float term by term. Taps are
   * counted down, so that positions, and with them the terms, come in their order.
   */
  static void scatterPatches(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    if (item < p.get(WindowCode.ITEMS)) {
      int channels = p.get(WindowCode.CHANNELS);
      int outDepth = p.get(WindowCode.OUTPUT);
      int outHeight = p.get(WindowCode.OUTPUT + 1);
      int outWidth = p.get(WindowCode.OUTPUT + 2);
      int tapsDepth = p.get(WindowCode.TAPS);
      int tapsHeight = p.get(WindowCode.TAPS + 1);
      int tapsWidth = p.get(WindowCode.TAPS + 2);
      int seen = tapsDepth * tapsHeight * tapsWidth * channels;
      int pixel = item / channels;
      int channel = item - pixel * channels;
      int sx = pixel % p.get(WindowCode.INPUT + 2) + p.get(WindowCode.BEFORE + 2);
      int rest = pixel / p.get(WindowCode.INPUT + 2);
      int sy = rest % p.get(WindowCode.INPUT + 1) + p.get(WindowCode.BEFORE + 1);
      rest = rest / p.get(WindowCode.INPUT + 1);
      int sz = rest % p.get(WindowCode.INPUT) + p.get(WindowCode.BEFORE);
      int n = rest / p.get(WindowCode.INPUT);
      double sum = 0;
      for (int tz = tapsDepth - 1; tz >= 0; tz--) {
        int z =
            WindowKernels.position(
                sz - tz * p.get(WindowCode.DILATION), p.get(WindowCode.STRIDE), outDepth);
        if (z >= 0) {
          for (int ty = tapsHeight - 1; ty >= 0; ty--) {
            int y =
                WindowKernels.position(
                    sy - ty * p.get(WindowCode.DILATION + 1),
                    p.get(WindowCode.STRIDE + 1),
                    outHeight);
            if (y >= 0) {
              for (int tx = tapsWidth - 1; tx >= 0; tx--) {
                int x =
                    WindowKernels.position(
                        sx - tx * p.get(WindowCode.DILATION + 2),
                        p.get(WindowCode.STRIDE + 2),
                        outWidth);
                if (x >= 0) {
                  int position = ((n * outDepth + z) * outHeight + y) * outWidth + x;
                  int tap = (tz * tapsHeight + ty) * tapsWidth + tx;
                  int index = position * seen + tap * channels + channel;
                  double term = f.get(p.get(WindowCode.X + OperandCode.BASE) + index);
                  sum = (float) (sum + term);
                }
              }
            }
          }
        }
      }
      f.set(p.get(WindowCode.RESULT + OperandCode.BASE) + item, (float) sum);
    }
  }
}
