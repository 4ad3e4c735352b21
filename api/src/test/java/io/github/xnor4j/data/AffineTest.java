package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AffineTest {
  private static final Philox RANDOM = new Philox(11, 5);

  /** The image behind three bytes that are not its own, with bytes behind it. */
  private static byte[] applied(Augmentation augmentation, Shape image, byte[] pixels, long draw) {
    int n = image.elements();
    byte[] from = new byte[n + 5];
    Arrays.fill(from, (byte) 77);
    System.arraycopy(pixels, 0, from, 3, n);
    byte[] to = new byte[n + 2];
    to[0] = 9;
    to[n + 1] = 9;
    augmentation.apply(from, 3, to, 1, image, RANDOM, draw);
    assertEquals(9, to[0]);
    assertEquals(9, to[n + 1]);
    return Arrays.copyOfRange(to, 1, n + 1);
  }

  private static byte[] pixels(int n) {
    byte[] pixels = new byte[n];
    for (int i = 0; i < n; i++) {
      pixels[i] = (byte) (i * 37 + i / 5);
    }
    return pixels;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 5, 2", "3, 1, 1", "28, 28, 1", "5, 8, 3", "31, 33, 1"})
  void withoutBoundsNothingMoves(int h, int w, int c) {
    Shape image = Shape.of(h, w, c);
    byte[] pixels = pixels(image.elements());
    assertArrayEquals(pixels, applied(Augmentation.affine(0, 0, 0, 0), image, pixels, 7));
  }

  /** What is outside is like the border, so an image of one value stays as it is. */
  @ParameterizedTest
  @CsvSource({"0", "1", "127", "255"})
  void whatIsEvenStaysSo(int value) {
    Shape image = Shape.of(9, 7, 2);
    byte[] pixels = new byte[image.elements()];
    Arrays.fill(pixels, (byte) value);
    Augmentation augmentation = Augmentation.affine(3, 90, 0.5, 1);
    for (long draw = 0; draw < 50 * Augmentation.DRAWS; draw += Augmentation.DRAWS) {
      assertArrayEquals(pixels, applied(augmentation, image, pixels, draw));
    }
  }

  /** A spot goes where the formula says, in floats, within a pixel's 256th of the sampling. */
  @Test
  void pixelsComeFromWhereTheMapSays() {
    Shape image = Shape.of(21, 17, 1);
    byte[] ramp = new byte[image.elements()];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (5 * (i % 17) + 6 * (i / 17)); // linear: bilinear sampling is exact
    }
    for (long draw = 0; draw < 20 * Augmentation.DRAWS; draw += Augmentation.DRAWS) {
      byte[] out = applied(Augmentation.affine(1.5, 10, 0.1, 0.1), image, ramp, draw);
      double a = Math.toRadians(10 * (2 * RANDOM.uniform(draw) - 1.0));
      double s = 1 + 0.1 * (2 * RANDOM.uniform(draw + 1) - 1.0);
      double k = 0.1 * (2 * RANDOM.uniform(draw + 2) - 1.0);
      double right = 1.5 * (2 * RANDOM.uniform(draw + 3) - 1.0);
      double down = 1.5 * (2 * RANDOM.uniform(draw + 4) - 1.0);
      for (int y = 6; y < 15; y++) { // none of these comes from outside
        for (int x = 5; x < 12; x++) {
          double v = y - 10;
          double u = x - 8 + k * v;
          double fromX = 8 + (Math.cos(a) * u - Math.sin(a) * v) / s - right;
          double fromY = 10 + (Math.sin(a) * u + Math.cos(a) * v) / s - down;
          // 5 + 6 grey levels a pixel, of 1/256 each, and half a level of rounding
          assertEquals(5 * fromX + 6 * fromY, out[y * 17 + x] & 255, 0.55, "draw " + draw);
        }
      }
    }
  }

  @Test
  void everyImageHasItsOwnMapAndAlwaysTheSame() {
    Shape image = Shape.of(28, 28, 1);
    byte[] pixels = pixels(784);
    Augmentation augmentation = Augmentation.affine(1, 8, 0.08, 0.08);
    byte[] one = applied(augmentation, image, pixels, 0);
    assertArrayEquals(one, applied(augmentation, image, pixels, 0));
    assertTrue(!Arrays.equals(one, applied(augmentation, image, pixels, Augmentation.DRAWS)));
    // pinned: a training depends on it to the last bit
    assertEquals(PINNED, Arrays.hashCode(one));
    assertNotEquals(PINNED, Arrays.hashCode(pixels));
  }

  private static final int PINNED = -1294444424;

  @Test
  void boundsOutsideAreRefusedByName() {
    assertTrue(message(-1, 0, 0, 0).contains("shift is -1.0, expected 0 to 1000"));
    assertTrue(message(0, 181, 0, 0).contains("degrees is 181.0"));
    assertTrue(message(0, 0, Double.NaN, 0).contains("scale is NaN"));
    assertTrue(message(0, 0, 0, 11).contains("shear is 11.0"));
    assertEquals("affine(1.0, 8.0, 0.08, 0.5)", Augmentation.affine(1, 8, 0.08, 0.5).name());
  }

  private static String message(double shift, double degrees, double scale, double shear) {
    return assertThrows(
            IllegalArgumentException.class, () -> Augmentation.affine(shift, degrees, scale, shear))
        .getMessage();
  }
}
