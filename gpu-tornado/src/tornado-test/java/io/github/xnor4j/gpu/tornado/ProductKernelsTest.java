package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.gpu.tornado.ProductProgram.Kind;
import io.github.xnor4j.gpu.tornado.ProductProgram.Operand;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Products at sizes that do not divide the tiles, with every pair of dtypes. */
final class ProductKernelsTest {
  private static final Extent ONE = Extent.ONE;
  private static final Extent ZERO = Extent.ZERO;

  /** Sizes of a convolution. */
  private record Geometry(Shape x, int filters, Window window, int groups, float pad) {
    Shape filter() {
      Extent k = window.size();
      return Shape.of(filters, k.depth(), k.height(), k.width(), x.dim(4) / groups);
    }

    Shape y() {
      Extent out = window.outputs(x);
      return Shape.of(x.dim(0), out.depth(), out.height(), out.width(), filters);
    }
  }

  private final ProductProgram program = new ProductProgram();

  // ---- the three products

  private void conv(Geometry g, Kind x, Kind filter) {
    program.add(
        "Conv pad " + g.pad + " " + g.window,
        new Operand(x, g.x),
        new Operand(filter, g.filter()),
        g.filter().elements() / g.filters,
        2 * g.pad == Math.rint(2 * g.pad),
        (a, b, absolute) ->
            new Op.Conv(a, b, g.window, g.groups, absolute ? Math.abs(g.pad) : g.pad));
  }

  private void inputGradient(Geometry g, Kind gradient, Kind filter) {
    program.add(
        "ConvInputGradient " + g.window,
        new Operand(gradient, g.y()),
        new Operand(filter, g.filter()),
        g.filter().elements() / g.filter().dim(4),
        true,
        (a, b, absolute) -> new Op.ConvInputGradient(a, b, g.x, g.window, g.groups));
  }

  private void filterGradient(Geometry g, Kind x, Kind gradient) {
    program.add(
        "ConvFilterGradient pad " + g.pad + " " + g.window,
        new Operand(x, g.x),
        new Operand(gradient, g.y()),
        g.y().elements() / g.filters,
        2 * g.pad == Math.rint(2 * g.pad),
        (a, b, absolute) ->
            new Op.ConvFilterGradient(
                a, b, g.filter(), g.window, g.groups, absolute ? Math.abs(g.pad) : g.pad));
  }

  /** What a network of bits needs. */
  private void binary(Geometry g) {
    conv(g, Kind.BITS, Kind.BITS);
    inputGradient(g, Kind.FLOATS, Kind.BITS);
    filterGradient(g, Kind.BITS, Kind.FLOATS);
  }

  /** The other pairs that have kernels of their own. */
  private void mixed(Geometry g) {
    conv(g, Kind.PIXELS, Kind.BITS);
    conv(g, Kind.FLOATS, Kind.BITS);
    conv(g, Kind.FLOATS, Kind.FLOATS);
    conv(g, Kind.BITS, Kind.FLOATS);
    inputGradient(g, Kind.FLOATS, Kind.FLOATS);
    filterGradient(g, Kind.PIXELS, Kind.FLOATS);
    filterGradient(g, Kind.FLOATS, Kind.FLOATS);
  }

  /** Integers. */
  private void integers(Geometry g) {
    conv(g, Kind.SHORTS, Kind.BITS);
    conv(g, Kind.PIXELS, Kind.SHORTS);
    inputGradient(g, Kind.SHORTS, Kind.BITS);
    filterGradient(g, Kind.BITS, Kind.SHORTS);
    filterGradient(g, Kind.PIXELS, Kind.SHORTS);
  }

  // ---- geometries

  private static Geometry dense(int n, int c, int o) {
    return new Geometry(Shape.of(n, 1, 1, 1, c), o, Window.point(), 1, 0);
  }

  private static Geometry same(Shape x, int o, int groups, float pad) {
    Extent around = new Extent(0, 1, 1);
    return new Geometry(
        x, o, new Window(new Extent(1, 3, 3), ONE, ONE, around, around), groups, pad);
  }

  private static Geometry volume(float pad) {
    Window window =
        new Window(
            new Extent(2, 3, 2),
            new Extent(1, 2, 1),
            new Extent(2, 1, 2),
            new Extent(1, 1, 0),
            new Extent(0, 1, 1));
    return new Geometry(Shape.of(3, 4, 5, 6, 5), 37, window, 1, pad);
  }

  private static Geometry dilated() {
    Window window =
        new Window(
            new Extent(1, 3, 2),
            new Extent(1, 2, 3),
            new Extent(1, 2, 2),
            ZERO,
            new Extent(0, 0, 2));
    return new Geometry(Shape.of(2, 1, 9, 11, 33), 35, window, 1, 1);
  }

