package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Dims;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Floats to integers and back, thresholds, random numbers. */
final class IntegerCases {
  private static final int[] SIZES = {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000};

  private IntegerCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addShape(cases, Shape.SCALAR);
    for (int size : SIZES) {
      addShape(cases, Shape.of(size));
      addShape(cases, Shape.of(3, size));
      addShape(cases, Shape.of(size, 2));
    }
    addShape(cases, Shape.of(2, 3, 4, 5, 6));
    for (List<Shape> form :
        List.of(
            List.of(Shape.of(5, 33), Shape.SCALAR),
            List.of(Shape.of(5, 33), Shape.of(33)),
            List.of(Shape.of(5, 33), Shape.of(5, 1)),
            List.of(Shape.of(2, 3, 4, 65), Shape.of(65)),
            List.of(Shape.of(2, 3, 4, 65), Shape.of(1, 3, 1, 65)),
            List.of(Shape.of(64, 65), Shape.of(64, 65)))) {
      addThresholds(cases, form.get(0), form.get(1));
    }
    return cases;
  }

  private static void addShape(List<OpCase> cases, Shape shape) {
    for (int bits : new int[] {2, 10, 12, 16}) {
      addToInteger(cases, Operand.floats(shape), bits, "");
      addToInteger(cases, Operand.floats(Data::specials, shape), bits, "specials");
      addToInteger(cases, Operand.pixels(shape), bits, "");
    }
    for (int denominator : new int[] {1, 127, 255, (int) Grid.LIMIT - 1}) {
      for (Operand x : List.of(Operand.shorts(shape), Operand.ints(shape))) {
        cases.add(
            OpCase.of(
                "ToFloat",
                "over " + denominator,
                List.of(x.inBatchOfRows(), Operand.scale()),
                v -> new Op.ToFloat(v.get(0), v.get(1), denominator)));
      }
    }
    addThresholds(cases, shape, Shape.SCALAR);
    addRandom(cases, shape);
  }

  private static void addToInteger(List<OpCase> cases, Operand x, int bits, String remark) {
    cases.add(
        OpCase.of(
            "ToInteger of " + bits + " bits",
            remark,
            List.of(x.inBatchOfRows(), Operand.scale()),
            v -> new Op.ToInteger(v.get(0), v.get(1), bits)));
  }

  /** Thresholds that are often met exactly, and ones of any size. */
  private static void addThresholds(List<OpCase> cases, Shape shape, Shape threshold) {
    Data.Filler small = Data.integers(-2, 3);
    Operand few = Operand.of(DType.I32, small, threshold);
    addThreshold(cases, Operand.of(DType.I32, small, shape), few, "equal ones");
    addThreshold(cases, Operand.ints(shape), Operand.ints(threshold), "");
    addThreshold(cases, Operand.shorts(shape), few, "");
  }

  private static void addThreshold(
      List<OpCase> cases, Operand x, Operand threshold, String remark) {
    Operand first = x.inBatchOfRows();
    boolean rows = threshold.shape().equals(x.shape());
    cases.add(
        OpCase.of(
            "Threshold",
            remark,
            List.of(first, rows ? threshold.inBatchOfRows() : threshold),
            v -> new Op.Threshold(v.get(0), v.get(1))));
  }

  private static void addRandom(List<OpCase> cases, Shape shape) {
    for (Op.RandomKind kind : Op.RandomKind.values()) {
      for (int stream : new int[] {0, Integer.MAX_VALUE}) {
        Dims dims = shape.rank() > 1 ? Dims.batch(shape) : Dims.fixed(shape);
        cases.add(
            OpCase.of(
                "Random " + kind + " " + dims.shape(),
                "stream " + stream,
                List.of(Operand.ints(Shape.of(2)), Operand.ints(Shape.SCALAR)),
                v -> new Op.Random(kind, v.get(0), v.get(1), stream, dims)));
      }
    }
  }
}
