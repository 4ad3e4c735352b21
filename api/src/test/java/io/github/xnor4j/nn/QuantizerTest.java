package io.github.xnor4j.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantizerTest {
  private static final Constraint CLIP = Constraints.weightClip();
  private static final float NAN = Float.NaN;
  private static final float[] X = {
    -2, Math.nextDown(-1f), -1, -0.5f, -0f, 0, 0.5f, 1, Math.nextUp(1f), 2, NAN
  };

  /** Result and gradient, with 3 flowing back. */
  static float[][] run(Quantizer quantizer, float... values) {
    Trace trace = new Trace();
    Shape shape = Shape.of(values.length);
    Value x = trace.input("x", DType.F32, shape);
    Value y = quantizer.quantize(trace, x);
    trace.output("y", y.dtype() == DType.BIT ? trace.value(new Op.Unpack(y)) : y);
    Value three = trace.constant(Tensor.full(shape, 3));
    trace.output("dx", Differentiator.gradients(trace, y, three, List.of(x)).getFirst());
    try (Session session = Runs.session()) {
      Tensor[] out = session.compile(trace.build()).run(Tensor.f32(shape, values));
      return new float[][] {out[0].floats(), out[1].floats()};
    }
  }

  @Test
  void steSignPassesTheGradientUpToItsClipValue() {
    float[][] result = run(Quantizers.steSign(), X);
    assertArrayEquals(new float[] {-1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1}, result[0]);
    assertArrayEquals(new float[] {0, 0, 3, 3, 3, 3, 3, 3, 0, 0, 0}, result[1]);
    assertEquals(1, Quantizers.steSign().precision());
  }

  @Test
  void steSignWithAnotherClipValue() {
    assertArrayEquals(
        new float[] {0, 0, 0, 3, 3, 3, 3, 0, 0, 0, 0}, run(Quantizers.steSign(0.5f), X)[1]);
    assertArrayEquals(
        new float[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
        run(Quantizers.steSign(Float.POSITIVE_INFINITY), X)[1]);
  }

  @Test
  void approxSignHasASlopedGradient() {
    float[][] result = run(Quantizers.approxSign(), X);
    assertArrayEquals(new float[] {-1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1}, result[0]);
    assertArrayEquals(new float[] {0, 0, 0, 3, 6, 6, 3, 0, 0, 0, 0}, result[1]);
  }

  @Test
  void swishSignIsSteepestAtZero() {
    float[][] result = run(Quantizers.swishSign(), -1, 0, 1, 30);
    assertArrayEquals(new float[] {-1, 1, 1, 1}, result[0]);
    double slope = 5 * (2 - 5 * Math.tanh(2.5)) / (1 + Math.cosh(5));
    float[] expected = {(float) (3 * slope), 15, (float) (3 * slope), 0};
    assertArrayEquals(expected, result[1], 1e-6f, "a dozen roundings of values up to 3");
  }

  @Test
  void steHeavisideIsZeroAtZero() {
    float[][] result = run(Quantizers.steHeaviside(), X);
    assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0}, result[0]);
    assertArrayEquals(new float[] {0, 0, 3, 3, 3, 3, 3, 3, 0, 0, 0}, result[1]);
  }

  /** A vector has one axis, the last: every value has its own scale. */
  @Test
  void magnitudeAwareSignScales() {
    float[][] result = run(Quantizers.magnitudeAwareSign(), -2, -0.5f, 0, 0.5f);
    assertArrayEquals(new float[] {-2, -0.5f, 0, 0.5f}, result[0]);
    assertArrayEquals(new float[] {0, 1.5f, 0, 1.5f}, result[1]);
  }

  @Test
  void steTernHasThreeValues() {
    float[][] result = run(Quantizers.steTern(0.5f, 1), X);
    assertArrayEquals(new float[] {-1, -1, -1, -1, 0, 0, 1, 1, 1, 1, NAN}, result[0]);
    assertArrayEquals(new float[] {0, 0, 3, 3, 3, 3, 3, 3, 0, 0, 0}, result[1]);
    assertArrayEquals(
        new float[] {-1, 0, 0, 1}, run(Quantizers.ternaryWeights(1), -1, -0.1f, 0.1f, 1)[0]);
  }

  @Test
  void doReFaHasSteps() {
    float[][] result = run(Quantizers.doReFaActivations(2), -1, 0, 0.2f, 0.5f, 0.9f, 1, 2);
    float third = 1 / 3f;
    assertArrayEquals(new float[] {0, 0, third, 2 / 3f, 1, 1, 1}, result[0]);
    assertArrayEquals(new float[] {0, 3, 3, 3, 3, 3, 0}, result[1]);
    result = run(Quantizers.doReFaWeights(1), -2, -0.1f, 0.1f, 2);
    assertArrayEquals(new float[] {-1, -1, 1, 1}, result[0]);
    assertArrayEquals(new float[] {-1, -1}, run(Quantizers.doReFaWeights(1), 0, 0)[0]);
  }

  @Test
  void noOpIsALabel() {
    assertArrayEquals(X, run(Quantizers.noOp(1), X)[0]);
    assertEquals(2, Quantizers.noOp(2).precision());
  }

  @Test
  void parametersOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Quantizers.noOp(0));
    assertThrows(IllegalArgumentException.class, () -> Quantizers.doReFaWeights(9));
    assertThrows(IllegalArgumentException.class, () -> Quantizers.doReFaActivations(0));
    assertThrows(IllegalArgumentException.class, () -> Quantizers.swishSign(0));
    assertThrows(IllegalArgumentException.class, () -> Quantizers.steTern(0, 1));
    assertThrows(IllegalArgumentException.class, () -> Quantizers.steHeaviside(-1));
  }

  @Test
  void everyQuantizerSurvivesJson() {
    for (Quantizer quantizer :
        List.of(
            Quantizers.steSign(1.25f),
            Quantizers.approxSign(),
            Quantizers.swishSign(2),
            Quantizers.steHeaviside(Float.POSITIVE_INFINITY),
            Quantizers.magnitudeAwareSign(0.5f),
            Quantizers.steTern(0.1f, 2),
            Quantizers.ternaryWeights(1),
            Quantizers.doReFaActivations(3),
            Quantizers.doReFaWeights(4),
            Quantizers.noOp(7))) {
      Model model =
          Sequential.of(
              Layers.input(2),
              Layers.quantDense(1).kernelQuantizer(quantizer).kernelConstraint(CLIP));
      assertEquals(model, KerasJson.read(KerasJson.write(model)), quantizer.toString());
    }
  }

  @Test
  void weightClipKeepsWhatIsInside() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(X.length));
    trace.output("y", Constraints.weightClip().apply(trace, x));
    trace.output("z", Constraints.weightClip(1.5f).apply(trace, x));
    try (Session session = Runs.session()) {
      Tensor[] out = session.compile(trace.build()).run(Tensor.f32(Shape.of(X.length), X));
      assertArrayEquals(
          new float[] {-1, -1, -1, -0.5f, -0f, 0, 0.5f, 1, 1, 1, NAN}, out[0].floats());
      assertEquals(-1.5f, out[1].floats()[0]);
      assertEquals(1.5f, out[1].floats()[9]);
    }
  }
}
