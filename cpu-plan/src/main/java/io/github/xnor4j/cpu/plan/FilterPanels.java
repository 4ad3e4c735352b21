package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Planner.Located;
import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Filters in the layouts that products read, made once a run for all products of a filter. Where a
 * filter is the transposed sign of latent weights [depth, O], the panels are made from those: lanes
 * are output channels there already, so neither the sign nor the transpose is computed by itself.
 */
final class FilterPanels {
  private final Planner planner;
  private final CpuKernels kernels;
  private final Map<Value, Bits> bits = new HashMap<>();
  private final Map<List<Object>, Floats> floats = new HashMap<>();
  private final Map<Value, Product> lookups = new HashMap<>();

  FilterPanels(Planner planner) {
    this.planner = planner;
    this.kernels = planner.kernels();
  }

  /** Bits in panels of channels: see {@link CpuKernels#panelWord}. */
  record Bits(Located place) {
    int[] panel() {
      return place.buffer().ints(0);
    }
  }

  /** A panel of floats: element k of output channel o is {@code panel()[k * padded(O) + o]}. */
  record Floats(Located place) {
    float[] panel() {
      return place.buffer().floats(0);
    }
  }

  /** The product of gradients with a filter, spread over the pixels that each tap came from. */
  interface Product {
    /** What it reads. */
    Located place();

    /** Adds (or writes) g times filter to the pixels of all taps. */
    void scatter(
        float[] g,
        int g0,
        int[] rows,
        float[] out,
        int out0,
        int[] outs,
        Plane plane,
        int n,
        boolean add,
        int member);
  }

  /** Size of a filter [O, kd, kh, kw, C]. */
  private record Size(int o, int taps, int channels) {
    static Size of(Value filter) {
      Shape shape = filter.shape();
      return new Size(shape.dim(0), shape.elements() / shape.dim(0) / shape.dim(4), shape.dim(4));
    }

    int words() {
      return (channels + 31) / 32;
    }

    int columns() {
      return CpuKernels.padded(o);
    }

    /** Where word k of output channel o stands in panels of bits. */
    int word(int k, int o) {
      return CpuKernels.panelWord(k, o, taps * words());
    }
  }

  /** The latent weights [depth, O] of which a filter is the transposed sign, or null. */
  private Value latent(Value filter) {
    return planner.groups().of(filter) instanceof Group.BinaryFilter group && group.isFilter(filter)
        ? group.latent()
        : null;
  }

  /** The panel for counting bits. */
  Bits bits(Value filter) {
    return bits.computeIfAbsent(filter, this::packBits);
  }

  private Bits packBits(Value filter) {
    Size size = Size.of(filter);
    Value latent = latent(filter);
    Located from = planner.need(latent != null ? latent : filter);
    int words = size.words();
    Buffer panel = new Buffer(DType.I32, Shape.of(size.taps() * words, size.columns()));
    Stage.TaskBody body =
        latent != null
            ? (k, member) -> {
              int c0 = k % words * 32;
              int n = Math.min(32, size.channels() - c0);
              int row = k / words * size.channels() + c0;
              for (int o = 0; o < size.o(); o += CpuKernels.LANES) {
                kernels.packColumns(
                    from.buffer().floats(member),
                    row * size.o() + o,
                    size.o(),
                    n,
                    Math.min(CpuKernels.LANES, size.o() - o),
                    panel.ints(0),
                    size.word(k, o));
              }
            }
            : (k, member) -> {
              int[] in = from.buffer().ints(member);
              for (int o = 0; o < size.o(); o++) {
                panel.ints(0)[size.word(k, o)] = in[o * size.taps() * words + k];
              }
            };
    Ready ready =
        planner.tasks(
            "pack filter " + planner.number(filter), size.taps() * words, List.of(from), body);
    return new Bits(planner.made(planner.pin(panel), ready));
  }

  /**
   * The panel for multiplying.
   *
   * @param integers whether to take the integers that a grid's values stand for
   */
  Floats floats(Value filter, boolean integers) {
    return floats.computeIfAbsent(List.of(filter, integers), key -> unpackFloats(filter, integers));
  }

