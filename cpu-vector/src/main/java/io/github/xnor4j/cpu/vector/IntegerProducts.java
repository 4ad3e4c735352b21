package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/**
 * Convolutions of integers and their gradients, modulo 2^32, which no order of additions changes:
 * so each member of the team has one sum of a filter's gradient. Operands become ints an image at a
 * time; but for {@link IntegerGemm} the loops are such that the compiler makes vectors of them by
 * itself. Gradients by bits are looked up instead: {@link IntegerGradients}.
 */
final class IntegerProducts {
  private IntegerProducts() {}

  /** The kernel. */
  static Kernel prepare(Work.IntegerProduct work, int members) {
    return switch (work.op()) {
      case Op.Conv op -> new Forward(work, op, members);
      case Op.ConvInputGradient op -> new InputGradient(work, op, members);
      case Op.ConvFilterGradient op -> {
        Work.Geometry geometry =
            new Work.Geometry(op.x().shape(), op.window(), op.groups(), op.padValue());
        Work.FilterGradient gradient =
            new Work.FilterGradient(
                work.a(), work.b().buffer(), 0, geometry, work.domain(), work.y(), null);
        yield op.groups() == 1
            ? new FilterGradient(gradient, work.b(), members)
            : new GroupedFilterGradient(gradient, work.b(), members);
      }
      default -> throw new IllegalArgumentException(work.op().name() + " is no convolution");
    };
  }

  /** The gradient of a filter from that of a max-pool behind the product. */
  static Kernel prepare(Work.FilterGradient work, int members) {
    return new PooledFilterGradient(work, new Work.Source(work.g(), null, 1, 0), members);
  }

  /** y += factor * x, element by element. */
  static void addScaled(int factor, int[] x, int x0, int[] y, int y0, int n) {
    for (int i = 0; i < n; i++) {
      y[y0 + i] += factor * x[x0 + i];
    }
  }

  /** Sizes of a convolution, and where things lie in an image. */
  private static final class Sizes {
    final Plane plane;
    final int channels;
    final int o;
    final int groups;
    final int in; // channels of a group
    final int out; // filters of a group
    final int[] taps;
    final int[] bases;

    Sizes(Shape input, Window window, int o, int groups) {
      this.plane = new Plane(input, window);
      this.channels = input.dim(4);
      this.o = o;
      this.groups = groups;
      this.in = channels / groups;
      this.out = o / groups;
      this.taps = new int[plane.tapCount()];
      Arrays.setAll(taps, t -> plane.tap(t) * channels);
      this.bases = plane.rows(channels, 1);
    }

    /** Elements of a filter. */
    int depth() {
      return taps.length * in;
    }
  }

  /** Images as ints, in planes with their padding. */
  private static final class IntPlane {
    private final Operand x;
    private final Plane plane;
    private final int channels;
    private final int[][] inner;
    private final int[][] planes;

    IntPlane(Operand x, Sizes sizes, int padding, int members, Prepared owner) {
      this.x = x;
      this.plane = sizes.plane;
      this.channels = sizes.channels;
      this.inner = owner.ownInts(members, plane.innerPixels() * channels);
      this.planes = plane.isPadded() ? owner.ownInts(members, plane.pixels() * channels) : inner;
      for (int m = 0; plane.isPadded() && m < members; m++) {
        Arrays.fill(planes[m], padding);
      }
    }

    /** Image i of the tile that begins with image {@code first}. */
    int[] image(int first, int i, int member) {
      int from = x.buffer().at(first) + i * plane.innerPixels() * x.ofRow();
      x.ints(from, plane.innerPixels(), member, inner[member], 0);
      if (plane.isPadded()) {
        FloatPlane.copyInto(plane, channels, 1, inner[member], 0, planes[member]);
      }
      return planes[member];
    }
  }

  private static int padding(Work.Source x, float padValue) {
    return (int) ((double) padValue * x.denominator());
  }

  /** A filter as ints, [O, taps, C] or with the output channels last. A task is an O. */
  private static final class Filter extends Prepared {
    private final Operand filter;
    private final int o;
    private final int depth;
    private final boolean outLast;
    private final int[] ints;
    private final int[][] rows;

