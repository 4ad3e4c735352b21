package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * Convolutions of several groups: each group's products are those of fewer channels, found where
 * they lie by lists of offsets. Bits are unpacked, since a group's may begin within a word. Of one
 * channel each: {@link Depthwise}.
 */
final class GroupedProducts {
  // Of integers: sums of fewer cost more to bring from floats to ints than to make.
  private static final int LEAST_WINDOWS = 64;

  private GroupedProducts() {}

  /** The kernel, or null. */
  static Kernel prepare(Work.Convolution work, Filters filters, int members) {
    if (work.pooling() != null || work.y().dtype() != DType.F32) {
      return null;
    }
    return Depthwise.takes(work.geometry(), work.filter().shape().dim(0))
        ? new Depthwise.Forward(work, filters, members)
        : new Forward(work, filters, members);
  }

  /** The kernel, or null. */
  static Kernel prepare(Work.InputGradient work, Filters filters, int members) {
    Shape filter = work.filter().shape();
    int terms = filter.elements() / filter.dim(4) / work.geometry().groups(); // of an element
    boolean exact = work.filter().isBits() && FloatGradient.isExact(work.limit(), terms);
    if (work.pooling() != null || work.g().dtype() == DType.I16 && !exact) {
      return null;
    }
    return Depthwise.takes(work.geometry(), work.filter().shape().dim(0))
        ? new Depthwise.InputGradient(work, filters, members)
        : new InputGradient(work, filters, members);
  }

  /** The kernel, or null. */
  static Kernel prepare(Work.FilterGradient work, int members) {
    boolean integers = work.g().dtype() == DType.I16;
    if (work.pooling() != null || integers && !isExact(work)) {
      return null;
    }
    if (Depthwise.takes(work.geometry(), work.dw().shape().dim(0))) {
      return integers
          ? new Depthwise.IntegerFilterGradient(work, members)
          : new Depthwise.FilterGradient(work, members);
    }
    return integers ? new IntegerFilterGradient(work, members) : new FilterGradient(work, members);
  }

  /** Whether sums of enough windows are exact in floats. */
  private static boolean isExact(Work.FilterGradient work) {
    long largest = work.x().largest();
    return largest > 0 && FloatGradient.exactTerms(work.limit(), largest) >= LEAST_WINDOWS;
  }

  /** Offsets of what a window sees of a group's channels. */
  private static int[] depth(Plane plane, int channels, int groups) {
    int perGroup = channels / groups;
    int[] depth = new int[plane.tapCount() * perGroup];
    for (int i = 0; i < depth.length; i++) {
      depth[i] = plane.tap(i / perGroup) * channels + i % perGroup;
    }
    return depth;
  }

  private static final class Forward extends Prepared {
    private final Buffer y;
    private final FloatPlane source;
    private final Filters.Floats filter;
    private final int groups;
    private final int[] rows;
    private final int[] depth;
    private final int[] panelRows;
    private final int[] outs;
    private final int divisor;
    private final float[][] scratch;

    Forward(Work.Convolution work, Filters filters, int members) {
      super("grouped fma", work.x().buffer());
      this.y = work.y();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.filter = first(filters.floats(work.filter()));
      this.groups = work.geometry().groups();
      Plane plane = source.plane();
      this.rows = plane.rows(source.channels(), 1);
      this.depth = depth(plane, source.channels(), groups);
      this.panelRows = Panels.ramp(depth.length, filter.size().columns());
      this.outs = Panels.ramp(rows.length, filter.size().o());
      this.divisor = work.divisor();
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      float[] out = HeapStorage.floats(y, member);
      int in = source.channels() / groups;
      int columns = filter.size().o() / groups;
      for (int i = 0; i < count; i++) {
        float[] a = source.floats(first, i, 1, member);
        int y0 = y.at(first) + i * y.unit();
        for (int group = 0; group < groups; group++) {
          FloatGemm.gemm(
              a,
              source.offset(first, i) + group * in,
              rows,
              depth,
              depth.length,
              filter.panel(),
              group * columns,
              panelRows,
              columns,
              out,
              y0 + group * columns,
              outs,
              0,
              rows.length,
              false,
              scratch[member]);
        }
        if (divisor > 1) {
          Elementwise.div(out, y0, divisor, out, y0, y.unit());
        }
      }
    }
  }

  private static final class InputGradient extends GradientSums {
    private final FloatGradient g;
    private final Buffer filter;
    private final Filters.Rows unpacked;
    private final Filters.Size size;
    private final int groups;
    private final int[] rows;
    private final int[] outs;
    private final int[] depth;
    private final int[] filterRows;
    private final float[][] scratch;

