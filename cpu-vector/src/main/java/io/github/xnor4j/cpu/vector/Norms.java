package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.HeapStorage.floats;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.NormFormulas;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import java.util.Arrays;

/** What batch normalization computes of sums, and its statistics. */
final class Norms {
  private Norms() {}

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
    floats(work.mean(), 0)[i] = NormFormulas.mean(s1, rows, d);
    floats(work.variance(), 0)[i] = NormFormulas.variance(s1, s2, rows, d);
  }

  /** Statistics of floats. */
  static final class Statistics extends Prepared {
    private final Work.Statistics work;
    private final int channels;
    private final PartialDoubles sums;
    private final PartialDoubles squares;

    Statistics(Work.Statistics work) {
      super("sums", work.x());
      this.work = work;
      this.channels = work.mean().length();
      this.sums = new PartialDoubles(work.domain(), channels, this);
      this.squares = new PartialDoubles(work.domain(), channels, this);
      finishBy(
          new Once("finish") {
            @Override
            void run() {
              double[] total = sums.addUp();
              double[] ofSquares = squares.addUp();
              for (int i = 0; i < channels; i++) {
                statistics(work, i, total[i], ofSquares[i], 1);
              }
            }
          });
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      int rows = count * x.unit() / channels;
      BatchNormKernels.sums(
          floats(x, member),
          x.at(first),
          rows,
          channels,
          sums.of(tile, first),
          squares.of(tile, first));
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
    public void run(int tile, int first, int count, int member) {
      Buffer x = work.x();
      if (work.domain().begins(first)) {
        Arrays.fill(sums[tile], 0, channels, 0);
        Arrays.fill(squares[tile], 0, channels, 0);
      }
      int rows = count * x.unit() / channels;
      BatchNormKernels.gridSums(
          floats(x, member),
          x.at(first),
          rows,
          channels,
          work.denominator(),
          sums[tile],
          squares[tile]);
    }
  }

  /** Writes a channel's gradients of the application from its sums. */
  static void gradients(Work.NormSums work, int c, double sum, double product) {
    float v = floats(work.variance(), 0)[c];
    float s = floats(work.scale(), 0)[c];
    for (int k = 0; k < work.results().size(); k++) {
      floats(work.results().get(k), 0)[c] =
          NormFormulas.gradient(k, v, s, work.epsilon(), sum, product);
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
        for (int i = 0; i < work.slope().length(); i++) {
          floats(work.slope(), 0)[i] =
              NormFormulas.slope(floats(work.dVariance(), 0)[i], work.rows());
          floats(work.constant(), 0)[i] =
              NormFormulas.constant(floats(work.dMean(), 0)[i], work.rows());
        }
      }
    };
  }
}
