package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads pictures as MNIST has its digits: grey, light on dark.
 *
 * <p>An image that is mostly light is inverted. One of the wanted size is then taken as it is. From
 * any other the ink's bounding box is scaled, with its aspect ratio kept, to fit into 20/28 of the
 * wanted size, and placed so that its centre of mass is the centre: what the authors of MNIST did
 * to NIST's pictures.
 */
public final class Images {
  private static final long MAX_PIXELS = 100_000_000;
  private static final int INK = 64;

  private Images() {}

  /**
   * A picture ready for a model.
   *
   * @param pixels U8 [H, W, 1]
   * @param note what was done to it, for the user
   */
  public record Picture(Tensor pixels, String note) {}

  private record Gray(int height, int width, double[] values) {
    double mean() {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      return sum / values.length;
    }
  }

  private record Box(int top, int left, int bottom, int right) {
    int height() {
      return bottom - top;
    }

    int width() {
      return right - left;
    }
  }

  /**
   * Reads a PNG, JPEG, GIF or BMP file.
   *
   * @param height wanted, 1 or more
   * @param width wanted, 1 or more
   * @throws BadFileException if it is none of these, is damaged or has more than 10^8 pixels
   * @throws IOException if it cannot be read
   */
  public static Picture read(Path file, int height, int width) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "does not exist");
    }
    return prepare(gray(decode(file)), height, width);
  }

  private static BufferedImage decode(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadFileException(file, "is no regular file, expected an image");
    }
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadFileException(file, "is not an image that can be read, expected PNG or JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return decode(reader, file);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage decode(ImageReader reader, Path file) throws IOException {
    try {
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MAX_PIXELS) {
        throw new BadFileException(
            file, "has " + pixels + " pixels, expected at most " + MAX_PIXELS);
      }
      return reader.read(0);
    } catch (BadFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders answer bad content with any of them
      throw new BadFileException(file, "is a damaged image: " + e.getMessage());
    }
  }

  /** Luminance (ITU-R BT.601) over white where the image is transparent. */
  private static Gray gray(BufferedImage image) {
    int h = image.getHeight();
    int w = image.getWidth();
    double[] values = new double[h * w];
    Raster raster = image.getRaster();
    // grey rasters are read directly: getRGB takes them for linear light and brightens them
    boolean plain =
        raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    for (int i = 0; i < values.length; i++) {
      int x = i % w;
      int y = i / w;
      values[i] = plain ? sample(raster, x, y) : luminance(image.getRGB(x, y));
    }
    return new Gray(h, w, values);
  }

  private static double sample(Raster raster, int x, int y) {
    double gray = 255.0 * raster.getSample(x, y, 0) / largest(raster, 0);
    return raster.getNumBands() == 1
        ? gray
        : overWhite(gray, (double) raster.getSample(x, y, 1) / largest(raster, 1));
  }

  private static int largest(Raster raster, int band) {
    return (1 << raster.getSampleModel().getSampleSize(band)) - 1;
  }

  private static double luminance(int argb) {
    double gray = 0.299 * (argb >> 16 & 255) + 0.587 * (argb >> 8 & 255) + 0.114 * (argb & 255);
    return overWhite(gray, (argb >>> 24) / 255.0);
  }

  private static double overWhite(double gray, double alpha) {
    return gray * alpha + 255 * (1 - alpha);
  }

  private static Picture prepare(Gray gray, int height, int width) {
    List<String> notes = new ArrayList<>();
    if (gray.mean() > 127.5) {
      for (int i = 0; i < gray.values.length; i++) {
        gray.values[i] = 255 - gray.values[i];
      }
      notes.add("inverted, since it is mostly light");
    }
    Gray result = gray;
    if (gray.height != height || gray.width != width) {
      result = normalized(gray, height, width, notes);
    }
    if (notes.isEmpty()) {
      notes.add("taken as it is");
    }
    byte[] pixels = new byte[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round(Math.clamp(result.values[i], 0, 255));
    }
    return new Picture(Tensor.u8(Shape.of(height, width, 1), pixels), String.join("; ", notes));
  }

  private static Gray normalized(Gray gray, int height, int width, List<String> notes) {
    stretch(gray);
    Box ink = inkOf(gray);
    Gray canvas = new Gray(height, width, new double[height * width]);
    if (ink == null) {
      notes.add("blank: no ink found");
      return canvas;
    }
    double scale = Math.min(height * 20.0 / 28 / ink.height(), width * 20.0 / 28 / ink.width());
    int h = Math.max(1, (int) Math.round(ink.height() * scale));
    int w = Math.max(1, (int) Math.round(ink.width() * scale));
    place(scaled(gray, ink, h, w), canvas);
    notes.add(
        "%dx%d pixels with ink of %dx%d, scaled to %dx%d and centred by mass in %dx%d"
            .formatted(gray.width, gray.height, ink.width(), ink.height(), w, h, width, height));
    return canvas;
  }

  /** The darkest value becomes 0 and the lightest 255, so that grey paper is no ink. */
  private static void stretch(Gray gray) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : gray.values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double range = high - low;
    for (int i = 0; i < gray.values.length; i++) {
      gray.values[i] = range == 0 ? 0 : (gray.values[i] - low) * 255 / range;
    }
  }

  private static Box inkOf(Gray gray) {
    int top = gray.height;
    int left = gray.width;
    int bottom = 0;
    int right = 0;
    for (int i = 0; i < gray.values.length; i++) {
      if (gray.values[i] >= INK) {
        top = Math.min(top, i / gray.width);
        bottom = Math.max(bottom, i / gray.width + 1);
        left = Math.min(left, i % gray.width);
        right = Math.max(right, i % gray.width + 1);
      }
    }
    return bottom == 0 ? null : new Box(top, left, bottom, right);
  }

  /** Each new pixel is the mean of the area that it covers. */
  private static Gray scaled(Gray gray, Box box, int height, int width) {
    Gray out = new Gray(height, width, new double[height * width]);
    for (int y = 0; y < height; y++) {
      double y0 = box.top + (double) y * box.height() / height;
      double y1 = box.top + (double) (y + 1) * box.height() / height;
      for (int x = 0; x < width; x++) {
        double x0 = box.left + (double) x * box.width() / width;
        double x1 = box.left + (double) (x + 1) * box.width() / width;
        out.values[y * width + x] = areaMean(gray, y0, y1, x0, x1);
      }
    }
    return out;
  }

  private static double areaMean(Gray gray, double y0, double y1, double x0, double x1) {
    double sum = 0;
    for (int y = (int) y0; y < Math.min(gray.height, Math.ceil(y1)); y++) {
      double rows = Math.min(y + 1, y1) - Math.max(y, y0);
      for (int x = (int) x0; x < Math.min(gray.width, Math.ceil(x1)); x++) {
        double columns = Math.min(x + 1, x1) - Math.max(x, x0);
        sum += rows * columns * gray.values[y * gray.width + x];
      }
    }
    return sum / ((y1 - y0) * (x1 - x0));
  }

  private static void place(Gray ink, Gray canvas) {
    double sum = 0;
    double sumY = 0;
    double sumX = 0;
    for (int i = 0; i < ink.values.length; i++) {
      sum += ink.values[i];
      sumY += ink.values[i] * (i / ink.width + 0.5);
      sumX += ink.values[i] * (i % ink.width + 0.5);
    }
    int top = offset(canvas.height / 2.0 - sumY / sum, canvas.height - ink.height);
    int left = offset(canvas.width / 2.0 - sumX / sum, canvas.width - ink.width);
    for (int y = 0; y < ink.height; y++) {
      System.arraycopy(
          ink.values, y * ink.width, canvas.values, (top + y) * canvas.width + left, ink.width);
    }
  }

  private static int offset(double wanted, int room) {
    return Math.clamp(Math.round(wanted), 0, room);
  }
}