  private Floats unpackFloats(Value filter, boolean integers) {
    Size size = Size.of(filter);
    boolean binary = filter.dtype() == DType.BIT;
    Value latent = binary ? latent(filter) : null;
    Located from = planner.need(latent != null ? latent : filter);
    Grid grid = filter.type().grid();
    float factor = integers && grid != null ? grid.denominator() : 1;
    Buffer panel = new Buffer(DType.F32, Shape.of(size.taps() * size.channels(), size.columns()));
    Ready ready =
        planner.tasks(
            "panel of filter " + planner.number(filter),
            size.taps(),
            List.of(from),
            (tap, member) -> {
              for (int c = 0; c < size.channels(); c++) {
                int k = tap * size.channels() + c;
                for (int o = 0; o < size.o(); o++) {
                  float value =
                      latent != null
                          ? sign(from.buffer().floats(member)[k * size.o() + o])
                          : binary
                              ? sign(from.buffer().ints(member), size, o, tap, c)
                              : from.buffer().floats(member)[o * size.taps() * size.channels() + k];
                  panel.floats(0)[k * size.columns() + o] =
                      factor == 1 ? value : (float) Math.rint((double) value * factor);
                }
              }
            });
    return new Floats(planner.made(planner.pin(panel), ready));
  }

  private static float sign(float latent) {
    return latent < 0 ? -1 : 1;
  }

  private static float sign(int[] bits, Size size, int o, int tap, int c) {
    int word = bits[(o * size.taps() + tap) * size.words() + c / 32];
    return (word >>> c % 32 & 1) != 0 ? -1 : 1;
  }

  /**
   * What is added to an output position for the taps that lie in the padding, since their bits were
   * counted as +1: a table [border case][O] of (padValue - 1) times the sum of the filter's values
   * there.
   */
  Located border(Value filter, Plane plane, float padValue) {
    Size size = Size.of(filter);
    Bits panel = bits(filter);
    Buffer table = new Buffer(DType.F32, Shape.of(plane.borderCases(), size.o()));
    double factor = (double) padValue - 1;
    Ready ready =
        planner.tasks(
            "border of filter " + planner.number(filter),
            plane.borderCases(),
            List.of(panel.place()),
            (which, member) -> {
              float[] out = table.floats(0);
              for (int o = 0; o < size.o(); o++) {
                int sum = 0;
                for (int t : plane.borderTaps(which)) {
                  sum += size.channels() - 2 * negatives(panel.panel(), size, t, o);
                }
                out[which * size.o() + o] = (float) (factor * sum);
              }
            });
    return planner.made(planner.pin(table), ready);
  }

  private static int negatives(int[] panel, Size size, int tap, int o) {
    int count = 0;
    for (int w = 0; w < size.words(); w++) {
      count += Integer.bitCount(panel[size.word(tap * size.words() + w, o)]);
    }
    return count;
  }

  /**
   * The product with a BIT filter by lookup. Bits lie along the output channels: [O /
   * 32][taps][lanes].
   */
  Product lookup(Value filter) {
    return lookups.computeIfAbsent(filter, this::transposeForLookup);
  }

  private Product transposeForLookup(Value filter) {
    Size size = Size.of(filter);
    Bits panel = bits(filter);
    int outWords = (size.o() + 31) / 32;
    int lanes = size.words() * 32;
    int[] rows = new int[32];
    Arrays.setAll(rows, o -> size.word(0, o));
    Buffer along = new Buffer(DType.I32, Shape.of(outWords, size.taps(), lanes));
    Ready ready =
        planner.tasks(
            "transpose filter " + planner.number(filter),
            size.taps() * size.words(),
            List.of(panel.place()),
            (k, member) -> {
              for (int w = 0; w < outWords; w++) {
                int n = Math.min(32, size.o() - w * 32);
                kernels.transposeBits(
                    panel.panel(),
                    size.word(k, w * 32),
                    rows,
                    n,
                    1,
                    along.ints(0),
                    (w * size.taps() * size.words() + k) * 32);
              }
            });
    Located place = planner.made(planner.pin(along), ready);
    return new Lookup(place, size, outWords, lanes, planner, kernels);
  }

  private static final class Lookup implements Product {
    // Words whose tables (for eight rows 12 KiB at 256 bits, 16 at 512) stay in the L1 cache while
    // all taps read them.
    private static final int WORDS = 4;

    private final Located place;
    private final Size size;
    private final CpuKernels kernels;
    private final int lanes;
    private final int[][] depth;
    private final int[][] words;
    private final float[][] tables;

