package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Ops that only move elements: reshape, transpose, broadcast. */
final class ShapeCases {
  private ShapeCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addReshapes(cases);
    addTransposes(cases);
    addBroadcasts(cases);
    return cases;
  }

  private static void addReshapes(List<OpCase> cases) {
    List<List<Shape>> pairs =
        List.of(
            List.of(Shape.of(5, 7), Shape.of(35)),
            List.of(Shape.of(3, 65), Shape.of(65, 3)),
            List.of(Shape.of(2, 64), Shape.of(128)),
            List.of(Shape.of(2, 64), Shape.of(4, 32)),
            List.of(Shape.of(1), Shape.SCALAR),
            List.of(Shape.SCALAR, Shape.of(1, 1)),
            List.of(Shape.of(2, 3, 3, 33), Shape.of(2, 297)),
            List.of(Shape.of(2, 3, 3, 33), Shape.of(2, 1, 3, 3, 33)),
            List.of(Shape.of(3, 127), Shape.of(127, 1, 3)),
            List.of(Shape.of(4, 1000), Shape.of(1000, 4)),
            List.of(Shape.of(6, 6), Shape.of(6, 6)));
    for (List<Shape> pair : pairs) {
      for (Operand x : Operand.ofAnyType(pair.get(0))) {
        cases.add(
            OpCase.of(
                "Reshape to " + pair.get(1),
                "",
                List.of(x.inBatchOfRows()),
                v -> new Op.Reshape(v.get(0), pair.get(1))));
      }
    }
  }

  private static void addTransposes(List<OpCase> cases) {
    addTranspose(cases, Shape.SCALAR, List.of());
    for (int c : new int[] {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000}) {
      addTranspose(cases, Shape.of(5, c), List.of(1, 0));
      addTranspose(cases, Shape.of(c, 3), List.of(1, 0));
      addTranspose(cases, Shape.of(3, 2, 2, c), List.of(3, 0, 1, 2)); // HWIO to OHWI
    }
    List<Integer> axes = List.of(0, 1, 2);
    for (int a : axes) {
      for (int b : axes) {
        if (a != b) {
          addTranspose(cases, Shape.of(5, 33, 66), List.of(a, b, 3 - a - b));
        }
      }
    }
    addTranspose(cases, Shape.of(2, 3, 4, 5), List.of(3, 2, 1, 0));
    addTranspose(cases, Shape.of(2, 3, 4, 5), List.of(0, 2, 1, 3));
    addTranspose(cases, Shape.of(2, 3, 4, 5, 6), List.of(4, 0, 1, 2, 3));
    addTranspose(cases, Shape.of(2, 3, 4, 5, 6), List.of(1, 4, 0, 3, 2));
    addTranspose(cases, Shape.of(2, 3, 1, 5, 6), List.of(0, 1, 2, 3, 4));
  }

  private static void addTranspose(List<OpCase> cases, Shape shape, List<Integer> permutation) {
    for (Operand x :
        List.of(
            Operand.floats(Data::specials, shape), Operand.bits(shape), Operand.pixels(shape))) {
      cases.add(
          OpCase.of(
              "Transpose " + permutation,
              "",
              List.of(x.inBatchOfRows()),
              v -> new Op.Transpose(v.get(0), permutation)));
    }
  }

  private static void addBroadcasts(List<OpCase> cases) {
    List<List<Shape>> pairs =
        List.of(
            List.of(Shape.SCALAR, Shape.SCALAR),
            List.of(Shape.SCALAR, Shape.of(3, 5)),
            List.of(Shape.of(1), Shape.of(65)),
            List.of(Shape.of(33), Shape.of(4, 33)),
            List.of(Shape.of(3, 2, 1, 33), Shape.of(3, 2, 4, 33)),
            List.of(Shape.of(4, 1), Shape.of(4, 31)),
            List.of(Shape.of(1, 3, 1, 5), Shape.of(2, 3, 4, 5)),
            List.of(Shape.of(3, 1, 1), Shape.of(2, 3, 4, 5)),
            List.of(Shape.of(4, 5), Shape.of(4, 5)));
    for (List<Shape> pair : pairs) {
      for (Operand x : Operand.ofAnyType(pair.get(0))) {
        cases.add(
            OpCase.of(
                "Broadcast to " + pair.get(1),
                "",
                List.of(x.shape().rank() == pair.get(1).rank() ? x.inBatchOfRows() : x),
                v -> new Op.Broadcast(v.get(0), pair.get(1))));
      }
    }
  }
}
