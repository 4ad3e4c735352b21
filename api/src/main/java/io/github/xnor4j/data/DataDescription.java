package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Shape;
import java.util.List;

/**
 * What the images of a data set are. A model file keeps that of the images it was trained on, so
 * that other pictures can be brought into their form, and classes be told by name.
 *
 * @param name of the data set, such as {@code MNIST}, or null if it is not known
 * @param classes name of each class, or an empty list if they have none but their numbers
 * @param image shape of each image, [H, W, C]
 * @param polarity what is light and what is dark
 * @param resized whether the images were pictures of any size, stretched to this one; then others
 *     are to be stretched likewise. Else they came in this size, and how they were brought into it
 *     is not known
 */
public record DataDescription(
    String name, List<String> classes, Shape image, Polarity polarity, boolean resized) {
  /** Copies the list and checks the shape. */
  public DataDescription {
    classes = List.copyOf(classes);
    if (image.rank() != 3) {
      throw new IllegalArgumentException("images are " + image + ", expected [H, W, C]");
    }
  }

  /** Name of a class, its number if it has none. */
  public String className(int index) {
    return index < classes.size() ? classes.get(index) : Integer.toString(index);
  }
}
