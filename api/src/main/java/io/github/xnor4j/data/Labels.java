package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;

/** Brings arrays of numbers into the form of labels, I32 [N]. */
final class Labels {
  private static final int QMNIST_COLUMNS = 8;

  private Labels() {}

  /**
   * Takes whole numbers; of QMNIST's eight columns the first, which is the class.
   *
   * @param array [N], [N, 1] or [N, 8]
   * @param count number of images
   * @param first label of class 0
   * @param name where the labels come from
   * @param imagesName where the images come from
   * @throws BadFileException if there are more or fewer labels, or they are one-hot, not whole or
   *     below the first
   */
  static Tensor classes(Tensor array, int count, int first, String name, String imagesName)
      throws BadFileException {
    int[] values = values(array, name);
    Shape shape = array.shape();
    int columns = shape.rank() == 2 ? shape.dim(1) : 1;
    if (columns > 1) {
      requireNotOneHot(values, shape, name);
    }
    boolean known = shape.rank() == 1 || shape.rank() == 2 && (columns == 1 || isQmnist(array));
    if (!known || shape.dim(0) != count) {
      throw new BadFileException(
          name,
          "the labels have shape "
              + shape
              + ", expected "
              + Shape.of(count)
              + " for the "
              + count
              + " images of "
              + imagesName
              + (columns > 1 ? ", the number of the class, not one-hot" : ""));
    }
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = values[i * columns] - first;
      if (classes[i] < 0) {
        throw new BadFileException(
            name, "label " + i + " is " + values[i * columns] + ", expected " + first + " or more");
      }
    }
    return Tensor.i32(Shape.of(count), classes);
  }

  private static boolean isQmnist(Tensor array) {
    return array.dtype() == DType.I32 && array.shape().dim(1) == QMNIST_COLUMNS;
  }

  private static int[] values(Tensor array, String name) throws BadFileException {
    if (array.dtype() == DType.I32) {
      return array.ints();
    }
    int[] values = new int[array.shape().elements()];
    if (array.dtype() == DType.U8) {
      Arrays.setAll(values, i -> array.bytes()[i] & 255);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) array.floats()[i];
      if (values[i] != array.floats()[i]) {
        throw new BadFileException(
            name, "label " + i + " is " + array.floats()[i] + ", expected a whole number");
      }
    }
    return values;
  }

  private static void requireNotOneHot(int[] values, Shape shape, String name)
      throws BadFileException {
    for (int value : values) {
      if (value != 0 && value != 1) {
        return;
      }
    }
    throw new BadFileException(
        name,
        "the labels are one-hot, a column for each class: "
            + shape
            + ", expected the number of the class: "
            + Shape.of(shape.dim(0))
            + " (NumPy: labels.argmax(axis=1))");
  }
}
