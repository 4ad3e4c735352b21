package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Floats to integers and back. */
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
  }

  private static void addToInteger(List<OpCase> cases, Operand x, int bits, String remark) {
    cases.add(
        OpCase.of(
            "ToInteger of " + bits + " bits",
            remark,
            List.of(x.inBatchOfRows(), Operand.scale()),
            v -> new Op.ToInteger(v.get(0), v.get(1), bits)));
  }
}
