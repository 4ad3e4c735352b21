package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The products, with every pair of dtypes that forward passes and gradients make. */
final class ProductCases {
  private static final int[] CHANNELS = {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000};
  private static final int[] BATCHES = {1, 3, 31, 32, 33, 64, 65};

  private static final List<Function<Shape, Operand>> ACTIVATIONS =
      List.of(Operand::bits, Operand::floats, Operand::pixels, Operand::signs);
  private static final List<Function<Shape, Operand>> FILTERS =
      List.of(Operand::bits, Operand::floats);

  /**
   * Sizes of a product.
   *
   * @param input [N, D, H, W, C]
   * @param filter [O, kd, kh, kw, C / groups]
   */
  private record Geometry(Shape input, Shape filter, Window window, int groups, float padValue) {
    Shape output() {
      Extent out = window.outputs(input);
      return Shape.of(input.dim(0), out.depth(), out.height(), out.width(), filter.dim(0));
    }

    String describe() {
      return (groups > 1 ? "groups " + groups + " " : "") + describe(window, padValue);
    }

    private static String describe(Window w, float padValue) {
      return (w.stride().equals(Extent.ONE) ? "" : "stride " + w.stride() + " ")
          + (w.dilation().equals(Extent.ONE) ? "" : "dilation " + w.dilation() + " ")
          + (w.isPadded() ? "padding " + w.before() + ".." + w.after() + " of " + padValue : "");
    }
  }

