package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/** Brings arrays of numbers into the form of images, U8 [N, H, W, C]. */
final class Pixels {
  private static final int LARGEST = 255;

  private Pixels() {}

  /**
   * Takes integers from 0 to 255 as they are, scales floats from 0 to 1 or from -1 to 1.
   *
   * @param array [N, H, W], [N, H, W, C], or [N, P] of square images
   * @throws BadFileException if the array has another shape or other numbers
   */
  static Tensor images(Tensor array, String name) throws BadFileException {
    Shape shape = nhwc(array.shape(), name);
    return Tensor.u8(
        shape,
        switch (array.dtype()) {
          case U8 -> array.bytes();
          case I32 -> ofInts(array.ints(), name);
          default -> ofFloats(array.floats(), name);
        });
  }

  private static Shape nhwc(Shape shape, String name) throws BadFileException {
    if (shape.rank() == 2) {
      int side = (int) Math.round(Math.sqrt(shape.dim(1)));
      if (side > 0 && side * side == shape.dim(1)) {
        return Shape.of(shape.dim(0), side, side, 1);
      }
    }
    if (shape.rank() != 3 && shape.rank() != 4) {
      throw new BadFileException(
          name, "the images have shape " + shape + ", expected [N, H, W] or [N, H, W, C]");
    }
    if (shape.rank() == 3) {
      return Shape.of(shape.dim(0), shape.dim(1), shape.dim(2), 1);
    }
    if (shape.dim(3) > 4 && shape.dim(1) <= 4) {
      throw new BadFileException(
          name,
          "the images have shape "
              + shape
              + ", expected [N, H, W, C], channels last (NumPy: x.transpose(0, 2, 3, 1))");
    }
    return shape;
  }

  private static byte[] ofInts(int[] values, String name) throws BadFileException {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] > LARGEST) {
        throw new BadFileException(name, "pixel " + i + " is " + values[i] + ", expected 0 to 255");
      }
      pixels[i] = (byte) values[i];
    }
    return pixels;
  }

  private static byte[] ofFloats(float[] values, String name) throws BadFileException {
    float low = 0;
    float high = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new BadFileException(
            name, "pixel " + i + " is " + values[i] + ", expected a number from 0 to 1 or 255");
      }
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    if (low < -1 || (low < 0 ? high > 1 : high > LARGEST)) {
      throw new BadFileException(
          name,
          "the pixels are floats from "
              + low
              + " to "
              + high
              + ", expected 0 to 255, 0 to 1 or -1 to 1 (if they were standardized: undo it)");
    }
    float scale = high > 1 ? 1 : low < 0 ? LARGEST / 2f : LARGEST;
    float origin = low < 0 ? -1 : 0;
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) Math.round((values[i] - origin) * scale);
    }
    return pixels;
  }

  /** The images with rows and columns exchanged, [N, W, H, C]. */
  static Tensor transposed(Tensor images) {
    Shape shape = images.shape();
    int h = shape.dim(1);
    int w = shape.dim(2);
    int c = shape.dim(3);
    Tensor out = Tensor.zeros(DType.U8, Shape.of(shape.dim(0), w, h, c));
    byte[] from = images.bytes();
    byte[] to = out.bytes();
    for (int i = 0; i < from.length; i++) {
      int channel = i % c;
      int x = i / c % w;
      int y = i / c / w % h;
      int image = i / c / w / h;
      to[((image * w + x) * h + y) * c + channel] = from[i];
    }
    return out;
  }
}
