package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
  @TempDir Path folder;

  private Path png(BufferedImage image) throws IOException {
    return write(image, "png");
  }

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("image." + format);
    assertTrue(ImageIO.write(image, format, file.toFile()));
    return file;
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

  private static BufferedImage gray(int[] values) {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSamples(0, 0, 28, 28, 0, values);
    return image;
  }

  private static void assertPixels(int[] expected, Images.Picture picture) {
    assertEquals(Shape.of(28, 28, 1), picture.pixels().shape());
    int[] got = new int[expected.length];
    Arrays.setAll(got, i -> picture.pixels().bytes()[i] & 255);
    assertArrayEquals(expected, got);
  }

  @Test
  void mnistsOwnPixelsStayAsTheyAre() throws IOException {
    Images.Picture picture = Images.read(png(gray(digit())), 28, 28);
    assertPixels(digit(), picture);
    assertEquals("taken as it is", picture.note());
  }

  @Test
  void lightImagesAreInverted() throws IOException {
    int[] inverted = Arrays.stream(digit()).map(v -> 255 - v).toArray();
    Images.Picture picture = Images.read(png(gray(inverted)), 28, 28);
    assertPixels(digit(), picture);
    assertTrue(picture.note().contains("inverted"), picture.note());
  }

  @Test
  void coloursAndTransparencyBecomeGray() throws IOException {
    BufferedImage colour = new BufferedImage(28, 28, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 28 * 28; i++) {
      int v = 255 - digit()[i];
      // a black ink of changing opacity over nothing
      colour.setRGB(i % 28, i / 28, (255 - v) << 24);
    }
    assertPixels(digit(), Images.read(png(colour), 28, 28));
  }

  @Test
  void otherSizesAreFittedAndCentredByMass() throws IOException {
    BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(java.awt.Color.WHITE);
    graphics.fillRect(0, 0, 300, 200);
    graphics.setColor(java.awt.Color.BLACK);
    graphics.fillRect(20, 100, 40, 80);
    graphics.dispose();
    Images.Picture picture = Images.read(png(image), 28, 28);
    int[] expected = new int[28 * 28];
    for (int y = 4; y < 24; y++) {
      Arrays.fill(expected, y * 28 + 9, y * 28 + 19, 255);
    }
    assertPixels(expected, picture);
    assertTrue(picture.note().contains("inverted"), picture.note());
    assertTrue(picture.note().contains("300x200 pixels with ink of 40x80"), picture.note());
    assertTrue(picture.note().contains("scaled to 10x20"), picture.note());
    assertPixelsClose(picture, Images.read(write(image, "jpg"), 28, 28));
  }

  private static void assertPixelsClose(Images.Picture a, Images.Picture b) {
    double difference = 0;
    for (int i = 0; i < 28 * 28; i++) {
      difference += Math.abs((a.pixels().bytes()[i] & 255) - (b.pixels().bytes()[i] & 255));
    }
    // JPEG smears edges over a pixel or two of the large picture
    assertTrue(difference / (28 * 28) < 4, "mean difference " + difference / (28 * 28));
  }

  @Test
  void smallImagesAreEnlargedAndBlankOnesSaid() throws IOException {
    BufferedImage small = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    assertTrue(Images.read(png(small), 28, 28).note().contains("blank"));
    small.getRaster().setSample(2, 1, 0, 200);
    small.getRaster().setSample(2, 2, 0, 200);
    Images.Picture picture = Images.read(png(small), 28, 28);
    assertEquals(255, picture.pixels().bytes()[14 * 28 + 14] & 255, picture.note());
    assertEquals(0, picture.pixels().bytes()[0]);
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "not an image");
    BadFileException e = assertThrows(BadFileException.class, () -> Images.read(text, 28, 28));
    assertTrue(e.getMessage().contains("is not an image"), e.getMessage());
    byte[] whole = Files.readAllBytes(png(gray(digit())));
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    e = assertThrows(BadFileException.class, () -> Images.read(cut, 28, 28));
    assertTrue(e.getMessage().contains("damaged"), e.getMessage());
    assertThrows(BadFileException.class, () -> Images.read(folder, 28, 28));
    Path missing = folder.resolve("missing.png");
    assertThrows(NoSuchFileException.class, () -> Images.read(missing, 28, 28));
  }
}