    Filter(Work.Source source, Shape shape, boolean outLast, int members) {
      super("integers of filter", shape.dim(0), source.buffer());
      this.filter = new Operand(source, shape);
      this.o = shape.dim(0);
      this.depth = shape.elements() / o;
      this.outLast = outLast;
      this.ints = ownInts(1, shape.elements())[0];
      this.rows = ownInts(members, depth);
    }

    @Override
    public void run(int f, int first, int count, int member) {
      int n = depth / filter.columns();
      int[] row = rows[member];
      filter.ints(f * n * filter.ofRow(), n, member, row, 0);
      for (int k = 0; k < depth; k++) {
        ints[outLast ? k * o + f : f * depth + k] = row[k];
      }
    }
  }

  private static final class Forward extends Prepared {
    private final Buffer y;
    private final Sizes sizes;
    private final IntPlane source;
    private final Filter filter;

    Forward(Work.IntegerProduct work, Op.Conv op, int members) {
      super("integers", work.a().buffer());
      Shape shape = op.filter().shape();
      this.y = work.y();
      this.sizes = new Sizes(op.x().shape(), op.window(), shape.dim(0), op.groups());
      Operand x = new Operand(work.a(), op.x().shape());
      this.source = new IntPlane(x, sizes, padding(work.a(), op.padValue()), members, this);
      this.filter = first(new Filter(work.b(), shape, true, members));
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int[] out = HeapStorage.ints(y, member);
      int unit = sizes.bases.length * sizes.o;
      int y0 = y.at(first);
      Arrays.fill(out, y0, y0 + count * unit, 0);
      for (int i = 0; i < count; i++) {
        image(source.image(first, i, member), out, y0 + i * unit);
      }
    }

    private void image(int[] x, int[] out, int y0) {
      for (int p = 0; p < sizes.bases.length; p++) {
        for (int t = 0; t < sizes.taps.length; t++) {
          int at = sizes.bases[p] + sizes.taps[t];
          for (int c = 0; c < sizes.channels; c++) {
            int group = c / sizes.in;
            int k = t * sizes.in + c % sizes.in;
            addScaled(
                x[at + c],
                filter.ints,
                k * sizes.o + group * sizes.out,
                out,
                y0 + p * sizes.o + group * sizes.out,
                sizes.out);
          }
        }
      }
    }
  }

  private static final class InputGradient extends Prepared {
    private final Operand g;
    private final Buffer dx;
    private final Sizes sizes;
    private final Filter filter;
    private final int[][] gradients;
    private final int[][] planes;

    InputGradient(Work.IntegerProduct work, Op.ConvInputGradient op, int members) {
      super("integers", work.a().buffer());
      Shape shape = op.filter().shape();
      this.g = new Operand(work.a(), op.g().shape());
      this.dx = work.y();
      this.sizes = new Sizes(op.input(), op.window(), shape.dim(0), op.groups());
      this.filter = first(new Filter(work.b(), shape, false, members));
      this.gradients = ownInts(members, sizes.bases.length * sizes.o);
      this.planes = ownInts(members, sizes.plane.pixels() * sizes.channels);
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Plane plane = sizes.plane;
      int[] out = HeapStorage.ints(dx, member);
      int[] starts = plane.rowStarts();
      int row = plane.rowLength() * sizes.channels;
      for (int i = 0; i < count; i++) {
        int from = g.buffer().at(first) + i * sizes.bases.length * g.ofRow();
        g.ints(from, sizes.bases.length, member, gradients[member], 0);
        image(gradients[member], planes[member]);
        int to = dx.at(first) + i * starts.length * row;
        for (int r = 0; r < starts.length; r++) {
          int begin = starts[r] * sizes.channels;
          System.arraycopy(planes[member], begin, out, to + r * row, row);
        }
      }
    }

