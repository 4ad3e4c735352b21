package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Gradients of a convolution's filter whose input is bits, by lookup with the batch in the bits: 32
 * images a word, transposed once for all products of a plan. A task is eight output channels of one
 * shard of 32 images.
 */
final class FilterLookups {
  // Positions whose tables are made at a time: for eight rows 22 KiB at 256 bits and 32 KiB at 512,
  // so that they stay in or near the L1 cache while all columns read them.
  private static final int POSITIONS = 8;

  private final int members;
  private final Map<List<Object>, Transposed> transposed = new HashMap<>();

  FilterLookups(int members) {
    this.members = members;
  }

  /** The gradient from all of the product's. */
  Kernel whole(Work.FilterGradient work) {
    return new Whole(work, transposed(work), members);
  }

  /** The gradient from that of a max-pool behind the product. */
  Kernel pooled(Work.FilterGradient work) {
    return new Pooled(work, transposed(work), members);
  }

  /** The bits of a product's input, for all that look them up. */
  Transposed transposed(Work.FilterGradient work) {
    Buffer x = work.x().buffer();
    Shape input = work.geometry().input();
    Window window = work.geometry().window();
    return transposed.computeIfAbsent(
        List.of(x, input, window), key -> new Transposed(x, input, window, members));
  }

  /**
   * For each shard, for each chunk of so many positions, where gradients lie, from the shard's
   * first one on: 32 images a position, zeros for those that lack.
   *
   * @param g gradients, [batch][positions][channels]
   */
  static int[][][] gather(Buffer g, int batch, int positions, int perChunk) {
    int o = g.unit() / positions;
    int[][][] shards = new int[BatchSums.shards(batch)][][];
    for (int s = 0; s < shards.length; s++) {
      int first = s * BatchSums.SHARD;
      int[] all = new int[positions * BatchSums.SHARD];
      for (int i = 0; i < all.length; i++) {
        int image = i % BatchSums.SHARD;
        all[i] =
            first + image < batch
                ? (image * positions + i / BatchSums.SHARD) * o
                : g.length() - first * positions * o;
      }
      shards[s] = Panels.chunks(all, perChunk * BatchSums.SHARD);
    }
    return shards;
  }

  /**
   * The bits of an input with the batch inside the words: [shard][pixel of the plane][channel]. A
   * task is a row of pixels of a shard.
   */
  static final class Transposed extends Prepared {
    private final Buffer x;
    private final Plane plane;
    private final int batch;
    private final int words;
    private final int[] starts;
    private final int[] images;
    private final int[] bits;
    private final int[][] scratch;

    Transposed(Buffer x, Shape input, Window window, int members) {
      super("transpose bits for", BatchSums.shards(input.dim(0)) * input.dim(1) * input.dim(2), x);
      this.x = x;
      this.plane = new Plane(input, window);
      this.batch = input.dim(0);
      this.words = Buffer.words(input);
      this.starts = plane.rowStarts();
      this.images = Panels.ramp(BatchSums.SHARD, x.unit());
      int elements = BatchSums.shards(batch) * plane.pixels() * lanes();
      this.bits = ownInts(1, elements + Panels.GUARD)[0];
      this.scratch = ownInts(members, Lanes.SCRATCH);
    }

    int[] bits() {
      return bits;
    }

    Plane plane() {
      return plane;
    }

    /** Where a pixel of a shard begins. */
    int at(int shard, int pixel) {
      return (shard * plane.pixels() + pixel) * lanes();
    }

    /** Channels of a pixel, up to whole words. */
    int lanes() {
      return words * 32;
    }

    @Override
    public void run(int task, int first, int count, int member) {
      int shard = task / starts.length;
      int row = task % starts.length;
      int n = Math.min(BatchSums.SHARD, batch - shard * BatchSums.SHARD);
      int[] in = HeapStorage.ints(x, member);
      for (int i = 0; i < plane.rowLength(); i++) {
        int from = shard * BatchSums.SHARD * x.unit() + (row * plane.rowLength() + i) * words;
        int to = (shard * plane.pixels() + starts[row] + i) * words * 32;
        BitKernels.transpose(
            in, from, images, 0, n, 0, 1, words * 32, bits, to, 0, scratch[member]);
      }
    }
  }

  /**
   * The winners of a max-pool with the batch inside the words: low and high bits,
   * [shard][position][channel]. A task is a position of a shard.
   */
  private static final class Winners extends Prepared {
    private final Buffer argmax;
    private final int batch;
    private final int positions;
    private final int o;
    private final int[] low;
    private final int[] high;

    Winners(Buffer argmax, int batch, int positions, int o) {
      super("winners' bits for", BatchSums.shards(batch) * positions, argmax);
      this.argmax = argmax;
      this.batch = batch;
      this.positions = positions;
      this.o = o;
      this.low = ownInts(1, tasks() * o + Panels.GUARD)[0];
      this.high = ownInts(1, tasks() * o + Panels.GUARD)[0];
    }

