package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import java.util.Arrays;

/** Batch normalization: sums of each tile, which {@link BatchSums} adds up, and sweeps. */
final class Norms {
  private Norms() {}

  /** Two sums for each channel, in float64. */
  private abstract static class Sums extends Prepared {
    final int channels;
    private final double[][] parts;
    private final double[] totals;
    private final BatchSums sums;
    private final BatchSums.Parts[] adders = new BatchSums.Parts[2];
    private final BatchSums.Taker[] takers = new BatchSums.Taker[2];

    Sums(String name, Domain domain, int channels, Buffer... reads) {
      super(name, reads);
      this.channels = channels;
      this.parts = ownDoubles(2 * domain.tiles(), channels);
      this.totals = ownDoubles(1, 2 * channels)[0];
      this.sums = BatchSums.ofTiles(domain, 1, this);
      for (int i = 0; i < 2; i++) {
        int which = i;
        adders[i] =
            (tile, from, n, to, at) -> BatchSums.addTo(parts[2 * tile + which], from, n, to, at);
        takers[i] = (from, n, of) -> System.arraycopy(of, 0, totals, which * channels + from, n);
      }
    }

    /** What a tile leaves, cleared: the first or the second of its sums. */
    final double[] part(int tile, int which) {
      double[] part = parts[2 * tile + which];
      Arrays.fill(part, 0);
      return part;
    }

    /** Adds all parts up. */
    final void addUp() {
      for (int which = 0; which < 2; which++) {
        sums.add(adders[which], 0, channels, 0, takers[which]);
      }
    }

    /** A sum of a channel, once they are added up. */
    final double total(int which, int channel) {
      return totals[which * channels + channel];
    }
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
      super("sums", work.domain(), work.mean().length(), work.x());
      this.work = work;
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              addUp();
              for (int i = 0; i < channels; i++) {
                statistics(work, i, total(0, i), total(1, i), 1);
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      int rows = count * x.unit() / channels;
      BatchNormKernels.sums(
          floats(x, member), x.at(from), rows, channels, part(tile, 0), part(tile, 1));
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
      super("sums", work.domain(), work.y().length(), work.x());
      this.work = work;
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              addUp();
              for (int i = 0; i < channels; i++) {
                floats(work.y(), 0)[i] = (float) total(0, i);
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      int rows = count * x.unit() / channels;
      BatchNormKernels.sums(
          floats(x, member), x.at(from), rows, channels, part(tile, 0), part(tile, 1));
    }
  }

  /** The sums of batch norm's gradient. */
  static final class GradientSums extends Sums {
    private final Work.NormGradientSums work;

    GradientSums(Work.NormGradientSums work) {
      super("gradient sums", work.domain(), work.mean().length(), work.x(), work.g(), work.mean());
      this.work = work;
      finishBy(
          new Once("finish", work.variance(), work.scale()) {
            @Override
            void run() {
              addUp();
              for (int i = 0; i < channels; i++) {
                write(i, total(0, i), total(1, i));
              }
            }
          });
    }

    @Override
    public void run(int tile, int from, int count, int member) {
      Buffer x = work.x();
      Buffer g = work.g();
      BatchNormKernels.gradientSums(
          floats(g, member),
          g.at(from),
          floats(x, member),
          x.at(from),
          count * x.unit() / channels,
          channels,
          floats(work.mean(), member),
          part(tile, 0),
          part(tile, 1));
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
