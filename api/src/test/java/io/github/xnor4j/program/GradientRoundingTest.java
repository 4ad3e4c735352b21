package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which gradients are rounded, to how many bits, and what comes of it. */
class GradientRoundingTest {
  private final Trace trace = new Trace();
  private final List<GradientRounding.Product> asked = new ArrayList<>();

  /** At a scale of 4. */
  private GradientRounding.Rounded quarters(Trace t, GradientRounding.Product product) {
    asked.add(product);
    Value scale = t.constant(4f);
    Value q = t.add(new Op.ToInteger(product.g(), scale, Math.min(8, product.mostBits()))).get(0);
    return new GradientRounding.Rounded(q, scale);
  }

  private Value input(String name, DType dtype, int... dims) {
    return trace.batchInput(name, dtype, Shape.of(dims));
  }

  private Value dense(Value x, Value filter) {
    return trace.scope("dense", () -> trace.value(new Op.Conv(x, filter, Window.point(), 1, 0)));
  }

  private List<Value> gradients(Value y, Value... wrt) {
    Value loss = trace.reshape(trace.sum(y, List.of(0, 1, 2, 3, 4)), Shape.SCALAR);
    return Differentiator.gradients(trace, loss, List.of(wrt), this::quarters);
  }

  private Op producer(Value value) {
    return trace.producer(value);
  }

  /**
   * (x filter) * w for a w of another value at each place, which is the gradient of the product.
   */
  @Test
  void productsAreThoseOfRoundedGradients() {
    Value x = trace.sign(input("x", DType.F32, 2, 1, 1, 1, 3));
    Value filter = trace.sign(trace.constant(Tensor.f32(Shape.of(1, 1, 1, 1, 3), 1, -1, -1)));
    Value g = trace.constant(Tensor.f32(Shape.of(2, 1, 1, 1, 1), 0.6f, -100));
    List<Value> d = gradients(trace.mul(dense(x, filter), g), x, filter);
    trace.output("dx", d.get(0));
    trace.output("dw", d.get(1));
    assertEquals(List.of("dense"), asked.stream().map(GradientRounding.Product::scope).toList());
    try (Session session = Backends.select("reference").open(new SessionOptions(1))) {
      Tensor in = Tensor.f32(Shape.of(2, 1, 1, 1, 3), 1, 1, -1, -1, 1, 1);
      Tensor[] out = session.compile(trace.build()).run(in);
      // 0.6 * 4 is rounded to 2, -400 clamped to -127
      float a = 2 / 4f;
      float b = -127 / 4f;
      assertArrayEquals(new float[] {a, -a, -a, b, -b, -b}, out[0].floats());
      assertArrayEquals(new float[] {a - b, a + b, -a + b}, out[1].floats());
    }
  }

  @Test
  void integersAreDividedByTheirDenominator() {
    Value pixels = trace.value(new Op.Scale(input("x", DType.U8, 2, 1, 1, 1, 3), 2, -255, 255));
    Value filter = trace.sign(trace.constant(Tensor.full(Shape.of(2, 1, 1, 1, 3), 1)));
    Value d = gradients(dense(pixels, filter), filter).getFirst();
    assertEquals(255, ((Op.ToFloat) producer(d)).denominator());
  }

  @Test
  void floatsStayFloats() {
    Value x = input("x", DType.F32, 2, 1, 1, 1, 3);
    Value filter =
        trace.read(Variable.state("w", Tensor.zeros(DType.F32, Shape.of(2, 1, 1, 1, 3))));
    List<Value> d = gradients(dense(x, filter), x, filter);
    assertEquals(List.of(), asked);
    assertTrue(producer(d.get(0)) instanceof Op.ConvInputGradient);
    assertTrue(producer(d.get(1)) instanceof Op.ConvFilterGradient);
  }

  /** What meets an operand of floats is summed in floats anyway. */
  @Test
  void theHalfWithAnOperandOfFloatsTakesTheGradientAsItIs() {
    Value x = input("x", DType.F32, 2, 1, 1, 1, 3);
    Value filter = trace.sign(trace.constant(Tensor.full(Shape.of(2, 1, 1, 1, 3), 1)));
    List<Value> d = gradients(dense(x, filter), x, filter);
    assertEquals(1, asked.size());
    assertTrue(producer(d.get(0)) instanceof Op.ToFloat);
    assertEquals(
        asked.getFirst().g(), ((Op.ConvFilterGradient) producer(d.get(1))).g(), "not rounded");
  }

  /**
   * A first layer's 26 x 26 positions for each image of pixels up to 255: all of them, or those
   * that a max-pool of 2 x 2 lets through.
   */
  @ParameterizedTest
  @CsvSource({"64, false, 8", "64, true, 10", "4, true, 14", "1, true, 16"})
  void bitsAreAsManyAsFit(int images, boolean pooled, int bits) {
    Value pixels =
        trace.value(new Op.Scale(input("x", DType.U8, images, 1, 28, 28, 1), 2, -255, 255));
    Value filter = trace.sign(trace.constant(Tensor.full(Shape.of(2, 1, 3, 3, 1), 1)));
    Window three = Window.of(new Extent(1, 3, 3));
    Value y = trace.value(new Op.Conv(pixels, filter, three, 1, 0));
    Extent two = new Extent(1, 2, 2);
    Window halved = new Window(two, two, Extent.ONE, Extent.ZERO, Extent.ZERO);
    Value pool = trace.value(new Op.Pool(Op.PoolKind.MAX, y, halved));
    gradients(pooled ? pool : y, filter);
    GradientRounding.Product product = asked.getFirst();
    assertEquals(bits, product.mostBits());
    assertEquals(pooled ? pool.shape() : y.shape(), product.source().shape());
  }

  @Test
  void refusesSumsThatCannotFit() {
    Value pixels =
        trace.value(new Op.Scale(input("x", DType.U8, 128, 1, 300, 300, 1), 2, -255, 255));
    Value filter = trace.sign(trace.constant(Tensor.full(Shape.of(2, 1, 1, 1, 1), 1)));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> gradients(dense(pixels, filter), filter));
    assertEquals(
        "gradients of 'dense' are sums of 11520000 products by integers up to 255, expected at most"
            + " 8421504 so that they fit 32 bits: a smaller batch, or gradients in floats",
        e.getMessage());
  }

  @Test
  void matrixProductsAndTransposedConvolutionsToo() {
    Value x = trace.sign(input("x", DType.F32, 4, 2, 3));
    Value w = trace.sign(trace.constant(Tensor.full(Shape.of(4, 3, 5), 1)));
    Value y = trace.reshape(trace.matMul(x, w), Shape.of(4, 2, 5, 1, 1));
    gradients(y, x, w).forEach(d -> assertTrue(producer(d) instanceof Op.ToFloat));
    Value z = trace.sign(input("z", DType.F32, 4, 1, 2, 2, 3));
    Value filter = trace.sign(trace.constant(Tensor.full(Shape.of(3, 1, 2, 2, 5), 1)));
    Window window = Window.of(new Extent(1, 2, 2));
    Value t = trace.value(new Op.ConvInputGradient(z, filter, Shape.of(4, 1, 3, 3, 5), window, 1));
    gradients(t, z, filter).forEach(d -> assertTrue(producer(d) instanceof Op.ToFloat));
    assertEquals(2, asked.size());
  }
}
