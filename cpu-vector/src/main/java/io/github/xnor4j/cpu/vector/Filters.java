package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Filters in the layouts that products read, made once a run for all products of a plan. Of latent
 * weights lanes are output channels already, so neither the sign nor the transpose is computed by
 * itself.
 */
final class Filters {
  private final Map<Work.Filter, Bits> bits = new HashMap<>();
  private final Map<Work.Filter, Floats> floats = new HashMap<>();

  /** A filter's bits in panels. */
  Bits bits(Work.Filter filter) {
    Work.Filter key = new Work.Filter(filter.buffer(), filter.latent(), filter.shape(), 1);
    return bits.computeIfAbsent(key, Bits::new);
  }

  /** A filter's floats, or the integers that they stand for, in a panel. */
  Floats floats(Work.Filter filter) {
    return floats.computeIfAbsent(filter, Floats::new);
  }

  /** Size of a filter [O, D, H, W, C]. */
  record Size(int o, int taps, int channels) {
    static Size of(Shape shape) {
      int o = shape.dim(0);
      return new Size(o, shape.elements() / o / shape.dim(4), shape.dim(4));
    }

    /** Elements of an output channel. */
    int depth() {
      return taps * channels;
    }

    int words() {
      return Lookup.words(channels);
    }

    int columns() {
      return Panels.padded(o);
    }

    /** Where word k of output channel o stands in panels of bits. */
    int word(int k, int o) {
      return Panels.word(k, o, taps * words());
    }
  }

  /** Bits in panels of channels, see {@link Panels#word}. A task is a word of all channels. */
  static final class Bits extends Prepared {
    private final Work.Filter from;
    private final Size size;
    private final int[] panel;

    private Bits(Work.Filter from) {
      super("pack filter", Size.of(from.shape()).taps() * words(from), from.buffer());
      this.from = from;
      this.size = Size.of(from.shape());
      this.panel = ownInts(1, tasks() * size.columns() + Panels.GUARD)[0];
    }

    private static int words(Work.Filter from) {
      return Size.of(from.shape()).words();
    }

    int[] panel() {
      return panel;
    }

    Size size() {
      return size;
    }

    @Override
    public void run(int k, int first, int count, int member) {
      if (from.latent()) {
        packLatent(k, HeapStorage.floats(from.buffer(), member));
        return;
      }
      int[] in = HeapStorage.ints(from.buffer(), member);
      for (int o = 0; o < size.o(); o++) {
        panel[size.word(k, o)] = in[o * size.taps() * size.words() + k];
      }
    }

    private void packLatent(int k, float[] latent) {
      int words = size.words();
      int c0 = k % words * 32;
      int n = Math.min(32, size.channels() - c0);
      int row = k / words * size.channels() + c0;
      for (int o = 0; o < size.o(); o += Panels.WIDTH) {
        int columns = Math.min(Panels.WIDTH, size.o() - o);
        ColumnBits.pack(latent, row * size.o() + o, size.o(), n, columns, panel, size.word(k, o));
      }
    }
  }

  /** A panel of floats: element k of output channel o at k * padded(O) + o. A task is a tap. */
  static final class Floats extends Prepared {
    private final Work.Filter from;
    private final Size size;
    private final float[] panel;

    private Floats(Work.Filter from) {
      super("panel of filter", Size.of(from.shape()).taps(), from.buffer());
      this.from = from;
      this.size = Size.of(from.shape());
      this.panel = ownFloats(1, size.depth() * size.columns() + Panels.GUARD)[0];
    }

    float[] panel() {
      return panel;
    }

    Size size() {
      return size;
    }

    @Override
    public void run(int tap, int first, int count, int member) {
      Buffer buffer = from.buffer();
      float factor = from.denominator();
      for (int c = 0; c < size.channels(); c++) {
        int k = tap * size.channels() + c;
        for (int o = 0; o < size.o(); o++) {
          float value;
          if (from.latent()) {
            value = HeapStorage.floats(buffer, member)[k * size.o() + o] < 0 ? -1 : 1;
          } else if (buffer.dtype() == DType.BIT) {
            value = sign(HeapStorage.ints(buffer, member), o, tap, c);
          } else {
            value = HeapStorage.floats(buffer, member)[o * size.depth() + k];
          }
          panel[k * size.columns() + o] =
              factor == 1 ? value : (float) Math.rint((double) value * factor);
        }
      }
    }