    private void image(int[] in, int[] out) {
      Arrays.fill(out, 0);
      for (int p = 0; p < sizes.bases.length; p++) {
        for (int f = 0; f < sizes.o; f++) {
          int at = sizes.bases[p] + f / sizes.out * sizes.in;
          for (int t = 0; t < sizes.taps.length; t++) {
            int w = f * sizes.depth() + t * sizes.in;
            addScaled(in[p * sizes.o + f], filter.ints, w, out, at + sizes.taps[t], sizes.in);
          }
        }
      }
    }
  }

  /** A filter's gradient, of which each member has sums of its own, image by image. */
  abstract static class FilterSums extends Prepared {
    private final int[][] sums;

    /**
     * Sums.
     *
     * @param length of a member's
     */
    FilterSums(String name, Work.FilterGradient work, int length, int members) {
      super(name, reads(work));
      this.sums = ownInts(members, length);
      first(
          new Once("clear sums of", reads(work)) {
            @Override
            void run() {
              for (int[] sum : sums) {
                Arrays.fill(sum, 0);
              }
            }
          });
      finishBy(
          new Once("sum over the batch of") {
            @Override
            void run() {
              for (int m = 1; m < sums.length; m++) {
                addScaled(1, sums[m], 0, sums[0], 0, length);
              }
              write(sums[0], HeapStorage.ints(work.dw(), 0));
            }
          });
    }

    private static Buffer[] reads(Work.FilterGradient work) {
      return work.pooling() == null
          ? new Buffer[] {work.x().buffer(), work.g()}
          : new Buffer[] {work.x().buffer(), work.g(), work.pooling().argmax()};
    }

    @Override
    public final void run(int tile, int first, int count, int member) {
      for (int i = 0; i < count; i++) {
        image(first, i, sums[member], member);
      }
    }

    /** Adds what image i of the tile that begins with image {@code first} gives. */
    abstract void image(int first, int i, int[] sum, int member);

    /** Brings the sums to where they belong. */
    abstract void write(int[] sum, int[] dw);
  }

  /** Adds integers that floats hold. */
  static void add(float[] x, int x0, int[] y, int y0, int n) {
    for (int i = 0; i < n; i++) {
      y[y0 + i] += (int) x[x0 + i];
    }
  }

  /**
   * Sums of what floats hold exactly, for so many windows at a time: then they are added to sums of
   * ints.
   */
  abstract static class ExactSums extends FilterSums {
    private final float[][] floats;
    private final int length;
    private final int o;
    private final int ld;

    /**
     * Sums of [depth, ld].
     *
     * @param ld at least the number of output channels
     */
    ExactSums(String name, Work.FilterGradient work, int ld, int members) {
      super(name, work, work.dw().unit() * ld, members);
      this.o = work.dw().shape().dim(0);
      this.ld = ld;
      this.length = work.dw().unit() * ld;
      this.floats = ownFloats(members, length);
    }

    /** Windows of a gradient, so many of them at a time that their sums are exact. */
    static int[][] chunks(int[] windows, Work.FilterGradient work) {
      return Panels.chunks(windows, FloatGradient.exactTerms(work.limit(), work.x().largest()));
    }

    @Override
    final void image(int first, int i, int[] sum, int member) {
      float[] sums = floats[member];
      for (int chunk = 0; chunk < chunks(); chunk++) {
        Arrays.fill(sums, 0, length, 0);
        add(first, i, chunk, sums, member);
        IntegerProducts.add(sums, 0, sum, 0, length);
      }
    }

    /** How many chunks an image has. */
    abstract int chunks();

    /** Adds what a chunk of windows of image i gives. */
    abstract void add(int first, int i, int chunk, float[] sums, int member);

    @Override
    final void write(int[] sum, int[] dw) {
      writeLanes(sum, o, length / ld, ld, dw);
    }
  }

  /** Ints of sums of [depth, O], whose lanes are output channels. */
  static int lanes(Shape filter) {
    int o = filter.dim(0);
    return filter.elements() / o * IntegerGemm.padded(o);
  }

  /** Writes sums of [depth, ld] as a filter, [O, depth]. */
  static void writeLanes(int[] sum, int o, int depth, int ld, int[] dw) {
    for (int f = 0; f < o; f++) {
      for (int k = 0; k < depth; k++) {
        dw[f * depth + k] = sum[k * ld + f];
      }
    }
  }

