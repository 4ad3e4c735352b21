package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Element-wise ops: every function, every form of broadcasting, special values. */
final class ElementCases {
  private static final int[] SIZES = {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000};

  /** Pairs of shapes that are broadcast to each other. */
  private static final List<List<Shape>> FORMS =
      List.of(
          List.of(Shape.SCALAR, Shape.SCALAR),
          List.of(Shape.SCALAR, Shape.of(7)),
          List.of(Shape.of(33), Shape.SCALAR),
          List.of(Shape.of(1), Shape.of(65)),
          List.of(Shape.of(4, 33), Shape.of(33)),
          List.of(Shape.of(31), Shape.of(5, 31)),
          List.of(Shape.of(4, 1), Shape.of(4, 65)),
          List.of(Shape.of(3, 63), Shape.of(3, 1)),
          List.of(Shape.of(4, 1), Shape.of(1, 33)),
          List.of(Shape.of(1, 1), Shape.of(3)),
          List.of(Shape.of(3, 1, 5), Shape.of(1, 4, 1)),
          List.of(Shape.of(2, 3, 4, 17), Shape.of(17)),
          List.of(Shape.of(2, 3, 4, 5), Shape.of(1, 3, 1, 5)),
          List.of(Shape.of(2, 3, 4, 5), Shape.of(3, 1, 1)),
          List.of(Shape.of(2, 1, 4, 1), Shape.of(1, 3, 1, 5)),
          List.of(Shape.of(2, 3, 1, 5, 6), Shape.of(4, 1, 6)),
          List.of(Shape.of(64, 65), Shape.of(64, 65)));

