package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Geometry of a convolution over one image: the input lies in a plane with its padding round it, so
 * the tap t of output position p is pixel {@code base[p] + taps[t]} without any test for borders.
 */
public final class Plane {
  private final Extent inner;
  private final Extent outer;
  private final Window window;
  private final int[] bases;
  private final int[] taps;
  private final int[][] borderTaps;
  private final int[] borderCase;
  private final int[] rowStarts;

  /** The geometry of windows over images of shape [N, D, H, W, C]. */
  public Plane(Shape input, Window window) {
    this.window = window;
    this.inner = new Extent(input.dim(1), input.dim(2), input.dim(3));
    Extent before = window.before();
    Extent after = window.after();
    this.outer =
        new Extent(
            inner.depth() + before.depth() + after.depth(),
            inner.height() + before.height() + after.height(),
            inner.width() + before.width() + after.width());
    Extent out = window.outputs(input);
    this.bases = grid(out, window.stride());
    this.taps = grid(window.size(), window.dilation());
    this.borderCase = new int[bases.length];
    this.borderTaps = borders(out);
    this.rowStarts = starts();
  }

  private int[] grid(Extent extent, Extent step) {
    int[] pixels = new int[extent.volume()];
    for (int i = 0; i < pixels.length; i++) {
      int x = i % extent.width();
      int y = i / extent.width() % extent.height();
      int z = i / extent.width() / extent.height();
      pixels[i] = pixel(z * step.depth(), y * step.height(), x * step.width());
    }
    return pixels;
  }

  private int pixel(int z, int y, int x) {
    return (z * outer.height() + y) * outer.width() + x;
  }

  /** Distinct sets of taps that lie in the padding; case 0 is the empty set. */
  private int[][] borders(Extent out) {
    Map<List<Integer>, Integer> cases = new LinkedHashMap<>();
    cases.put(List.of(), 0);
    for (int p = 0; p < bases.length; p++) {
      List<Integer> outside = outsideTaps(out, p);
      Integer known = cases.putIfAbsent(outside, cases.size());
      borderCase[p] = known != null ? known : cases.size() - 1;
    }
    return cases.keySet().stream()
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private List<Integer> outsideTaps(Extent out, int p) {
    Extent k = window.size();
    int x = p % out.width();
    int y = p / out.width() % out.height();
    int z = p / out.width() / out.height();
    java.util.ArrayList<Integer> outside = new java.util.ArrayList<>();
    for (int t = 0; t < taps.length; t++) {
      int sx = window.source(2, x, t % k.width());
      int sy = window.source(1, y, t / k.width() % k.height());
      int sz = window.source(0, z, t / k.width() / k.height());
      boolean inside =
          sx >= 0
              && sx < inner.width()
              && sy >= 0
              && sy < inner.height()
              && sz >= 0
              && sz < inner.depth();
      if (!inside) {
        outside.add(t);
      }
    }
    return outside;
  }

  /** Pixels of the plane, padding included. */
  public int pixels() {
    return outer.volume();
  }

  /** Pixels of the input. */
  public int innerPixels() {
    return inner.volume();
  }

  /** Output positions. */
  public int positions() {
    return bases.length;
  }

  /** Number of taps. */
  public int tapCount() {
    return taps.length;
  }

  /** Whether there is padding round the input. */
  public boolean isPadded() {
    return window.isPadded();
  }

  /** Whether the output positions are the input's pixels, one tap each: a dense or 1x1 product. */
  public boolean isPoint() {
    return taps.length == 1 && !isPadded() && window.stride().equals(Extent.ONE);
  }

  /**
   * First pixel of each output position's window, times a factor, for {@code images} planes in a
   * row.
   */
  public int[] rows(int factor, int images) {
    int[] rows = new int[images * bases.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (i / bases.length * pixels() + bases[i % bases.length]) * factor;
    }
    return rows;
  }

  /**
   * Offsets of all elements that a window sees: taps, each of {@code perPixel} neighbouring
   * elements.
   */
  public int[] depth(int perPixel) {
    int[] offsets = new int[taps.length * perPixel];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = taps[i / perPixel] * perPixel + i % perPixel;
    }
    return offsets;
  }

  /** Pixel offset of a tap. */
  public int tap(int t) {
    return taps[t];
  }

  /** Taps that lie side by side in the plane, from each of {@link #runs} on. */
  public int runLength() {
    return window.dilation().width() == 1 ? window.size().width() : 1;
  }

  /** The first pixel of each run of neighbouring taps, times a factor. */
  public int[] runs(int factor) {
    int[] runs = new int[taps.length / runLength()];
    Arrays.setAll(runs, r -> taps[r * runLength()] * factor);
    return runs;
  }

  /** First pixel of an output position's window. */
  public int base(int p) {
    return bases[p];
  }

  /** Number of distinct sets of taps in the padding; case 0 has none. */
  public int borderCases() {
    return borderTaps.length;
  }

  /** The taps in the padding of a case. */
  public int[] borderTaps(int borderCase) {
    return borderTaps[borderCase];
  }

  /** The case of an output position. */
  public int borderCase(int position) {
    return borderCase[position];
  }

  /** Start of each row of the input inside the plane, for {@code innerPixels / rowLength} rows. */
  public int[] rowStarts() {
    return rowStarts;
  }

  private int[] starts() {
    int[] starts = new int[inner.depth() * inner.height()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] =
          pixel(
              i / inner.height() + window.before().depth(),
              i % inner.height() + window.before().height(),
              window.before().width());
    }
    return starts;
  }

  /** Pixels of a row of the input. */
  public int rowLength() {
    return inner.width();
  }

  /**
   * Pool windows: where each position's taps start in the list behind it, and for each tap inside
   * the input its pixel times a factor.
   */
  public int[][] insideTaps(int factor) {
    int[] starts = new int[bases.length + 1];
    int[] pixels = new int[bases.length * taps.length];
    int[][] ofTaps = tapPixels();
    int n = 0;
    for (int p = 0; p < bases.length; p++) {
      for (int t = 0; t < taps.length; t++) {
        int pixel = ofTaps[t][p];
        if (pixel >= 0) {
          pixels[n++] = pixel * factor;
        }
      }
      starts[p + 1] = n;
    }
    return new int[][] {starts, Arrays.copyOf(pixels, n)};
  }

  /** For each tap the pixel of the input that it reads at each output position, -1 for padding. */
  public int[][] tapPixels() {
    int[] ofPlane = new int[pixels()];
    Arrays.fill(ofPlane, -1);
    for (int i = 0; i < innerPixels(); i++) {
      ofPlane[rowStarts[i / rowLength()] + i % rowLength()] = i;
    }
    int[][] pixels = new int[taps.length][bases.length];
    for (int t = 0; t < taps.length; t++) {
      int tap = taps[t];
      Arrays.setAll(pixels[t], p -> ofPlane[bases[p] + tap]);
    }
    return pixels;
  }

  /**
   * Four positions of each pool window of at most four taps, of which none lies in padding; the
   * last one stands in for those that lack.
   */
  public static int[] windows(Shape input, Window window) {
    int taps = window.size().volume();
    int[][] inside = new Plane(input, window).insideTaps(1);
    int[] windows = new int[(inside[0].length - 1) * 4];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = inside[1][i / 4 * taps + Math.min(i % 4, taps - 1)];
    }
    return windows;
  }
}
