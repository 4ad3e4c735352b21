package io.github.xnor4j.cli;

import io.github.xnor4j.data.Dataset;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * Digits of a data set drawn on paper of 200 to 600 pixels, as people's photos and drawings look.
 */
final class DrawnDigits {
  /** How they are drawn. */
  enum Style {
    PEN,
    PENCIL,
    GREY_PAPER,
    SHADOW,
    WHITE_BOARD,
    WHITE_ON_CLEAR,
    TURNED,
    PHOTO
  }

  /** A picture of light: what each pixel of red, green and blue is, 0 to 255. */
  private static final class Sheet {
    private final int width;
    private final int height;
    private final double[] ink; // 0 to 1
    private final double[][] light;

    Sheet(int width, int height) {
      this.width = width;
      this.height = height;
      this.ink = new double[width * height];
      this.light = new double[3][width * height];
    }

    /** Paper and ink of some colours. */
    void paint(Color paper, Color pen) {
      float[] under = paper.getRGBColorComponents(null);
      float[] over = pen.getRGBColorComponents(null);
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < ink.length; i++) {
          light[c][i] = 255 * (under[c] * (1 - ink[i]) + over[c] * ink[i]);
        }
      }
    }

    /** Something done to each value. */
    interface Change {
      double of(double light, int x, int y);
    }

    void change(Change change) {
      for (double[] channel : light) {
        for (int i = 0; i < channel.length; i++) {
          channel[i] = change.of(channel[i], i % width, i / width);
        }
      }
    }

    BufferedImage image() {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < ink.length; i++) {
        int rgb = 0;
        for (double[] channel : light) {
          rgb = rgb << 8 | Math.clamp(Math.round(channel[i]), 0, 255);
        }
        image.setRGB(i % width, i / width, rgb);
      }
      return image;
    }
  }

  private final Dataset digits;
  private final Random random;

  DrawnDigits(Dataset digits, long seed) {
    this.digits = digits;
    this.random = new Random(seed);
  }

  /** Draws one of the digits, any; its class is the first character of the file's name. */
  Path draw(Style style, Path folder) throws IOException {
    int index = random.nextInt(digits.size());
    String name = digits.labels().ints()[index] + "-" + style + "-" + index;
    Sheet sheet = sheet(index, style == Style.PENCIL || style == Style.WHITE_BOARD);
    switch (style) {
      case PEN -> {
        Color[] pens = {Color.BLACK, new Color(20, 30, 140), new Color(170, 20, 30)};
        sheet.paint(Color.WHITE, pens[random.nextInt(pens.length)]);
      }
      case PENCIL -> {
        sheet.paint(grey(225, 250), grey(80, 140));
        noise(sheet, 5);
      }
      case GREY_PAPER -> sheet.paint(grey(90, 180), grey(0, 45));
      case SHADOW -> {
        sheet.paint(grey(220, 255), grey(10, 70));
        shadow(sheet);
        noise(sheet, 3);
      }
      case WHITE_BOARD -> {
        boolean chalk = random.nextBoolean();
        sheet.paint(chalk ? grey(20, 70) : grey(200, 240), chalk ? grey(210, 255) : grey(0, 60));
        glare(sheet);
        noise(sheet, 3);
      }
      case WHITE_ON_CLEAR -> {
        return png(clear(sheet), folder.resolve(name + ".png"));
      }
      case TURNED -> {
        sheet.paint(grey(230, 255), grey(0, 50));
        int orientation = new int[] {3, 6, 8}[random.nextInt(3)];
        return jpeg(stored(sheet.image(), orientation), orientation, folder.resolve(name + ".jpg"));
      }
      case PHOTO -> {
        sheet.paint(grey(150, 235), grey(20, 80));
        vignette(sheet);
        noise(sheet, range(8, 22));
        specks(sheet);
      }
    }
    return style == Style.PEN || style == Style.GREY_PAPER
        ? png(sheet.image(), folder.resolve(name + ".png"))
        : jpeg(sheet.image(), 1, folder.resolve(name + ".jpg"));
  }

  private double range(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  private Color grey(int from, int to) {
    int v = (int) range(from, to);
    return new Color(v, v, v);
  }

  /**
   * A digit of some size at some place; its edges are sharp, or soft as those of enlarged images.
   */
  private Sheet sheet(int index, boolean grainy) {
    int width = 200 + random.nextInt(401);
    int height = (int) Math.clamp(width * range(0.75, 1.25), 200, 600);
    Sheet sheet = new Sheet(width, height);
    int side = (int) (Math.min(width, height) * range(0.5, 0.95));
    BufferedImage large = enlarged(index, side);
    int left = random.nextInt(width - side + 1);
    int top = random.nextInt(height - side + 1);
    double sharpness = range(1, 5);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double v = large.getRaster().getSample(x, y, 0) / 255.0;
        double ink = Math.clamp((v - 0.5) * sharpness + 0.5, 0, 1);
        double grain = grainy ? range(0.6, 1) : 1;
        sheet.ink[(top + y) * width + left + x] = ink * grain;
      }
    }
    return sheet;
  }

  private BufferedImage enlarged(int index, int side) {
    int h = digits.imageShape().dim(0);
    int w = digits.imageShape().dim(1);
    BufferedImage small = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = digits.images().bytes();
    for (int i = 0; i < h * w; i++) {
      small.getRaster().setSample(i % w, i / w, 0, pixels[index * h * w + i] & 255);
    }
    BufferedImage large = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = large.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(small, 0, 0, side, side, null);
    graphics.dispose();
    return large;
  }

  private void noise(Sheet sheet, double deviation) {
    sheet.change((light, x, y) -> light + deviation * random.nextGaussian());
  }

  /** Light falls off across the paper, or ends at an edge. */
  private void shadow(Sheet sheet) {
    double left = range(0.35, 0.65);
    double angle = range(0, 2 * Math.PI);
    double steep = random.nextBoolean() ? range(2, 5) : range(20, 100);
    double cx = sheet.width * range(0.3, 0.7);
    double cy = sheet.height * range(0.3, 0.7);
    sheet.change(
        (light, x, y) -> {
          double across = (Math.cos(angle) * (x - cx) + Math.sin(angle) * (y - cy)) / sheet.width;
          return light * (left + (1 - left) / (1 + Math.exp(-steep * across)));
        });
  }

  private void glare(Sheet sheet) {
    double cx = range(0, sheet.width);
    double cy = range(0, sheet.height);
    double size = sheet.width * range(0.15, 0.4);
    double more = range(5, 40);
    sheet.change(
        (light, x, y) ->
            light + more * Math.exp(-((x - cx) * (x - cx) + (y - cy) * (y - cy)) / size / size));
  }

  private void vignette(Sheet sheet) {
    double fall = range(0, 0.4);
    sheet.change(
        (light, x, y) -> {
          double dx = 2.0 * x / sheet.width - 1;
          double dy = 2.0 * y / sheet.height - 1;
          return light * (1 - fall * (dx * dx + dy * dy) / 2);
        });
  }

  private void specks(Sheet sheet) {
    for (int n = random.nextInt(8); n > 0; n--) {
      int cx = random.nextInt(sheet.width);
      int cy = random.nextInt(sheet.height);
      sheet.change((light, x, y) -> Math.max(Math.abs(x - cx), Math.abs(y - cy)) < 2 ? 20 : light);
    }
  }

  /** White of changing opacity on nothing. */
  private static BufferedImage clear(Sheet sheet) {
    BufferedImage image = new BufferedImage(sheet.width, sheet.height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < sheet.ink.length; i++) {
      int alpha = (int) Math.round(255 * sheet.ink[i]);
      image.setRGB(i % sheet.width, i / sheet.width, alpha << 24 | 0xffffff);
    }
    return image;
  }

  /** How a camera stores what is seen upright under an orientation of 3, 6 or 8. */
  private static BufferedImage stored(BufferedImage seen, int orientation) {
    int quarters = orientation == 3 ? 2 : orientation == 6 ? 3 : 1; // clockwise
    AffineTransform turn =
        AffineTransform.getQuadrantRotateInstance(
            quarters, seen.getWidth() / 2.0, seen.getHeight() / 2.0);
    if (quarters != 2) {
      double shift = (seen.getHeight() - seen.getWidth()) / 2.0;
      turn.preConcatenate(AffineTransform.getTranslateInstance(shift, -shift));
    }
    int width = quarters == 2 ? seen.getWidth() : seen.getHeight();
    int height = quarters == 2 ? seen.getHeight() : seen.getWidth();
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    return new AffineTransformOp(turn, AffineTransformOp.TYPE_NEAREST_NEIGHBOR).filter(seen, out);
  }

  private static Path png(BufferedImage image, Path file) throws IOException {
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Path jpeg(BufferedImage image, int orientation, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality((float) range(0.6, 0.95));
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return Files.write(file, withExif(bytes.toByteArray(), orientation));
  }

  /** Puts EXIF data of one entry behind the start of a JPEG file. */
  private static byte[] withExif(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    byte[] out = new byte[jpeg.length + exif.length];
    System.arraycopy(jpeg, 0, out, 0, 2);
    System.arraycopy(exif, 0, out, 2, exif.length);
    System.arraycopy(jpeg, 2, out, 2 + exif.length, jpeg.length - 2);
    return out;
  }
}
