package io.github.xnor4j.pictures;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.FileKind;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes picture files: PNG, JPEG (also CMYK and YCCK), GIF (its first picture), BMP, TIFF and
 * WebP. The one place that does so. A picture is turned upright as its EXIF data say.
 */
public final class PictureFile {
  private static final Set<FileKind> READABLE =
      EnumSet.of(
          FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.BMP, FileKind.TIFF, FileKind.WEBP);
  private static final long MOST_PIXELS = 400_000_000;
  private static final long MOST_KEPT = 25_000_000;

  private PictureFile() {}

  /**
   * Decodes a file. Of a picture with more than 25 million pixels only every second row and column
   * is kept, or every third, and so on, so that memory is bounded.
   *
   * @throws NoSuchFileException if it does not exist
   * @throws BadFileException if it is of another kind, which the message names, is damaged, or has
   *     more than 4 * 10^8 pixels or than memory allows
   * @throws IOException if it cannot be read
   */
  public static Bitmap read(Path file) throws IOException {
    FileKind kind = kind(file);
    return decode(file, kind).turned(Orientation.of(file, kind));
  }

  private static FileKind kind(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadFileException(file, "is no regular file, expected a picture");
    }
    FileKind kind = FileKind.of(file);
    if (!READABLE.contains(kind)) {
      String hint = kind == FileKind.IDX ? " (--data of 'xnor evaluate' reads it)" : "";
      throw new BadFileException(
          file,
          "is " + kind.words() + hint + ", expected a picture: PNG, JPEG, GIF, BMP, TIFF or WebP");
    }
    return kind;
  }

  private static Bitmap decode(Path file, FileKind kind) throws IOException {
    try (ImageInputStream in = new PictureStream(file)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadFileException(
            file, "is damaged " + kind.words() + ", or a form that is not read");
      }
      ImageReader reader = readers.next();
      try {
        boolean cmyk = kind == FileKind.JPEG && PlainCmyk.isOne(in);
        reader.setInput(in, true, true);
        reader.addIIOReadWarningListener((source, warning) -> requireWhole(file, warning));
        ImageReadParam param = param(reader, file);
        return bitmap(cmyk ? PlainCmyk.inSrgb(reader.readRaster(0, param)) : reader.read(0, param));
      } catch (BadFileException e) {
        throw e;
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (OutOfMemoryError e) { // some decoders hold the whole picture
        throw new BadFileException(
            file, "has more pixels than there is memory for (JAVA_TOOL_OPTIONS=-Xmx8g gives more)");
      } catch (IOException | RuntimeException e) { // decoders answer bad content with any of them
        throw new BadFileException(
            file, "is damaged " + kind.words() + ", or a form that is not read: " + e.getMessage());
      } finally {
        reader.dispose();
      }
    }
  }

  /** Of a JPEG file that was cut off the decoder would make up the rest, and only warn. */
  private static void requireWhole(Path file, String warning) {
    if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
      throw new UncheckedIOException(
          new BadFileException(file, "is damaged: its end is missing (" + warning + ")"));
    }
  }

  private static ImageReadParam param(ImageReader reader, Path file) throws IOException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MOST_PIXELS) {
      throw new BadFileException(
          file, "has " + pixels + " pixels, expected at most " + MOST_PIXELS);
    }
    ImageReadParam param = reader.getDefaultReadParam();
    int step = (int) Math.ceil(Math.sqrt((double) pixels / MOST_KEPT));
    if (step > 1) {
      param.setSourceSubsampling(step, step, 0, 0);
    }
    return param;
  }

  private static Bitmap bitmap(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    int[] argb = new int[w * h];
    Raster raster = image.getRaster();
    // grey rasters are read directly: getRGB takes them for linear light and brightens them
    if (raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel)) {
      readGrey(raster, argb);
    } else {
      inSrgb(image).getRGB(0, 0, w, h, argb, 0, w);
    }
    return new Bitmap(w, h, argb);
  }

  private static void readGrey(Raster raster, int[] argb) {
    int w = raster.getWidth();
    int[] grey = new int[w];
    int[] alpha = new int[w];
    boolean transparent = raster.getNumBands() == 2;
    for (int y = 0; y < raster.getHeight(); y++) {
      readRow(raster, y, 0, grey);
      if (transparent) {
        readRow(raster, y, 1, alpha);
      }
      for (int x = 0; x < w; x++) {
        argb[y * w + x] = (transparent ? alpha[x] : 255) << 24 | grey[x] * 0x010101;
      }
    }
  }

  /** A row of one band, of any number of bits, as 0 to 255. */
  private static void readRow(Raster raster, int y, int band, int[] row) {
    raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, band, row);
    int bits = raster.getSampleModel().getSampleSize(band);
    if (bits > 16) {
      throw new IllegalArgumentException("it has " + bits + " bits a pixel, expected at most 16");
    }
    int largest = (1 << bits) - 1;
    for (int x = 0; largest != 255 && x < row.length; x++) {
      row[x] = (int) Math.round(255.0 * row[x] / largest);
    }
  }

  /** Photos may have a camera's or a printer's colours; converted at once, not pixel by pixel. */
  private static BufferedImage inSrgb(BufferedImage image) {
    ColorSpace colours = image.getColorModel().getColorSpace();
    if (colours.isCS_sRGB() || image.getColorModel() instanceof IndexColorModel) {
      return image;
    }
    BufferedImage converted =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    return new ColorConvertOp(null).filter(image, converted);
  }
}