    Lookup(Located place, Size size, int words, int lanes, Planner planner, CpuKernels kernels) {
      this.place = place;
      this.size = size;
      this.kernels = kernels;
      this.lanes = lanes;
      this.depth = chunks(Planner.ramp(size.o(), 1), 32 * WORDS);
      this.words = chunks(Planner.ramp(words, size.taps() * lanes), WORDS);
      this.tables = planner.scratchFloats(CpuKernels.tableSize(Math.min(WORDS, words)));
    }

    @Override
    public Located place() {
      return place;
    }

    @Override
    public void scatter(
        float[] g,
        int g0,
        int[] rows,
        float[] out,
        int out0,
        int[] outs,
        Plane plane,
        int n,
        boolean add,
        int member) {
      int[] b = place.buffer().ints(0);
      float[] sums = tables[member];
      for (int r0 = 0; r0 < n; r0 += CpuKernels.TABLE_ROWS) {
        int count = Math.min(CpuKernels.TABLE_ROWS, n - r0);
        for (int i = 0; i < words.length; i++) {
          kernels.signedSums(g, g0, rows, r0, count, depth[i], depth[i].length, 32, sums);
          for (int t = 0; t < size.taps(); t++) {
            kernels.lookupProduct(
                sums,
                words[i].length,
                32,
                b,
                t * lanes,
                words[i],
                out,
                out0 + plane.tap(t) * size.channels(),
                outs,
                r0,
                count,
                size.channels(),
                add || i > 0);
          }
        }
      }
    }

    private static int[][] chunks(int[] all, int n) {
      int[][] chunks = new int[(all.length + n - 1) / n][];
      Arrays.setAll(chunks, i -> Arrays.copyOfRange(all, i * n, Math.min(all.length, i * n + n)));
      return chunks;
    }
  }

  /** A filter as floats, row by row: [O, taps * channels]. */
  Located rows(Value filter) {
    if (filter.dtype() != DType.BIT) {
      return planner.need(filter);
    }
    Size size = Size.of(filter);
    Bits panel = bits(filter);
    int n = size.taps() * size.channels();
    Buffer rows = new Buffer(DType.F32, Shape.of(size.o(), n));
    Ready ready =
        planner.tasks(
            "rows of filter " + planner.number(filter),
            size.o(),
            List.of(panel.place()),
            (o, member) -> {
              int at = o * n;
              for (int w = 0; w < size.taps() * size.words(); w++) {
                int bits = panel.panel()[size.word(w, o)];
                int c0 = w % size.words() * 32;
                int end = Math.min(32, size.channels() - c0);
                for (int c = 0; c < end; c++) {
                  rows.floats(0)[at++] = 1 - 2 * (bits >>> c & 1);
                }
              }
            });
    return planner.made(planner.pin(rows), ready);
  }

  /** The index words of a BIT filter for the gradient of the input behind a max-pool. */
  Located pooled(Value filter) {
    Size size = Size.of(filter);
    Bits panel = bits(filter);
    int perTap = size.channels() / CpuKernels.LANES;
    Buffer index =
        new Buffer(DType.I32, Shape.of(kernels.pooledIndexSize(size.o(), size.taps() * perTap)));
    Ready ready =
        planner.tasks(
            "index of filter " + planner.number(filter),
            size.o(),
            List.of(panel.place()),
            (o, member) ->
                kernels.pooledIndex(
                    panel.panel(), size.words(), size.taps(), perTap, o, size.o(), index.ints(0)));
    return planner.made(planner.pin(index), ready);
  }

  /** The product with a float filter, whose own layout [O, taps * channels] is the panel. */
  Product transposedFloats(Value filter) {
    Size size = Size.of(filter);
    Located place = planner.need(filter);
    int[] depth = Planner.ramp(size.o(), 1);
    int[] panelRows = Planner.ramp(size.o(), size.taps() * size.channels());
    return new Product() {
      @Override
      public Located place() {
        return place;
      }

      @Override
      public void scatter(
          float[] g,
          int g0,
          int[] rows,
          float[] out,
          int out0,
          int[] outs,
          Plane plane,
          int n,
          boolean add,
          int member) {
        for (int t = 0; t < size.taps(); t++) {
          kernels.floatProduct(
              g,
              g0,
              rows,
              depth,
              depth.length,
              place.buffer().floats(member),
              t * size.channels(),
              panelRows,
              out,
              out0 + plane.tap(t) * size.channels(),
              outs,
              n,
              size.channels(),
              add);
        }
      }
    };
  }
}
