package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Chunks;
import io.github.xnor4j.gpu.plan.NormCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Batch norm's sums in two launches, see {@link NormCode}. */
final class NormKernels {
  private NormKernels() {}

  /** The two sums of a chunk of a channel. */
  static void normPartials(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    int channels = p.get(NormCode.CHANNELS);
    int sums = channels * p.get(NormCode.CHUNKS + Chunks.COUNT);
    if (item < sums) {
      int chunk = item / channels;
      int channel = item - chunk * channels;
      int row = chunk * p.get(NormCode.CHUNKS + Chunks.STRIDE);
      int end = Math.min(p.get(NormCode.ROWS), row + p.get(NormCode.CHUNKS + Chunks.REACH));
      int to = p.get(NormCode.PARTIALS) + item;
      int x = p.get(NormCode.X) + row * channels + channel;
      if (p.get(NormCode.IS_GRADIENT) == 1) {
        int g = p.get(NormCode.G) + row * channels + channel;
        double mean = f.get(p.get(NormCode.MEAN) + channel);
        d.set(to, OrderedSums.tile(f, g, channels, end - row));
        d.set(to + sums, OrderedSums.tileOfProducts(f, g, x, mean, channels, end - row));
      } else {
        int step = p.get(NormCode.CHUNKS + Chunks.STEP);
        int denominator = p.get(NormCode.DENOMINATOR);
        squares(d, to, sums, f, x, step * channels, (end - row + step - 1) / step, denominator);
      }
    }
  }

  /**
   * Sums of x and of its square. On a grid they are sums of integers; squares of floats are exact
   * as well, 48 digits. So it does not matter whether a compiler contracts product and addition or
   * not: that saves one rounding, and there is none.
   */
  private static void squares(
      DoubleArray d,
      int to,
      int apart,
      FloatArray f,
      int from,
      int step,
      int terms,
      int denominator) {
    double sum = 0;
    double squares = 0;
    int at = from;
    int term = 0;
    while (term < terms) {
      // four are loaded together, of which the last may be one that is there already
      int left = terms - term - 1;
      double x0 = f.get(at);
      double x1 = f.get(at + Math.min(left, 1) * step);
      double x2 = f.get(at + Math.min(left, 2) * step);
      double x3 = f.get(at + Math.min(left, 3) * step);
      if (denominator > 0) {
        x0 = DeviceMath.rint(x0 * denominator);
        x1 = DeviceMath.rint(x1 * denominator);
        x2 = DeviceMath.rint(x2 * denominator);
        x3 = DeviceMath.rint(x3 * denominator);
      }
      sum += x0;
      squares += x0 * x0;
      if (left > 0) {
        sum += x1;
        squares += x1 * x1;
      }
      if (left > 1) {
        sum += x2;
        squares += x2 * x2;
      }
      if (left > 2) {
        sum += x3;
        squares += x3 * x3;
      }
      term = term + 4;
      at = at + 4 * step;
    }
    d.set(to, sum);
    d.set(to + apart, squares);
  }

  /**
   * Mean and variance of a channel. Sums of float64 squares lose 2^-52 of the mean square, so
   * nothing is centred.
   *
   * <p>The variance is a difference of which one term is a product, and no compiler may contract
   * the two: on a grid the result must be every device's. So another work item multiplies.
   */
  static void normStatistics(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    double[] firsts = context.allocateDoubleLocalArray(NormCode.GROUP);
    double[] seconds = context.allocateDoubleLocalArray(NormCode.GROUP);
    int local = context.localIdx;
    int channel = context.globalIdx / NormCode.GROUP;
    int channels = p.get(NormCode.CHANNELS);
    int chunks = p.get(NormCode.CHUNKS + Chunks.COUNT);
    double rows = p.get(NormCode.ROWS);
    double first = 0;
    double second = 0;
    if (channel < channels) {
      int at = p.get(NormCode.PARTIALS) + channel;
      if (p.get(NormCode.CHUNKS + Chunks.IS_ORDERED) == 1) {
        if (local == 0) {
          first = OrderedSums.total(d, at, channels, chunks);
        } else if (local == 1) {
          second = OrderedSums.total(d, at + chunks * channels, channels, chunks);
        }
      } else {
        for (int chunk = local; chunk < chunks; chunk += NormCode.GROUP) {
          first += d.get(at + chunk * channels);
          second += d.get(at + (chunks + chunk) * channels);
        }
      }
    }
    firsts[local] = first;
    seconds[local] = second;
    context.localBarrier();
    double mean = 0;
    if (local < 2) {
      for (int k = 0; k < NormCode.GROUP; k++) {
        mean += firsts[k];
      }
      mean = mean / rows;
    }
    context.localBarrier();
    if (local == 1) {
      firsts[0] = mean * mean;
    }
    context.localBarrier();
    if (local == 0) {
      if (channel < channels) {
        for (int k = 1; k < NormCode.GROUP; k++) {
          second += seconds[k];
        }
        double denominator = Math.max(1, p.get(NormCode.DENOMINATOR));
        double centred = DeviceMath.max(0, second / rows - firsts[0]);
        f.set(p.get(NormCode.MEAN) + channel, (float) (mean / denominator));
        f.set(p.get(NormCode.VARIANCE) + channel, (float) (centred / (denominator * denominator)));
      }
    }
  }

  /** The gradient's results but dx, of a channel. */
  static void normGradient(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    double[] sums = context.allocateDoubleLocalArray(2);
    int local = context.localIdx;
    int channel = context.globalIdx / NormCode.GROUP;
    int channels = p.get(NormCode.CHANNELS);
    int chunks = p.get(NormCode.CHUNKS + Chunks.COUNT);
    if (channel < channels) {
      int at = p.get(NormCode.PARTIALS) + channel;
      if (local < 2) {
        sums[local] = OrderedSums.total(d, at + local * chunks * channels, channels, chunks);
      }
    }
    context.localBarrier();
    if (local == 0) {
      if (channel < channels) {
        double first = sums[0];
        double second = sums[1];
        double scale = f.get(p.get(NormCode.SCALE) + channel);
        double variance = f.get(p.get(NormCode.VARIANCE) + channel);
        double deviation = Math.sqrt(variance + f.get(p.get(NormCode.EPSILON)));
        double root = 1 / deviation;
        // the same float factor as in dx, so that both cancel where a channel has one value
        float k = (float) (scale / deviation);
        f.set(p.get(NormCode.RESULTS) + channel, (float) (-k * first));
        f.set(
            p.get(NormCode.RESULTS + 1) + channel,
            (float) (-0.5 * scale * root * root * root * second));
        f.set(p.get(NormCode.RESULTS + 2) + channel, (float) (second * root));
        f.set(p.get(NormCode.RESULTS + 3) + channel, (float) first);
      }
    }
  }
}
