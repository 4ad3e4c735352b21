package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;

/**
 * A random affine map about an image's centre, sampled bilinearly. Where a pixel of the result
 * comes from is reckoned in integers, 1/65536 of a pixel each, so that it is the same everywhere.
 *
 * @param shift at most, in pixels, along each axis
 * @param degrees of rotation at most, either way
 * @param scale by which it is larger or smaller at most: 0.1 is 10 %
 * @param shear at most: how far a row moves for each row that it is from the centre
 */
record Affine(double shift, double degrees, double scale, double shear) implements Augmentation {
  private static final int ONE = 1 << 16;

  /** Checks the bounds. */
  Affine {
    require("shift", shift, 1000);
    require("degrees", degrees, 180);
    require("scale", scale, 0.9);
    require("shear", shear, 10);
  }

  private static void require(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 to " + most);
    }
  }

  @Override
  public String name() {
    return "affine(" + shift + ", " + degrees + ", " + scale + ", " + shear + ")";
  }

  @Override
  public void apply(
      byte[] from,
      int fromOffset,
      byte[] to,
      int toOffset,
      Shape image,
      Philox random,
      long firstDraw) {
    double angle = Math.toRadians(between(degrees, random, firstDraw));
    double size = 1 + between(scale, random, firstDraw + 1);
    double slant = between(shear, random, firstDraw + 2);
    double right = between(shift, random, firstDraw + 3);
    double down = between(shift, random, firstDraw + 4);
    // back from the result to the image: first against the shift, then the shear, then both others
    double cos = StrictMath.cos(angle) / size;
    double sin = StrictMath.sin(angle) / size;
    int xx = fixed(cos);
    int xy = fixed(cos * slant - sin);
    int yx = fixed(sin);
    int yy = fixed(sin * slant + cos);
    int h = image.dim(0);
    int w = image.dim(1);
    long centreX = (long) (w - 1) * (ONE / 2);
    long centreY = (long) (h - 1) * (ONE / 2);
    // twice the distance from the centre is a whole number of pixels
    long startX = centreX - (xx * (w - 1L) + xy * (h - 1L)) / 2 - fixed(right);
    long startY = centreY - (yx * (w - 1L) + yy * (h - 1L)) / 2 - fixed(down);
    for (int y = 0; y < h; y++) {
      int row = toOffset + y * w * image.dim(2);
      row(from, fromOffset, to, row, image, startX + (long) y * xy, xx, startY + (long) y * yy, yx);
    }
  }

  private static double between(double most, Philox random, long draw) {
    return (2 * random.uniform(draw) - 1.0) * most;
  }

  private static int fixed(double value) {
    return (int) StrictMath.rint(value * ONE);
  }

  private static void row(
      byte[] from, int o, byte[] to, int at, Shape image, long x0, int dx, long y0, int dy) {
    int h = image.dim(0);
    int w = image.dim(1);
    int channels = image.dim(2);
    for (int i = 0; i < w; i++) {
      long x = x0 + (long) i * dx;
      long y = y0 + (long) i * dy;
      int left = (int) (x >> 16);
      int top = (int) (y >> 16);
      int next = 1;
      int below = 1;
      if (left < 0 || left >= w - 1 || top < 0 || top >= h - 1) {
        // outside is what the nearest pixel of the border is: a background, whether dark or light
        next = Math.clamp(left + 1, 0, w - 1);
        below = Math.clamp(top + 1, 0, h - 1);
        left = Math.clamp(left, 0, w - 1);
        top = Math.clamp(top, 0, h - 1);
        next -= left;
        below -= top;
      }
      int u = (int) (x >> 8) & 255;
      int v = (int) (y >> 8) & 255;
      int p = o + (top * w + left) * channels;
      for (int c = 0; c < channels; c++, p++) {
        int q = p + below * w * channels;
        int upper = (from[p] & 255) * (256 - u) + (from[p + next * channels] & 255) * u;
        int lower = (from[q] & 255) * (256 - u) + (from[q + next * channels] & 255) * u;
        to[at + i * channels + c] = (byte) (upper * (256 - v) + lower * v + (1 << 15) >> 16);
      }
    }
  }
}
