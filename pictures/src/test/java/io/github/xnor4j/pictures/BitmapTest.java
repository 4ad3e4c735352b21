package io.github.xnor4j.pictures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitmapTest {
  /** The picture 1 2 3 / 4 5 6, as each of EXIF's orientations shows it. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 1 2 3 4 5 6",
    "2, 3, 3 2 1 6 5 4",
    "3, 3, 6 5 4 3 2 1",
    "4, 3, 4 5 6 1 2 3",
    "5, 2, 1 4 2 5 3 6",
    "6, 2, 4 1 5 2 6 3",
    "7, 2, 6 3 5 2 4 1",
    "8, 2, 3 6 2 5 1 4",
    "0, 3, 1 2 3 4 5 6",
    "9, 3, 1 2 3 4 5 6",
  })
  void orientations(int orientation, int width, String expected) {
    Bitmap turned = TestPictures.grey(3, 1, 2, 3, 4, 5, 6).turned(orientation);
    assertEquals(width, turned.width());
    StringBuilder found = new StringBuilder();
    for (int pixel : TestPictures.argb(turned)) {
      found.append(pixel & 255).append(' ');
    }
    assertEquals(expected, found.toString().strip());
  }

  @Test
  void opaquePicturesStayAsTheyAre() {
    Bitmap bitmap = TestPictures.grey(2, 10, 20, 30, 40);
    assertSame(bitmap, bitmap.flattened());
  }

  @Test
  void behindInkIsWhatItIsNot() {
    Bitmap dark = new Bitmap(2, 2, new int[] {0, 0, 0xff101010, 0x80000000});
    assertArrayEquals(
        new int[] {0xffffffff, 0xffffffff, 0xff101010, 0xff7f7f7f},
        TestPictures.argb(dark.flattened()));
    Bitmap light = new Bitmap(2, 2, new int[] {0, 0, 0xffffffff, 0x80ffffff});
    assertArrayEquals(
        new int[] {0xff000000, 0xff000000, 0xffffffff, 0xff808080},
        TestPictures.argb(light.flattened()));
  }

  /** A page with one transparent corner is no ink on nothing. */
  @Test
  void behindAPageIsMoreOfIt() {
    Bitmap page = new Bitmap(2, 2, new int[] {0, 0xffc8c8c8, 0xffc8c8c8, 0xff000000});
    assertArrayEquals(
        new int[] {0xffc8c8c8, 0xffc8c8c8, 0xffc8c8c8, 0xff000000},
        TestPictures.argb(page.flattened()));
  }

  @Test
  void ofTheSameSizeEachBitStays() {
    Random random = new Random(5);
    int[] argb = random.ints(7 * 5).map(i -> i | 0xff000000).toArray();
    Bitmap bitmap = new Bitmap(7, 5, argb);
    Tensor rgb = bitmap.stretched(Shape.of(5, 7, 3));
    Tensor grey = bitmap.stretched(Shape.of(5, 7, 1));
    for (int i = 0; i < argb.length; i++) {
      for (int c = 0; c < 3; c++) {
        assertEquals((byte) (argb[i] >> 16 - 8 * c), rgb.bytes()[3 * i + c]);
      }
      assertEquals((byte) Bitmap.luminance(argb[i]), grey.bytes()[i]);
    }
    assertArrayEquals(rgb.bytes(), bitmap.cropped(Shape.of(5, 7, 3)).bytes());
  }

  @Test
  void luminanceOfGreyIsItself() {
    for (int v = 0; v < 256; v++) {
      assertEquals(v, Bitmap.luminance(0xff000000 | v * 0x010101));
    }
  }

  @Test
  void scalingTakesMeansOfAreas() {
    Bitmap bitmap = TestPictures.grey(4, 0, 100, 10, 10, 50, 50, 10, 10);
    assertArrayEquals(new byte[] {50, 10}, bitmap.stretched(Shape.of(1, 2, 1)).bytes());
    assertArrayEquals(new byte[] {43}, bitmap.cropped(Shape.of(1, 1, 1)).bytes());
    assertArrayEquals(new byte[] {30}, bitmap.stretched(Shape.of(1, 1, 1)).bytes());
    Bitmap two = TestPictures.grey(2, 0, 90);
    assertArrayEquals(new byte[] {0, 45, 90}, two.stretched(Shape.of(1, 3, 1)).bytes());
  }

  @Test
  void wrongShapesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Bitmap(2, 2, new int[3]));
    Bitmap bitmap = TestPictures.grey(1, 0);
    assertThrows(IllegalArgumentException.class, () -> bitmap.stretched(Shape.of(2, 2, 2)));
    assertThrows(IllegalArgumentException.class, () -> bitmap.stretched(Shape.of(2, 2)));
  }
}
