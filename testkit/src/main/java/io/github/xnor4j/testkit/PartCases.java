package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Dims;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Parts of values: patches, padding, slices, values put together; the batch on any axis. */
final class PartCases {
  private static final int[] SIZES = {1, 3, 31, 32, 33, 63, 64, 65, 127, 129, 1000};

  private PartCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addPatches(cases);
    addSlices(cases);
    addPadding(cases);
    addConcatenations(cases);
    return cases;
  }

  // ---- patches

  private static void addPatches(List<OpCase> cases) {
    Extent one = Extent.ONE;
    Window square = Window.of(new Extent(1, 2, 2));
    for (int c : SIZES) {
      addPatches(cases, Shape.of(2, 1, 3, 3, c), square, 0);
    }
    for (int n : new int[] {1, 3, 31, 33, 64, 65}) {
      addPatches(cases, Shape.of(n, 1, 2, 3, 2), square, 0);
    }
    Window padded =
        new Window(
            new Extent(1, 3, 2),
            new Extent(1, 2, 1),
            one,
            new Extent(0, 1, 0),
            new Extent(0, 2, 1));
    for (float pad : new float[] {-1, 0, 1}) {
      addPatches(cases, Shape.of(3, 1, 5, 4, 33), padded, pad);
    }
    addPatches(cases, Shape.of(2, 1, 4, 4, 3), Window.point(), 0);
    addPatches(
        cases,
        Shape.of(2, 4, 3, 5, 2),
        new Window(
            new Extent(2, 2, 2),
            new Extent(1, 1, 2),
            new Extent(2, 1, 3),
            new Extent(1, 0, 0),
            new Extent(0, 1, 1)),
        1);
    // pixels that no window sees, and positions that see nothing but padding
    addPatches(
        cases,
        Shape.of(2, 1, 7, 6, 5),
        new Window(new Extent(1, 1, 2), new Extent(1, 3, 3), one, Extent.ZERO, Extent.ZERO),
        0);
    addPatches(
        cases,
        Shape.of(2, 1, 2, 2, 3),
        new Window(new Extent(1, 2, 1), one, one, new Extent(0, 3, 0), new Extent(0, 0, 2)),
        1);
  }

  private static void addPatches(List<OpCase> cases, Shape input, Window window, float pad) {
    for (Operand x : Operand.ofAnyType(input)) {
      boolean isValue = x.dtype() != DType.BIT && x.dtype() != DType.U8 || Math.abs(pad) == 1;
      if (!window.isPadded() || isValue && !(x.dtype() == DType.U8 && x.isPlain() && pad < 0)) {
        for (Operand each : List.of(x, x.inBatch())) {
          cases.add(
              OpCase.of(
                  "Patches",
                  window + " of " + pad + inBatch(each),
                  List.of(each),
                  v -> new Op.Patches(v.getFirst(), window, pad)));
        }
      }
    }
    Extent out = window.outputs(input);
    int seen = window.size().volume() * input.dim(4);
    Shape patches = Shape.of(input.dim(0), out.depth(), out.height(), out.width(), seen);
    for (Operand g : List.of(Operand.floats(patches), Operand.floats(patches).inBatch())) {
      cases.add(
          OpCase.of(
              "PatchesGradient to " + input,
              window + inBatch(g),
              List.of(g),
              v -> {
                Dims dims = g.batch() ? Dims.batch(input) : Dims.fixed(input);
                return new Op.PatchesGradient(v.getFirst(), dims, window);
              }));
    }
  }

  private static String inBatch(Operand operand) {
    return operand.batch() ? " in a batch" : "";
  }

  // ---- slices

  private static void addSlices(List<OpCase> cases) {
    for (int size : SIZES) {
      addSlices(cases, Shape.of(size + 2), List.of(1), Shape.of(size));
      addSlices(cases, Shape.of(3, size + 5), List.of(0, 3), Shape.of(3, size));
      addSlices(cases, Shape.of(size + 1, 3), List.of(1, 0), Shape.of(size, 3));
    }
    addSlices(cases, Shape.SCALAR, List.of(), Shape.SCALAR);
    addSlices(cases, Shape.of(2, 3, 4, 33), List.of(0, 1, 2, 3), Shape.of(2, 2, 1, 30));
    addSlices(cases, Shape.of(4, 3, 4, 5), List.of(1, 0, 0, 0), Shape.of(2, 3, 4, 5));
    addSlices(cases, Shape.of(4, 3, 66), List.of(0, 0, 0), Shape.of(4, 3, 66));
    for (Operand x : Operand.ofAnyType(Shape.of(3, 4, 35))) {
      // the batch behind another axis
      cases.add(
          OpCase.of(
              "Slice",
              "batch second",
              List.of(movedBatch(x)),
              v -> slice(v, List.of(1, 0, 2), Shape.of(2, 3, 33))));
      // the second half of two batches, one behind the other
      cases.add(
          OpCase.of(
              "Slice",
              "half of 2N",
              List.of(doubled(x)),
              v ->
                  new Op.Slice(
                      v.getFirst(),
                      new Dims(Shape.of(3, 0), List.of(1, 0)),
                      Dims.batch(Shape.of(3, 70)))));
    }
  }

  /** [N, A, B] as [A, N, B]. */
  private static Operand movedBatch(Operand x) {
    return x.isPlain() ? x.inBatch().transposed(List.of(1, 0, 2)) : x;
  }

  /** [N, 4, 35] as [2N, 70]. */
  private static Operand doubled(Operand x) {
    return Operand.lifted(
            x.dtype(),
            x.shape(),
            x.filler(),
            v -> new Op.Reshape(v, new Dims(Shape.of(6, 70), List.of(2 * batchMark(v), 0))))
        .inBatch();
  }

  private static int batchMark(Value value) {
    return value.type().dims().perImage().getFirst();
  }

  private static void addSlices(List<OpCase> cases, Shape shape, List<Integer> start, Shape size) {
    for (Operand x : Operand.ofAnyType(shape)) {
      for (Operand each : List.of(x, x.inBatchOfRows())) {
        cases.add(
            OpCase.of(
                "Slice",
                "from " + start + " of " + size + inBatch(each),
                List.of(each),
                v -> slice(v, start, size)));
      }
    }
  }

  private static Op slice(List<Value> v, List<Integer> start, Shape size) {
    return new Op.Slice(v.getFirst(), start, size);
  }

  // ---- padding

  private static void addPadding(List<OpCase> cases) {
    for (int size : SIZES) {
      addPadding(cases, Shape.of(size), List.of(1), List.of(2), 1);
      addPadding(cases, Shape.of(3, size), List.of(0, 33), List.of(0, 1), 1);
      addPadding(cases, Shape.of(size, 2), List.of(2, 0), List.of(1, 0), 1);
    }
    for (float value : new float[] {-1, 0, 1, 0.3f, Float.NaN, Float.NEGATIVE_INFINITY}) {
      addPadding(cases, Shape.of(2, 3, 4, 33), List.of(0, 1, 2, 0), List.of(0, 0, 1, 2), value);
    }
    addPadding(cases, Shape.of(4, 3, 66), List.of(0, 0, 0), List.of(0, 0, 0), 1);
    addPadding(cases, Shape.SCALAR, List.of(), List.of(), 1);
    for (Operand x : Operand.ofAnyType(Shape.of(3, 4, 35))) {
      cases.add(
          OpCase.of(
              "Pad",
              "batch second",
              List.of(movedBatch(x)),
              v ->
                  new Op.Pad(
                      v.getFirst(),
                      new Dims(Shape.of(1, 0, 2), List.of(0, 0, 0)),
                      padded(v.getFirst(), 6, 40),
                      1)));
      // the gradient of certain images: they stand among zeros
      cases.add(
          OpCase.of(
              "Pad",
              "images of a batch",
              List.of(x),
              v ->
                  new Op.Pad(
                      v.getFirst(),
                      Dims.fixed(Shape.of(2, 0, 0)),
                      Dims.batch(Shape.of(7, 4, 35)),
                      1)));
    }
  }

  private static Dims padded(Value x, int first, int last) {
    Dims dims = x.type().dims();
    return dims.with(0, Math.max(first, dims.dim(0) + 1)).with(2, last);
  }

  private static void addPadding(
      List<OpCase> cases, Shape shape, List<Integer> before, List<Integer> after, float value) {
    for (Operand x : Operand.ofAnyType(shape)) {
      boolean floats = x.dtype() == DType.F32 || !x.isPlain();
      boolean any = x.dtype() == DType.I16 || x.dtype() == DType.I32;
      if (floats || value == 1 || any && value == Math.rint(value) && Float.isFinite(value)) {
        boolean leads = !before.isEmpty() && before.getFirst() + after.getFirst() == 0;
        for (Operand each : leads ? List.of(x, x.inBatchOfRows()) : List.of(x)) {
          cases.add(
              OpCase.of(
                  "Pad",
                  before + " and " + after + " of " + value + inBatch(each),
                  List.of(each),
                  v -> new Op.Pad(v.getFirst(), before, after, value)));
        }
      }
    }
  }

  // ---- values put together

  private static void addConcatenations(List<OpCase> cases) {
    for (int size : SIZES) {
      addConcatenations(cases, 0, List.of(Shape.of(size), Shape.of(3)));
      addConcatenations(cases, 1, List.of(Shape.of(3, 5), Shape.of(3, size)));
      addConcatenations(cases, 1, List.of(Shape.of(3, size), Shape.of(3, 1)));
      addConcatenations(cases, 0, List.of(Shape.of(2, size), Shape.of(1, size)));
    }
    addConcatenations(cases, 0, List.of(Shape.of(4, 5)));
    addConcatenations(
        cases, 2, List.of(Shape.of(2, 3, 1, 33), Shape.of(2, 3, 4, 33), Shape.of(2, 3, 2, 33)));
    addConcatenations(
        cases, 3, List.of(Shape.of(2, 3, 1, 33), Shape.of(2, 3, 1, 1), Shape.of(2, 3, 1, 31)));
  }

  private static void addConcatenations(List<OpCase> cases, int axis, List<Shape> shapes) {
    for (int type = 0; type < Operand.ofAnyType(Shape.SCALAR).size(); type++) {
      int of = type;
      List<Operand> xs = shapes.stream().map(shape -> Operand.ofAnyType(shape).get(of)).toList();
      List<Operand> batch = xs.stream().map(Operand::inBatchOfRows).toList();
      boolean one = shapes.stream().allMatch(s -> s.rank() > 0 && s.dim(0) == shapes.get(0).dim(0));
      for (List<Operand> each : one ? List.of(xs, batch) : List.of(xs)) {
        cases.add(
            OpCase.of(
                "Concatenate",
                "along " + axis + inBatch(each.getFirst()),
                each,
                v -> new Op.Concatenate(v, axis)));
      }
    }
  }
}