    InputGradient(Work.InputGradient work, Filters filters, int members) {
      super("grouped fma", work, DType.F32, work.domain().tile(), members, reads(work));
      this.g = new FloatGradient(work.g(), images(), members, this);
      this.filter = work.filter().buffer();
      this.unpacked =
          work.filter().isBits() ? first(new Filters.Rows(filters.bits(work.filter()))) : null;
      this.size = Filters.Size.of(work.filter().shape());
      this.groups = work.geometry().groups();
      this.rows = Panels.ramp(images() * plane().positions(), size.o());
      this.outs = plane().rows(channels(), images());
      this.depth = Panels.ramp(size.o() / groups, 1);
      this.filterRows = Panels.ramp(depth.length, size.depth());
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    private static Buffer[] reads(Work.InputGradient work) {
      return work.filter().isBits()
          ? new Buffer[] {work.g()}
          : new Buffer[] {work.g(), work.filter().buffer()};
    }

    @Override
    void add(int first, int i, int count, int member) {
      float[] b = unpacked != null ? unpacked.rows() : HeapStorage.floats(filter, member);
      Plane plane = plane();
      float[] in = g.floats(first, i, count, member);
      int g0 = g.offset(first, i);
      int perGroup = size.channels();
      for (int group = 0; group < groups; group++) {
        for (int t = 0; t < plane.tapCount(); t++) {
          FloatGemm.gemm(
              in,
              g0 + group * depth.length,
              rows,
              depth,
              depth.length,
              b,
              group * depth.length * size.depth() + t * perGroup,
              filterRows,
              perGroup,
              floats(member),
              offset(first, i) + plane.tap(t) * channels() + group * perGroup,
              outs,
              0,
              count * plane.positions(),
              true,
              scratch[member]);
        }
      }
    }
  }

  private static final class FilterGradient extends Prepared {
    private final Buffer g;
    private final FloatPlane source;
    private final int groups;
    private final int o;
    private final int[] rows;
    private final int[] pixels;
    private final int[] gradients;
    private final int[] outs;
    private final Domain domain;
    private final PartialSums partial;
    private final float[][] scratch;

    FilterGradient(Work.FilterGradient work, int members) {
      super("grouped fma", work.x().buffer(), work.g());
      this.g = work.g();
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.groups = work.geometry().groups();
      this.o = work.dw().shape().dim(0);
      this.rows = depth(source.plane(), source.channels(), groups);
      this.pixels = source.plane().rows(source.channels(), 1);
      this.gradients = Panels.ramp(pixels.length, o);
      this.outs = Panels.ramp(rows.length, o);
      this.domain = work.domain();
      this.partial = FilterGradients.ofTiles(work, o, members);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
      finishBy(partial);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int in = source.channels() / groups;
      int columns = o / groups;
      for (int i = 0; i < count; i++) {
        float[] a = source.floats(first, i, 1, member);
        for (int group = 0; group < groups; group++) {
          FloatGemm.gemm(
              a,
              source.offset(first, i) + group * in,
              rows,
              pixels,
              pixels.length,
              HeapStorage.floats(g, member),
              g.at(first) + i * pixels.length * o + group * columns,
              gradients,
              columns,
              partial.of(tile),
              group * columns,
              outs,
              0,
              rows.length,
              i > 0 || !domain.begins(first),
              scratch[member]);
        }
      }
    }
  }

  /** The same of integers. */
  private static final class IntegerFilterGradient extends IntegerProducts.ExactSums {
    private final FloatGradient g;
    private final FloatPlane source;
    private final int groups;
    private final int o;
    private final int[] rows;
    private final int[][] pixels; // of windows whose sums are exact
    private final int[][] gradients;
    private final int[] outs;
    private final float[][] scratch;

    IntegerFilterGradient(Work.FilterGradient work, int members) {
      super("grouped fma", work, work.dw().shape().dim(0), members);
      this.g = new FloatGradient(work.g(), 1, members, this);
      this.source = new FloatPlane(work.x(), work.geometry(), 1, members, this);
      this.groups = work.geometry().groups();
      this.o = work.dw().shape().dim(0);
      this.rows = depth(source.plane(), source.channels(), groups);
      this.pixels = chunks(source.plane().rows(source.channels(), 1), work);
      this.gradients = chunks(Panels.ramp(source.plane().positions(), o), work);
      this.outs = Panels.ramp(rows.length, o);
      this.scratch = ownFloats(members, Lanes.SCRATCH);
    }

    @Override
    int chunks() {
      return pixels.length;
    }

    @Override
    void add(int first, int i, int chunk, float[] sums, int member) {
      float[] a = source.floats(first, i, 1, member);
      float[] dy = g.floats(first, i, 1, member);
      int in = source.channels() / groups;
      int columns = o / groups;
      for (int group = 0; group < groups; group++) {
        FloatGemm.gemm(
            a,
            source.offset(first, i) + group * in,
            rows,
            pixels[chunk],
            pixels[chunk].length,
            dy,
            g.offset(first, i) + group * columns,
            gradients[chunk],
            columns,
            sums,
            group * columns,
            outs,
            0,
            rows.length,
            false,
            scratch[member]);
      }
    }
  }
}
