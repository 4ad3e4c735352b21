package io.github.xnor4j.pictures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Shape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  private static DataDescription data(Shape image, Polarity polarity, boolean resized) {
    return new DataDescription(null, List.of(), image, polarity, resized);
  }

  private static PictureReader reader(Polarity polarity) {
    return PictureReader.of(IMAGE, data(IMAGE, polarity, false));
  }

  /** A dark image of 28x28 with some light pixels. */
  private static int[] digit() {
    int[] values = new int[28 * 28];
    for (int y = 6; y < 22; y++) {
      values[y * 28 + 13] = 255;
      values[y * 28 + 14] = 10 * y;
    }
    return values;
  }

  private static int[] inverted(int[] values) {
    return Arrays.stream(values).map(v -> 255 - v).toArray();
  }

  private static int[] pixels(Picture picture) {
    int[] got = new int[picture.pixels().bytes().length];
    Arrays.setAll(got, i -> picture.pixels().bytes()[i] & 255);
    return got;
  }

  private static void assertClose(Picture expected, Picture picture, double mean) {
    int[] a = pixels(expected);
    int[] b = pixels(picture);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    assertTrue(sum / a.length <= mean, "mean difference " + sum / a.length);
  }

  // ---- pictures of the model's size

  @Test
  void theModelsOwnFormStaysAsItIs() {
    for (int[] own : List.of(digit(), inverted(digit()))) {
      boolean light = own[0] == 0;
      Polarity polarity = light ? Polarity.LIGHT_ON_DARK : Polarity.DARK_ON_LIGHT;
      Picture picture = reader(polarity).prepare(TestPictures.grey(28, own));
      assertArrayEquals(own, pixels(picture));
      assertEquals("taken as it is", picture.note());
    }
  }

  @Test
  void theOppositeFormIsInverted() {
    for (int[] own : List.of(digit(), inverted(digit()))) {
      boolean light = own[0] == 0;
      Polarity polarity = light ? Polarity.LIGHT_ON_DARK : Polarity.DARK_ON_LIGHT;
      Picture picture = reader(polarity).prepare(TestPictures.grey(28, inverted(own)));
      assertArrayEquals(own, pixels(picture));
      assertEquals("inverted", picture.note());
    }
  }

  /** Fashion's shirts: bright to the edge on some sides, with dark parts in them. */
  @Test
  void lightImagesAreNotInverted() {
    int[] shirt = new int[28 * 28];
    for (int i = 0; i < shirt.length; i++) {
      int x = i % 28;
      shirt[i] = x < 2 || x > 25 ? 0 : x == 14 ? 90 : 230;
    }
    Picture picture = reader(Polarity.LIGHT_ON_DARK).prepare(TestPictures.grey(28, shirt));
    assertArrayEquals(shirt, pixels(picture));
    int[] even = new int[28 * 28];
    Arrays.fill(even, 200);
    assertArrayEquals(
        even, pixels(reader(Polarity.LIGHT_ON_DARK).prepare(TestPictures.grey(28, even))));
  }

  @Test
  void withoutPolarityNothingIsInverted() {
    int[] light = inverted(digit());
    Picture picture = reader(Polarity.NEITHER).prepare(TestPictures.grey(28, light));
    assertArrayEquals(light, pixels(picture));
  }

  @ParameterizedTest
  @EnumSource(Polarity.class)
  void theUserOverrules(Polarity polarity) {
    for (int[] own : List.of(digit(), inverted(digit()))) {
      Bitmap bitmap = TestPictures.grey(28, own);
      PictureReader reader = reader(polarity);
      assertArrayEquals(own, pixels(reader.inversion(Inversion.NEVER).prepare(bitmap)));
      Picture picture = reader.inversion(Inversion.ALWAYS).prepare(bitmap);
      assertArrayEquals(inverted(own), pixels(picture));
      assertEquals("inverted", picture.note());
    }
  }

  @Test
  void lightInkOnNothingIsLightOnDark() {
    int[] argb = Arrays.stream(digit()).map(v -> v << 24 | 0xffffff).toArray();
    Picture picture = reader(Polarity.LIGHT_ON_DARK).prepare(new Bitmap(28, 28, argb));
    assertArrayEquals(digit(), pixels(picture));
  }

  // ---- of other sizes

  private static Bitmap rectangle() {
    BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 300, 200);
    graphics.setColor(Color.BLACK);
    graphics.fillRect(20, 100, 30, 60);
    graphics.dispose();
    int[] argb = image.getRGB(0, 0, 300, 200, null, 0, 300);
    return new Bitmap(300, 200, argb);
  }

  @Test
  void inkIsFittedAndCentredByMass() {
    Picture picture = PictureReader.of(IMAGE, null).prepare(rectangle());
    int[] got = pixels(picture);
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        boolean ink = y >= 4 && y < 24 && x >= 9 && x < 19;
        boolean edge = y == 4 || y == 23 || x == 9 || x == 18; // a little smoothed
        int expected = ink ? 255 : 0;
        assertTrue(Math.abs(expected - got[y * 28 + x]) <= (edge ? 127 : 2), x + ", " + y);
      }
    }
    assertEquals(
        "dark ink on light, inverted; of 300x200 pixels ink of 30x60, scaled and centred in 28x28",
        picture.note());
  }

  @Test
  void forAModelOfDarkInkItStaysDark() {
    Picture light = reader(Polarity.LIGHT_ON_DARK).prepare(rectangle());
    Picture dark = reader(Polarity.DARK_ON_LIGHT).prepare(rectangle());
    assertArrayEquals(inverted(pixels(light)), pixels(dark));
    assertFalse(dark.note().contains("inverted"), dark.note());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gray8.png",
        "grey_paper.png",
        "white_on_grey.png",
        "rgba_clear.png",
        "white_on_clear.png",
        "rgb.jpg",
        "exif.jpg",
        "cmyk.jpg"
      })
  void aSevenIsASeven(String name) throws IOException {
    PictureReader reader = PictureReader.of(IMAGE, null);
    Picture expected = reader.read(TestPictures.resource("seven.png"));
    assertClose(expected, reader.read(TestPictures.resource(name)), 1);
  }

  /** What was inverted is inverted no more, and looks like light ink then: the paper. */
  @Test
  void theUserOverrulesWhatInkIs() throws IOException {
    PictureReader reader = PictureReader.of(IMAGE, null);
    Picture decided = reader.read(TestPictures.resource("seven.png"));
    Picture always = reader.inversion(Inversion.ALWAYS).read(TestPictures.resource("seven.png"));
    assertArrayEquals(pixels(decided), pixels(always));
    Picture never = reader.inversion(Inversion.NEVER).read(TestPictures.resource("seven.png"));
    assertFalse(never.note().contains("inverted"), never.note());
    Picture board =
        reader.inversion(Inversion.NEVER).read(TestPictures.resource("white_on_grey.png"));
    assertClose(decided, board, 1);
  }

  @Test
  void ofTheModelsSizeButLightItIsTakenAsItIs() throws IOException {
    Picture picture =
        PictureReader.of(Shape.of(8, 8, 1), null).read(TestPictures.resource("bright8.png"));
    int[] expected = new int[64];
    Arrays.fill(expected, 200);
    assertArrayEquals(expected, pixels(picture));
    assertEquals("taken as it is", picture.note());
  }

  @Test
  void blankPaperIsSaid() {
    int[] values = new int[50 * 40];
    Arrays.fill(values, 180);
    Picture picture = PictureReader.of(IMAGE, null).prepare(TestPictures.grey(50, values));
    assertTrue(picture.note().contains("blank"), picture.note());
    assertArrayEquals(new int[28 * 28], pixels(picture));
  }

  @Test
  void smallPicturesAreEnlarged() {
    int[] values = new int[64];
    values[10] = 200;
    values[18] = 200;
    Picture picture = PictureReader.of(IMAGE, null).prepare(TestPictures.grey(8, values));
    assertEquals(255, pixels(picture)[14 * 28 + 14], picture.note());
    assertEquals(0, pixels(picture)[0]);
  }

  // ---- for models of other images

  @Test
  void whatWasStretchedIsStretched() {
    Bitmap bitmap = TestPictures.grey(4, 0, 100, 10, 10, 50, 50, 10, 10);
    Shape image = Shape.of(1, 2, 1);
    Picture picture =
        PictureReader.of(image, data(image, Polarity.DARK_ON_LIGHT, true)).prepare(bitmap);
    assertArrayEquals(new byte[] {50, 10}, picture.pixels().bytes());
    assertTrue(picture.note().contains("stretched to 2x1"), picture.note());
  }

  @Test
  void photosAreScaledWhole() {
    Shape image = Shape.of(2, 2, 3);
    Bitmap bitmap =
        new Bitmap(4, 2, new int[] {0, 0xff010203, 0xff040506, 0, 0, 0xff070809, -1, 0});
    Picture picture = PictureReader.of(image, null).prepare(bitmap);
    assertEquals(image, picture.pixels().shape());
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1}, picture.pixels().bytes());
    assertTrue(picture.note().contains("the middle scaled to 2x2"), picture.note());
  }

  @Test
  void otherNumbersOfChannelsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> PictureReader.of(Shape.of(28, 28, 2), null));
  }
}
