package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataDescriptionTest {
  private static final int SIDE = 8;

  /** Images of one value with a square of another in them. */
  private static Dataset squares(int around, int inside, int channels) {
    Shape shape = Shape.of(2, SIDE, SIDE, channels);
    byte[] pixels = new byte[shape.elements()];
    Arrays.fill(pixels, (byte) around);
    for (int i = 0; i < pixels.length; i++) {
      int x = i / channels % SIDE;
      int y = i / channels / SIDE % SIDE;
      if (x > 1 && x < 6 && y > 2 && y < 5) {
        pixels[i] = (byte) inside;
      }
    }
    return Dataset.of(Tensor.u8(shape, pixels), Tensor.i32(Shape.of(2), 0, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 255, light on dark",
    "40, 60, light on dark",
    "255, 0, dark on light",
    "210, 120, dark on light",
    "128, 255, neither",
    "128, 0, neither",
    "0, 0, neither",
    "255, 255, neither"
  })
  void polarityIsJudgedFromTheBorder(int around, int inside, String expected) {
    assertEquals(expected, squares(around, inside, 1).description().polarity().toString());
    assertEquals(expected, squares(around, inside, 3).description().polarity().toString());
  }

  @Test
  void noiseHasNoPolarity() {
    byte[] pixels = new byte[20 * SIDE * SIDE];
    new Random(1).nextBytes(pixels);
    Dataset noise =
        Dataset.of(
            Tensor.u8(Shape.of(20, SIDE, SIDE, 1), pixels), Tensor.i32(Shape.of(20), new int[20]));
    assertEquals(Polarity.NEITHER, noise.description().polarity());
    assertEquals(
        Polarity.NEITHER,
        Dataset.of(
                Tensor.u8(Shape.of(0, 1, 1, 1), new byte[0]), Tensor.i32(Shape.of(0), new int[0]))
            .description()
            .polarity());
  }

  @Test
  void namesStayWithTheImages() {
    Dataset dataset = squares(0, 9, 3).named("squares").classes(List.of("a", "b")).resized();
    DataDescription description = dataset.first(1).description();
    assertEquals(
        new DataDescription(
            "squares", List.of("a", "b"), Shape.of(SIDE, SIDE, 3), Polarity.LIGHT_ON_DARK, true),
        description);
    assertEquals("b", description.className(1));
    assertEquals("2", description.className(2));
    assertNull(squares(0, 9, 1).description().name());
    assertThrows(
        IllegalArgumentException.class,
        () -> new DataDescription(null, List.of(), Shape.of(8, 8), Polarity.NEITHER, false));
  }
}
