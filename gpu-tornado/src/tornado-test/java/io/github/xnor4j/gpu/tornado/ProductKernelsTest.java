package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.tornado.ProductProgram.Kind;
import io.github.xnor4j.gpu.tornado.ProductProgram.Operand;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
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

  // ---- tests

  @Test
  void channels() {
    for (int c : new int[] {1, 3, 31, 33, 63, 64, 65, 127, 129}) {
      binary(dense(67, c, 10));
      binary(same(Shape.of(2, 1, 5, 6, c), 33, 1, 1));
    }
    program.check();
  }

  @Test
  void filters() {
    for (int o : new int[] {1, 3, 31, 64, 65, 129}) {
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
      integers(g);
    }
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
      mixed(g);
      integers(g);
    }
    program.check();
  }

  /** Sums long enough to be cut into parts. */
  @Test
  void manyImages() {
    Geometry g = same(Shape.of(70, 1, 9, 8, 5), 36, 1, 0);
    binary(g);
    mixed(g);
    filterGradient(dense(2500, 70, 40), Kind.BITS, Kind.FLOATS);
    program.check();
  }
}
