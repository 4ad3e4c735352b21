package io.github.xnor4j.pictures;

/**
 * One number for each pixel.
 *
 * @param height number of rows
 * @param width number of columns
 * @param values row by row from the top
 */
record Plane(int height, int width, float[] values) {
  /** A plane of zeros. */
  Plane(int height, int width) {
    this(height, width, new float[height * width]);
  }

  float at(int y, int x) {
    return values[y * width + x];
  }

  /**
   * A part of it in another size: each new pixel is the mean of the area that it covers.
   *
   * @param top of the part, which may begin and end within pixels
   * @param left of the part
   * @param partHeight of the part, in pixels
   * @param partWidth of the part, in pixels
   * @param newHeight 1 or more
   * @param newWidth 1 or more
   */
  Plane scaled(
      double top, double left, double partHeight, double partWidth, int newHeight, int newWidth) {
    Plane out = new Plane(newHeight, newWidth);
    for (int y = 0; y < newHeight; y++) {
      double y0 = top + y * partHeight / newHeight;
      double y1 = top + (y + 1) * partHeight / newHeight;
      for (int x = 0; x < newWidth; x++) {
        double x0 = left + x * partWidth / newWidth;
        double x1 = left + (x + 1) * partWidth / newWidth;
        out.values[y * newWidth + x] = (float) mean(y0, y1, x0, x1);
      }
    }
    return out;
  }

  private double mean(double y0, double y1, double x0, double x1) {
    double sum = 0;
    for (int y = Math.max(0, (int) y0); y < Math.min(height, Math.ceil(y1)); y++) {
      double rows = Math.min(y + 1, y1) - Math.max(y, y0);
      for (int x = Math.max(0, (int) x0); x < Math.min(width, Math.ceil(x1)); x++) {
        double columns = Math.min(x + 1, x1) - Math.max(x, x0);
        sum += rows * columns * at(y, x);
      }
    }
    return sum / ((y1 - y0) * (x1 - x0));
  }
}
