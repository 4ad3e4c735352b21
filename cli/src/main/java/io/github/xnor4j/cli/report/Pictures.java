package io.github.xnor4j.cli.report;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Small pictures as addresses that hold them. */
final class Pictures {
  private static final int MOST_SIDE = 96;

  private Pictures() {}

  /** What tells the value of a channel of a pixel, 0 to 255. */
  private interface Sample {
    int at(int y, int x, int channel);
  }

  /** An image of a data set, U8 [N, H, W, C]; of a large one every so many pixels. */
  static String ofImage(Tensor images, int index) {
    int h = images.shape().dim(1);
    int w = images.shape().dim(2);
    int c = images.shape().dim(3);
    int step = (Math.max(h, w) + MOST_SIDE - 1) / MOST_SIDE;
    byte[] bytes = images.bytes();
    return png(
        (h + step - 1) / step,
        (w + step - 1) / step,
        c,
        (y, x, channel) -> bytes[((index * h + y * step) * w + x * step) * c + channel] & 255);
  }

  /**
   * A filter.
   *
   * @param kernel F32 [kh, kw, C, O]
   * @param binary whether it is used as signs: then these are shown, else values from the smallest
   *     to the largest of all filters
   */
  static String ofFilter(Tensor kernel, int output, boolean binary) {
    Shape shape = kernel.shape();
    float[] values = kernel.floats();
    float low = values[0];
    float high = values[0];
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float least = low;
    float range = Math.max(high - low, Float.MIN_NORMAL);
    return png(
        shape.dim(0),
        shape.dim(1),
        shape.dim(2),
        (y, x, channel) -> {
          int at = ((y * shape.dim(1) + x) * shape.dim(2) + channel) * shape.dim(3) + output;
          return binary
              ? values[at] < 0 ? 0 : 255
              : Math.clamp(Math.round(255 * (values[at] - least) / range), 0, 255);
        });
  }

  /** Grey of one channel, colours of three; of any other number the first. */
  private static String png(int height, int width, int channels, Sample sample) {
    boolean colours = channels == 3;
    BufferedImage image =
        new BufferedImage(
            width, height, colours ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < (colours ? 3 : 1); c++) {
          image.getRaster().setSample(x, y, c, sample.at(y, x, c));
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
