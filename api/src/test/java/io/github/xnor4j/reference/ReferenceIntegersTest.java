package io.github.xnor4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integers, by hand and beside exact arithmetic; parts of values beside convolutions. */
class ReferenceIntegersTest {
  private final List<Tensor> tensors = new ArrayList<>();

  private Value input(Tensor tensor) {
    tensors.add(tensor);
    return new Trace().input("x", tensor.dtype(), tensor.shape());
  }

  private List<Tensor> evaluate(Op op) {
    return ReferenceKernels.evaluate(op, tensors);
  }

  @Test
  void integersAreTheNearestOnesInsideTheLimit() {
    float[] x = {0.5f, 1.5f, -2.5f, 3.4f, 7, 7.4f, 7.5f, -8, 1e30f, -0f};
    Value values = input(Tensor.f32(Shape.of(x.length), x));
    Value scale = input(Tensor.scalar(1));
    List<Tensor> results = evaluate(new Op.ToInteger(values, scale, 4));
    assertArrayEquals(new short[] {0, 2, -2, 3, 7, 7, 7, -7, 7, 0}, results.get(0).shorts());
    assertEquals(Tensor.i32(Shape.SCALAR, 3), results.get(1));
  }

  @Test
  void nanAndInfinitiesAreClamped() {
    float[] x = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.25f};
    Value values = input(Tensor.f32(Shape.of(x.length), x));
    Value scale = input(Tensor.scalar(4));
    List<Tensor> results = evaluate(new Op.ToInteger(values, scale, 16));
    assertArrayEquals(new short[] {0, 32767, -32767, 1}, results.get(0).shorts());
    assertEquals(Tensor.i32(Shape.SCALAR, 3), results.get(1));
  }

  @Test
  void floatsAreTheNearestOnesOfTheQuotient() {
    Random random = new Random(5);
    int[] n = random.ints(2000).toArray();
    for (int denominator : new int[] {1, 3, 127, 255, (1 << 22) - 1}) {
      tensors.clear();
      Value x = input(Tensor.i32(Shape.of(n.length), n));
      Value scale = input(Tensor.scalar(0x1p-3f));
      float[] y = evaluate(new Op.ToFloat(x, scale, denominator)).getFirst().floats();
      for (int i = 0; i < n.length; i++) {
        BigDecimal exact =
            new BigDecimal(n[i])
                .multiply(new BigDecimal(8))
                .divide(new BigDecimal(denominator), new MathContext(60));
        assertEquals(exact.floatValue(), y[i], n[i] + " * 8 / " + denominator);
      }
    }
  }

  @Test
  void productsAreTakenModulo() {
    short least = Short.MIN_VALUE;
    short most = Short.MAX_VALUE;
    Value a = input(Tensor.i16(Shape.of(1, 3), least, most, most));
    Value b = input(Tensor.i16(Shape.of(3, 2), least, (short) 1, most, (short) 2, most, (short) 0));
    int first = (int) ((1L << 30) + 2 * (long) most * most);
    assertEquals(
        Tensor.i32(Shape.of(1, 2), first, least + 2 * most),
        evaluate(new Op.MatMul(a, b)).getFirst());
    tensors.clear();
    Value x = input(Tensor.i32(Shape.of(3), Integer.MAX_VALUE, Integer.MAX_VALUE, 5));
    assertEquals(
        Tensor.i32(Shape.of(1), 3),
        evaluate(new Op.Reduce(Op.ReduceKind.SUM, x, List.of(0))).getFirst());
  }

  /** Pixels count as 2 v - 255; what is no number as nothing. */
  @Test
  void floatsOnAGridStandForTheirIntegers() {
    Trace trace = new Trace();
    Value bytes = trace.input("bytes", DType.U8, Shape.of(1, 3));
    Value pixels = trace.value(new Op.Scale(bytes, 2, -255, 255));
    Value q = trace.input("q", DType.I16, Shape.of(3, 1));
    float[] x = {-1, 255 / 255f, Float.NaN};
    Tensor y =
        ReferenceKernels.evaluate(
                new Op.MatMul(pixels, q),
                List.of(
                    Tensor.f32(Shape.of(1, 3), x),
                    Tensor.i16(Shape.of(3, 1), (short) 10, (short) 3, (short) 100)))
            .getFirst();
    assertEquals(Tensor.i32(Shape.of(1, 1), -2550 + 765), y);
  }

  /** Convolutions of integers are those of the same numbers as floats. */
  @Test
  void convolutionsAreThoseOfFloats() {
    Window window =
        new Window(
            new Extent(1, 2, 3),
            new Extent(1, 1, 2),
            Extent.ONE,
            new Extent(0, 1, 0),
            new Extent(0, 0, 2));
    Random random = new Random(3);
    Shape input = Shape.of(2, 1, 4, 5, 4);
    Shape filter = Shape.of(6, 1, 2, 3, 2);
    Extent out = window.outputs(input);
    Shape output = Shape.of(2, 1, out.height(), out.width(), 6);
    for (Shape[] pair : new Shape[][] {{input, filter}, {output, filter}, {input, output}}) {
      Tensor[] integers = {shorts(pair[0], random), shorts(pair[1], random)};
      Tensor exact = product(pair, integers, input, filter, window);
      Tensor floats =
          product(
              pair, new Tensor[] {floats(integers[0]), floats(integers[1])}, input, filter, window);
      assertEquals(DType.I32, exact.dtype());
      for (int i = 0; i < exact.ints().length; i++) {
        assertEquals(floats.floats()[i], exact.ints()[i]);
      }
    }
  }

  private static Tensor product(
      Shape[] pair, Tensor[] operands, Shape input, Shape filter, Window window) {
    Trace t = new Trace();
    Value a = t.input("a", operands[0].dtype(), pair[0]);
    Value b = t.input("b", operands[1].dtype(), pair[1]);
    Op op =
        !pair[0].equals(input)
            ? new Op.ConvInputGradient(a, b, input, window, 2)
            : pair[1].equals(filter)
                ? new Op.Conv(a, b, window, 2, -3)
                : new Op.ConvFilterGradient(a, b, filter, window, 2, -3);
    return ReferenceKernels.evaluate(op, List.of(operands)).getFirst();
  }

  private static Tensor shorts(Shape shape, Random random) {
    short[] values = new short[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) random.nextInt(-100, 101);
    }
    return Tensor.i16(shape, values);
  }

  private static Tensor floats(Tensor integers) {
    float[] values = new float[integers.shorts().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = integers.shorts()[i];
    }
    return Tensor.f32(integers.shape(), values);
  }

  @Test
  void powersOfTwoAreFoundWithoutALogarithm() {
    float[] x = {
      1,
      1.5f,
      2,
      Math.nextDown(2f),
      3e30f,
      0.1f,
      0x1p-126f,
      0x1p127f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      0,
      -1,
      Float.NaN
    };
    float[] expected = {
      1, 1, 2, 1, 0x1p101f, 0x1p-4f, 0x1p-126f, 0x1p127f, 0x1p127f, 0x1p127f, 0x1p-126f, 0x1p-126f,
      0x1p-126f
    };
    Trace t = new Trace();
    Value y = t.powerOfTwo(t.input("x", DType.F32, Shape.of(x.length)));
    assertArrayEquals(expected, run(t, y, Tensor.f32(Shape.of(x.length), x)).floats());
  }

  private static Tensor run(Trace t, Value y, Tensor... inputs) {
    t.output("y", y);
    try (ReferenceSession session = new ReferenceSession()) {
      return session.compile(t.build()).run(inputs)[0];
    }
  }

  // ---- parts

  private Tensor small(Shape shape) {
    Random random = new Random(shape.elements());
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-9, 10);
    }
    return Tensor.f32(shape, values);
  }

  /** What a convolution computes is a product of patches by the filter, and so is its gradient. */
  @Test
  void patchesByAFilterAreAConvolution() {
    Window window =
        new Window(
            new Extent(2, 2, 3),
            new Extent(1, 1, 2),
            new Extent(1, 2, 1),
            new Extent(0, 1, 0),
            new Extent(1, 0, 2));
    Shape input = Shape.of(2, 3, 4, 5, 3);
    Shape filter = Shape.of(4, 2, 2, 3, 3);
    int depth = filter.elements() / 4;
    Extent out = window.outputs(input);
    Shape output = Shape.of(2, out.depth(), out.height(), out.width(), 4);
    Trace t = new Trace();
    Value x = t.input("x", DType.F32, input);
    Value w = t.input("w", DType.F32, filter);
    Value g = t.input("g", DType.F32, output);
    Value rows = t.reshape(t.patches(x, window, 2), Shape.of(2 * out.volume(), depth));
    Value matrix = t.reshape(w, Shape.of(4, depth));
    Value y = t.matMul(rows, t.transpose(matrix, List.of(1, 0)));
    Value conv = t.value(new Op.Conv(x, w, window, 1, 2));
    Value seen = t.matMul(t.reshape(g, Shape.of(2 * out.volume(), 4)), matrix);
    Shape patches = output.with(4, depth);
    Value dx = t.value(new Op.PatchesGradient(t.reshape(seen, patches), x.type().dims(), window));
    Value gradient = t.value(new Op.ConvInputGradient(g, w, input, window, 1));
    t.output("y0", t.reshape(y, output));
    t.output("y1", conv);
    t.output("dx0", dx);
    t.output("dx1", gradient);
    try (ReferenceSession session = new ReferenceSession()) {
      Tensor[] results = session.compile(t.build()).run(small(input), small(filter), small(output));
      assertEquals(results[1], results[0]);
      assertEquals(results[3], results[2]);
    }
  }

  @Test
  void partsLieWhereTheyBegin() {
    Trace t = new Trace();
    Value x = t.input("x", DType.I32, Shape.of(2, 3));
    Value padded = t.pad(x, List.of(1, 0), List.of(0, 2), 9);
    Value part = t.slice(padded, List.of(0, 1), Shape.of(2, 3));
    Value both = t.concatenate(List.of(part, x), 1);
    int[] y = run(t, both, Tensor.i32(Shape.of(2, 3), 1, 2, 3, 4, 5, 6)).ints();
    int[] expected = {9, 9, 9, 1, 2, 3, 2, 3, 9, 4, 5, 6};
    assertArrayEquals(expected, y, Arrays.toString(y));
  }
}
