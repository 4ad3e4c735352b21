package io.github.xnor4j.nn;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;

/** How a window treats the border of an image. */
public enum Padding {
  /** Windows lie inside the image. */
  VALID {
    @Override
    Window window(Size size, Size strides, Size dilation, Shape input) {
      return new Window(
          size.extent(), strides.extent(), dilation.extent(), Extent.ZERO, Extent.ZERO);
    }
  },
  /**
   * The output has ceil(input / stride) positions; where that needs an odd amount of padding, the
   * larger part lies behind.
   */
  SAME {
    @Override
    Window window(Size size, Size strides, Size dilation, Shape input) {
      int height = total(input.dim(0), size.height(), strides.height(), dilation.height());
      int width = total(input.dim(1), size.width(), strides.width(), dilation.width());
      return new Window(
          size.extent(),
          strides.extent(),
          dilation.extent(),
          new Extent(0, height / 2, width / 2),
          new Extent(0, height - height / 2, width - width / 2));
    }
  };

  /** The window over an image [H, W, C]. */
  abstract Window window(Size size, Size strides, Size dilation, Shape input);

  private static int total(int input, int size, int stride, int dilation) {
    int positions = Math.ceilDiv(input, stride);
    long reach = (size - 1L) * dilation + 1;
    return (int) Math.max((positions - 1L) * stride + reach - input, 0);
  }
}
