package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
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
    private final ChannelWalk walk;
    private final int divisor;
    private final float[][] scratch;

    Forward(Work.Convolution work, Filters filters, int members) {
      super("depthwise fma", work.x().buffer());
      this.y = work.y();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.filter = first(filters.floats(work.filter()));
      this.walk = walk(source, filter.size().columns());
      this.divisor = work.divisor();
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = HeapStorage.floats(y, member);
      for (int i = 0; i < count; i++) {
        int y0 = y.at(first) + i * y.unit();
        walk.multiply(
            source.floats(first, i, 1, member),
            source.offset(first, i),
            filter.panel(),
            out,
            y0,
            scratch[member]);
        if (divisor > 1) {
          Elementwise.div(out, y0, divisor, out, y0, y.unit());
        }
      }
    }
  }

  /** All windows of an image, and where their products lie. */
  private static ChannelWalk walk(FloatPlane source, int columns) {
    int[] rows = source.plane().rows(source.channels(), 1);
    return walk(source, columns, rows, Panels.ramp(rows.length, source.channels()));
  }

  /** Some windows of an image. */
  private static ChannelWalk walk(FloatPlane source, int columns, int[] rows, int[] outs) {
    Plane plane = source.plane();
    int[] taps = new int[plane.tapCount()];
    Arrays.setAll(taps, t -> plane.tap(t) * source.channels());
    int[] weights = Panels.ramp(taps.length, columns);
    return new ChannelWalk(rows, taps, weights, outs, source.channels());
  }

  /** The pixels of an image, those together that the same taps see: sums of as many products. */
  private static final class Seen {
    private Seen() {}

    /** All pixels of an image, by the taps that see them. */
    static List<ChannelWalk> of(Plane plane, int channels, int columns) {
      List<List<int[]>> seen = new ArrayList<>(); // of each pixel pairs of tap and position
      for (int i = 0; i < plane.innerPixels(); i++) {
        seen.add(new ArrayList<>());
      }
      int[][] inside = plane.tapPixels();
      // taps that lie later were read by positions in front: so these are in their order
      for (int t = plane.tapCount() - 1; t >= 0; t--) {
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
      List<ChannelWalk> all = new ArrayList<>();
      classes.forEach((taps, pixels) -> all.add(walk(taps, pixels, seen, channels, columns)));
      return all;
    }

    private static ChannelWalk walk(
        List<Integer> taps,
        List<Integer> pixels,
        List<List<int[]>> seen,
        int channels,
        int columns) {
      int[] positions = new int[pixels.size()];
      Arrays.setAll(
          positions, i -> taps.isEmpty() ? 0 : seen.get(pixels.get(i)).getFirst()[1] * channels);
      // windows lie evenly: from one tap's position to another's it is as far everywhere
      int[] offsets = new int[taps.size()];
      List<int[]> pairs = seen.get(pixels.getFirst());
      Arrays.setAll(offsets, j -> (pairs.get(j)[1] - pairs.getFirst()[1]) * channels);
      int[] weights = taps.stream().mapToInt(t -> t * columns).toArray();
      int[] outs = pixels.stream().mapToInt(i -> i * channels).toArray();
      return new ChannelWalk(positions, offsets, weights, outs, channels);
    }
  }

  /** The gradient of the input. */
  static final class InputGradient extends Prepared {
    private final FloatGradient g;
    private final Buffer dx;
    private final float[][] images; // of integers; null if dx holds floats
    private final Filters.Floats filter;
    private final List<ChannelWalk> seen;
    private final float[][] scratch;

    InputGradient(Work.InputGradient work, Filters filters, int members) {
      super("depthwise fma", work.g());
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.dx = work.dx();
      this.images = dx.dtype() == DType.I32 ? ownFloats(members, dx.unit() + Panels.GUARD) : null;
      int channels = work.geometry().input().dim(4);
      this.filter = first(filters.floats(work.filter()));
      Plane plane = new Plane(work.geometry().input(), work.geometry().window());
      this.seen = Seen.of(plane, channels, filter.size().columns());
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = images != null ? images[member] : HeapStorage.floats(dx, member);
      for (int i = 0; i < count; i++) {
        float[] in = g.floats(first, i, 1, member);
        int at = dx.at(first) + i * dx.unit();
        for (int s = 0; s < seen.size(); s++) {
          int x0 = images != null ? 0 : at;
          seen.get(s).multiply(in, g.offset(first, i), filter.panel(), out, x0, scratch[member]);
        }
        if (images != null) {
          FloatGradient.integers(out, 0, dx.unit(), HeapStorage.ints(dx, member), at);
        }
      }
    }
  }

  /** The gradient of the filter. */
  static final class FilterGradient extends Prepared {
    private final Buffer g;
    private final FloatPlane source;
    private final ChannelWalk walk;
    private final Domain domain;
    private final PartialSums partial;
    private final float[][] scratch;

    FilterGradient(Work.FilterGradient work, int members) {
      super("depthwise fma", work.x().buffer(), work.g());
      this.g = work.g();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.walk = walk(source, source.channels());
      this.domain = work.domain();
      this.partial = FilterGradients.ofTiles(work, source.channels(), members);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] sums = partial.of(tile, domain.begins(first));
      for (int i = 0; i < count; i++) {
        walk.addGradient(
            source.floats(first, i, 1, member),
            source.offset(first, i),
            HeapStorage.floats(g, member),
            g.at(first) + i * source.plane().positions() * source.channels(),
            sums,
            scratch[member]);
      }
    }
  }

  /** The same of integers. */
  static final class IntegerFilterGradient extends IntegerProducts.ExactSums {
    private final FloatGradient g;
    private final FloatPlane source;
    private final ChannelWalk[] walks; // of windows whose sums are exact
    private final float[][] scratch;

    IntegerFilterGradient(Work.FilterGradient work, int members) {
      super("depthwise fma", work, work.geometry().input().dim(4), members);
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      int channels = source.channels();
      int[][] rows = chunks(source.plane().rows(channels, 1), work);
      int[][] outs = chunks(Panels.ramp(source.plane().positions(), channels), work);
      this.walks = new ChannelWalk[rows.length];
      Arrays.setAll(walks, i -> walk(source, channels, rows[i], outs[i]));
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    int chunks() {
      return walks.length;
    }

    @Override
    void add(int first, int i, int chunk, float[] sums, int member) {
      walks[chunk].addGradient(
          source.floats(first, i, 1, member),
          source.offset(first, i),
          g.floats(first, i, 1, member),
          g.offset(first, i),
          sums,
          scratch[member]);
    }
  }
}