    private float sign(int[] bits, int o, int tap, int c) {
      int word = bits[(o * size.taps() + tap) * size.words() + c / 32];
      return (word >>> c % 32 & 1) != 0 ? -1 : 1;
    }
  }

  /**
   * What is added to an output position for the taps that lie in the padding, since their bits were
   * counted as +1: a table [border case][O] of (padValue - 1) times the sum of the filter's values
   * there. A task is a case.
   */
  static final class Border extends Prepared {
    private final Bits filter;
    private final Plane plane;
    private final double factor;
    private final float[] table;

    Border(Bits filter, Plane plane, float padValue) {
      super("border of filter", plane.borderCases());
      this.filter = first(filter);
      this.plane = plane;
      this.factor = (double) padValue - 1;
      this.table = ownFloats(1, plane.borderCases() * filter.size.o() + Panels.GUARD)[0];
    }

    float[] table() {
      return table;
    }

    @Override
    public void run(int which, int first, int count, int member) {
      Size size = filter.size;
      for (int o = 0; o < size.o(); o++) {
        int sum = 0;
        for (int t : plane.borderTaps(which)) {
          sum += size.channels() - 2 * negatives(t, o);
        }
        table[which * size.o() + o] = (float) (factor * sum);
      }
    }

    private int negatives(int tap, int o) {
      Size size = filter.size;
      int count = 0;
      for (int w = 0; w < size.words(); w++) {
        count += Integer.bitCount(filter.panel[size.word(tap * size.words() + w, o)]);
      }
      return count;
    }
  }

  /** Bits along the output channels, [O / 32][taps][lanes]. A task is a word of each. */
  static final class Transposed extends Prepared {
    private final Bits filter;
    private final int[] rows = new int[32];
    private final int[] bits;
    private final int[][] scratch;

    Transposed(Bits filter, int members) {
      super("transpose filter", filter.tasks());
      this.filter = first(filter);
      Arrays.setAll(rows, o -> filter.size.word(0, o));
      this.bits = ownInts(1, outWords() * filter.size.taps() * lanes() + Panels.GUARD)[0];
      this.scratch = ownInts(members, Lanes.SCRATCH);
    }

    int[] bits() {
      return bits;
    }

    /** Words of 32 output channels. */
    int outWords() {
      return Lookup.words(filter.size.o());
    }

    /** Channels of a tap, up to whole words. */
    int lanes() {
      return filter.size.words() * 32;
    }

    @Override
    public void run(int k, int first, int count, int member) {
      Size size = filter.size;
      for (int w = 0; w < outWords(); w++) {
        int n = Math.min(32, size.o() - w * 32);
        BitKernels.transpose(
            filter.panel,
            size.word(k, w * 32),
            rows,
            0,
            n,
            0,
            1,
            32,
            bits,
            (w * size.taps() * size.words() + k) * 32,
            0,
            scratch[member]);
      }
    }
  }

  /** Bits as floats, row by row: [O, taps * channels]. A task is an output channel. */
  static final class Rows extends Prepared {
    private final Bits filter;
    private final float[] rows;

    Rows(Bits filter) {
      super("rows of filter", filter.size.o());
      this.filter = first(filter);
      this.rows = ownFloats(1, filter.size.o() * filter.size.depth() + Panels.GUARD)[0];
    }

    float[] rows() {
      return rows;
    }

    @Override
    public void run(int o, int first, int count, int member) {
      Size size = filter.size;
      int at = o * size.depth();
      for (int w = 0; w < size.taps() * size.words(); w++) {
        int word = filter.panel[size.word(w, o)];
        int c0 = w % size.words() * 32;
        int end = Math.min(32, size.channels() - c0);
        for (int c = 0; c < end; c++) {
          rows[at++] = 1 - 2 * (word >>> c & 1);
        }
      }
    }
  }

  /** The index words of {@link PooledLookup#spread}. A task is an output channel. */
  static final class Index extends Prepared {
    private final Bits filter;
    private final int perTap;
    private final int[] index;

    Index(Bits filter) {
      super("index of filter", filter.size.o());
      this.filter = first(filter);
      this.perTap = filter.size.channels() / Panels.WIDTH;
      int vectors = filter.size.taps() * perTap;
      this.index = ownInts(1, PooledLookup.indexSize(filter.size.o(), vectors) + Panels.GUARD)[0];
    }

    int[] index() {
      return index;
    }

    @Override
    public void run(int o, int first, int count, int member) {
      Size size = filter.size;
      PooledLookup.spread(filter.panel, size.words(), size.taps(), perTap, o, index);
    }
  }
}
