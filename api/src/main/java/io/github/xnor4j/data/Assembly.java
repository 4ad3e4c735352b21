package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Tensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Makes a data set of two arrays as they were read. */
final class Assembly {
  private static final Logger LOG = System.getLogger(Assembly.class.getName());

  private static final int DARK = 31;

  private Assembly() {}

  /**
   * Makes a data set.
   *
   * @param images as {@link Pixels#images} takes them
   * @param labels as {@link Labels#classes} takes them
   * @param known the published data set that they are of, or null
   * @param firstLabel label of class 0, or null: the known data set's, or 0
   * @throws BadFileException if shapes or numbers are not as expected; it names the array
   */
  static Dataset of(
      Tensor images,
      String imagesPlace,
      Tensor labels,
      String labelsPlace,
      KnownDataset known,
      Integer firstLabel)
      throws BadFileException {
    Tensor pixels = Pixels.images(images, imagesPlace);
    warnOfDark(pixels, imagesPlace);
    int first = firstLabel != null ? firstLabel : known == null ? 0 : known.firstLabel();
    Tensor classes = Labels.classes(labels, pixels.shape().dim(0), first, labelsPlace, imagesPlace);
    if (known == null) {
      return Dataset.of(pixels, classes);
    }
    if (known.transposed()) {
      pixels = Pixels.transposed(pixels);
      LOG.log(
          Level.INFO,
          "{0}: {1}: images are transposed, turned upright; label {2} is class 0, {3}",
          imagesPlace,
          known.name(),
          first,
          known.classes().getFirst());
    }
    return Dataset.of(pixels, classes).named(known.name()).classes(known.classes());
  }

  /** Numbers of another range, such as 0 and 1, are nearly black images. */
  private static void warnOfDark(Tensor pixels, String place) {
    int largest = 0;
    for (byte pixel : pixels.bytes()) {
      largest = Math.max(largest, pixel & 255);
    }
    if (largest > 0 && largest <= DARK) {
      LOG.log(
          Level.WARNING,
          "{0}: the largest pixel is {1}, expected up to 255: are they to be multiplied by {2}?",
          place,
          largest,
          255 / largest);
    }
  }
}