  private ElementCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addUnary(cases);
    addBinary(cases);
    addSelect(cases);
    addConversions(cases);
    return cases;
  }

  private static void addUnary(List<OpCase> cases) {
    Shape specials = Shape.of(Data.specialCount());
    for (Op.UnaryKind kind : Op.UnaryKind.values()) {
      addUnary(cases, kind, Operand.floats(Data.specialsRepeated(1), specials), "specials");
      for (int size : SIZES) {
        addUnary(cases, kind, Operand.floats(Shape.of(size)), "");
        addUnary(cases, kind, Operand.floats(Data::specials, Shape.of(size)), "specials, mixed");
      }
      addUnary(cases, kind, Operand.floats(Data::positive, Shape.of(2, 3, 4, 5, 6)), "positive");
      addUnary(cases, kind, Operand.floats(Data::positive, Shape.SCALAR), "positive");
      addUnary(cases, kind, Operand.pixels(Shape.of(3, 5, 5, 2)), "");
      addUnary(cases, kind, Operand.signs(Shape.of(3, 33)), "");
    }
  }

  private static void addUnary(List<OpCase> cases, Op.UnaryKind kind, Operand x, String remark) {
    cases.add(
        OpCase.of("Unary " + kind, remark, inBatch(List.of(x)), v -> new Op.Unary(kind, v.get(0))));
  }

  private static void addBinary(List<OpCase> cases) {
    int n = Data.specialCount();
    for (Op.BinaryKind kind : Op.BinaryKind.values()) {
      for (List<Shape> form : FORMS) {
        addBinary(cases, kind, Operand.floats(form.get(0)), Operand.floats(form.get(1)), "");
        Operand a = Operand.floats(Data::positive, form.get(0));
        addBinary(cases, kind, a, Operand.floats(Data::specials, form.get(1)), "specials");
      }
      for (int size : SIZES) {
        Shape shape = Shape.of(size);
        addBinary(cases, kind, Operand.floats(Data::positive, shape), Operand.floats(shape), "");
      }
      // every pair of special values
      addBinary(
          cases,
          kind,
          Operand.floats(Data.specialsRepeated(1), Shape.of(n, n)),
          Operand.floats(Data.specialsRepeated(n), Shape.of(n, n)),
          "all pairs of specials");
      addBinary(cases, kind, Operand.pixels(Shape.of(3, 40)), Operand.signs(Shape.of(3, 40)), "");
    }
  }

  private static void addBinary(
      List<OpCase> cases, Op.BinaryKind kind, Operand a, Operand b, String remark) {
    cases.add(
        OpCase.of(
            "Binary " + kind,
            remark,
            inBatch(List.of(a, b)),
            v -> new Op.Binary(kind, v.get(0), v.get(1))));
  }

  private static void addSelect(List<OpCase> cases) {
    int n = Data.specialCount();
    for (Op.Comparison comparison : Op.Comparison.values()) {
      for (List<Shape> form : FORMS) {
        Shape p = form.get(0);
        Shape q = form.get(1);
        for (List<Shape> s :
            List.of(List.of(p, q, q, p), List.of(p, p, q, q), List.of(q, p, p, p))) {
          addSelect(cases, comparison, false, s, "");
          addSelect(cases, comparison, true, s, "");
        }
      }
      for (int size : SIZES) {
        Shape shape = Shape.of(size);
        addSelect(cases, comparison, false, List.of(shape, Shape.SCALAR, shape, shape), "");
        addSelect(cases, comparison, false, List.of(shape, shape, Shape.SCALAR, Shape.SCALAR), "");
      }
      Shape square = Shape.of(n, n);
      cases.add(
          OpCase.of(
              "Select " + comparison,
              "all pairs of specials",
              List.of(
                  Operand.floats(Data.specialsRepeated(1), square),
                  Operand.floats(Data.specialsRepeated(n), square),
                  Operand.floats(Data::specials, square),
                  Operand.floats(Data::specials, square)),
              v -> new Op.Select(comparison, v.get(0), v.get(1), v.get(2), v.get(3))));
    }
  }

  private static void addSelect(
      List<OpCase> cases, Op.Comparison comparison, boolean ints, List<Shape> s, String remark) {
    Operand a = compared(ints, s.get(0));
    Operand b = compared(ints, s.get(1));
    cases.add(
        OpCase.of(
            "Select " + comparison,
            remark,
            inBatch(List.of(a, b, Operand.floats(s.get(2)), Operand.floats(s.get(3)))),
            v -> new Op.Select(comparison, v.get(0), v.get(1), v.get(2), v.get(3))));
  }

  private static Operand compared(boolean ints, Shape shape) {
    return ints
        ? Operand.of(DType.I32, Data.integers(-2, 3), shape)
        : Operand.floats(Data::ties, shape);
  }

  private static void addConversions(List<OpCase> cases) {
    List<Shape> shapes = new ArrayList<>();
    for (int size : SIZES) {
      shapes.add(Shape.of(size));
      shapes.add(Shape.of(3, size));
    }
    shapes.add(Shape.SCALAR);
    shapes.add(Shape.of(2, 3, 4, 5, 7));
    for (Shape shape : shapes) {
      cases.add(sign(Operand.floats(shape), ""));
      cases.add(sign(Operand.floats(Data::specials, shape), "specials"));
      cases.add(
          OpCase.of(
              "Unpack", "", inBatch(List.of(Operand.bits(shape))), v -> new Op.Unpack(v.get(0))));
      for (int[] scale : new int[][] {{2, -255, 255}, {1, 0, 1}, {1, -128, 128}, {3, 7, 11}}) {
        cases.add(
            OpCase.of(
                "Scale",
                scale[0] + " " + scale[1] + " " + scale[2],
                inBatch(List.of(Operand.of(DType.U8, Data::bytes, shape))),
                v -> new Op.Scale(v.get(0), scale[0], scale[1], scale[2])));
      }
    }
  }

  private static OpCase sign(Operand x, String remark) {
    return OpCase.of("Sign", remark, inBatch(List.of(x)), v -> new Op.Sign(v.get(0)));
  }

  /**
   * Operands of several axes that have the result's leading one are a batch; what has one axis is a
   * parameter, as optimizers sweep them.
   */
  private static List<Operand> inBatch(List<Operand> operands) {
    Shape all = operands.stream().map(Operand::shape).reduce(Shape::broadcast).orElse(Shape.SCALAR);
    return operands.stream()
        .map(
            x ->
                x.shape().rank() == all.rank() && all.rank() > 1 && x.shape().dim(0) == all.dim(0)
                    ? x.inBatch()
                    : x)
        .toList();
  }
}
