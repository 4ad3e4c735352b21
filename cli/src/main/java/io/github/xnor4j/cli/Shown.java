package io.github.xnor4j.cli;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** What a model saw, for people: an image as characters or as a PNG file. */
final class Shown {
  private static final String INKS = " .:-=+*#%@";
  private static final int MOST_COLUMNS = 64;

  private Shown() {}

  /** A line a row, two characters a pixel, since characters are twice as high as wide. */
  static List<String> lines(Tensor image) {
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    int step = (w + MOST_COLUMNS - 1) / MOST_COLUMNS; // of a large image every so many pixels
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < h; y += step) {
      StringBuilder line = new StringBuilder("|");
      for (int x = 0; x < w; x += step) {
        String ink = INKS.substring(grey(image, y, x) * INKS.length() / 256).substring(0, 1);
        line.append(ink).append(ink);
      }
      lines.add(line.append('|').toString());
    }
    return lines;
  }

  /** The mean of the channels, 0 to 255. */
  private static int grey(Tensor image, int y, int x) {
    int channels = image.shape().dim(2);
    int sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += sample(image, y, x, c);
    }
    return sum / channels;
  }

  private static int sample(Tensor image, int y, int x, int channel) {
    Shape shape = image.shape();
    return image.bytes()[(y * shape.dim(1) + x) * shape.dim(2) + channel] & 255;
  }

  /** Writes an image to a folder, under a picture's name with {@code .png} behind it. */
  static void write(Tensor image, Path folder, Path picture) throws IOException {
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    boolean grey = image.shape().dim(2) == 1;
    BufferedImage out =
        new BufferedImage(w, h, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int c = 0; c < image.shape().dim(2); c++) {
          out.getRaster().setSample(x, y, c, sample(image, y, x, c));
        }
      }
    }
    ImageIO.write(out, "png", folder.resolve(picture.getFileName() + ".png").toFile());
  }
}
