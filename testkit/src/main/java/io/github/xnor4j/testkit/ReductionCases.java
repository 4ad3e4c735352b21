package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reductions, the largest element's index, softmax and its loss. */
final class ReductionCases {
  private static final List<Data.Filler> FILLERS =
      List.of(
          Data::numbers,
          Data::ties,
          Data::wideLogits,
          Data::constant,
          Data.oneOf(Float.NaN),
          Data.oneOf(Float.POSITIVE_INFINITY),
          Data.oneOf(Float.NEGATIVE_INFINITY));

  private ReductionCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addCounts(cases);
    addReductions(cases);
    for (Shape shape :
        List.of(
            Shape.of(1),
            Shape.of(10),
            Shape.of(1, 1),
            Shape.of(3, 10),
            Shape.of(65, 10),
            Shape.of(33, 3),
            Shape.of(2, 3, 33),
            Shape.of(2, 1000))) {
      addRows(cases, shape);
    }
    for (int n : new int[] {1, 3, 31, 32, 33, 64, 65}) {
      addLosses(cases, n, 10);
    }
    for (int c : new int[] {1, 2, 31, 33, 65, 1000}) {
      addLosses(cases, 5, c);
    }
    return cases;
  }

  private static void addCounts(List<OpCase> cases) {
    for (Op.CountKind kind : Op.CountKind.values()) {
      for (int n : new int[] {1, 2, 33}) {
        Operand x = Operand.floats(Shape.of(n, 3)).inBatch();
        cases.add(
            OpCase.of(
                "Count " + kind,
                "",
                List.of(x),
                v -> new Op.Count(kind, v.getFirst().type().dims().axes(List.of(0)))));
      }
    }
  }

  private static void addReductions(List<OpCase> cases) {
    addReductions(cases, Shape.SCALAR, List.of());
    for (int size : new int[] {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000}) {
      addReductions(cases, Shape.of(size), List.of(0));
      addReductions(cases, Shape.of(5, size), List.of(0));
      addReductions(cases, Shape.of(5, size), List.of(1));
      addReductions(cases, Shape.of(5, size), List.of(1, 0));
    }
    for (int mask = 0; mask < 16; mask++) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < 4; axis++) {
        if ((mask >> axis & 1) != 0) {
          axes.add(axis);
        }
      }
      addReductions(cases, Shape.of(3, 4, 5, 17), axes);
    }
    addReductions(cases, Shape.of(2, 3, 4, 5, 6), List.of(0, 1, 2, 3));
    addReductions(cases, Shape.of(2, 3, 4, 5, 6), List.of(4, 2));
  }

  private static void addReductions(List<OpCase> cases, Shape shape, List<Integer> axes) {
    for (Op.ReduceKind kind : Op.ReduceKind.values()) {
      for (Operand x :
          List.of(Operand.floats(shape), Operand.pixels(shape), Operand.levels(shape))) {
        addReduction(cases, kind, x, axes, "");
      }
      if (kind == Op.ReduceKind.SUM) {
        addReduction(cases, kind, Operand.shorts(shape), axes, "");
        addReduction(cases, kind, Operand.ints(shape), axes, "modulo 2^32");
      }
      addReduction(cases, kind, Operand.floats(Data::ties, shape), axes, "ties");
      addReduction(cases, kind, Operand.floats(Data.oneOf(Float.NaN), shape), axes, "NaN");
      Data.Filler infinity = Data.oneOf(Float.NEGATIVE_INFINITY);
      addReduction(cases, kind, Operand.floats(infinity, shape), axes, "-inf");
    }
  }

  private static void addReduction(
      List<OpCase> cases, Op.ReduceKind kind, Operand x, List<Integer> axes, String remark) {
    cases.add(
        OpCase.of(
            "Reduce " + kind + " " + axes,
            remark,
            List.of(x.inBatchOfRows()),
            v -> new Op.Reduce(kind, v.get(0), axes)));
  }

  private static void addRows(List<OpCase> cases, Shape shape) {
    for (Data.Filler filler : FILLERS) {
      String remark = "content " + FILLERS.indexOf(filler);
      Operand x = Operand.floats(filler, shape).inBatchOfRows();
      cases.add(OpCase.of("Softmax", remark, List.of(x), v -> new Op.Softmax(v.get(0))));
      cases.add(OpCase.of("ArgMax", remark, List.of(x), v -> new Op.ArgMax(v.get(0))));
    }
  }

  private static void addLosses(List<OpCase> cases, int n, int c) {
    Shape shape = Shape.of(n, c);
    Operand labels = Operand.of(DType.I32, Data.integers(0, c), Shape.of(n));
    // labels outside the classes, which make the loss NaN
    Operand wild = Operand.of(DType.I32, Data.integers(-1, c + 1), Shape.of(n));
    for (Data.Filler filler : List.of(FILLERS.get(0), FILLERS.get(2), FILLERS.get(4))) {
      String remark = "content " + FILLERS.indexOf(filler);
      addLoss(cases, Operand.floats(filler, shape), labels, remark);
    }
    addLoss(cases, Operand.floats(shape), wild, "wild labels");
    for (Operand truth : List.of(labels, wild)) {
      cases.add(
          OpCase.of(
              "SoftmaxCrossEntropyGradient",
              truth == wild ? "wild labels" : "",
              List.of(
                  Operand.floats(Data::positive, shape).inBatch(),
                  truth.inBatch(),
                  Operand.floats(Shape.of(n)).inBatch()),
              v -> new Op.SoftmaxCrossEntropyGradient(v.get(0), v.get(1), v.get(2))));
    }
  }

  private static void addLoss(List<OpCase> cases, Operand logits, Operand labels, String remark) {
    cases.add(
        OpCase.of(
            "SoftmaxCrossEntropy",
            remark,
            List.of(logits.inBatch(), labels.inBatch()),
            v -> new Op.SoftmaxCrossEntropy(v.get(0), v.get(1))));
  }
}
