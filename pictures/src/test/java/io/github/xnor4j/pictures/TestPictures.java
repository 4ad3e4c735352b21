package io.github.xnor4j.pictures;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures that several tests read. */
final class TestPictures {
  private TestPictures() {}

  /** A file among the test resources. */
  static Path resource(String name) {
    try {
      return Path.of(TestPictures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path write(BufferedImage image, Path folder, String format) throws IOException {
    Path file = folder.resolve("image." + format);
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("no writer for " + format);
    }
    return file;
  }

  /** A picture of grey pixels, row by row. */
  static Bitmap grey(int width, int... values) {
    int[] argb = new int[values.length];
    for (int i = 0; i < argb.length; i++) {
      argb[i] = 0xff000000 | values[i] * 0x010101;
    }
    return new Bitmap(width, argb.length / width, argb);
  }

  static int[] argb(Bitmap bitmap) {
    int[] out = new int[bitmap.width() * bitmap.height()];
    for (int i = 0; i < out.length; i++) {
      out[i] = bitmap.argb(i % bitmap.width(), i / bitmap.width());
    }
    return out;
  }
}
