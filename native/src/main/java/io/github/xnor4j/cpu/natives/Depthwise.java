package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions of one channel a group and one filter for each: nothing is summed over channels, so
 * lanes are channels.
 */
final class Depthwise {
  private Depthwise() {}

  /** Whether a convolution is of one channel a group with one filter each. */
  static boolean takes(Work.Geometry geometry, int filters) {
    int channels = geometry.input().dim(4);
    return geometry.groups() == channels && filters == channels;
  }

  private static FilterLayouts.Packed filter(Work.Filter filter, Context context) {
    return context.filters().panel(filter, FilterLayouts.Form.FLOAT_COLUMNS, false, 1);
  }

  /** Which element and which row of the filter meet, for each pixel of a result. */
  private static final class Terms {
    private final int[] starts;
    private final List<int[]> pairs = new ArrayList<>();

    private Terms(int rows) {
      this.starts = new int[rows + 1];
    }

    void add(int row, int pixel, int tap) {
      pairs.add(new int[] {pixel, tap});
      starts[row + 1] = pairs.size();
    }

    Struct describe(Struct struct, int channels, int stride) {
      for (int i = 1; i < starts.length; i++) { // a pixel that nothing sees
        starts[i] = Math.max(starts[i], starts[i - 1]);
      }
      return struct
          .number(starts.length - 1L)
          .ints(starts)
          .ints(pairs.stream().mapToInt(pair -> pair[0] * channels).toArray())
          .ints(pairs.stream().mapToInt(pair -> pair[1] * stride).toArray());
    }
  }

  /** The product. */
  static final class Forward extends NativeKernel {
    Forward(Work.Convolution work, Context context) {
      super(context, "depthwise fma", "depthwise", 0, work.x().buffer());
      Work.Geometry geometry = work.geometry();
      Plane plane = new Plane(geometry.input(), geometry.window());
      int channels = geometry.input().dim(4);
      FilterLayouts.Packed filter = first(filter(work.filter(), context));
      Terms terms = new Terms(plane.positions());
      for (int p = 0; p < plane.positions(); p++) {
        for (int t = 0; t < plane.tapCount(); t++) {
          terms.add(p, plane.base(p) + plane.tap(t), t);
        }
      }
      pointTile(work.x().buffer());
      pointTile(work.y());
      long pixels = (long) plane.pixels() * channels;
      Sources.pad(pointScratch(4 * pixels), work.x(), geometry, pixels, false);
      Struct struct = context.struct().plane(plane, channels);
      Sources.describe(work.x(), struct);
      build(
          terms
              .describe(struct, channels, FilterLayouts.padded(channels, FilterLayouts.WIDTH))
              .pointer(filter.panel())
              .number(work.divisor()));
    }
  }

  /** The gradient of the input: of each pixel from all positions that see it. */
  static final class InputGradient extends NativeKernel {
    InputGradient(Work.InputGradient work, Context context) {
      super(context, "depthwise fma", "depthwise", 0, work.g());
      Work.Geometry geometry = work.geometry();
      Plane plane = new Plane(geometry.input(), geometry.window());
      int channels = geometry.input().dim(4);
      FilterLayouts.Packed filter = first(filter(work.filter(), context));
      int[][] inside = plane.tapPixels();
      List<List<int[]>> seen = new ArrayList<>(); // of each pixel positions and taps
      for (int i = 0; i < plane.innerPixels(); i++) {
        seen.add(new ArrayList<>());
      }
      for (int p = 0; p < plane.positions(); p++) {
        for (int t = 0; t < plane.tapCount(); t++) {
          if (inside[t][p] >= 0) {
            seen.get(inside[t][p]).add(new int[] {p, t});
          }
        }
      }
      Terms terms = new Terms(plane.innerPixels());
      for (int i = 0; i < seen.size(); i++) {
        for (int[] pair : seen.get(i)) {
          terms.add(i, pair[0], pair[1]);
        }
      }
      pointTile(work.g());
      pointTile(work.dx());
      pointNowhere(); // gradients lie in no plane
      Shape g = Shape.of(geometry.input().dim(0), 1, 1, Math.max(1, plane.positions()), channels);
      Struct struct = context.struct().plane(new Plane(g, Window.point()), channels);
      Sources.describeAsTheyLie(struct);
      build(
          terms
              .describe(struct, channels, FilterLayouts.padded(channels, FilterLayouts.WIDTH))
              .pointer(filter.panel())
              .number(1));
    }
  }

  /** The gradient of the filter, tile by tile. */
  static final class FilterGradient extends NativeKernel {
    FilterGradient(Work.FilterGradient work, Context context) {
      super(context, "depthwise fma", "depthwise_dw", 0, FilterGradients.buffersOf(work));
      Work.Geometry geometry = work.geometry();
      Plane plane = new Plane(geometry.input(), geometry.window());
      int channels = geometry.input().dim(4);
      int stride = FilterLayouts.padded(channels, FilterLayouts.WIDTH);
      long elements = (long) plane.tapCount() * stride;
      int tiles = FilterGradients.tiles(work);
      MemorySegment parts = own(4 * elements * tiles);
      pointTile(work.x().buffer());
      pointTile(work.g());
      pointSums(parts, 4 * elements, work.domain());
      long pixels = (long) plane.pixels() * channels;
      Sources.pad(pointScratch(4 * pixels), work.x(), geometry, pixels, false);
      Struct struct = context.struct().plane(plane, channels);
      Sources.describe(work.x(), struct);
      build(GroupedProducts.windows(struct, plane, channels, channels).number(stride));
      finishBy(
          new FilterGradients.Sum(
              context,
              work,
              parts,
              tiles,
              new FilterGradients.Layout(elements, plane.tapCount(), stride, 1)));
    }
  }
}