    @Override
    public void run(int task, int first, int count, int member) {
      int shard = task / positions;
      int n = Math.min(BatchSums.SHARD, batch - shard * BatchSums.SHARD);
      int from = (shard * BatchSums.SHARD * positions + task % positions) * o;
      int[] winners = HeapStorage.ints(argmax, member);
      PooledLookup.winnerBits(winners, from, positions * o, n, o, low, high, task * o);
    }
  }

  /** What both kernels have: gradients gathered a few positions of a shard at a time. */
  private abstract static class Blocks extends Prepared {
    final Buffer g;
    final FloatGradient.Whole floats; // of integers, else null
    final Transposed x;
    final Plane plane;
    final int batch;
    final int channels;
    final int o;
    final int positions;
    final int depth;
    private final int blocks;
    private final int[] rows;
    private final int[][][] gather;
    private final float[][] tables;
    private final float outside;
    private final double[][] ofTaps;
    private final PartialSums partial;

    /**
     * The parts.
     *
     * @param positions of g
     */
    Blocks(String name, Work.FilterGradient work, Transposed x, int positions, int members) {
      super(name, BatchSums.shards(x.batch) * blocks(work), work.g());
      this.g = work.g();
      this.floats = g.dtype() == DType.I16 ? first(new FloatGradient.Whole(g)) : null;
      this.x = first(x);
      this.plane = x.plane;
      this.batch = x.batch;
      this.channels = work.geometry().input().dim(4);
      this.o = work.dw().shape().dim(0);
      this.positions = positions;
      this.depth = plane.tapCount() * channels;
      this.blocks = blocks(work);
      this.rows = Panels.ramp(o, 1);
      this.gather = gather(g, batch, positions, POSITIONS);
      int longest = Math.min(POSITIONS, positions);
      this.tables = ownFloats(members, Lookup.tableLength(32 * longest));
      this.outside = plane.isPadded() ? 1 - work.geometry().padValue() : 0;
      this.ofTaps = ownDoubles(members, plane.tapCount());
      this.partial =
          new PartialSums(
              work.dw(), gather.length, 0, 1, owner -> BatchSums.ofShards(batch, members, owner));
      finishBy(partial);
    }

    private static int blocks(Work.FilterGradient work) {
      return (work.dw().shape().dim(0) + Lookup.ROWS - 1) / Lookup.ROWS;
    }

    @Override
    public final void run(int task, int first, int count, int member) {
      int shard = task / blocks;
      int r0 = task % blocks * Lookup.ROWS;
      int n = Math.min(Lookup.ROWS, o - r0);
      float[] out = partial.of(shard);
      run(shard, r0, n, out, member);
      if (outside != 0) {
        takeOutside(shard, r0, n, out, member);
      }
    }

    /** Computes rows of a shard, as if the padding were +1. */
    abstract void run(int shard, int r0, int rows, float[] out, int member);

    /** Adds, for each tap, the gradients of channel r whose tap lies in the padding. */
    abstract void sumOutside(int shard, int images, int r, float[] dy, double[] ofTaps);

    /** Bits of the padding are +1; takes (1 - padValue) times the gradients there away again. */
    private void takeOutside(int shard, int r0, int n, float[] out, int member) {
      double[] sums = ofTaps[member];
      for (int r = r0; r < r0 + n; r++) {
        Arrays.fill(sums, 0);
        sumOutside(shard, images(shard), r, gradients(member), sums);
        for (int t = 0; t < plane.tapCount(); t++) {
          float away = (float) (outside * sums[t]);
          for (int c = 0; c < channels; c++) {
            out[r * depth + t * channels + c] -= away;
          }
        }
      }
    }

    final int images(int shard) {
      return Math.min(BatchSums.SHARD, batch - shard * BatchSums.SHARD);
    }

    private float[] gradients(int member) {
      return floats != null ? floats.floats() : HeapStorage.floats(g, member);
    }

    /** The first gradient of a shard. */
    final int start(int shard) {
      return shard * BatchSums.SHARD * positions * o;
    }

    /** Tables of some rows for a chunk of positions of a shard. */
    final float[] tables(int shard, int chunk, int r0, int n, int bits, int member) {
      float[] dy = gradients(member);
      int[] k = gather[shard][chunk];
      Lookup.tables(dy, start(shard), rows, r0, n, k, 0, k.length, bits, tables[member]);
      return tables[member];
    }

    final int chunks() {
      return gather[0].length;
    }

    /** Positions of a chunk. */
    final int positions(int chunk) {
      return gather[0][chunk].length / BatchSums.SHARD;
    }
  }

  private static final class Whole extends Blocks {
    private final int[][] words;
    private final int[] outs;
    private final float[][] scratch;

