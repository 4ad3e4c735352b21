package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import java.util.Arrays;

/** Batch normalization: sums of each tile, added in the order of the tiles, and sweeps. */
final class Norms {
  private Norms() {}

  /** Two sums for each channel and tile, in float64. */
  private abstract static class Sums extends Prepared {
    final double[][] first;
    final double[][] second;
    final int channels;

    Sums(String name, int tiles, int channels, Buffer... reads) {
      super(name, reads);
      this.channels = channels;
      this.first = ownDoubles(tiles, channels);
      this.second = ownDoubles(tiles, channels);
    }

    final void clear(int tile) {
      Arrays.fill(first[tile], 0);
      Arrays.fill(second[tile], 0);
    }
  }

  static double total(double[][] tiles, int i) {
    double sum = 0;
    for (double[] tile : tiles) {
      sum += tile[i];
    }
    return sum;
  }

  private static long total(long[][] tiles, int i) {
    long sum = 0;
    for (long[] tile : tiles) {
      sum += tile[i];
    }
    return sum;
  }

  /** Writes mean and variance from sums of values that are d times too large. */
  private static void statistics(Work.Statistics work, int i, double s1, double s2, double d) {
    int rows = work.x().length() / work.mean().length();
    double m = s1 / rows;
    floats(work.mean(), 0)[i] = (float) (m / d);
    double variance = s2 / rows - m * m;
    // not negative by rounding; but NaN stays: a diverged layer must be noticed
    floats(work.variance(), 0)[i] = (float) ((variance < 0 ? 0 : variance) / (d * d));
  }

  /** Statistics of floats. */
  static final class Statistics extends Sums {
    private final Work.Statistics work;

    Statistics(Work.Statistics work) {
      super("sums", work.domain().tiles(), work.mean().length(), work.x());
      this.work = work;
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              for (int i = 0; i < channels; i++) {
                statistics(work, i, total(first, i), total(second, i), 1);
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      clear(tile);
      int rows = count * x.unit() / channels;
      BatchNormKernels.sums(
          floats(x, member), x.at(from), rows, channels, first[tile], second[tile]);
    }
  }

  /** Statistics of what stands for integers: exact. */
  static final class GridStatistics extends Prepared {
    private final Work.Statistics work;
    private final int channels;
    private final long[][] sums;
    private final long[][] squares;

    GridStatistics(Work.Statistics work) {
      super("integer sums", work.x());
      this.work = work;
      this.channels = work.mean().length();
      this.sums = ownLongs(work.domain().tiles(), channels);
      this.squares = ownLongs(work.domain().tiles(), channels);
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              for (int i = 0; i < channels; i++) {
                statistics(work, i, total(sums, i), total(squares, i), work.denominator());
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      Arrays.fill(sums[tile], 0);
      Arrays.fill(squares[tile], 0);
      int rows = count * x.unit() / channels;
      BatchNormKernels.gridSums(
          floats(x, member),
          x.at(from),
          rows,
          channels,
          work.denominator(),
          sums[tile],
          squares[tile]);
    }
  }

  /** Sums over all rows. */
  static final class RowSums extends Sums {
    private final Work.SumRows work;

    RowSums(Work.SumRows work) {
      super("sums", work.domain().tiles(), work.y().length(), work.x());
      this.work = work;
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              for (int i = 0; i < channels; i++) {
                floats(work.y(), 0)[i] = (float) total(first, i);
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      clear(tile);
      int rows = count * x.unit() / channels;
      BatchNormKernels.sums(
          floats(x, member), x.at(from), rows, channels, first[tile], second[tile]);
    }
  }

  /** The sums of batch norm's gradient. */
  static final class GradientSums extends Sums {
    private final Work.NormGradientSums work;

    GradientSums(Work.NormGradientSums work) {
      super(
          "gradient sums",
          work.domain().tiles(),
          work.mean().length(),
          work.x(),
          work.g(),
          work.mean());
      this.work = work;
      finishBy(
          new Once("finish", work.variance(), work.scale()) {
            @Override
            void run() {
              for (int i = 0; i < channels; i++) {
                write(i, total(first, i), total(second, i));
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      Buffer g = work.g();
      clear(tile);
      BatchNormKernels.gradientSums(
          floats(g, member),
          g.at(from),
          floats(x, member),
          x.at(from),
          count * x.unit() / channels,
          channels,
          floats(work.mean(), member),
          first[tile],
          second[tile]);
    }

    private void write(int i, double sum, double product) {
      float v = floats(work.variance(), 0)[i];
      float s = floats(work.scale(), 0)[i];
      double root = 1 / Math.sqrt((double) v + work.epsilon());
      // the float factor of dx, so that both cancel where a channel has one value
      set(0, i, -Op.BatchNorm.factor(s, v, work.epsilon()) * sum);
      set(1, i, -0.5 * s * root * root * root * product);
      set(2, i, product * root);
      set(3, i, sum);
    }

    private void set(int result, int i, double value) {
      floats(work.results().get(result), 0)[i] = (float) value;
    }
  }

  /** The factor of each channel. */
  static Prepared factor(Work.NormFactor work) {
    return new Once("", work.scale(), work.variance()) {
      @Override
      void run() {
        float[] scale = floats(work.scale(), 0);
        float[] variance = floats(work.variance(), 0);
        float[] factor = floats(work.factor(), 0);
        for (int i = 0; i < work.factor().length(); i++) {
          factor[i] = Op.BatchNorm.factor(scale[i], variance[i], work.epsilon());
        }
      }
    };
  }

  /** What the statistics add to the gradient, per channel. */
  static Prepared terms(Work.NormGradientTerms work) {
    return new Once("", work.dMean(), work.dVariance()) {
      @Override
      void run() {
        double rows = work.rows();
        for (int i = 0; i < work.slope().length(); i++) {
          floats(work.slope(), 0)[i] = (float) (2.0 * floats(work.dVariance(), 0)[i] / rows);
          floats(work.constant(), 0)[i] = (float) (floats(work.dMean(), 0)[i] / rows);
        }
      }
    };
  }

  /** The application. */
  static final class Normalize extends Prepared {
    private final Work.Normalize work;

    Normalize(Work.Normalize work) {
      super("normalize", work.x(), work.mean(), work.factor(), work.offset());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      Buffer y = work.y();
      int channels = work.mean().length();
      BatchNormKernels.apply(
          floats(x, member),
          x.at(first),
          count * y.unit() / channels,
          channels,
          floats(work.mean(), member),
          floats(work.factor(), member),
          floats(work.offset(), member),
          floats(y, member),
          y.at(first));
    }
  }

  /** All of its gradient in one sweep. */
  static final class Gradient extends Prepared {
    private final Work.NormalizeGradient work;

    Gradient(Work.NormalizeGradient work) {
      super("normalize gradient", work.x(), work.g(), work.mean(), work.p(), work.q(), work.r());
      this.work = work;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      Buffer g = work.g();
      Buffer y = work.y();
      int channels = work.mean().length();
      BatchNormKernels.gradient(
          floats(g, member),
          g.at(first),
          floats(x, member),
          x.at(first),
          count * y.unit() / channels,
          channels,
          floats(work.mean(), member),
          floats(work.p(), member),
          floats(work.r(), member),
          floats(work.q(), member),
          floats(y, member),
          y.at(first));
    }
  }
}
