package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Convolutions of one channel a group and one filter for each: nothing is summed over channels, so
 * lanes are channels. Bits are unpacked an image at a time, in the L2 cache: what such a product
 * takes is the time to write its floats. An image is also what the gradient of a filter is summed
 * over before the next one is read.
 */
final class Depthwise {
  // Positions at a time of a filter's gradient: what all its taps see of them is in the L1 cache.
  private static final int POSITIONS = 32;

  private Depthwise() {}

  /** Whether a convolution is of one channel a group with one filter each. */
  static boolean takes(Work.Geometry geometry, int filters) {
    int channels = geometry.input().dim(4);
    return geometry.groups() == channels && filters == channels;
  }

  /** The product. */
  static final class Forward extends Prepared {
    private final Buffer y;
    private final FloatPlane source;
    private final Filters.Floats filter;
    private final int[] rows;
    private final int[] taps;
    private final int[] weights;
    private final int[] outs;
    private final int divisor;
    private final float[][] scratch;

    Forward(Work.Convolution work, Filters filters, int members) {
      super("depthwise fma", work.x().buffer());
      this.y = work.y();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.filter = first(filters.floats(work.filter()));
      Plane plane = source.plane();
      this.rows = plane.rows(source.channels(), 1);
      this.taps = taps(plane, source.channels());
      this.weights = Panels.ramp(taps.length, filter.size().columns());
      this.outs = Panels.ramp(rows.length, source.channels());
      this.divisor = work.divisor();
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = HeapStorage.floats(y, member);
      for (int i = 0; i < count; i++) {
        int y0 = y.at(first) + i * y.unit();
        ChannelProducts.multiply(
            source.floats(first, i, 1, member),
            source.offset(first, i),
            rows,
            0,
            rows.length,
            taps,
            filter.panel(),
            0,
            weights,
            0,
            weights.length,
            source.channels(),
            out,
            y0,
            outs,
            false,
            scratch[member]);
        if (divisor > 1) {
          Elementwise.div(out, y0, divisor, out, y0, y.unit());
        }
      }
    }
  }

  private static int[] taps(Plane plane, int channels) {
    int[] taps = new int[plane.tapCount()];
    Arrays.setAll(taps, t -> plane.tap(t) * channels);
    return taps;
  }

  /**
   * Pixels that the same taps see, so that their gradients are sums of as many products.
   *
   * @param pixels where each is written
   * @param positions where the gradient of the first tap's position lies, of each pixel
   * @param gradients from there to those of all taps' positions
   * @param weights where their weights lie
   */
  private record Seen(int[] pixels, int[] positions, int[] gradients, int[] weights) {
    /** All pixels of an image, by the taps that see them. */
    static List<Seen> of(Plane plane, int channels, int columns) {
      List<List<int[]>> seen = new ArrayList<>(); // of each pixel pairs of tap and position
      for (int i = 0; i < plane.innerPixels(); i++) {
        seen.add(new ArrayList<>());
      }
      int[][] inside = plane.tapPixels();
      for (int t = 0; t < plane.tapCount(); t++) {
        for (int p = 0; p < plane.positions(); p++) {
          int pixel = inside[t][p];
          if (pixel >= 0) {
            seen.get(pixel).add(new int[] {t, p});
          }
        }
      }
      Map<List<Integer>, List<Integer>> classes = new LinkedHashMap<>();
      for (int i = 0; i < seen.size(); i++) {
        List<Integer> taps = seen.get(i).stream().map(pair -> pair[0]).toList();
        classes.computeIfAbsent(taps, key -> new ArrayList<>()).add(i);
      }
      List<Seen> all = new ArrayList<>();
      classes.forEach(
          (taps, pixels) -> {
            // windows lie evenly: from one tap's position to another's it is as far everywhere
            int[] offsets = new int[taps.size()];
            List<int[]> pairs = seen.get(pixels.getFirst());
            Arrays.setAll(offsets, j -> (pairs.get(j)[1] - pairs.getFirst()[1]) * channels);
            all.add(
                new Seen(
                    pixels.stream().mapToInt(i -> i * channels).toArray(),
                    pixels.stream()
                        .mapToInt(i -> taps.isEmpty() ? 0 : seen.get(i).getFirst()[1] * channels)
                        .toArray(),
                    offsets,
                    taps.stream().mapToInt(t -> t * columns).toArray()));
          });
      return all;
    }
  }

  /** The gradient of the input. */
  static final class InputGradient extends Prepared {
    private final Buffer g;
    private final Buffer dx;
    private final int channels;
    private final Filters.Floats filter;
    private final List<Seen> seen;
    private final float[][] scratch;

    InputGradient(Work.InputGradient work, Filters filters, int members) {
      super("depthwise fma", work.g());
      this.g = work.g();
      this.dx = work.dx();
      this.channels = work.geometry().input().dim(4);
      this.filter = first(filters.floats(work.filter()));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      this.seen = Seen.of(plane, channels, filter.size().columns());
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] in = HeapStorage.floats(g, member);
      float[] out = HeapStorage.floats(dx, member);
      for (int i = 0; i < count; i++) {
        for (int s = 0; s < seen.size(); s++) {
          Seen pixels = seen.get(s);
          ChannelProducts.multiply(
              in,
              g.at(first) + i * g.unit(),
              pixels.positions(),
              0,
              pixels.positions().length,
              pixels.gradients(),
              filter.panel(),
              0,
              pixels.weights(),
              0,
              pixels.weights().length,
              channels,
              out,
              dx.at(first) + i * dx.unit(),
              pixels.pixels(),
              false,
              scratch[member]);
        }
      }
    }
  }

  /** The gradient of the filter. */
  static final class FilterGradient extends Prepared {
    private final Buffer g;
    private final FloatPlane source;
    private final int[] taps;
    private final int[] pixels;
    private final int[] gradients;
    private final int[] outs;
    private final PartialSums partial;
    private final float[][] scratch;

    FilterGradient(Work.FilterGradient work, int members) {
      super("depthwise fma", work.x().buffer(), work.g());
      this.g = work.g();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      int channels = source.channels();
      this.taps = taps(source.plane(), channels);
      this.pixels = source.plane().rows(channels, 1);
      this.gradients = Panels.ramp(pixels.length, channels);
      this.outs = Panels.ramp(taps.length, channels);
      this.partial = FilterGradients.ofTiles(work, channels, members);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] sums = partial.of(tile);
      Arrays.fill(sums, 0);
      for (int i = 0; i < count; i++) {
        float[] a = source.floats(first, i, 1, member);
        for (int p = 0; p < pixels.length; p += POSITIONS) {
          ChannelProducts.multiply(
              a,
              source.offset(first, i),
              taps,
              0,
              taps.length,
              pixels,
              HeapStorage.floats(g, member),
              g.at(first) + i * pixels.length * source.channels(),
              gradients,
              p,
              Math.min(pixels.length, p + POSITIONS),
              source.channels(),
              sums,
              0,
              outs,
              true,
              scratch[member]);
        }
      }
    }
  }
}
