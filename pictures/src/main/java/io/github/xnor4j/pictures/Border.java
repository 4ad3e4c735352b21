package io.github.xnor4j.pictures;

import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Tensor;

/**
 * What the outermost pixels of an image of a model's size tell about ink and paper. A model's own
 * images must never be taken for inverted ones, be they as light as they may: so nearly the whole
 * border must be of one paper, and all that differs from it on the wrong side.
 */
final class Border {
  /** Share of the border that must be paper. */
  private static final double PAPER = 0.97;

  /** How far paper is from its median, and ink from paper. */
  private static final int TOLERANCE = 48;

  /** Share of the image that ink has, of what may be on the other side of paper. */
  private static final double INK = 0.01;

  private Border() {}

  /**
   * Whether ink and paper are the other way round.
   *
   * @param pixels U8 [H, W, C]
   * @param polarity of the model's images
   */
  static boolean isOpposite(Tensor pixels, Polarity polarity) {
    if (polarity == Polarity.NEITHER) {
      return false;
    }
    Plane plane = luminance(pixels);
    int[] histogram = histogram(plane, true);
    int border = 0;
    for (int count : histogram) {
      border += count;
    }
    int paper = 0;
    for (int below = histogram[0]; 2 * below < border; below += histogram[paper]) {
      paper++;
    }
    int near = sum(histogram, paper - TOLERANCE, paper + TOLERANCE);
    int[] all = histogram(plane, false);
    int lighter = sum(all, paper + TOLERANCE + 1, 255);
    int darker = sum(all, 0, paper - TOLERANCE - 1);
    boolean light = polarity == Polarity.LIGHT_ON_DARK;
    int wrong = light ? darker : lighter;
    int right = light ? lighter : darker;
    double most = INK * plane.values().length;
    return near >= PAPER * border && wrong >= most && right < most / 2;
  }

  private static Plane luminance(Tensor pixels) {
    int h = pixels.shape().dim(0);
    int w = pixels.shape().dim(1);
    int channels = pixels.shape().dim(2);
    Plane plane = new Plane(h, w);
    byte[] bytes = pixels.bytes();
    for (int i = 0; i < h * w; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | bytes[i * channels + c % channels] & 255;
      }
      plane.values()[i] = Bitmap.luminance(rgb);
    }
    return plane;
  }

  private static int[] histogram(Plane plane, boolean outermost) {
    int[] counts = new int[256];
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        boolean rim = y == 0 || x == 0 || y == plane.height() - 1 || x == plane.width() - 1;
        counts[(int) plane.at(y, x)] += rim || !outermost ? 1 : 0;
      }
    }
    return counts;
  }

  private static int sum(int[] counts, int from, int to) {
    int sum = 0;
    for (int i = Math.max(0, from); i <= Math.min(255, to); i++) {
      sum += counts[i];
    }
    return sum;
  }
}
