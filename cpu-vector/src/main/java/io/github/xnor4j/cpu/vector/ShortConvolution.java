package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions of small integers, such as pixels, by bits where no sum leaves 16 bits: see {@link
 * ShortLookup}. Image by image, so that tables stay in the cache. There may be a max-pool behind.
 */
final class ShortConvolution extends Prepared {
  // Windows whose sums stay in the L1 cache between lookup and division. Few, since HotSpot
  // compiles
  // what is called often, and until then it is slow.
  private static final int CHUNK = 16;

  private final Work.Convolution work;
  private final Plane plane;
  private final int channels;
  private final int o;
  private final ShortTables tables;
  private final Index index;
  private final int pairs;
  private final short[][] inner;
  private final short[][] images;
  private final short[][] sums;
  private final short[][] rows;
  private final short[][] best;

  private ShortConvolution(
      Work.Convolution work, Plane plane, ShortTables tables, Filters filters, int members) {
    super(
        work.pooling() == null ? "16-bit lookup" : "16-bit lookup and max-pool", work.x().buffer());
    this.work = work;
    this.plane = plane;
    this.channels = work.geometry().input().dim(4);
    this.tables = tables;
    this.index = first(new Index(first(filters.bits(work.filter())), tables));
    this.o = work.filter().shape().dim(0);
    this.pairs = isPooled() ? tables.pairs() : 0;
    int n = plane.innerPixels() * channels;
    this.inner = plane.isPadded() ? ownShorts(members, n) : null;
    this.images = ownShorts(members, Math.max(plane.pixels() * channels, tables.elements()));
    this.sums = ownShorts(members, tables.size());
    this.rows = ownShorts(members, 4 * CHUNK * ShortLookup.WIDTH);
    this.best = isPooled() ? ownShorts(members, CHUNK * ShortLookup.WIDTH) : null;
    for (int i = 0; plane.isPadded() && i < members; i++) {
      Arrays.fill(images[i], (short) padding(work));
    }
  }

  /** The kernel; null where sums would not fit or there is nothing to look up. */
  static Kernel prepare(Work.Convolution work, Filters filters, int members) {
    Work.Geometry geometry = work.geometry();
    Work.Pooling pooling = work.pooling();
    if (!work.filter().isBits() || work.x().bound() == 0) {
      return null;
    }
    float padding = padding(work);
    // four times a sum and which row it is of, where there is a pool
    int factor = pooling == null ? 1 : 4;
    Plane plane = new Plane(geometry.input(), geometry.window());
    int channels = geometry.input().dim(4);
    double bound = Math.max(work.x().bound(), Math.abs(padding));
    double largest = bound * plane.tapCount() * channels * factor + factor - 1;
    if (padding != Math.rint(padding) || largest > Short.MAX_VALUE) {
      return null;
    }
    int[] starts = plane.rows(channels, 1);
    if (pooling != null) {
      int[] windows = Plane.windows(pooling.input(), pooling.window());
      starts = InputGradients.pixels(plane, windows, channels);
    }
    ShortTables tables = new ShortTables(geometry.window(), plane, channels, starts, factor);
    return tables.isWorthwhile()
        ? new ShortConvolution(work, plane, tables, filters, members)
        : null;
  }

  private static float padding(Work.Convolution work) {
    boolean padded = work.geometry().window().isPadded();
    return padded ? work.geometry().padValue() * work.x().denominator() : 0;
  }

  private boolean isPooled() {
    return work.pooling() != null;
  }

  @Override
  public void run(int tile, int first, int count, int member) {
    int perImage = tables.rows().length / (isPooled() ? 4 : 1);
    for (int i = 0; i < count; i++) {
      load(first, i, member);
      tables.make(images[member], sums[member]);
      int to = i * perImage * o;
      int chunk = isPooled() ? CHUNK : 4 * CHUNK;
      for (int from = 0; from < perImage; from += chunk) {
        int end = Math.min(from + chunk, perImage);
        if (isPooled()) {
          pool(from, end, first, to + from * o, member);
        } else {
          multiply(from, end, work.y().at(first) + to + from * o, member);
        }
      }
    }
  }

