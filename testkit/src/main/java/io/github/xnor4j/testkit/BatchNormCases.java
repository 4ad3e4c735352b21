package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Batch normalization: statistics on grids and on floats, application, both gradients. */
final class BatchNormCases {
  private static final float[] EPSILONS = {1e-3f, 1e-5f};

  private BatchNormCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (int c : new int[] {1, 3, 31, 33, 63, 64, 65, 127, 129, 1000}) {
      addAll(cases, Shape.of(7, c));
    }
    for (int n : new int[] {1, 2, 3, 31, 32, 33, 64, 65, 1000}) {
      addAll(cases, Shape.of(n, 5));
    }
    addAll(cases, Shape.of(9));
    addAll(cases, Shape.of(3, 5, 4, 17));
    addAll(cases, Shape.of(2, 3, 4, 5, 33));
    addAll(cases, Shape.of(65, 13, 13, 2));
    return cases;
  }

  private static void addAll(List<OpCase> cases, Shape shape) {
    List<Operand> contents =
        List.of(
            Operand.floats(shape),
            Operand.pixels(shape),
            Operand.levels(shape),
            Operand.signs(shape),
            Operand.floats(Data::distant, shape),
            Operand.floats(Data::constant, shape));
    for (int i = 0; i < contents.size(); i++) {
      addStatistics(cases, contents.get(i), "content " + i);
    }
    addStatistics(cases, Operand.floats(Data.oneOf(Float.NaN), shape), "with NaN");
    addStatistics(cases, Operand.floats(Data.oneOf(Float.POSITIVE_INFINITY), shape), "with inf");
    addApplication(cases, contents.get(0), "");
    addApplication(cases, contents.get(1), "");
    addApplication(cases, Operand.floats(Data::specials, shape), "specials");
    addGradients(cases, contents.get(0));
    addGradients(cases, contents.get(1));
  }

  private static void addStatistics(List<OpCase> cases, Operand x, String remark) {
    cases.add(
        OpCase.of(
            "BatchNormStatistics",
            remark,
            List.of(x.inBatch()),
            v -> new Op.BatchNormStatistics(v.get(0))));
  }

  private static Operand channels(Operand x) {
    return Operand.floats(Shape.of(x.shape().dim(-1)));
  }

  private static Operand variance(Operand x) {
    return Operand.floats(Data::positive, Shape.of(x.shape().dim(-1)));
  }

  private static void addApplication(List<OpCase> cases, Operand x, String remark) {
    for (float epsilon : EPSILONS) {
      cases.add(
          OpCase.of(
              "BatchNorm",
              epsilon + " " + remark,
              List.of(x.inBatch(), channels(x), variance(x), channels(x), channels(x)),
              v -> new Op.BatchNorm(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), epsilon)));
    }
  }

  private static void addGradients(List<OpCase> cases, Operand x) {
    for (float epsilon : EPSILONS) {
      cases.add(
          OpCase.of(
              "BatchNormGradient",
              "" + epsilon,
              List.of(
                  x.inBatch(),
                  Operand.floats(x.shape()).inBatch(),
                  channels(x),
                  variance(x),
                  channels(x)),
              v ->
                  new Op.BatchNormGradient(
                      v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), epsilon)));
    }
    cases.add(
        OpCase.of(
            "BatchNormStatisticsGradient",
            "",
            List.of(x.inBatch(), channels(x), channels(x), channels(x)),
            v -> new Op.BatchNormStatisticsGradient(v.get(0), v.get(1), v.get(2), v.get(3))));
  }
}
