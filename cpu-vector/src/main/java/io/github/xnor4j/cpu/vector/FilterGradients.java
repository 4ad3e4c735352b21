package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

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
    if (integers && !bits) {
      return IntegerProducts.prepare(work, members);
    }
    // what is added in floats is at most a shard
    long terms = (long) BatchSums.SHARD * work.g().unit() / work.dw().shape().dim(0);
    if (!FloatGradient.isExact(work.limit(), terms)) {
      return null;
    }
    if (bits && PooledLookup.takes(geometry.input().dim(4))) {
      return lookups.pooled(work);
    }
    Plane plane = new Plane(geometry.input(), geometry.window());
    return plane.runLength() * geometry.input().dim(4) >= LONG_RUN
        ? new PooledRuns(work, members)
        : new PooledWindows(work, members);
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
    private final PartialSums partial;
    private final float[][] scratch;

    Multiply(Work.FilterGradient work, int members) {
      super("fma", work.x().buffer(), work.g());
      int tile = work.domain().tile();
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
          false,
          scratch[member]);
    }
  }

  /**
   * Behind a max-pool: with few channels lanes are output channels, and each picks from its
   * window's four elements.
   */
  private static final class PooledWindows extends Prepared {
    private final FloatGradient g;
    private final Buffer argmax;
    private final FloatPlane source;
    private final int o;
    private final int[] rows;
    private final int[] pieces;
    private final int run;
    private final int[] steps = new int[4];
    private final int elements;
    private final float[][] tables;
    private final float[][] sums;
    private final PartialSums partial;

    PooledWindows(Work.FilterGradient work, int members) {
      super("pooled fma", work.x().buffer(), work.g(), work.pooling().argmax());
      Work.Pooling pooling = work.pooling();
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.argmax = pooling.argmax();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.o = work.dw().shape().dim(0);
      this.run = source.plane().runLength() * source.channels();
      this.pieces = pieces(source.plane().runs(source.channels()), run);
      int[] windows = Plane.windows(pooling.input(), pooling.window());
      int[] four = InputGradients.pixels(source.plane(), windows, source.channels());
      this.rows = new int[four.length / 4];
      Arrays.setAll(rows, i -> four[4 * i]);
      Arrays.setAll(steps, p -> four[p] - four[0]);
      this.elements = rows[rows.length - 1] + Arrays.stream(pieces).max().orElse(0) + 3;
      this.tables = ownFloats(members, 4 * elements + Panels.WIDTH);
      this.sums = ownFloats(members, 3 * pieces.length * Panels.padded(o));
      this.partial = ofTiles(work, Panels.padded(o), members);
      finishBy(partial);
    }

    /** The first elements of each three that are side by side; a run's last may lie behind it. */
    private static int[] pieces(int[] runs, int length) {
      int perRun = (length + 2) / 3;
      int[] pieces = new int[runs.length * perRun];
      Arrays.setAll(pieces, i -> runs[i / perRun] + i % perRun * 3);
      return pieces;
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int ld = Panels.padded(o);
      int size = 3 * pieces.length * ld;
      Arrays.fill(sums[member], 0, size, 0);
      for (int i = 0; i < count; i++) {
        float[] a = source.floats(first, i, 1, member);
        PooledGemm.windows(a, source.offset(first, i), steps, elements, tables[member]);
        PooledGemm.filterGradient(
            tables[member],
            rows,
            pieces,
            g.floats(first, i, 1, member),
            g.offset(first, i),
            HeapStorage.ints(argmax, member),
            argmax.at(first) + i * rows.length * o,
            o,
            sums[member],
            ld);
      }
      int perRun = (run + 2) / 3 * 3 * ld;
      for (int r = 0; r < size / perRun; r++) {
        System.arraycopy(sums[member], r * perRun, partial.of(tile), r * run * ld, run * ld);
      }
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
      this.partial = ofTiles(work, 0, members);
      this.lists = ownInts(members, PooledGemm.filterScratch(o));
      this.values = ownFloats(members, PooledGemm.filterScratch(o));
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = partial.of(tile);
      Arrays.fill(out, 0);
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
