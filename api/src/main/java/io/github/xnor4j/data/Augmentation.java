package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/**
 * A random change of images before they are trained on. It depends on nothing but the seed, the
 * epoch and the image's index in its data set, so it is the same after a resume and for any order
 * of the images.
 */
public interface Augmentation {
  /** Random numbers at the disposal of one image. */
  int DRAWS = 16;

  /** What tells it from others, such as {@code shift(2)}: it stands in checkpoints and models. */
  String name();

  /**
   * Writes a changed copy of an image.
   *
   * @param from holds the image
   * @param fromOffset where it begins there
   * @param to receives the copy
   * @param toOffset where the copy begins
   * @param image [H, W, C]
   * @param random the generator of the seed and epoch
   * @param firstDraw the image may use {@link #DRAWS} draws of the generator from this index on
   */
  void apply(
      byte[] from,
      int fromOffset,
      byte[] to,
      int toOffset,
      Shape image,
      Philox random,
      long firstDraw);

  /** Leaves images as they are. */
  static Augmentation none() {
    return new None();
  }

  /**
   * Moves an image by up to some pixels up or down and left or right, each distance as likely as
   * any other; what comes in from outside is 0, MNIST's background.
   *
   * @param most 0 or more
   * @throws IllegalArgumentException if it is negative
   */
  static Augmentation shift(int most) {
    return new Shift(most);
  }

  /**
   * Moves, turns, stretches and slants an image at random, each by an amount that is as likely as
   * any other within its bounds, about its centre and with bilinear sampling; what comes in from
   * outside is what the border's nearest pixel is.
   *
   * @param shift at most, in pixels along each axis, 0 to 1000; need not be whole
   * @param degrees of rotation at most, 0 to 180
   * @param scale by which the image is larger or smaller at most, 0 to 0.9: 0.1 is 10 %
   * @param shear how far a row moves at most for each row that it is from the centre, 0 to 10
   * @throws IllegalArgumentException naming the one that is outside
   */
  static Augmentation affine(double shift, double degrees, double scale, double shear) {
    return new Affine(shift, degrees, scale, shear);
  }

  /** The identity. */
  record None() implements Augmentation {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public void apply(
        byte[] from,
        int fromOffset,
        byte[] to,
        int toOffset,
        Shape image,
        Philox random,
        long firstDraw) {
      System.arraycopy(from, fromOffset, to, toOffset, image.elements());
    }
  }

  /**
   * Random translation.
   *
   * @param most largest distance in pixels
   */
  record Shift(int most) implements Augmentation {
    /** Checks the distance. */
    public Shift {
      if (most < 0) {
        throw new IllegalArgumentException("shift is " + most + " pixels, expected 0 or more");
      }
    }

    @Override
    public String name() {
      return "shift(" + most + ")";
    }

    @Override
    public void apply(
        byte[] from,
        int fromOffset,
        byte[] to,
        int toOffset,
        Shape image,
        Philox random,
        long firstDraw) {
      int h = image.dim(0);
      int row = image.dim(1) * image.dim(2);
      int down = random.below(2 * most + 1, firstDraw) - most;
      int right = (random.below(2 * most + 1, firstDraw + 1) - most) * image.dim(2);
      int kept = Math.max(0, row - Math.abs(right));
      Arrays.fill(to, toOffset, toOffset + h * row, (byte) 0);
      for (int y = Math.max(0, down); kept > 0 && y < Math.min(h, h + down); y++) {
        int source = fromOffset + (y - down) * row + Math.max(0, -right);
        System.arraycopy(from, source, to, toOffset + y * row + Math.max(0, right), kept);
      }
    }
  }
}
