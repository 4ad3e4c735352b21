package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.NormFormulas;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What batch normalization computes of sums, and its statistics. */
final class Norms {
  private Norms() {}

  /** Statistics of floats, or of what stands for integers: those are exact. */
  static final class Statistics extends NativeKernel {
    private final Work.Statistics work;
    private final int channels;
    private final TileSums sums; // of integers they are longs
    private final int tiles;

    Statistics(Work.Statistics work, Context context) {
      super(context, work.denominator() == 0 ? "sums" : "integer sums", "statistics", 0, work.x());
      this.work = work;
      this.channels = work.mean().length();
      this.tiles = Math.max(1, work.domain().tiles());
      this.sums = new TileSums(work.domain(), 2 * channels, this);
      pointTile(work.x());
      point((part, first, member) -> sums.begin(part, first));
      build(
          context
              .struct()
              .number(work.x().unit() / channels)
              .number(channels)
              .number(work.denominator()));
      finishBy(new JavaKernel("finish", this::addUp));
    }

    private void addUp() {
      boolean integers = work.denominator() != 0;
      MemorySegment totals = integers ? sums.tiles() : sums.addUp();
      int rows = work.x().length() / channels;
      double d = integers ? work.denominator() : 1;
      for (int c = 0; c < channels; c++) {
        double sum = integers ? longs(totals, c) : JavaKernel.getDouble(totals, c);
        double squares =
            integers ? longs(totals, channels + c) : JavaKernel.getDouble(totals, channels + c);
        JavaKernel.set(work.mean(), c, NormFormulas.mean(sum, rows, d));
        JavaKernel.set(work.variance(), c, NormFormulas.variance(sum, squares, rows, d));
      }
    }

    private long longs(MemorySegment totals, int i) {
      long sum = 0;
      for (int t = 0; t < tiles; t++) {
        sum += totals.getAtIndex(ValueLayout.JAVA_LONG, 2L * t * channels + i);
      }
      return sum;
    }
  }

  /** The factor of each channel. */
  static Kernel factor(Work.NormFactor work) {
    return new JavaKernel(
        "",
        () -> {
          for (int c = 0; c < work.factor().length(); c++) {
            float scale = JavaKernel.get(work.scale(), c);
            float variance = JavaKernel.get(work.variance(), c);
            JavaKernel.set(work.factor(), c, Op.BatchNorm.factor(scale, variance, work.epsilon()));
          }
        },
        work.scale(),
        work.variance());
  }

  /** What the statistics add to the gradient, per channel. */
  static Kernel terms(Work.NormGradientTerms work) {
    return new JavaKernel(
        "",
        () -> {
          for (int c = 0; c < work.slope().length(); c++) {
            float dVariance = JavaKernel.get(work.dVariance(), c);
            float dMean = JavaKernel.get(work.dMean(), c);
            JavaKernel.set(work.slope(), c, NormFormulas.slope(dVariance, work.rows()));
            JavaKernel.set(work.constant(), c, NormFormulas.constant(dMean, work.rows()));
          }
        },
        work.dMean(),
        work.dVariance());
  }

  /** The largest of all elements: of tiles in C, of these in Java. */
  static final class Largest extends NativeKernel {
    Largest(Work.Largest work, Context context) {
      super(context, "largest", "largest", 0, work.x());
      Domain domain = work.domain();
      int tiles = Math.max(1, domain.tiles());
      MemorySegment parts = own(4L * tiles);
      parts.setAtIndex(ValueLayout.JAVA_FLOAT, 0, Float.NEGATIVE_INFINITY); // of nothing
      pointTile(work.x(), domain);
      point(
          (part, first, member) -> {
            if (domain.begins(first)) {
              parts.setAtIndex(ValueLayout.JAVA_FLOAT, part, Float.NEGATIVE_INFINITY);
            }
            return parts.address() + 4L * part;
          });
      build(context.struct().number(domain.batch() ? work.x().unit() : 1));
      finishBy(
          new JavaKernel(
              "finish",
              () -> {
                float most = Float.NEGATIVE_INFINITY;
                for (int t = 0; t < tiles; t++) {
                  most = Math.max(most, parts.getAtIndex(ValueLayout.JAVA_FLOAT, t));
                }
                JavaKernel.set(work.y(), 0, most);
              }));
    }
  }
}