    Whole(Work.FilterGradient work, Transposed x, int members) {
      super("lookup", work, x, x.plane.positions(), members);
      this.words = new int[chunks()][];
      for (int chunk = 0; chunk < words.length; chunk++) {
        int p0 = chunk * POSITIONS;
        words[chunk] = new int[positions(chunk)];
        Arrays.setAll(words[chunk], i -> plane.base(p0 + i) * x.lanes());
      }
      this.outs = Panels.ramp(o, depth);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    void run(int shard, int r0, int n, float[] out, int member) {
      int images = images(shard);
      for (int chunk = 0; chunk < words.length; chunk++) {
        float[] t = tables(shard, chunk, r0, n, images, member);
        for (int tap = 0; tap < plane.tapCount(); tap++) {
          Lookup.multiply(
              t,
              words[chunk].length,
              images,
              x.bits,
              x.at(shard, plane.tap(tap)),
              words[chunk],
              0,
              channels,
              out,
              tap * channels,
              outs,
              r0,
              n,
              chunk > 0,
              scratch[member]);
        }
      }
    }

    @Override
    void sumOutside(int shard, int images, int r, float[] dy, double[] ofTaps) {
      for (int p = 0; p < positions; p++) {
        int[] taps = plane.borderTaps(plane.borderCase(p));
        if (taps.length > 0) {
          double sum = 0;
          for (int i = 0; i < images; i++) {
            sum += dy[start(shard) + (i * positions + p) * o + r];
          }
          for (int t : taps) {
            ofTaps[t] += sum;
          }
        }
      }
    }
  }

  private static final class Pooled extends Blocks {
    private final Buffer argmax;
    private final Winners winners;
    private final int[][] border; // of each window at a border: itself, and its positions
    private final int[] windows;
    private final int[] taps;
    private final int[] outs;
    private final boolean overlap;

    Pooled(Work.FilterGradient work, Transposed x, int members) {
      this(work, x, Plane.windows(work.pooling().input(), work.pooling().window()), members);
    }

    private Pooled(Work.FilterGradient work, Transposed x, int[] positions, int members) {
      super("pooled lookup", work, x, positions.length / 4, members);
      this.argmax = work.pooling().argmax();
      this.winners = first(new Winners(argmax, batch, this.positions, o));
      this.border = border(positions);
      this.windows = InputGradients.pixels(plane, positions, x.lanes());
      int[] columns = InputGradients.columns(plane, channels, x.lanes());
      this.taps = PooledLookup.wholeColumns(together(columns));
      int[] ramp = Panels.ramp(columns.length, Panels.WIDTH);
      this.outs = PooledLookup.wholeColumns(together(ramp));
      this.overlap = PooledLookup.overlaps(taps, windows);
    }

    private int[][] border(int[] windows) {
      return IntStream.range(0, windows.length / 4)
          .mapToObj(
              w ->
                  new int[] {
                    w, windows[4 * w], windows[4 * w + 1], windows[4 * w + 2], windows[4 * w + 3]
                  })
          .filter(w -> IntStream.range(1, 5).anyMatch(i -> outsideOf(w[i]).length > 0))
          .toArray(int[][]::new);
    }

    private int[] outsideOf(int position) {
      return plane.borderTaps(plane.borderCase(position));
    }

    @Override
    void sumOutside(int shard, int images, int r, float[] dy, double[] ofTaps) {
      int[] winner = HeapStorage.ints(argmax, 0);
      for (int[] window : border) {
        for (int i = 0; i < images; i++) {
          int at = start(shard) + (i * positions + window[0]) * o + r;
          for (int t : outsideOf(window[1 + winner[at]])) {
            ofTaps[t] += dy[at];
          }
        }
      }
    }

    /** The columns of all taps for the same channels side by side. */
    private int[] together(int[] columns) {
      int perTap = channels / Panels.WIDTH;
      int[] together = new int[columns.length];
      for (int i = 0; i < columns.length; i++) {
        together[i % perTap * plane.tapCount() + i / perTap] = columns[i];
      }
      return together;
    }

    @Override
    void run(int shard, int r0, int n, float[] out, int member) {
      Arrays.fill(out, r0 * depth, (r0 + n) * depth, 0);
      for (int chunk = 0; chunk < chunks(); chunk++) {
        float[] t = tables(shard, chunk, r0, n, BatchSums.SHARD, member);
        int p0 = chunk * POSITIONS;
        for (int row = 0; row < n; row++) {
          PooledLookup.multiply(
              t,
              row,
              positions(chunk),
              x.bits,
              x.at(shard, 0),
              windows,
              4 * p0,
              taps,
              winners.low,
              winners.high,
              (shard * positions + p0) * o + r0 + row,
              o,
              out,
              (r0 + row) * depth,
              outs,
              overlap);
        }
      }
    }
  }
}