  /** The integers of an image. */
  private void load(int first, int i, int member) {
    Work.Source source = work.x();
    Buffer x = source.buffer();
    int at = x.at(first) + i * x.unit();
    int n = plane.innerPixels() * channels;
    short[] to = plane.isPadded() ? inner[member] : images[member];
    if (source.pixels() != null) {
      int multiplier = source.pixels().multiplier();
      int offset = source.pixels().offset();
      Pixels.integers(HeapStorage.bytes(x, member), at, n, multiplier, offset, to, 0);
    } else {
      ColumnBits.integers(HeapStorage.floats(x, member), at, n, source.denominator(), to, 0);
    }
    if (plane.isPadded()) {
      FloatPlane.copyInto(plane, channels, 1, to, 0, images[member]);
    }
  }

  private void multiply(int from, int end, int y0, int member) {
    int n = end - from;
    for (int c = 0; c < o; c += ShortLookup.WIDTH) {
      add(from, end, c, member);
      int cols = Math.min(ShortLookup.WIDTH, o - c);
      float[] y = HeapStorage.floats(work.y(), member);
      ShortLookup.quotients(rows[member], n, cols, work.divisor(), y, y0 + c, o);
    }
  }

  private void add(int from, int end, int c, int member) {
    int[] offsets = tables.offsets();
    Arrays.fill(rows[member], 0, (end - from) * ShortLookup.WIDTH, (short) 0);
    for (int k = 0; k < offsets.length; k += ShortLookup.PIECES) {
      ShortLookup.add(
          sums[member],
          tables.rows(),
          from,
          end,
          offsets,
          k,
          index.bits(),
          k * index.columns() + c,
          index.columns(),
          rows[member]);
    }
  }

  private void pool(int from, int end, int first, int to, int member) {
    Buffer argmax = work.pooling().argmax();
    int n = end - from;
    for (int c = 0; c < o; c += ShortLookup.WIDTH) {
      if (tables.offsets().length > ShortLookup.PIECES) {
        add(4 * from, 4 * end, c, member);
        ShortLookup.best(rows[member], n, best[member]);
      } else if (pairs > 0) {
        ShortLookup.bestOfPairs(
            sums[member],
            tables.rows(),
            pairs,
            from,
            end,
            tables.offsets(),
            index.bits(),
            c,
            index.columns(),
            best[member]);
      } else {
        ShortLookup.best(
            sums[member],
            tables.rows(),
            from,
            end,
            tables.offsets(),
            index.bits(),
            c,
            index.columns(),
            best[member]);
      }
      ShortLookup.winners(
          best[member],
          n,
          Math.min(ShortLookup.WIDTH, o - c),
          work.divisor(),
          HeapStorage.floats(work.y(), member),
          work.y().at(first) + to + c,
          HeapStorage.ints(argmax, member),
          argmax.at(first) + to + c,
          o);
    }
  }

  /** A filter's bits, piece by piece. A task is a piece. */
  private static final class Index extends Prepared {
    private final Filters.Bits filter;
    private final List<ShortTables.Piece> pieces;
    private final int columns;
    private final short[] bits;

    Index(Filters.Bits filter, ShortTables tables) {
      super("index of filter", tables.pieces().size());
      this.filter = first(filter);
      this.pieces = tables.pieces();
      int blocks = (filter.size().o() + ShortLookup.WIDTH - 1) / ShortLookup.WIDTH;
      this.columns = blocks * ShortLookup.WIDTH;
      this.bits = ownShorts(1, tables.offsets().length * columns)[0];
    }

    short[] bits() {
      return bits;
    }

    int columns() {
      return columns;
    }

    @Override
    public void run(int k, int first, int count, int member) {
      ShortTables.Piece piece = pieces.get(k);
      Filters.Size size = filter.size();
      for (int o = 0; o < size.o(); o++) {
        int of = 0;
        for (int j = 0; j < piece.length(); j++) {
          int tap = (piece.depth() + j) / size.channels();
          int channel = (piece.depth() + j) % size.channels();
          int word = filter.panel()[size.word(tap * size.words() + channel / 32, o)];
          of |= (word >>> channel & 1) << j;
        }
        bits[k * columns + o] = (short) of;
      }
    }
  }
}
