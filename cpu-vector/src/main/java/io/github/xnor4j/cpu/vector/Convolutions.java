package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;

/**
 * Convolutions as gathering products: bits by bits are counted, small integers by bits looked up,
 * everything else is multiplied. Behind all there may be a max-pool of disjoint windows: their
 * products stay in registers or the L1 cache. A count of bits whose padding is not +1 is corrected
 * at the border before it can be compared, which a pool behind it could not wait for.
 */
final class Convolutions {
  private Convolutions() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.Convolution work, Filters filters, int members) {
    Work.Pooling pooling = work.pooling();
    boolean bits = work.x().buffer().dtype() == DType.BIT && work.filter().isBits();
    boolean corrected = bits && work.geometry().window().isPadded() && !isPaddedWithOnes(work);
    if (work.geometry().groups() > 1
        || work.y().dtype() != DType.F32
        || pooling != null && (corrected || !Pools.areDisjointAndSmall(pooling.window()))) {
      return null;
    }
    if (bits) {
      return pooling == null
          ? new Count(work, filters, members, corrected)
          : new PooledCount(work, filters, members);
    }
    Kernel lookup = ShortConvolution.prepare(work, filters, members);
    if (lookup != null) {
      return lookup;
    }
    return pooling == null
        ? new Multiply(work, filters, members)
        : new PooledMultiply(work, filters, members);
  }

  private static boolean isPaddedWithOnes(Work.Convolution work) {
    return work.geometry().padValue() == 1;
  }

  /** Where the rows of all windows of a tile lie. */
  private static int[] windowRows(Work.Convolution work, Plane plane, int perPixel) {
    int[] windows = windows(work);
    int[] rows = new int[work.domain().tile() * windows.length];
    for (int i = 0; i < rows.length; i++) {
      int pixel = i / windows.length * plane.pixels() + plane.base(windows[i % windows.length]);
      rows[i] = pixel * perPixel;
    }
    return rows;
  }

  private static int[] windows(Work.Convolution work) {
    return Plane.windows(work.pooling().input(), work.pooling().window());
  }

  /** Bits by bits. */
  private static final class Count extends Prepared {
    private final Buffer y;
    private final BitPlane source;
    private final Filters.Bits filter;
    private final Filters.Border border;
    private final int[] rows;
    private final int[] depth;
    private final int[] outs;
    private final int bits;
    private final int[][] counts;
    private final int[][] gathered;
    private final int[][] scratch;

    Count(Work.Convolution work, Filters filters, int members, boolean corrected) {
      super("popcount", work.x().buffer());
      int tile = work.domain().tile();
      this.y = work.y();
      this.source = new BitPlane(work.x().buffer(), work.geometry(), work.domain(), members, this);
      this.filter = first(filters.bits(work.filter()));
      Plane plane = source.plane();
      float padValue = work.geometry().padValue();
      this.border = corrected ? first(new Filters.Border(filter, plane, padValue)) : null;
      int o = filter.size().o();
      this.rows = plane.rows(source.words(), tile);
      this.depth = plane.depth(source.words());
      this.outs = Panels.ramp(rows.length, o);
      this.bits = filter.size().depth();
      this.counts = ownInts(members, tile * plane.positions() * o + Panels.WIDTH);
      this.gathered = ownInts(members, Popcount.gatherSize(depth.length));
      this.scratch = ownInts(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int[] a = source.ints(first, count, member);
      int n = count * source.plane().positions();
      int o = filter.size().o();
      int[] c = counts[member];
      Popcount.gemm(
          a,
          source.offset(first),
          rows,
          depth,
          depth.length,
          filter.panel(),
          o,
          c,
          0,
          outs,
          0,
          n,
          gathered[member],
          scratch[member]);
      float[] out = HeapStorage.floats(y, member);
      int y0 = y.at(first);
      ColumnBits.dots(c, 0, n * o, bits, out, y0);
      if (border != null) {
        addBorder(count, o, out, y0);
      }
    }

    private void addBorder(int images, int o, float[] out, int y0) {
      Plane plane = source.plane();
      float[] table = border.table();
      for (int i = 0; i < images; i++) {
        for (int p = 0; p < plane.positions(); p++) {
          int which = plane.borderCase(p);
          if (which != 0) {
            int at = y0 + (i * plane.positions() + p) * o;
            Elementwise.add(out, at, table, which * o, out, at, o);
          }
        }
      }
    }
  }

  /** Bits by bits, and the largest of each window. */
  private static final class PooledCount extends Prepared {
    private final Buffer y;
    private final Buffer argmax;
    private final BitPlane source;
    private final Filters.Bits filter;
    private final int[] rows;
    private final int[] depth;
    private final int windows;
    private final int bits;
    private final int[][] gathered;
    private final int[][] scratch;

    PooledCount(Work.Convolution work, Filters filters, int members) {
      super("popcount and max-pool", work.x().buffer());
      this.y = work.y();
      this.argmax = work.pooling().argmax();
      this.source = new BitPlane(work.x().buffer(), work.geometry(), work.domain(), members, this);
      this.filter = first(filters.bits(work.filter()));
      this.rows = windowRows(work, source.plane(), source.words());
      this.windows = rows.length / 4 / work.domain().tile();
      this.depth = source.plane().depth(source.words());
      this.bits = filter.size().depth();
      this.gathered = ownInts(members, Popcount.gatherSize(depth.length));
      this.scratch = ownInts(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Popcount.pool(
          source.ints(first, count, member),
          source.offset(first),
          rows,
          depth,
          depth.length,
          filter.panel(),
          filter.size().o(),
          bits,
          HeapStorage.floats(y, member),
          y.at(first),
          HeapStorage.ints(argmax, member),
          argmax.at(first),
          count * windows,
          gathered[member],
          scratch[member]);
    }
  }

  /** By fused multiply-add. */
  private static final class Multiply extends Prepared {
    private final Buffer y;
    private final FloatPlane source;
    private final Filters.Floats filter;
    private final int[] rows;
    private final int[] depth;
    private final int[] panelRows;
    private final int[] outs;
    private final int divisor;
    private final float[][] scratch;

    Multiply(Work.Convolution work, Filters filters, int members) {
      super("fma", work.x().buffer());
      int tile = work.domain().tile();
      this.y = work.y();
      this.source = new FloatPlane(work.x(), work.geometry(), tile, members, this);
      this.filter = first(filters.floats(work.filter()));
      Plane plane = source.plane();
      this.rows = plane.rows(source.channels(), tile);
      this.depth = plane.depth(source.channels());
      this.panelRows = Panels.ramp(depth.length, filter.size().columns());
      this.outs = Panels.ramp(rows.length, filter.size().o());
      this.divisor = work.divisor();
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] a = source.floats(first, 0, count, member);
      int n = count * source.plane().positions();
      int o = filter.size().o();
      float[] out = HeapStorage.floats(y, member);
      int y0 = y.at(first);
      FloatGemm.gemm(
          a,
          source.offset(first, 0),
          rows,
          depth,
          depth.length,
          filter.panel(),
          0,
          panelRows,
          o,
          out,
          y0,
          outs,
          0,
          n,
          false,
          scratch[member]);
      if (divisor > 1) {
        Elementwise.div(out, y0, divisor, out, y0, n * o);
      }
    }
  }

  /** By fused multiply-add, and the largest of each window. */
  private static final class PooledMultiply extends Prepared {
    private final Buffer y;
    private final Buffer argmax;
    private final FloatPlane source;
    private final Filters.Floats filter;
    private final int[] rows;
    private final int[] depth;
    private final int windows;
    private final int divisor;
    private final float[][] floats;
    private final int[][] ints;

    PooledMultiply(Work.Convolution work, Filters filters, int members) {
      super("fma and max-pool", work.x().buffer());
      int tile = work.domain().tile();
      this.y = work.y();
      this.argmax = work.pooling().argmax();
      this.source = new FloatPlane(work.x(), work.geometry(), tile, members, this);
      this.filter = first(filters.floats(work.filter()));
      this.rows = windowRows(work, source.plane(), source.channels());
      this.windows = rows.length / 4 / tile;
      this.depth = source.plane().depth(source.channels());
      this.divisor = work.divisor();
      this.floats = ownFloats(members, Lanes.SCRATCH);
      this.ints = ownInts(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] a = source.floats(first, 0, count, member);
      float[] out = HeapStorage.floats(y, member);
      int y0 = y.at(first);
      int n = count * windows;
      int o = filter.size().o();
      PooledGemm.forward(
          a,
          source.offset(first, 0),
          rows,
          depth,
          depth.length,
          filter.panel(),
          filter.size().columns(),
          o,
          out,
          y0,
          HeapStorage.ints(argmax, member),
          argmax.at(first),
          0,
          n,
          floats[member],
          ints[member]);
      if (divisor > 1) {
        Elementwise.div(out, y0, divisor, out, y0, n * o);
      }
    }
  }
}
