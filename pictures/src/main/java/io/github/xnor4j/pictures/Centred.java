package io.github.xnor4j.pictures;

/**
 * The form of MNIST's images: the ink's box fits, with its aspect ratio kept, into 20/28 of the
 * image, and the centre of its mass is the centre. What the authors of MNIST did to NIST's
 * pictures.
 */
final class Centred {
  private static final double SHARE = 20.0 / 28;

  /** Width of thin strokes in the image: those of MNIST's thinnest. */
  private static final double THINNEST = 1.8;

  private Centred() {}

  /** An image of some size, 0 where there is no ink and 1 at its strongest. */
  static Plane of(Ink ink, int height, int width) {
    double thin = THINNEST / scale(ink.box(), height, width) - ink.stroke();
    int more = Math.max(0, (int) Math.round(thin / 2)); // as a thicker pen would have drawn
    Plane strength = more == 0 ? ink.strength() : ink.strength().spread(more);
    Box box = ink.box().grown(more);
    double scale = scale(box, height, width);
    int h = Math.max(1, (int) Math.round(box.height() * scale));
    int w = Math.max(1, (int) Math.round(box.width() * scale));
    return placed(
        strength.scaled(box.top(), box.left(), box.height(), box.width(), h, w), height, width);
  }

  private static double scale(Box box, int height, int width) {
    return Math.min(height * SHARE / box.height(), width * SHARE / box.width());
  }

  private static Plane placed(Plane ink, int height, int width) {
    double sum = 0;
    double sumY = 0;
    double sumX = 0;
    for (int y = 0; y < ink.height(); y++) {
      for (int x = 0; x < ink.width(); x++) {
        sum += ink.at(y, x);
        sumY += ink.at(y, x) * (y + 0.5);
        sumX += ink.at(y, x) * (x + 0.5);
      }
    }
    int top = offset(height / 2.0 - sumY / sum, height - ink.height());
    int left = offset(width / 2.0 - sumX / sum, width - ink.width());
    Plane canvas = new Plane(height, width);
    for (int y = 0; y < ink.height(); y++) {
      System.arraycopy(
          ink.values(), y * ink.width(), canvas.values(), (top + y) * width + left, ink.width());
    }
    return canvas;
  }

  private static int offset(double wanted, int room) {
    return Math.clamp(Math.round(wanted), 0, room);
  }
}
