package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;
import java.util.List;

/**
 * Gradients of a convolution of bits from I16 gradients of its result, by lookup, modulo 2^32. What
 * is computed by whom shows in no sum, so there are no shards to be kept apart; else this is what
 * is done for floats.
 */
final class IntegerGradients {
  // Words whose tables (of 1.5 KiB) stay in the L1 cache while all taps read them.
  private static final int WORDS = 8;

  private IntegerGradients() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.InputGradient work, Filters filters, int members) {
    return work.filter().isBits() ? new OfInput(work, filters, members) : null;
  }

  /** The kernel, or null. */
  static Kernel prepare(Work.FilterGradient work, FilterLookups lookups, int members) {
    return work.x().buffer().dtype() == DType.BIT
        ? new OfFilter(work, lookups.transposed(work), members)
        : null;
  }

  private static final class OfInput extends GradientSums {
    private final Buffer g;
    private final List<Digit> digits;
    private final Filters.Transposed filter;
    private final int[] rows;
    private final int[] outs;
    private final int[][] depth;
    private final int[][] words;
    private final int[][] pairs;
    private final int[][] tables;
    private final int[][] scratch;

    OfInput(Work.InputGradient work, Filters filters, int members) {
      super("integer lookup", work, DType.I32, work.domain().tile(), members, work.g());
      this.g = work.g();
      this.digits = Digit.of(work.limit());
      this.filter = first(new Filters.Transposed(filters.bits(work.filter()), members));
      int o = work.filter().shape().dim(0);
      this.rows = Panels.ramp(images() * plane().positions(), o);
      this.outs = plane().rows(channels(), images());
      this.depth = Panels.chunks(Panels.ramp(o, 1), 32 * WORDS);
      int step = plane().tapCount() * filter.lanes();
      this.words = Panels.chunks(Panels.ramp(filter.outWords(), step), WORDS);
      int longest = 32 * Math.min(WORDS, filter.outWords());
      this.pairs = ownInts(members, IntegerLookup.pairsLength(longest));
      this.tables = ownInts(members, IntegerLookup.tableLength(longest));
      this.scratch = ownInts(members, Lanes.SCRATCH);
    }

    @Override
    void add(int first, int i, int count, int member) {
      int n = count * plane().positions();
      for (int r0 = 0; r0 < n; r0 += IntegerLookup.ROWS) {
        block(r0, Math.min(IntegerLookup.ROWS, n - r0), first, i, member);
      }
    }

    private void block(int r0, int count, int first, int image, int member) {
      boolean add = adds();
      int g0 = g.at(first) + image * g.unit();
      int out0 = offset(first, image);
      for (int i = 0; i < words.length; i++) {
        for (Digit digit : digits) {
          chunk(i, digit, g0, r0, count, out0, add, member);
          add = true;
        }
      }
    }

    private void chunk(
        int i, Digit digit, int g0, int r0, int count, int out0, boolean add, int member) {
      int[] t = tables[member];
      int[] k = depth[i];
      short[] in = HeapStorage.shorts(g, member);
      IntegerLookup.tables(in, g0, rows, r0, count, k, 0, k.length, digit, pairs[member], t);
      for (int tap = 0; tap < plane().tapCount(); tap++) {
        IntegerLookup.multiply(
            t,
            words[i].length,
            digit,
            filter.bits(),
            tap * filter.lanes(),
            words[i],
            0,
            channels(),
            ints(member),
            out0 + plane().tap(tap) * channels(),
            outs,
            r0,
            count,
            add,
            scratch[member]);
      }
    }
  }

  /** A task is six output channels of a shard of 32 images, which are the bits of a word. */
  private static final class OfFilter extends Prepared {
    private final Buffer g;
    private final List<Digit> digits;
    private final FilterLookups.Transposed x;
    private final Plane plane;
    private final int batch;
    private final int channels;
    private final int o;
    private final int blocks;
    private final int outside;
    private final int[] rows;
    private final int[] outs;
    private final int[][][] gather;
    private final int[][] words;
    private final int[][] pairs;
    private final int[][] tables;
    private final int[][] scratch;
    private final int[][] ofTaps;
    private final int[][] sums;

    OfFilter(Work.FilterGradient work, FilterLookups.Transposed x, int members) {
      super("integer lookup", shards(work) * blocks(work), work.g());
      this.g = work.g();
      this.digits = Digit.of(work.limit());
      this.x = first(x);
      this.plane = x.plane();
      this.batch = work.geometry().input().dim(0);
      this.channels = work.geometry().input().dim(4);
      this.o = work.dw().shape().dim(0);
      this.blocks = blocks(work);
      this.outside = 1 - (int) work.geometry().padValue();
      this.rows = Panels.ramp(o, 1);
      this.outs = Panels.ramp(o, work.dw().unit());
      this.gather = FilterLookups.gather(g, batch, plane.positions(), WORDS);
      this.words = Panels.chunks(plane.rows(x.lanes(), 1), WORDS);
      int longest = 32 * Math.min(WORDS, plane.positions());
      this.pairs = ownInts(members, IntegerLookup.pairsLength(longest));
      this.tables = ownInts(members, IntegerLookup.tableLength(longest));
      this.scratch = ownInts(members, Lanes.SCRATCH);
      this.ofTaps = ownInts(members, plane.tapCount());
      this.sums = ownInts(shards(work), work.dw().length());
      finishBy(new IntegerSums(work.dw(), sums));
    }

    private static int shards(Work.FilterGradient work) {
      return BatchSums.shards(work.geometry().input().dim(0));
    }

    private static int blocks(Work.FilterGradient work) {
      int o = work.dw().shape().dim(0);
      return (o + IntegerLookup.ROWS - 1) / IntegerLookup.ROWS;
    }

    @Override
    public void run(int task, int first, int count, int member) {
      int shard = task / blocks;
      int r0 = task % blocks * IntegerLookup.ROWS;
      int n = Math.min(IntegerLookup.ROWS, o - r0);
      int g0 = shard * BatchSums.SHARD * g.unit();
      boolean add = false;
      for (int chunk = 0; chunk < words.length; chunk++) {
        for (Digit digit : digits) {
          chunk(shard, chunk, digit, g0, r0, n, add, member);
          add = true;
        }
      }
      if (plane.isPadded() && outside != 0) {
        int images = Math.min(BatchSums.SHARD, batch - shard * BatchSums.SHARD);
        for (int r = r0; r < r0 + n; r++) {
          takeOutside(g0 + r, images, ofTaps[member]);
          subtract(ofTaps[member], sums[shard], outs[r]);
        }
      }
    }

    private void chunk(
        int shard, int chunk, Digit digit, int g0, int r0, int n, boolean add, int member) {
      int[] t = tables[member];
      int[] k = gather[shard][chunk];
      short[] in = HeapStorage.shorts(g, member);
      IntegerLookup.tables(in, g0, rows, r0, n, k, 0, k.length, digit, pairs[member], t);
      for (int tap = 0; tap < plane.tapCount(); tap++) {
        IntegerLookup.multiply(
            t,
            words[chunk].length,
            digit,
            x.bits(),
            x.at(shard, plane.tap(tap)),
            words[chunk],
            0,
            channels,
            sums[shard],
            tap * channels,
            outs,
            r0,
            n,
            add,
            scratch[member]);
      }
    }

    /**
     * Bits of the padding are +1: for each tap (1 - padValue) times the gradients there, which are
     * to be taken away again.
     *
     * @param g0 gradient of the shard's first image and position
     */
    private void takeOutside(int g0, int images, int[] away) {
      short[] dy = HeapStorage.shorts(g, 0);
      Arrays.fill(away, 0);
      for (int p = 0; p < plane.positions(); p++) {
        int[] taps = plane.borderTaps(plane.borderCase(p));
        if (taps.length > 0) {
          int sum = 0;
          for (int i = 0; i < images; i++) {
            sum += dy[g0 + i * g.unit() + p * o];
          }
          for (int t : taps) {
            away[t] += outside * sum;
          }
        }
      }
    }

    private void subtract(int[] away, int[] out, int o0) {
      for (int i = 0; i < plane.tapCount() * channels; i++) {
        out[o0 + i] -= away[i / channels];
      }
    }
  }
}
