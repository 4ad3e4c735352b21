package io.github.xnor4j.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
