package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;

/**
 * Gradients of a convolution's filter by fused multiply-add, tile by tile. Behind a max-pool each
 * pooled gradient meets what lay under the winner, image by image. Those of bits: {@link
 * FilterLookups}.
 */
final class FilterGradients {
  // Elements from which on a run of a filter fills vectors better than its output channels do.
  private static final int LONG_RUN = 2 * Panels.WIDTH;

  private FilterGradients() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.FilterGradient work, FilterLookups lookups, int members) {
    if (work.geometry().groups() > 1) {
      return null;
    }
    Work.Geometry geometry = work.geometry();
    boolean bits = work.x().buffer().dtype() == DType.BIT;
    boolean integers = work.g().dtype() == DType.I16;
    if (work.pooling() == null && integers) {
      return IntegerGradients.prepare(work, lookups, members);
    }
    if (work.pooling() == null) {
      return bits ? lookups.whole(work) : new Multiply(work, members);
    }
    if (!Pools.areDisjointAndSmall(work.pooling().window())) {
      return null;
    }
    Plane plane = new Plane(geometry.input(), geometry.window());
    boolean few = plane.runLength() * geometry.input().dim(4) < LONG_RUN;
    if (integers && !bits) {
      int exact = FloatGradient.exactTerms(work.limit(), work.x().bound());
      return few && exact >= PooledGemm.CHUNK
          ? new PooledIntegers(work, exact, members)
          : IntegerProducts.prepare(work, members);
    }
    // what is added in floats is at most a shard
    long terms = (long) BatchSums.SHARD * work.g().unit() / work.dw().shape().dim(0);
    if (!FloatGradient.isExact(work.limit(), terms)) {
      return null;
    }
    if (bits && PooledLookup.takes(geometry.input().dim(4))) {
      return lookups.pooled(work);
    }
    return few ? new PooledTiles(work, members) : new PooledRuns(work, members);
  }

  /** What tiles leave, added up. */
  static PartialSums ofTiles(Work.FilterGradient work, int ld, int members) {
    return new PartialSums(
        work.dw(),
        work.domain().tiles(),
        ld,
        work.x().denominator(),
        owner -> BatchSums.ofTiles(work.domain(), members, owner));
  }

  /** The whole gradient. */
  private static final class Multiply extends Prepared {
    private final Buffer g;
    private final FloatPlane source;
    private final int o;
    private final int[] rows;
    private final int[] pixels;
    private final int[] gradients;
    private final int[] outs;
    private final Domain domain;
    private final PartialSums partial;
    private final float[][] scratch;

    Multiply(Work.FilterGradient work, int members) {
      super("fma", work.x().buffer(), work.g());
      this.domain = work.domain();
      int tile = domain.tile();
      this.g = work.g();
      this.source = new FloatPlane(work.x(), work.geometry(), tile, members, this);
      this.o = work.dw().shape().dim(0);
      this.rows = source.plane().depth(source.channels());
      this.pixels = source.plane().rows(source.channels(), tile);
      this.gradients = Panels.ramp(pixels.length, o);
      this.outs = Panels.ramp(rows.length, o);
      this.partial = ofTiles(work, o, members);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      FloatGemm.gemm(
          source.floats(first, 0, count, member),
          source.offset(first, 0),
          rows,
          pixels,
          count * source.plane().positions(),
          HeapStorage.floats(g, member),
          g.at(first),
          gradients,
          o,
          partial.of(tile),
          0,
          outs,
          0,
          rows.length,
          !domain.begins(first),
          scratch[member]);
    }
  }

  /** Behind a max-pool with few channels: see {@link PooledWindows}. */
  private static final class PooledTiles extends Prepared {
    private final Domain domain;
    private final PooledWindows windows;
    private final PartialSums partial;

    PooledTiles(Work.FilterGradient work, int members) {
      super("pooled fma", work.x().buffer(), work.g(), work.pooling().argmax());
      this.domain = work.domain();
      int ld = Panels.padded(work.dw().shape().dim(0));
      this.windows = new PooledWindows(work, ld, members, this);
      this.partial = ofTiles(work, ld, members);
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      if (domain.begins(first)) {
        windows.clear(member);
      }
      for (int i = 0; i < count; i++) {
        float[] dy = windows.image(first, i, member);
        windows.add(dy, first, i, 0, windows.count(), member);
      }
      windows.copyTo(partial.of(tile), member);
    }
  }

  /**
   * The same of integers, whose sums a float holds exactly for some windows: then they are added to
   * sums of ints.
   */
  private static final class PooledIntegers extends IntegerProducts.FilterSums {
    private final PooledWindows windows;
    private final int exact;
    private final int o;
    private final int depth;

    /**
     * A kernel.
     *
     * @param exact windows whose sums are exact
     */
    PooledIntegers(Work.FilterGradient work, int exact, int members) {
      super("pooled fma", work, IntegerProducts.lanes(work.dw().shape()), members);
      this.o = work.dw().shape().dim(0);
      this.windows = new PooledWindows(work, IntegerGemm.padded(o), members, this);
      this.exact = exact;
      this.depth = work.dw().unit();
    }

    @Override
    void image(int first, int i, int[] sum, int member) {
      float[] dy = windows.image(first, i, member);
      for (int w = 0; w < windows.count(); w += exact) {
        windows.clear(member);
        windows.add(dy, first, i, w, Math.min(w + exact, windows.count()), member);
        windows.addTo(sum, member);
      }
    }

    @Override
    void write(int[] sum, int[] dw) {
      IntegerProducts.writeLanes(sum, o, depth, IntegerGemm.padded(o), dw);
    }
  }

  /** Behind a max-pool: with many channels lanes are neighbouring elements of the filter. */
  private static final class PooledRuns extends Prepared {
    private final FloatGradient g;
    private final Buffer argmax;
    private final FloatPlane source;
    private final int o;
    private final int[] rows;
    private final int[] runs;
    private final int length;
    private final Domain domain;
    private final PartialSums partial;
    private final int[][] lists;
    private final float[][] values;

    PooledRuns(Work.FilterGradient work, int members) {
      super("pooled fma", work.x().buffer(), work.g(), work.pooling().argmax());
      Work.Pooling pooling = work.pooling();
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.argmax = pooling.argmax();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.o = work.dw().shape().dim(0);
      int[] windows = Plane.windows(pooling.input(), pooling.window());
      this.rows = InputGradients.pixels(source.plane(), windows, source.channels());
      this.runs = source.plane().runs(source.channels());
      this.length = source.plane().runLength() * source.channels();
      this.domain = work.domain();
      this.partial = ofTiles(work, 0, members);
      this.lists = ownInts(members, PooledGemm.filterScratch(o));
      this.values = ownFloats(members, PooledGemm.filterScratch(o));
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = partial.of(tile, domain.begins(first));
      int unit = rows.length / 4 * o;
      for (int i = 0; i < count; i++) {
        PooledGemm.filterGradientByRuns(
            source.floats(first, i, 1, member),
            source.offset(first, i),
            rows,
            runs,
            length,
            g.floats(first, i, 1, member),
            g.offset(first, i),
            HeapStorage.ints(argmax, member),
            argmax.at(first) + i * unit,
            o,
            out,
            runs.length * length,
            lists[member],
            values[member]);
      }
    }
  }
}
