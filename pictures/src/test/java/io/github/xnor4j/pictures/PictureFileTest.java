package io.github.xnor4j.pictures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.io.BadFileException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  @TempDir Path folder;

  /** All 256 values of grey, of some type of image. */
  private Path greys(int type, String format) throws IOException {
    BufferedImage image = new BufferedImage(16, 16, type);
    int scale = type == BufferedImage.TYPE_USHORT_GRAY ? 257 : 1;
    for (int i = 0; i < 256; i++) {
      for (int band = 0; band < image.getRaster().getNumBands(); band++) {
        image.getRaster().setSample(i % 16, i / 16, band, i * scale);
      }
    }
    return TestPictures.write(image, folder, format);
  }

  private static void assertGreys(Path file) throws IOException {
    Bitmap bitmap = PictureFile.read(file);
    int[] values = new int[256];
    Arrays.setAll(values, i -> i);
    assertArrayEquals(
        TestPictures.argb(TestPictures.grey(16, values)),
        TestPictures.argb(bitmap),
        file.toString());
  }

  @Test
  void greyValuesAreThoseOfTheFile() throws IOException {
    assertGreys(greys(BufferedImage.TYPE_BYTE_GRAY, "png"));
    assertGreys(greys(BufferedImage.TYPE_USHORT_GRAY, "png"));
    assertGreys(greys(BufferedImage.TYPE_3BYTE_BGR, "png"));
    assertGreys(greys(BufferedImage.TYPE_3BYTE_BGR, "bmp"));
    assertGreys(greys(BufferedImage.TYPE_BYTE_GRAY, "tiff"));
    assertGreys(greys(BufferedImage.TYPE_BYTE_GRAY, "bmp"));
  }

  @Test
  void palettesAndBitsAreLookedUp() throws IOException {
    byte[] shades = {(byte) 200, 10};
    IndexColorModel colours = new IndexColorModel(1, 2, shades, shades, shades);
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, colours);
    image.getRaster().setSample(1, 0, 0, 1);
    for (String format : new String[] {"png", "gif"}) {
      Bitmap bitmap = PictureFile.read(TestPictures.write(image, folder, format));
      assertArrayEquals(new int[] {0xffc8c8c8, 0xff0a0a0a}, TestPictures.argb(bitmap), format);
    }
    BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.getRaster().setSample(1, 0, 0, 1);
    Bitmap bitmap = PictureFile.read(TestPictures.write(bits, folder, "png"));
    assertArrayEquals(new int[] {0xff000000, 0xffffffff}, TestPictures.argb(bitmap));
  }

  @Test
  void alphaIsKept() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x80123456);
    image.setRGB(1, 0, 0xff000001);
    Bitmap bitmap = PictureFile.read(TestPictures.write(image, folder, "png"));
    assertArrayEquals(new int[] {0x80123456, 0xff000001}, TestPictures.argb(bitmap));
    assertTrue(bitmap.isTransparent());
  }

  /** As EXIF data say; quadrants.png is what was stored, held for orientation 6. */
  @ParameterizedTest
  @ValueSource(strings = {"turned.png", "turned.webp", "turned.tif"})
  void picturesAreTurnedUpright(String name) throws IOException {
    Bitmap stored = PictureFile.read(TestPictures.resource("quadrants.png"));
    Bitmap turned = PictureFile.read(TestPictures.resource(name));
    assertEquals(stored.height(), turned.width());
    assertEquals(stored.width(), turned.height());
    int last = stored.height() - 1;
    for (int y = 0; y < turned.height(); y++) {
      for (int x = 0; x < turned.width(); x++) {
        assertEquals(stored.argb(y, last - x), turned.argb(x, y), x + ", " + y);
      }
    }
  }

  @Test
  void jpegsAreTurnedUpright() throws IOException {
    Bitmap turned = PictureFile.read(TestPictures.resource("exif.jpg"));
    Bitmap upright = PictureFile.read(TestPictures.resource("rgb.jpg"));
    assertClose(upright, turned, 40, 1); // coded along other rows
  }

  @ParameterizedTest
  @ValueSource(strings = {"adobe_cmyk.jpg", "adobe_ycck.jpg"})
  void inksOfAdobesJpegsAreColours(String name) throws IOException {
    Bitmap expected = PictureFile.read(TestPictures.resource("quadrants.png"));
    assertClose(expected, PictureFile.read(TestPictures.resource(name)), 8, 3);
  }

  /** Stored with black 255 where there is paper: the other way round than rgb.jpg. */
  @Test
  void inksWithoutAdobesMarkerAreInks() throws IOException {
    Bitmap cmyk = PictureFile.read(TestPictures.resource("cmyk.jpg"));
    Bitmap rgb = PictureFile.read(TestPictures.resource("rgb.jpg"));
    int[] inverted = TestPictures.argb(rgb);
    Arrays.setAll(inverted, i -> inverted[i] ^ 0xffffff);
    assertClose(new Bitmap(rgb.width(), rgb.height(), inverted), cmyk, 40, 1);
    assertFalse(cmyk.isTransparent());
  }

  private static void assertClose(Bitmap expected, Bitmap bitmap, int most, double mean) {
    assertEquals(expected.width(), bitmap.width());
    assertEquals(expected.height(), bitmap.height());
    int[] one = TestPictures.argb(expected);
    int[] other = TestPictures.argb(bitmap);
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      for (int shift = 0; shift < 32; shift += 8) {
        int difference = Math.abs((one[i] >> shift & 255) - (other[i] >> shift & 255));
        sum += difference;
        assertTrue(difference <= most, "pixel " + i + " differs by " + difference);
      }
    }
    assertTrue(sum / one.length / 4 <= mean, "mean difference " + sum / one.length / 4);
  }

  @ParameterizedTest
  @CsvSource({
    "'\0\0\0\030ftypheic\0\0\0\0', HEIC",
    "'\0\0\0\034ftypmif1\0\0\0\0', HEIC",
    "'\0\0\0\034ftypavif\0\0\0\0', AVIF",
    "'\0\0\0\030ftypmp42\0\0\0\0', video",
    "'\0\0\0\fjP  ', JPEG 2000",
    "'\0\0\0\fJXL ', JPEG XL",
    "'8BPS\0\1', Photoshop",
    "'%PDF-1.7', PDF",
    "'%!PS-Adobe-3.0', PostScript",
    "'<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>', SVG",
    "'<!DOCTYPE html><html>', HTML page",
    "'P5 28 28 255 ', PGM",
    "'II*\0\020\0\0\0CR\2\0', raw photo",
    "'version https://git-lfs.github.com/spec/v1', pointer of Git LFS",
    "'\0\0\10\3\0\0\0\1', IDX",
    "'\u001f\u008b\10', gzip",
    "'PK\3\4', zip file",
    "'', empty",
    "'no picture at all', known kinds",
  })
  void otherKindsAreNamed(String content, String word) throws IOException {
    Path file = folder.resolve("photo.png");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    String message =
        assertThrows(BadFileException.class, () -> PictureFile.read(file)).getMessage();
    assertTrue(message.contains(word), message);
    assertTrue(message.contains("expected a picture: PNG, JPEG"), message);
  }

  @Test
  void damagedPicturesAreRefused() throws IOException {
    for (String name : new String[] {"seven.png", "rgb.jpg", "turned.webp", "turned.tif"}) {
      byte[] whole = Files.readAllBytes(TestPictures.resource(name));
      for (int length : new int[] {16, 24, whole.length / 3}) {
        Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
        String message =
            assertThrows(BadFileException.class, () -> PictureFile.read(cut), name + length)
                .getMessage();
        assertTrue(message.contains("damaged"), message);
      }
    }
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() throws IOException {
    byte[] png = Files.readAllBytes(TestPictures.resource("seven.png"));
    Arrays.fill(png, 16, 18, (byte) 0x7f); // width, in the header
    Path file = Files.write(folder.resolve("huge.png"), png);
    String message =
        assertThrows(BadFileException.class, () -> PictureFile.read(file)).getMessage();
    assertTrue(message.contains("pixels") || message.contains("damaged"), message);
  }

  @Test
  void largePicturesAreReadInPart() throws IOException {
    BufferedImage image = new BufferedImage(6001, 5000, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(2, 4, 0, 77);
    Bitmap bitmap = PictureFile.read(TestPictures.write(image, folder, "png"));
    assertEquals(3001, bitmap.width());
    assertEquals(2500, bitmap.height());
    assertEquals(0xff4d4d4d, bitmap.argb(1, 2));
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThrows(BadFileException.class, () -> PictureFile.read(folder));
    Path missing = folder.resolve("missing.png");
    assertThrows(NoSuchFileException.class, () -> PictureFile.read(missing));
  }
}
