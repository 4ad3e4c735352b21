package io.github.xnor4j.program;

import io.github.xnor4j.program.Derivative.Operand;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The three products, each with its gradients for both operands: of Conv what training runs, of
 * ConvInputGradient and ConvFilterGradient the second derivatives, which transposed layers rest on.
 */
final class ProductDerivatives {
  private static final Extent ONE = Extent.ONE;
  private static final Extent ZERO = Extent.ZERO;

  /** Sizes of a product; the filter's last axis follows from the groups. */
  private record Geometry(String name, Shape input, int o, Window window, int groups, float pad) {
    Shape filter() {
      Extent k = window.size();
      return Shape.of(o, k.depth(), k.height(), k.width(), input.dim(4) / groups);
    }

    Shape output() {
      Extent out = window.outputs(input);
      return Shape.of(input.dim(0), out.depth(), out.height(), out.width(), o);
    }
  }

  private ProductDerivatives() {}

  static List<Derivative> all() {
    List<Function<int[], Operand>> kinds = List.of(Operand::floats, Operand::bits);
    List<Derivative> cases = new ArrayList<>();
    for (Geometry geometry : geometries()) {
      for (Function<int[], Operand> first : kinds) {
        for (Function<int[], Operand> second : kinds) {
          addAll(cases, geometry, first, second);
        }
      }
      cases.add(secondDerivative(geometry));
    }
    return cases;
  }

  private static List<Geometry> geometries() {
    List<Geometry> all = new ArrayList<>();
    all.add(new Geometry("dense", Shape.of(3, 1, 1, 1, 5), 4, Window.point(), 1, 0));
    all.add(
        new Geometry(
            "1-D, stride 2",
            Shape.of(2, 1, 1, 7, 2),
            3,
            new Window(flat(1, 3), flat(1, 2), ONE, ZERO, ZERO),
            1,
            0));
    // more padding than the window reaches: positions that see nothing else
    Window padded = new Window(flat(3, 2), flat(2, 1), ONE, flat0(1, 2), flat0(2, 1));
    Window around = new Window(flat(3, 3), ONE, ONE, flat0(1, 1), flat0(1, 1));
    for (float pad : new float[] {0, 1, -0.3f}) {
      all.add(new Geometry("strides, padding " + pad, Shape.of(2, 1, 4, 3, 2), 3, padded, 1, pad));
      all.add(new Geometry("groups, padding " + pad, Shape.of(1, 1, 3, 3, 4), 6, around, 2, pad));
      all.add(
          new Geometry("depthwise, padding " + pad, Shape.of(1, 1, 3, 4, 3), 3, around, 3, pad));
    }
    all.add(
        new Geometry(
            "depth multiplier",
            Shape.of(2, 1, 3, 3, 2),
            4,
            new Window(flat(2, 2), ONE, ONE, ZERO, ZERO),
            2,
            0));
    all.add(
        new Geometry(
            "dilation",
            Shape.of(1, 1, 6, 5, 2),
            3,
            new Window(flat(2, 3), flat(2, 1), flat(3, 2), flat0(1, 0), flat0(0, 2)),
            1,
            0.5f));
    all.add(
        new Geometry(
            "unseen pixels",
            Shape.of(1, 1, 5, 6, 2),
            2,
            new Window(flat(1, 2), flat(2, 3), ONE, ZERO, ZERO),
            1,
            0));
    all.add(
        new Geometry(
            "3-D",
            Shape.of(1, 3, 3, 3, 2),
            2,
            new Window(
                new Extent(2, 2, 3),
                new Extent(1, 2, 1),
                new Extent(2, 1, 1),
                new Extent(1, 1, 0),
                new Extent(0, 1, 1)),
            1,
            1));
    return all;
  }

  private static Extent flat(int height, int width) {
    return new Extent(1, height, width);
  }

  private static Extent flat0(int height, int width) {
    return new Extent(0, height, width);
  }

  private static void addAll(
      List<Derivative> cases,
      Geometry geometry,
      Function<int[], Operand> first,
      Function<int[], Operand> second) {
    Operand x = first.apply(geometry.input.dims());
    Operand w = second.apply(geometry.filter().dims());
    String name = geometry.name + " of " + x.dtype() + " and " + w.dtype();
    cases.add(
        new Derivative(
            Op.Conv.class,
            name,
            List.of(x, w),
            (trace, v) -> trace.value(conv(geometry, v.get(0), v.get(1)))));
    Operand g = first.apply(geometry.output().dims());
    cases.add(
        new Derivative(
            Op.ConvInputGradient.class,
            name,
            List.of(g, w),
            (trace, v) ->
                trace.value(
                    new Op.ConvInputGradient(
                        v.get(0), v.get(1), geometry.input, geometry.window, geometry.groups))));
    cases.add(
        new Derivative(
            Op.ConvFilterGradient.class,
            name,
            List.of(x, second.apply(geometry.output().dims())),
            (trace, v) ->
                trace.value(
                    new Op.ConvFilterGradient(
                        v.get(0),
                        v.get(1),
                        geometry.filter(),
                        geometry.window,
                        geometry.groups,
                        geometry.pad))));
  }

  private static Op conv(Geometry geometry, Value x, Value w) {
    return new Op.Conv(x, w, geometry.window, geometry.groups, geometry.pad);
  }

  /** What the differentiator traced is differentiated again: d/d(x, w, g) of (dL/dx, dL/dw). */
  private static Derivative secondDerivative(Geometry geometry) {
    return new Derivative(
        Op.ConvFilterGradient.class,
        geometry.name + ", traced for a Conv",
        List.of(
            Operand.floats(geometry.input.dims()),
            Operand.floats(geometry.filter().dims()),
            Operand.floats(geometry.output().dims())),
        (trace, v) -> {
          Value y = trace.value(conv(geometry, v.get(0), v.get(1)));
          List<Value> d = Differentiator.gradients(trace, y, v.get(2), v.subList(0, 2));
          return trace.mul(squares(trace, d.get(0)), squares(trace, d.get(1)));
        });
  }

  private static Value squares(Trace trace, Value x) {
    return trace.mean(trace.unary(Op.UnaryKind.SQUARE, x));
  }
}