  /** Of operands that become ints. */
  private abstract static class IntSums extends FilterSums {
    final Sizes sizes;
    private final Operand g;
    private final int positions;
    private final IntPlane source;
    private final int[][] gradients;

    /**
     * Sums.
     *
     * @param g gradients, of which the work has the buffer
     */
    IntSums(Work.FilterGradient work, Work.Source g, int length, int members) {
      super(work.pooling() == null ? "integers" : "pooled integers", work, length, members);
      Work.Geometry geometry = work.geometry();
      Shape input = geometry.input();
      int o = work.dw().shape().dim(0);
      this.g = new Operand(g, Shape.of(o));
      this.positions = work.g().unit() / this.g.ofRow();
      this.sizes = new Sizes(input, geometry.window(), o, geometry.groups());
      Operand x = new Operand(work.x(), input);
      int padding = padding(work.x(), geometry.padValue());
      this.source = new IntPlane(x, sizes, padding, members, this);
      this.gradients = ownInts(members, positions * o + IntegerGemm.COLUMNS);
    }

    @Override
    final void image(int first, int i, int[] sum, int member) {
      int from = g.buffer().at(first) + i * positions * g.ofRow();
      g.ints(from, positions, member, gradients[member], 0);
      image(first, i, source.image(first, i, member), gradients[member], sum, member);
    }

    abstract void image(int first, int i, int[] x, int[] dy, int[] sum, int member);
  }

  /** Sums of [depth, O], lanes are output channels. */
  private static class FilterGradient extends IntSums {
    final int[] depth;

    FilterGradient(Work.FilterGradient work, Work.Source g, int members) {
      super(work, g, lanes(work.dw().shape()), members);
      this.depth = sizes.plane.depth(sizes.channels);
    }

    @Override
    void image(int first, int i, int[] x, int[] dy, int[] sum, int member) {
      IntegerGemm.addFilterGradient(x, sizes.bases, depth, dy, sizes.o, sum);
    }

    @Override
    void write(int[] sum, int[] dw) {
      writeLanes(sum, sizes.o, depth.length, IntegerGemm.padded(sizes.o), dw);
    }
  }

  /** Of pooled gradients, each with what lay under the winner. */
  private static final class PooledFilterGradient extends FilterGradient {
    private final Buffer argmax;
    private final int[] windows;

    PooledFilterGradient(Work.FilterGradient work, Work.Source g, int members) {
      super(work, g, members);
      Work.Pooling pooling = work.pooling();
      this.argmax = pooling.argmax();
      int[] all = Plane.windows(pooling.input(), pooling.window());
      this.windows = InputGradients.pixels(sizes.plane, all, sizes.channels);
    }

    @Override
    void image(int first, int i, int[] x, int[] dy, int[] sum, int member) {
      int[] winners = HeapStorage.ints(argmax, member);
      int at = argmax.at(first) + i * argmax.unit();
      IntegerGemm.addPooledFilterGradient(x, windows, depth, dy, winners, at, sizes.o, sum);
    }
  }

  /** Sums of [O, depth]. */
  private static final class GroupedFilterGradient extends IntSums {
    GroupedFilterGradient(Work.FilterGradient work, Work.Source g, int members) {
      super(work, g, work.dw().length(), members);
    }

    @Override
    void image(int first, int i, int[] x, int[] dy, int[] dw, int member) {
      for (int p = 0; p < sizes.bases.length; p++) {
        for (int f = 0; f < sizes.o; f++) {
          int at = sizes.bases[p] + f / sizes.out * sizes.in;
          for (int t = 0; t < sizes.taps.length; t++) {
            int w = f * sizes.depth() + t * sizes.in;
            addScaled(dy[p * sizes.o + f], x, at + sizes.taps[t], dw, w, sizes.in);
          }
        }
      }
    }

    @Override
    void write(int[] sum, int[] dw) {
      System.arraycopy(sum, 0, dw, 0, sizes.o * sizes.depth());
    }
  }
}
