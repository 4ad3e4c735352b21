package io.github.xnor4j.pictures;

import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Brings pictures into the form of the images that a model was trained on.
 *
 * <ul>
 *   <li>A picture of the images' size stays as it is, but for an inversion where its border shows
 *       that paper and ink are the other way round.
 *   <li>Where the images were pictures stretched to one size, others are stretched likewise.
 *   <li>Of a picture of another size, for images of one channel that have ink and paper, the ink is
 *       found ({@link Ink}), and scaled and centred as MNIST's is ({@link Centred}).
 *   <li>Of any other the middle part is scaled.
 * </ul>
 */
public final class PictureReader {
  private final Shape image;
  private final Polarity polarity;
  private final boolean stretched;
  private final Inversion inversion;

  private PictureReader(Shape image, Polarity polarity, boolean stretched, Inversion inversion) {
    this.image = image;
    this.polarity = polarity;
    this.stretched = stretched;
    this.inversion = inversion;
  }

  /**
   * A reader for a model.
   *
   * @param image shape of its images, [H, W, 1] or [H, W, 3]
   * @param data what it was trained on; null if that is not known, which stands for images like
   *     MNIST's if they have one channel, and else for photos
   * @throws IllegalArgumentException if the shape is another
   */
  public static PictureReader of(Shape image, DataDescription data) {
    if (image.rank() != 3 || image.dim(2) != 1 && image.dim(2) != 3) {
      throw new IllegalArgumentException(
          "the model's images are " + image + ", expected [H, W, 1] or [H, W, 3]");
    }
    if (data == null) {
      Polarity usual = image.dim(2) == 1 ? Polarity.LIGHT_ON_DARK : Polarity.NEITHER;
      return new PictureReader(image, usual, false, Inversion.DECIDED);
    }
    return new PictureReader(image, data.polarity(), data.resized(), Inversion.DECIDED);
  }

  /** This reader with another rule for inversion. */
  public PictureReader inversion(Inversion other) {
    return new PictureReader(image, polarity, stretched, other);
  }

  /**
   * Reads a file.
   *
   * @throws io.github.xnor4j.io.BadFileException if it is no picture that {@link PictureFile} reads
   * @throws IOException if it cannot be read
   */
  public Picture read(Path file) throws IOException {
    return prepare(PictureFile.read(file));
  }

  /** Prepares a decoded picture. */
  public Picture prepare(Bitmap bitmap) {
    boolean sameSize = bitmap.height() == image.dim(0) && bitmap.width() == image.dim(1);
    String size = bitmap.width() + "x" + bitmap.height() + " pixels";
    if (sameSize) {
      return whole(bitmap.stretched(image), null);
    }
    String target = image.dim(1) + "x" + image.dim(0);
    if (stretched) {
      return whole(bitmap.stretched(image), size + ", stretched to " + target);
    }
    if (polarity == Polarity.NEITHER || image.dim(2) != 1) {
      return whole(bitmap.cropped(image), size + ", the middle scaled to " + target);
    }
    return ink(bitmap.flattened(), size);
  }

  private Picture whole(Tensor pixels, String note) {
    boolean inverted =
        switch (inversion) {
          case NEVER -> false;
          case ALWAYS -> true;
          case DECIDED -> Border.isOpposite(pixels, polarity);
        };
    byte[] bytes = pixels.bytes();
    for (int i = 0; inverted && i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    String said = inverted ? "inverted" : "taken as it is";
    return new Picture(pixels, note == null ? said : inverted ? note + ", inverted" : note);
  }

  private Picture ink(Bitmap bitmap, String size) {
    boolean modelIsLight = polarity == Polarity.LIGHT_ON_DARK;
    Boolean light =
        switch (inversion) {
          case DECIDED -> null;
          case NEVER -> modelIsLight;
          case ALWAYS -> !modelIsLight;
        };
    Ink ink = Ink.of(bitmap.plane(Bitmap::luminance), light);
    int paper = modelIsLight ? 0 : 255;
    byte[] pixels = new byte[image.elements()];
    if (ink.box() == null) {
      Arrays.fill(pixels, (byte) paper);
      return new Picture(Tensor.u8(image, pixels), "blank: no ink found in " + size);
    }
    Plane strength = Centred.of(ink, image.dim(0), image.dim(1));
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.abs(paper - Math.round(255 * strength.values()[i]));
    }
    return new Picture(Tensor.u8(image, pixels), note(ink, modelIsLight, bitmap, size));
  }

  private String note(Ink ink, boolean modelIsLight, Bitmap bitmap, String size) {
    double scale = (double) bitmap.width() / ink.strength().width();
    String ground = ink.light() ? "light ink on dark" : "dark ink on light";
    return ground
        + (ink.light() == modelIsLight ? "" : ", inverted")
        + "; of "
        + size
        + " ink of "
        + Math.round(ink.box().width() * scale)
        + "x"
        + Math.round(ink.box().height() * scale)
        + ", scaled and centred in "
        + image.dim(1)
        + "x"
        + image.dim(0)
        + (ink.others() == 0 ? "" : "; " + ink.others() + " other marks left out");
  }
}
