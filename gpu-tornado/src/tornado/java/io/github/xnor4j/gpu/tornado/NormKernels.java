package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.NormCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Batch norm's sums in two launches, see {@link NormCode}. */
final class NormKernels {
  private NormKernels() {}

  /**
   * The two sums of a chunk of a channel. On a grid they are sums of integers below 2^44 and so
   * exact, whatever their order and whether a compiler contracts product and addition or not: that
   * saves one rounding, and there is none. Of other floats squares are exact as well, 48 digits at
   * most.
   */
  static void normPartials(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    int channels = p.get(NormCode.CHANNELS);
    int chunks = p.get(NormCode.CHUNKS);
    if (item < channels * chunks) {
      int rows = p.get(NormCode.ROWS);
      int denominator = p.get(NormCode.DENOMINATOR);
      int isGradient = p.get(NormCode.IS_GRADIENT);
      int chunk = item / channels;
      int channel = item - chunk * channels;
      double mean = 0;
      if (isGradient == 1) {
        mean = f.get(p.get(NormCode.MEAN) + channel);
      }
      double first = 0;
      double second = 0;
      for (int row = chunk; row < rows; row += chunks) {
        int at = row * channels + channel;
        double x = f.get(p.get(NormCode.X) + at);
        double y = x - mean;
        if (denominator > 0) {
          x = DeviceMath.rint(x * denominator);
          y = x;
        }
        if (isGradient == 1) {
          x = f.get(p.get(NormCode.G) + at);
        }
        first += x;
        second += x * y;
      }
      d.set(p.get(NormCode.PARTIALS) + item, first);
      d.set(p.get(NormCode.PARTIALS) + channels * chunks + item, second);
    }
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
    int chunks = p.get(NormCode.CHUNKS);
    double rows = p.get(NormCode.ROWS);
    double first = 0;
    double second = 0;
    if (channel < channels) {
      int at = p.get(NormCode.PARTIALS) + channel;
      for (int chunk = local; chunk < chunks; chunk += NormCode.GROUP) {
        first += d.get(at + chunk * channels);
        second += d.get(at + (chunks + chunk) * channels);
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
    double[] firsts = context.allocateDoubleLocalArray(NormCode.GROUP);
    double[] seconds = context.allocateDoubleLocalArray(NormCode.GROUP);
    int local = context.localIdx;
    int channel = context.globalIdx / NormCode.GROUP;
    int channels = p.get(NormCode.CHANNELS);
    int chunks = p.get(NormCode.CHUNKS);
    double first = 0;
    double second = 0;
    if (channel < channels) {
      int at = p.get(NormCode.PARTIALS) + channel;
      for (int chunk = local; chunk < chunks; chunk += NormCode.GROUP) {
        first += d.get(at + chunk * channels);
        second += d.get(at + (chunks + chunk) * channels);
      }
    }
    firsts[local] = first;
    seconds[local] = second;
    context.localBarrier();
    if (local == 0) {
      if (channel < channels) {
        for (int k = 1; k < NormCode.GROUP; k++) {
          first += firsts[k];
          second += seconds[k];
        }
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