  private ProductCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Geometry geometry : geometries()) {
      addAll(cases, geometry);
    }
    addSpecials(cases);
    addMatrices(cases);
    return cases;
  }

  // ---- geometries

  private static List<Geometry> geometries() {
    List<Geometry> all = new ArrayList<>();
    for (int c : CHANNELS) {
      all.add(dense(2, c, 5));
      all.add(padded(Shape.of(2, 1, 3, 4, c), 3, 1));
    }
    for (int o : CHANNELS) {
      all.add(dense(3, 5, o));
      all.add(padded(Shape.of(1, 1, 2, 3, 2), o, 0));
    }
    for (int n : BATCHES) {
      all.add(dense(n, 33, 10));
      all.add(padded(Shape.of(n, 1, 3, 3, 4), 5, 1));
    }
    all.addAll(windows());
    all.addAll(groups());
    return all;
  }

  private static Geometry dense(int n, int c, int o) {
    return geometry(Shape.of(n, 1, 1, 1, c), o, Window.point(), 1, 0);
  }

  private static Geometry padded(Shape input, int o, float padValue) {
    Window window =
        new Window(
            new Extent(1, 2, 3), Extent.ONE, Extent.ONE, new Extent(0, 0, 1), new Extent(0, 1, 1));
    return geometry(input, o, window, 1, padValue);
  }

  private static Geometry geometry(Shape input, int o, Window w, int groups, float padValue) {
    Extent k = w.size();
    Shape filter = Shape.of(o, k.depth(), k.height(), k.width(), input.dim(4) / groups);
    return new Geometry(input, filter, w, groups, padValue);
  }

  private static List<Geometry> windows() {
    Extent one = Extent.ONE;
    Extent zero = Extent.ZERO;
    List<Geometry> all = new ArrayList<>();
    for (float pad : new float[] {0, 1, -1, -0.5f, 0.3f}) {
      Window sides =
          new Window(flat(3, 2), flat(2, 1), one, new Extent(0, 1, 0), new Extent(0, 2, 1));
      all.add(geometry(Shape.of(3, 1, 5, 4, 33), 7, sides, 1, pad));
      Window around = new Window(flat(3, 3), one, one, flat0(2, 2), flat0(2, 2));
      all.add(geometry(Shape.of(2, 1, 4, 3, 5), 17, around, 1, pad));
      // rows of output positions that see nothing but padding
      Window wide = new Window(flat(2, 2), one, one, flat0(3, 0), flat0(0, 4));
      all.add(geometry(Shape.of(2, 1, 3, 3, 65), 4, wide, 1, pad));
      Window volume =
          new Window(
              new Extent(2, 3, 2),
              new Extent(1, 2, 1),
              one,
              new Extent(1, 1, 0),
              new Extent(0, 1, 1));
      all.add(geometry(Shape.of(2, 3, 4, 3, 6), 9, volume, 1, pad));
    }
    all.add(geometry(Shape.of(2, 1, 6, 7, 3), 8, Window.of(flat(3, 3)), 1, 0));
    all.add(geometry(Shape.of(2, 1, 5, 5, 64), 64, Window.of(flat(3, 3)), 1, 0));
    all.add(geometry(Shape.of(3, 1, 4, 5, 40), 12, Window.point(), 1, 0));
    all.add(geometry(Shape.of(2, 1, 3, 4, 3), 5, Window.of(flat(3, 4)), 1, 0));
    all.add(geometry(Shape.of(4, 1, 1, 9, 10), 6, Window.of(flat(1, 4)), 1, 0));
    // pixels that no window sees
    all.add(geometry(Shape.of(2, 1, 7, 8, 5), 6, strided(flat(2, 2), flat(3, 4)), 1, 0));
    all.add(
        geometry(
            Shape.of(2, 1, 7, 6, 33),
            5,
            new Window(flat(3, 2), one, flat(2, 3), zero, flat0(0, 2)),
            1,
            1));
    all.add(
        geometry(
            Shape.of(1, 4, 5, 6, 3),
            4,
            new Window(
                new Extent(2, 2, 3), new Extent(2, 1, 2), new Extent(2, 1, 2), zero, flat0(0, 1)),
            1,
            0));
    // one output position that hangs over both ends
    all.add(
        geometry(
            Shape.of(3, 1, 2, 2, 31),
            3,
            new Window(flat(4, 4), one, one, flat0(1, 1), flat0(1, 1)),
            1,
            1));
    return all;
  }

  private static List<Geometry> groups() {
    Window same = new Window(flat(3, 3), Extent.ONE, Extent.ONE, flat0(1, 1), flat0(1, 1));
    List<Geometry> all = new ArrayList<>();
    for (float pad : new float[] {0, 1}) {
      all.add(geometry(Shape.of(2, 1, 4, 4, 6), 9, same, 3, pad));
      all.add(geometry(Shape.of(2, 1, 3, 4, 66), 4, same, 2, pad));
      all.add(geometry(Shape.of(2, 1, 4, 3, 33), 33, same, 33, pad)); // depthwise
      all.add(geometry(Shape.of(2, 1, 4, 3, 5), 15, same, 5, pad)); // depth multiplier
    }
    all.add(geometry(Shape.of(3, 1, 1, 1, 128), 64, Window.point(), 4, 0));
    return all;
  }

  private static Extent flat(int height, int width) {
    return new Extent(1, height, width);
  }

  private static Extent flat0(int height, int width) {
    return new Extent(0, height, width);
  }

  private static Window strided(Extent size, Extent stride) {
    return new Window(size, stride, Extent.ONE, Extent.ZERO, Extent.ZERO);
  }

  // ---- ops

  private static void addAll(List<OpCase> cases, Geometry geometry) {
    for (Function<Shape, Operand> x : ACTIVATIONS) {
      for (Function<Shape, Operand> filter : FILTERS) {
        cases.add(conv(geometry, x.apply(geometry.input), filter.apply(geometry.filter)));
      }
      cases.add(filterGradient(geometry, x.apply(geometry.input), floats(geometry.output())));
    }
    for (Function<Shape, Operand> filter : FILTERS) {
      cases.add(inputGradient(geometry, floats(geometry.output()), filter.apply(geometry.filter)));
    }
    if (geometry.padValue == Math.rint(geometry.padValue)) {
      addIntegers(cases, geometry);
    }
    // no gradient makes these, but the ops take them
    cases.add(
        filterGradient(geometry, Operand.bits(geometry.input), Operand.bits(geometry.output())));
    cases.add(
        inputGradient(geometry, Operand.bits(geometry.output()), Operand.bits(geometry.filter)));
  }

  /** Gradients rounded to integers; and what no gradient makes. */
  private static void addIntegers(List<OpCase> cases, Geometry geometry) {
    Operand g = Operand.shorts(geometry.output());
    cases.add(inputGradient(geometry, g, Operand.bits(geometry.filter)));
    cases.add(filterGradient(geometry, Operand.bits(geometry.input), g));
    cases.add(filterGradient(geometry, Operand.pixels(geometry.input), g));
    if (geometry.window.size().volume() > 1) {
      cases.add(inputGradient(geometry, g, Operand.shorts(geometry.filter)));
      cases.add(filterGradient(geometry, Operand.shorts(geometry.input), g));
      for (Function<Shape, Operand> x : List.of(ACTIVATIONS.get(0), ACTIVATIONS.get(2))) {
        cases.add(conv(geometry, x.apply(geometry.input), Operand.shorts(geometry.filter)));
      }
      for (Function<Shape, Operand> filter :
          List.<Function<Shape, Operand>>of(Operand::bits, Operand::levels, Operand::shorts)) {
        cases.add(conv(geometry, Operand.shorts(geometry.input), filter.apply(geometry.filter)));
      }
    }
  }

  // ---- matrices

  private static void addMatrices(List<OpCase> cases) {
    for (int size : CHANNELS) {
      addMatrices(cases, List.of(), 3, size, 5);
      addMatrices(cases, List.of(), size, 5, 4);
      addMatrices(cases, List.of(2), 3, 5, size);
    }
    addMatrices(cases, List.of(2, 3), 4, 33, 5);
    addMatrices(cases, List.of(33), 2, 65, 1);
    addMatrices(cases, List.of(3, 1, 2), 1, 7, 1);
    Shape a = Shape.of(3, 4);
    Shape b = Shape.of(4, 5);
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Operand wrong = Operand.floats(Data.oneOf(special), a);
      cases.add(matMul("with " + special, wrong, Operand.floats(Data.oneOf(1), b)));
    }
  }

  /** All dtypes, the batch on no axis, the first one, the second one and the summed one. */
  private static void addMatrices(List<OpCase> cases, List<Integer> leading, int m, int k, int p) {
    Shape a = matrices(leading, m, k);
    Shape b = matrices(leading, k, p);
    List<Function<Shape, Operand>> exact = List.of(Operand::bits, Operand::pixels, Operand::levels);
    for (Function<Shape, Operand> first : ACTIVATIONS) {
      for (Function<Shape, Operand> second : ACTIVATIONS) {
        cases.add(matMul("", first.apply(a), second.apply(b)));
      }
    }
    for (Function<Shape, Operand> other : exact) {
      cases.add(matMul("", Operand.shorts(a), other.apply(b)));
      cases.add(matMul("", other.apply(a), Operand.shorts(b)));
    }
    cases.add(matMul("modulo 2^32", Operand.shorts(a), Operand.shorts(b)));
    if (leading.isEmpty()) {
      List<Integer> swapped = List.of(1, 0);
      Operand summed = Operand.floats(matrices(leading, k, m)).inBatch().transposed(swapped);
      cases.add(matMul("batch in rows", Operand.floats(a).inBatch(), Operand.bits(b)));
      cases.add(matMul("batch in sums", summed, Operand.floats(b).inBatch()));
    } else {
      cases.add(matMul("batch first", Operand.bits(a).inBatch(), Operand.floats(b).inBatch()));
      List<Integer> order = new ArrayList<>(IntStream.range(0, a.rank()).boxed().toList());
      order.add(0, order.remove(a.rank() - 2));
      List<Integer> back = new ArrayList<>(IntStream.range(1, a.rank()).boxed().toList());
      back.add(a.rank() - 2, 0);
      Shape moved = Shape.of(order.stream().mapToInt(a::dim).toArray());
      Operand rows = Operand.floats(moved).inBatch().transposed(back);
      cases.add(matMul("batch in rows of each", rows, Operand.bits(b)));
    }
  }

  private static Shape matrices(List<Integer> leading, int rows, int columns) {
    return Shape.of(
        IntStream.concat(leading.stream().mapToInt(i -> i), IntStream.of(rows, columns)).toArray());
  }

  private static OpCase matMul(String remark, Operand a, Operand b) {
    return OpCase.of("MatMul", remark, List.of(a, b), v -> new Op.MatMul(v.get(0), v.get(1)));
  }

  private static Operand floats(Shape shape) {
    return Operand.floats(shape);
  }

  private static OpCase conv(Geometry geometry, Operand x, Operand filter) {
    return OpCase.of(
        "Conv",
        geometry.describe(),
        List.of(x.inBatch(), filter),
        v -> new Op.Conv(v.get(0), v.get(1), geometry.window, geometry.groups, geometry.padValue));
  }

  private static OpCase inputGradient(Geometry geometry, Operand g, Operand filter) {
    return OpCase.of(
        "ConvInputGradient to " + geometry.input,
        geometry.describe(),
        List.of(g.inBatch(), filter),
        v ->
            new Op.ConvInputGradient(
                v.get(0), v.get(1), geometry.input, geometry.window, geometry.groups));
  }

  private static OpCase filterGradient(Geometry geometry, Operand x, Operand g) {
    return OpCase.of(
        "ConvFilterGradient to " + geometry.filter,
        geometry.describe(),
        List.of(x.inBatch(), g.inBatch()),
        v ->
            new Op.ConvFilterGradient(
                v.get(0),
                v.get(1),
                geometry.filter,
                geometry.window,
                geometry.groups,
                geometry.padValue));
  }

  /** A value that is no number in one operand must come out where it takes part, nowhere else. */
  private static void addSpecials(List<OpCase> cases) {
    Geometry small = geometry(Shape.of(3, 1, 4, 5, 35), 18, Window.of(new Extent(1, 2, 3)), 1, 0);
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Data.Filler filler = Data.oneOf(special);
      Data.Filler plain = Data.oneOf(1);
      Operand x = Operand.floats(filler, small.input);
      Operand w = Operand.floats(filler, small.filter);
      Operand g = Operand.floats(filler, small.output());
      String remark = " with " + special + " ";
      List<OpCase> all =
          List.of(
              conv(small, x, Operand.bits(small.filter)),
              conv(small, x, Operand.floats(plain, small.filter)),
              conv(small, Operand.bits(small.input), w),
              inputGradient(small, g, Operand.bits(small.filter)),
              inputGradient(small, g, Operand.floats(plain, small.filter)),
              filterGradient(small, Operand.bits(small.input), g),
              filterGradient(small, Operand.floats(plain, small.input), g),
              filterGradient(small, x, Operand.floats(plain, small.output())));
      IntStream.range(0, all.size())
          .forEach(
              i ->
                  cases.add(
                      new OpCase(
                          all.get(i).name() + remark + i,
                          all.get(i).operands(),
                          all.get(i).make())));
    }
  }
}
