package io.github.xnor4j.pictures;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.function.IntUnaryOperator;

/**
 * A decoded picture: upright, 8 bits a channel, in sRGB.
 *
 * <p>Each pixel is {@code 0xAARRGGBB}, its colours not multiplied by its alpha. Grey pixels are
 * those of equal colours; the grey values of a file without colours are these, unchanged.
 */
public final class Bitmap {
  private static final int OPAQUE = 255;

  private final int width;
  private final int height;
  private final int[] argb;

  /**
   * A picture over the given pixels, which are not copied and must not change.
   *
   * @param width 1 or more
   * @param height 1 or more
   * @param argb width * height pixels, row by row from the top
   * @throws IllegalArgumentException if there is another number of them
   */
  public Bitmap(int width, int height, int[] argb) {
    if (width < 1 || height < 1 || argb.length != (long) width * height) {
      throw new IllegalArgumentException(
          "there are " + argb.length + " pixels, expected " + width + " x " + height);
    }
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  /** Number of columns. */
  public int width() {
    return width;
  }

  /** Number of rows. */
  public int height() {
    return height;
  }

  /** A pixel, {@code 0xAARRGGBB}. */
  public int argb(int x, int y) {
    return argb[y * width + x];
  }

  /** Whether a pixel lets something shine through. */
  public boolean isTransparent() {
    for (int pixel : argb) {
      if (pixel >>> 24 != OPAQUE) {
        return true;
      }
    }
    return false;
  }

  /** The luminance of a pixel, 0 to 255, by ITU-R BT.601; of grey pixels the value itself. */
  static int luminance(int argb) {
    return (299 * (argb >> 16 & 255) + 587 * (argb >> 8 & 255) + 114 * (argb & 255) + 500) / 1000;
  }

  /**
   * This picture without transparency. Where ink lies on nothing (less than half is opaque), what
   * is behind becomes white for dark ink and black for light ink. Else the picture has a paper of
   * its own, and the rest becomes as light as that: as the median of what is opaque.
   */
  public Bitmap flattened() {
    if (!isTransparent()) {
      return this;
    }
    long[] opaque = new long[256]; // alpha by luminance
    long sum = 0;
    long light = 0;
    for (int pixel : argb) {
      int alpha = pixel >>> 24;
      opaque[luminance(pixel)] += alpha;
      sum += alpha;
      light += (long) alpha * luminance(pixel);
    }
    boolean onNothing = sum < OPAQUE * (long) argb.length / 2;
    int behind = onNothing ? (2 * light > OPAQUE * sum ? 0 : OPAQUE) : median(opaque, sum);
    int[] out = new int[argb.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = over(argb[i], behind);
    }
    return new Bitmap(width, height, out);
  }

  private static int median(long[] counts, long sum) {
    int value = 0;
    for (long below = counts[0]; 2 * below < sum; below += counts[value]) {
      value++;
    }
    return value;
  }

  private static int over(int pixel, int behind) {
    int alpha = pixel >>> 24;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int mixed = (pixel >> shift & 255) * alpha + behind * (OPAQUE - alpha);
      rgb = rgb << 8 | (mixed + OPAQUE / 2) / OPAQUE;
    }
    return OPAQUE << 24 | rgb;
  }

  /**
   * The whole picture in the size of a model's images, stretched where its aspect ratio is another.
   * Of the same size it stays as it is, to the bit.
   *
   * @param image [H, W, 1] for the luminance, or [H, W, 3] for red, green and blue
   * @return U8 of that shape, of {@link #flattened} pixels
   * @throws IllegalArgumentException if the shape is another
   */
  public Tensor stretched(Shape image) {
    return scaled(image, height, width);
  }

  /**
   * The largest part of a model's aspect ratio, in the middle, in the size of its images.
   *
   * @see #stretched
   */
  Tensor cropped(Shape image) {
    double scale = Math.min((double) height / image.dim(0), (double) width / image.dim(1));
    return scaled(image, image.dim(0) * scale, image.dim(1) * scale);
  }

  /** The middle part of some height and width, each new pixel the mean of the area it covers. */
  private Tensor scaled(Shape image, double partHeight, double partWidth) {
    if (image.rank() != 3 || image.dim(2) != 1 && image.dim(2) != 3) {
      throw new IllegalArgumentException(
          "images are " + image + ", expected [H, W, 1] or [H, W, 3]");
    }
    Bitmap flat = flattened();
    int channels = image.dim(2);
    double top = (height - partHeight) / 2;
    double left = (width - partWidth) / 2;
    byte[] out = new byte[image.elements()];
    for (int c = 0; c < channels; c++) {
      float[] values =
          flat.plane(channels == 1 ? Bitmap::luminance : channel(c))
              .scaled(top, left, partHeight, partWidth, image.dim(0), image.dim(1))
              .values();
      for (int i = 0; i < values.length; i++) {
        out[i * channels + c] = (byte) Math.round(values[i]);
      }
    }
    return Tensor.u8(image, out);
  }

  private static IntUnaryOperator channel(int index) {
    return pixel -> pixel >> 8 * (2 - index) & 255;
  }

  /** A number for each pixel. */
  Plane plane(IntUnaryOperator value) {
    Plane plane = new Plane(height, width);
    for (int i = 0; i < argb.length; i++) {
      plane.values()[i] = value.applyAsInt(argb[i]);
    }
    return plane;
  }

  /** This picture as an EXIF orientation says it is to be seen: 1 as it is, up to 8. */
  Bitmap turned(int orientation) {
    if (orientation <= 1 || orientation > 8) {
      return this;
    }
    boolean swapped = orientation >= 5; // rows become columns
    int w = swapped ? height : width;
    int h = swapped ? width : height;
    // whether the seen x and y run against the stored ones that they follow
    boolean againstX = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    boolean againstY = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    int[] out = new int[argb.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int alongX = againstX ? w - 1 - x : x;
        int alongY = againstY ? h - 1 - y : y;
        out[y * w + x] = swapped ? argb(alongY, alongX) : argb(alongX, alongY);
      }
    }
    return new Bitmap(w, h, out);
  }
}
