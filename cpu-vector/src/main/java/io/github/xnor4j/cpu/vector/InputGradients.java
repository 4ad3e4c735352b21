package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * Gradients of a convolution's input: the products of gradients with a filter, spread over the
 * pixels that each tap came from. Behind a max-pool only pooled gradients are read.
 */
final class InputGradients {
  private InputGradients() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.InputGradient work, Filters filters, int members) {
    if (work.geometry().groups() > 1) {
      return null;
    }
    boolean integers = work.g().dtype() == DType.I16;
    if (work.pooling() == null && integers) {
      return IntegerGradients.prepare(work, filters, members);
    }
    if (work.pooling() == null) {
      return work.filter().isBits()
          ? new LookUp(work, filters, members)
          : new Multiply(work, members);
    }
    // an element has a term for each tap and output channel
    int terms = work.filter().shape().elements() / work.filter().shape().dim(4);
    if (!Pools.areDisjointAndSmall(work.pooling().window())
        || integers && !work.filter().isBits()
        || !FloatGradient.isExact(work.limit(), terms)) {
      return null;
    }
    return work.filter().isBits() && PooledLookup.takes(work.geometry().input().dim(4))
        ? new PooledLookUp(work, filters, members)
        : new PooledMultiply(work, filters, members);
  }

  /** Where the windows of output positions begin in a plane of so many elements a pixel. */
  static int[] pixels(Plane plane, int[] positions, int perPixel) {
    int[] pixels = new int[positions.length];
    Arrays.setAll(pixels, i -> plane.base(positions[i]) * perPixel);
    return pixels;
  }

  /** Offsets of a filter's 16-lane vectors, where a pixel has so many elements. */
  static int[] columns(Plane plane, int channels, int perPixel) {
    int perTap = channels / Panels.WIDTH;
    int[] columns = new int[plane.tapCount() * perTap];
    Arrays.setAll(columns, v -> plane.tap(v / perTap) * perPixel + v % perTap * Panels.WIDTH);
    return columns;
  }

  /** By lookup: signed sums of neighbouring gradients, picked by the filter's bits. */
  private static final class LookUp extends GradientSums {
    // Words whose tables (for eight rows 12 KiB at 256 bits, 16 at 512) stay in the L1 cache while
    // all taps read them.
    private static final int WORDS = 4;

    private final Buffer g;
    private final Filters.Transposed filter;
    private final int[] rows;
    private final int[] outs;
    private final int[][] depth;
    private final int[][] words;
    private final float[][] tables;
    private final float[][] scratch;

    LookUp(Work.InputGradient work, Filters filters, int members) {
      super("lookup", work, DType.F32, work.domain().tile(), members, work.g());
      this.g = work.g();
      this.filter = first(new Filters.Transposed(filters.bits(work.filter()), members));
      int o = work.filter().shape().dim(0);
      this.rows = Panels.ramp(images() * plane().positions(), o);
      this.outs = plane().rows(channels(), images());
      this.depth = Panels.chunks(Panels.ramp(o, 1), 32 * WORDS);
      int step = plane().tapCount() * filter.lanes();
      this.words = Panels.chunks(Panels.ramp(filter.outWords(), step), WORDS);
      int longest = Math.min(WORDS, filter.outWords());
      this.tables = ownFloats(members, Lookup.tableLength(32 * longest));
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    void add(int first, int i, int count, int member) {
      int n = count * plane().positions();
      for (int r0 = 0; r0 < n; r0 += Lookup.ROWS) {
        block(r0, Math.min(Lookup.ROWS, n - r0), first, i, member);
      }
    }

    private void block(int r0, int count, int first, int image, int member) {
      boolean add = adds();
      int g0 = g.at(first) + image * g.unit();
      float[] in = HeapStorage.floats(g, member);
      float[] out = floats(member);
      float[] sums = tables[member];
      for (int i = 0; i < words.length; i++) {
        Lookup.tables(in, g0, rows, r0, count, depth[i], 0, depth[i].length, 32, sums);
        for (int t = 0; t < plane().tapCount(); t++) {
          Lookup.multiply(
              sums,
              words[i].length,
              32,
              filter.bits(),
              t * filter.lanes(),
              words[i],
              0,
              channels(),
              out,
              offset(first, image) + plane().tap(t) * channels(),
              outs,
              r0,
              count,
              add || i > 0,
              scratch[member]);
        }
      }
    }
  }

  /** By a float filter, whose own layout [O, taps * channels] is the panel. */
  private static final class Multiply extends GradientSums {
    private final Buffer g;
    private final Buffer filter;
    private final int[] rows;
    private final int[] outs;
    private final int[] depth;
    private final int[] panelRows;
    private final float[][] scratch;

    Multiply(Work.InputGradient work, int members) {
      super(
          "fma", work, DType.F32, work.domain().tile(), members, work.g(), work.filter().buffer());
      this.g = work.g();
      this.filter = work.filter().buffer();
      Filters.Size size = Filters.Size.of(work.filter().shape());
      this.rows = Panels.ramp(images() * plane().positions(), size.o());
      this.outs = plane().rows(channels(), images());
      this.depth = Panels.ramp(size.o(), 1);
      this.panelRows = Panels.ramp(size.o(), size.depth());
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    void add(int first, int i, int count, int member) {
      boolean add = adds();
      for (int t = 0; t < plane().tapCount(); t++) {
        FloatGemm.gemm(
            HeapStorage.floats(g, member),
            g.at(first) + i * g.unit(),
            rows,
            depth,
            depth.length,
            HeapStorage.floats(filter, member),
            t * channels(),
            panelRows,
            channels(),
            floats(member),
            offset(first, i) + plane().tap(t) * channels(),
            outs,
            0,
            count * plane().positions(),
            add,
            scratch[member]);
      }
    }
  }

  /** Behind a max-pool by lookups, a position at a time. */
  private static final class PooledLookUp extends GradientSums {
    private final FloatGradient g;
    private final Buffer argmax;
    private final Filters.Index index;
    private final int o;
    private final int[] bases;
    private final int[] columns;
    private final int[][] lists;
    private final float[][] gradients;

    PooledLookUp(Work.InputGradient work, Filters filters, int members) {
      super("pooled lookup", work, DType.F32, 1, members, work.g(), work.pooling().argmax());
      Work.Pooling pooling = work.pooling();
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.argmax = pooling.argmax();
      this.index = first(new Filters.Index(filters.bits(work.filter())));
      this.o = work.filter().shape().dim(0);
      int[] windows = Plane.windows(pooling.input(), pooling.window());
      this.bases = pixels(plane(), windows, channels());
      this.columns = PooledLookup.wholeWords(columns(plane(), channels(), channels()));
      this.lists = ownInts(members, PooledLookup.listSize(o));
      this.gradients = ownFloats(members, o + 1);
    }

    @Override
    void add(int first, int i, int count, int member) {
      float[] dy = g.floats(first, i, 1, member);
      int[] winners = HeapStorage.ints(argmax, member);
      for (int p = 0; p < bases.length / 4; p++) {
        PooledLookup.scatter(
            dy,
            g.offset(first, i) + p * o,
            winners,
            argmax.at(first) + i * argmax.unit() + p * o,
            o,
            index.index(),
            floats(member),
            offset(first, i),
            bases,
            4 * p,
            columns,
            lists[member],
            gradients[member]);
      }
    }
  }

  /** Behind a max-pool by fused multiply-add, an image at a time. */
  private static final class PooledMultiply extends GradientSums {
    private final FloatGradient g;
    private final Buffer argmax;
    private final Buffer filter;
    private final Filters.Rows unpacked;
    private final int o;
    private final int[] rows;
    private final int[] runs;
    private final int length;
    private final int[][] lists;
    private final float[][] values;

    PooledMultiply(Work.InputGradient work, Filters filters, int members) {
      super("pooled fma", work, DType.F32, 1, members, reads(work));
      Work.Pooling pooling = work.pooling();
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.argmax = pooling.argmax();
      this.filter = work.filter().buffer();
      this.unpacked =
          work.filter().isBits() ? first(new Filters.Rows(filters.bits(work.filter()))) : null;
      this.o = work.filter().shape().dim(0);
      int[] windows = Plane.windows(pooling.input(), pooling.window());
      this.rows = pixels(plane(), windows, channels());
      this.runs = plane().runs(channels());
      this.length = plane().runLength() * channels();
      this.lists = ownInts(members, PooledGemm.INPUT_SCRATCH);
      this.values = ownFloats(members, PooledGemm.INPUT_SCRATCH);
    }

    private static Buffer[] reads(Work.InputGradient work) {
      Buffer argmax = work.pooling().argmax();
      return work.filter().isBits()
          ? new Buffer[] {work.g(), argmax}
          : new Buffer[] {work.g(), argmax, work.filter().buffer()};
    }

    @Override
    void add(int first, int i, int count, int member) {
      PooledGemm.inputGradientByRuns(
          g.floats(first, i, 1, member),
          g.offset(first, i),
          HeapStorage.ints(argmax, member),
          argmax.at(first) + i * argmax.unit(),
          o,
          unpacked != null ? unpacked.rows() : HeapStorage.floats(filter, member),
          runs.length * length,
          rows,
          runs,
          length,
          floats(member),
          offset(first, i),
          lists[member],
          values[member]);
    }
  }
}
