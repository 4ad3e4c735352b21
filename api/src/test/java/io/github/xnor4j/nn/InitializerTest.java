package io.github.xnor4j.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitializerTest {
  private static final long SEED = 7;

  /** Fans by Keras' rule: 3 * 3 * 32 + 3 * 3 * 64, 576 + 64, 10 + 10. */
  private static final Map<Shape, Double> LIMITS =
      Map.of(
          Shape.of(3, 3, 32, 64), Math.sqrt(6.0 / 864),
          Shape.of(576, 64), Math.sqrt(6.0 / 640),
          Shape.of(1000), Math.sqrt(6.0 / 2000));

  @Test
  void glorotUniformFillsItsRangeEvenly() {
    LIMITS.forEach(
        (shape, limit) -> {
          float[] values = Initializers.glorotUniform().make(shape, SEED, 3).floats();
          double sum = 0;
          double squares = 0;
          for (float value : values) {
            assertTrue(Math.abs(value) <= limit, shape + ": " + value);
            sum += value;
            squares += (double) value * value;
          }
          // mean 0 and variance limit^2 / 3, each within five standard deviations of its estimate
          double n = values.length;
          assertEquals(0, sum / n, 5 * limit / Math.sqrt(3 * n), "seed " + SEED);
          assertEquals(
              limit * limit / 3, squares / n, 5 * limit * limit * 0.3 / Math.sqrt(n), "variance");
        });
  }

  @Test
  void seedsAndStreamsDiffer() {
    Initializer glorot = Initializers.glorotUniform();
    Shape shape = Shape.of(3, 5);
    Tensor first = glorot.make(shape, SEED, 0);
    assertEquals(first, glorot.make(shape, SEED, 0));
    assertNotEquals(first, glorot.make(shape, SEED, 1));
    assertNotEquals(first, glorot.make(shape, SEED + 1, 0));
  }

  @Test
  void constantsAreConstant() {
    Shape shape = Shape.of(2);
    assertArrayEquals(new float[] {0, 0}, Initializers.zeros().make(shape, 0, 0).floats());
    assertArrayEquals(new float[] {1, 1}, Initializers.ones().make(shape, 0, 0).floats());
    assertArrayEquals(
        new float[] {2.5f, 2.5f}, Initializers.constant(2.5f).make(shape, 0, 0).floats());
  }
}
