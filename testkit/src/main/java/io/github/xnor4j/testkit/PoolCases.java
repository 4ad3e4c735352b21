package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Pooling and its gradient: ties, left-over pixels, overlapping and padded windows. */
final class PoolCases {
  private static final int[] CHANNELS = {1, 3, 31, 32, 33, 63, 64, 65, 127, 129};

  private PoolCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    Window two = window(new Extent(1, 2, 2), new Extent(1, 2, 2));
    for (int c : CHANNELS) {
      addAll(cases, Shape.of(2, 1, 4, 5, c), two);
    }
    for (int n : new int[] {1, 3, 33, 64, 65}) {
      addAll(cases, Shape.of(n, 1, 3, 2, 3), two);
    }
    for (Window window : windows()) {
      addAll(cases, Shape.of(2, 3, 7, 6, 5), window);
    }
    addSpecials(cases, two);
    return cases;
  }

  private static Window window(Extent size, Extent stride) {
    return new Window(size, stride, Extent.ONE, Extent.ZERO, Extent.ZERO);
  }

  private static List<Window> windows() {
    Extent one = Extent.ONE;
    return List.of(
        Window.point(),
        window(new Extent(1, 3, 3), new Extent(1, 2, 2)),
        window(new Extent(1, 3, 3), one),
        window(new Extent(1, 1, 3), new Extent(1, 1, 3)),
        window(new Extent(2, 2, 2), new Extent(2, 2, 2)),
        window(new Extent(3, 7, 6), one),
        window(new Extent(1, 2, 1), new Extent(2, 3, 4)),
        new Window(
            new Extent(1, 3, 3),
            new Extent(1, 2, 2),
            one,
            new Extent(0, 1, 0),
            new Extent(0, 1, 1)),
        new Window(new Extent(2, 4, 3), one, one, new Extent(1, 2, 0), new Extent(0, 1, 2)),
        new Window(
            new Extent(1, 2, 3), one, new Extent(1, 3, 2), Extent.ZERO, new Extent(0, 1, 1)));
  }

  private static void addAll(List<OpCase> cases, Shape input, Window window) {
    List<Function<Shape, Operand>> operands =
        List.of(
            Operand::floats,
            Operand::pixels,
            Operand::levels,
            Operand::signs,
            shape -> Operand.floats(Data::ties, shape));
    for (int i = 0; i < operands.size(); i++) {
      add(cases, operands.get(i).apply(input), window, "content " + i);
    }
  }

  private static void add(List<OpCase> cases, Operand x, Window window, String content) {
    Extent out = window.outputs(x.shape());
    Shape pooled =
        Shape.of(x.shape().dim(0), out.depth(), out.height(), out.width(), x.shape().dim(4));
    for (Op.PoolKind kind : Op.PoolKind.values()) {
      String remark = kind + " " + window + " " + content;
      cases.add(
          OpCase.of(
              "Pool", remark, List.of(x.inBatch()), v -> new Op.Pool(kind, v.get(0), window)));
      cases.add(
          OpCase.of(
              "PoolGradient",
              remark,
              List.of(x.inBatch(), Operand.floats(pooled).inBatch()),
              v -> new Op.PoolGradient(kind, v.get(0), v.get(1), window)));
    }
  }

  private static void addSpecials(List<OpCase> cases, Window window) {
    add(cases, Operand.floats(Data::specials, Shape.of(3, 1, 6, 6, 17)), window, "specials");
  }
}