  /** More taps than a word has bits. */
  private static Geometry manyTaps() {
    Extent around = new Extent(0, 3, 2);
    return new Geometry(
        Shape.of(2, 1, 6, 5, 3),
        34,
        new Window(new Extent(1, 7, 5), ONE, ONE, around, around),
        1,
        1);
  }

  // ---- tests

  @Test
  void channels() {
    for (int c : new int[] {3, 31, 63, 64, 127}) {
      binary(dense(67, c, 10));
    }
    for (int c : new int[] {1, 33, 65, 129}) {
      binary(same(Shape.of(2, 1, 5, 6, c), 33, 1, 1));
    }
    program.check();
  }

  @Test
  void filters() {
    for (int o : new int[] {1, 31, 64, 129}) {
      binary(same(Shape.of(2, 1, 4, 9, 7), o, 1, 1));
    }
    mixed(same(Shape.of(2, 1, 4, 9, 7), 65, 1, 1));
    program.check();
  }

  @Test
  void padding() {
    for (float pad : new float[] {0, 1, -1, -0.5f, 0.3f}) {
      conv(same(Shape.of(3, 1, 5, 4, 37), 34, 1, pad), Kind.BITS, Kind.BITS);
      filterGradient(same(Shape.of(3, 1, 5, 4, 37), 34, 1, pad), Kind.BITS, Kind.FLOATS);
      conv(volume(pad), Kind.BITS, Kind.BITS);
      conv(volume(pad), Kind.PIXELS, Kind.BITS);
    }
    program.check();
  }

  @Test
  void windows() {
    for (Geometry g : new Geometry[] {volume(0), dilated()}) {
      binary(g);
      mixed(g);
    }
    binary(manyTaps());
    integers(volume(0));
    program.check();
  }

  @Test
  void groups() {
    for (Geometry g :
        new Geometry[] {
          same(Shape.of(2, 1, 4, 4, 6), 9, 3, 0),
          same(Shape.of(2, 1, 3, 4, 66), 4, 2, 1),
          same(Shape.of(2, 1, 4, 3, 33), 33, 33, -1) // depthwise
        }) {
      binary(g);
      integers(g);
    }
    mixed(same(Shape.of(2, 1, 3, 4, 66), 4, 2, 1));
    program.check();
  }

  /** Bits of one latent weight, packed for each shape that is read. */
  @Test
  void binaryFilters() {
    int o = 35;
    int c = 37;
    Trace t = new Trace();
    Value latent = t.input("latent", DType.F32, Shape.of(3, 2, c, o));
    Value filter = t.transpose(t.sign(latent), List.of(3, 0, 1, 2));
    Value x = t.input("x", DType.BIT, Shape.of(2, 1, 5, 5, c));
    Value shaped = t.reshape(filter, Shape.of(o, 1, 3, 2, c));
    t.output("y", t.value(new Op.Conv(x, shaped, Window.of(new Extent(1, 3, 2)), 1, 0)));
    t.output("flat", t.reshape(filter, Shape.of(o, 3 * 2 * c)));
    Program p = t.build();
    Tensor weights = Tensor.zeros(DType.F32, Shape.of(3, 2, c, o));
    float[] values = {0, -0f, Float.NaN, -1e-40f, 2, -3, Float.NEGATIVE_INFINITY};
    for (int i = 0; i < weights.floats().length; i++) {
      weights.floats()[i] = values[i * i % 17 % values.length];
    }
    Tensor bits = Tensor.zeros(DType.BIT, Shape.of(2, 1, 5, 5, c));
    for (int i = 0; i < bits.shape().elements(); i++) {
      Bits.set(bits, i, i * i % 7 < 3);
    }
    try (Session session = Backends.select("gpu-tornado").open(SessionOptions.defaults());
        Session reference = Backends.select("reference").open(SessionOptions.defaults())) {
      Tensor[] actual = session.compile(p).run(weights, bits);
      Tensor[] wanted = reference.compile(p).run(weights, bits);
      assertArrayEquals(wanted[0].floats(), actual[0].floats());
      assertArrayEquals(wanted[1].words(), actual[1].words());
    }
  }

  /** Sums long enough to be cut into parts. */
  @Test
  void manyImages() {
    Geometry g = same(Shape.of(70, 1, 9, 8, 5), 36, 1, 0);
    binary(g);
    mixed(g);
    filterGradient(dense(2500, 70, 40), Kind.BITS, Kind.FLOATS);
    filterGradient(dense(50_000, 3, 5), Kind.TENTHS, Kind.TENTHS);
    conv(dense(3, 50_000, 5), Kind.TENTHS, Kind.TENTHS);
    inputGradient(dense(3, 33, 50_000), Kind.TENTHS, Kind.BITS);
    program.check();
  }
}
