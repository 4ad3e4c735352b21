package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.program.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which tables {@link ShortLookup} makes of an image, and where those of a window lie. A window is
 * cut into pieces of up to three elements at equal distances in the image. Pieces of one length are
 * a family: theirs are tables of the elements {@code first + i * step}, where the step is the
 * largest that meets all that any window reads.
 */
final class ShortTables {
  private static final int SUMS = ShortLookup.SUMS;
  private static final int TABLES = ShortLookup.TABLES;
  private static final int WIDTH = ShortLookup.WIDTH;

  // Elements of a window up to which lookups in 128 bits are faster than products of floats in 256.
  private static final int DEEP = 100;

  // Tables made by a call: HotSpot compiles what is called often, and until then it is slow.
  private static final int SOME = 16 * TABLES;

  private final int gap;
  private final int factor;
  private final int step;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Family> families = new ArrayList<>();
  private final int[] rows;
  private final int[] offsets;
  private int tables;

  /**
   * Elements of a window.
   *
   * @param depth place of the first in the filter
   * @param offset of the first in the image, from where the window begins
   */
  record Piece(int depth, int offset, int length) {}

  private record Family(int length, int first, int tables, int at, short[] pick, short[] sign) {}

  /**
   * Of the windows of a plane.
   *
   * @param starts element with which each row of the product begins
   * @param factor of all sums
   */
  ShortTables(Window window, Plane plane, int channels, int[] starts, int factor) {
    // of one channel the taps of a row are at equal distances, else neighbouring elements are
    this.gap = channels == 1 ? window.dilation().width() : 1;
    this.factor = factor;
    int run = (channels == 1 ? window.size().width() : plane.runLength()) * channels;
    for (int depth = 0; depth < plane.tapCount() * channels; depth++) {
      if (depth % run % ShortLookup.ELEMENTS == 0) {
        int offset = plane.tap(depth / channels) * channels + depth % channels;
        int length = Math.min(ShortLookup.ELEMENTS, run - depth % run);
        pieces.add(new Piece(depth, offset, length));
      }
    }
    this.step = step(starts);
    this.rows = Arrays.stream(starts).map(start -> start / step * SUMS).toArray();
    int last = Arrays.stream(starts).max().orElse(0) / step;
    for (int length = 1; length <= ShortLookup.ELEMENTS; length++) {
      addFamily(length, last);
    }
    int n = pieces.size();
    this.offsets = new int[(n + ShortLookup.PIECES - 1) / ShortLookup.PIECES * ShortLookup.PIECES];
    for (int i = 0; i < n; i++) {
      offsets[i] = offset(pieces.get(i));
    }
    if (n < offsets.length) { // the pieces that lack find zeros
      Arrays.fill(offsets, n, offsets.length, tables * SUMS);
      tables += last + 1;
    }
  }

  /**
   * Whether neighbours are in one vector, and looking up is faster than multiplying: tables are
   * long and shared, and where a vector is one table, few. (Measured on Zen 4; where a table is
   * read once only, products of floats are up to twice as fast.)
   */
  boolean isWorthwhile() {
    int reach = (TABLES - 1) * step + (ShortLookup.ELEMENTS - 1) * gap;
    int elements = pieces.stream().mapToInt(Piece::length).sum();
    return reach < WIDTH
        && elements >= 2 * pieces.size()
        && (long) rows.length * pieces.size() > tables
        && (TABLES > 1 || elements <= DEEP);
  }

  private int step(int[] starts) {
    int common = 0;
    for (int start : starts) {
      common = divisor(common, start - starts[0]);
    }
    int[] first = new int[ShortLookup.ELEMENTS + 1];
    Arrays.fill(first, -1);
    for (Piece piece : pieces) {
      int offset = first[piece.length] < 0 ? piece.offset : first[piece.length];
      first[piece.length] = offset;
      common = divisor(common, piece.offset - offset);
    }
    int largest = (WIDTH - 1 - (ShortLookup.ELEMENTS - 1) * gap) / Math.max(1, TABLES - 1);
    int found = Math.max(1, common);
    while (found > 1 && (found > largest || common % found != 0)) {
      found--;
    }
    return found;
  }

  private static int divisor(int a, int b) {
    return b == 0 ? Math.abs(a) : divisor(b, a % b);
  }

  private void addFamily(int length, int last) {
    int[] of =
        pieces.stream().filter(piece -> piece.length == length).mapToInt(Piece::offset).toArray();
    if (of.length == 0) {
      return;
    }
    int first = Arrays.stream(of).min().getAsInt();
    int n = last + (Arrays.stream(of).max().getAsInt() - first) / step + 1;
    int whole = (n + TABLES - 1) / TABLES * TABLES;
    short[] pick = new short[ShortLookup.ELEMENTS * WIDTH];
    short[] sign = new short[ShortLookup.ELEMENTS * WIDTH];
    for (int j = 0; j < length; j++) {
      for (int lane = 0; lane < WIDTH; lane++) {
        pick[j * WIDTH + lane] = (short) (lane / SUMS * step + j * gap);
        sign[j * WIDTH + lane] = (short) ((lane >> j & 1) != 0 ? -factor : factor);
      }
    }
    families.add(new Family(length, first, whole, tables * SUMS, pick, sign));
    tables += whole;
  }

  private int offset(Piece piece) {
    for (Family family : families) {
      if (family.length == piece.length) {
        return family.at + (piece.offset - family.first) / step * SUMS;
      }
    }
    throw new IllegalStateException("no family of " + piece);
  }

  /** The pieces of a window. */
  List<Piece> pieces() {
    return pieces;
  }

  /** Offset of each piece's table from {@link #rows}, up to a multiple of those added at a time. */
  int[] offsets() {
    return offsets;
  }

  /** Where the tables of each row begin. */
  int[] rows() {
    return rows;
  }

  /** Elements of an image that are read, with those of the last vector. */
  int elements() {
    int end = 0;
    for (Family family : families) {
      end = Math.max(end, family.first + (family.tables - TABLES) * step + WIDTH);
    }
    return end;
  }

  /** Sums of all tables, up to the last vector. */
  int size() {
    return tables * SUMS + WIDTH;
  }

  /**
   * How many lanes behind the first and third row of each four the tables of the second and fourth
   * lie, where these are in the same vectors; else 0.
   */
  int pairs() {
    int lanes = rows[1] - rows[0];
    boolean paired = lanes > 0 && lanes <= WIDTH - SUMS;
    for (int r = 0; r < rows.length; r += 2) {
      paired &= rows[r + 1] - rows[r] == lanes;
    }
    return paired ? lanes : 0;
  }

  /** Makes the tables of an image. */
  void make(short[] image, short[] to) {
    for (Family f : families) {
      for (int i = 0; i < f.tables; i += SOME) {
        int n = Math.min(SOME, f.tables - i);
        ShortLookup.tables(image, f.first + i * step, step, n, f.pick, f.sign, to, f.at + i * SUMS);
      }
    }
  }
}
