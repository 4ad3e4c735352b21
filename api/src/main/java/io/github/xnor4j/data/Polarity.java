package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Tensor;

/**
 * Whether what images show is lighter or darker than what lies behind it: MNIST's digits are light
 * on dark, a scan is dark on light, most photos are neither.
 */
public enum Polarity {
  /** As MNIST's digits. */
  LIGHT_ON_DARK("light on dark"),
  /** As ink on paper. */
  DARK_ON_LIGHT("dark on light"),
  /** No such background can be seen, as in photos. */
  NEITHER("neither");

  private static final int DARK = 64;
  private static final int LIGHT = 192;

  private final String text;

  Polarity(String text) {
    this.text = text;
  }

  /**
   * Judges from the border of images, the outermost pixels, which show mostly background where
   * there is one: it is dark (below 64) or light (192 or more) in more than half of all border
   * pixels, and the mean of the other pixels is above, or below, that of the border.
   *
   * @param images U8 [N, H, W, C]
   */
  static Polarity of(Tensor images) {
    byte[] pixels = images.bytes();
    int h = images.shape().dim(1);
    int w = images.shape().dim(2);
    int c = images.shape().dim(3);
    Sums border = new Sums();
    Sums rest = new Sums();
    for (int i = 0; i < pixels.length; i++) {
      int x = i / c % w;
      int y = i / c / w % h;
      boolean outermost = x == 0 || y == 0 || x == w - 1 || y == h - 1;
      (outermost ? border : rest).add(pixels[i] & 255);
    }
    if (2 * border.dark > border.count && rest.mean() > border.mean()) {
      return LIGHT_ON_DARK;
    }
    return 2 * border.light > border.count && rest.mean() < border.mean() ? DARK_ON_LIGHT : NEITHER;
  }

  /** What {@link #toString} gives, or null if it is none. */
  public static Polarity named(String text) {
    for (Polarity polarity : values()) {
      if (polarity.text.equals(text)) {
        return polarity;
      }
    }
    return null;
  }

  /** Such as {@code light on dark}. */
  @Override
  public String toString() {
    return text;
  }

  private static final class Sums {
    private long count;
    private long sum;
    private long dark;
    private long light;

    void add(int pixel) {
      count++;
      sum += pixel;
      dark += pixel < DARK ? 1 : 0;
      light += pixel >= LIGHT ? 1 : 0;
    }

    /** NaN of none, which is neither above nor below anything. */
    double mean() {
      return (double) sum / count;
    }
  }
}
