package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labelled images as they lie in files at a path, of whatever format:
 *
 * <ul>
 *   <li>IDX, plain or zipped, under MNIST's, EMNIST's or QMNIST's names or such as have train or
 *       test in them, and images or labels; EMNIST's images are turned upright
 *   <li>NumPy arrays, {@code .npz} with {@code x_train}, {@code y_train} and so on, or {@code .npy}
 *   <li>CSV, an image a line, its label first
 *   <li>the binary version of CIFAR-10 and CIFAR-100
 *   <li>a folder of pictures for each class, in folders {@code train} and {@code test} or without
 * </ul>
 *
 * <p>Images may be floats from 0 to 1 or from -1 to 1; labels may be [N, 1] or QMNIST's [N, 8]. A
 * published data set is told by its files' hashes and named; a file that differs from what was
 * published with its other one is warned about by a log line. Immutable; what was read is not kept,
 * but where training and test images come of one {@linkplain #split split}.
 */
public final class DataFiles {
  private static final Logger LOG = System.getLogger(DataFiles.class.getName());
  private static final long SPLIT_STREAM = 0x53504C54L << 32; // "SPLT"

  private final Path path;
  private final DataFormat.Reading how;
  private final double share;
  private final long seed;
  private DataFormat format;
  private Dataset whole;

  /** Is told how far reading is. */
  public interface Progress {
    /**
     * Some of the work is done.
     *
     * @param done how much, in whatever unit
     * @param all there is, in the same
     */
    void read(long done, long all);
  }

  /** Decodes picture files; the library's own is in module {@code pictures}. */
  public interface Pictures {
    /**
     * Reads a picture and brings it into a shape.
     *
     * @param image [H, W, C]
     * @throws IOException if the file cannot be read or is no picture
     */
    Picture read(Path file, Shape image) throws IOException;
  }

  /**
   * A picture in the shape that was wanted.
   *
   * @param pixels H * W * C bytes
   * @param resized whether it was of another size
   */
  public record Picture(byte[] pixels, boolean resized) {}

  private DataFiles(Path path, DataFormat.Reading how, double share, long seed) {
    this.path = path;
    this.how = how;
    this.share = share;
    this.seed = seed;
  }

  /** The images at a path: of a folder, or a file of them, beside which the others lie. */
  public static DataFiles at(Path path) {
    return new DataFiles(path, DataFormat.Reading.plain(), 0, 0);
  }

  /**
   * These files, with picture files brought into a shape; files of pixels have their own.
   *
   * @param image [H, W, C] that is wanted
   * @param decoder of picture files
   */
  public DataFiles pictures(Shape image, Pictures decoder) {
    return new DataFiles(path, how.pictures(image, decoder), share, seed);
  }

  /** These files, whose label of class 0 is another one; the default is 0, and 1 for EMNIST. */
  public DataFiles firstLabel(int label) {
    return new DataFiles(path, how.firstLabel(label), share, seed);
  }

  /**
   * These files, with folders of pictures as classes of a model that was trained before.
   *
   * @param names of the folders, in the order of the classes; a folder may be called by the number
   *     of its class instead, if no class is. One of another name is refused. The default are the
   *     names of the folders of training pictures
   */
  public DataFiles classes(List<String> names) {
    return new DataFiles(path, how.classes(names), share, seed);
  }

  /**
   * These files, with a share of the training images of each class, rounded, held out as test
   * images. Which ones follows from the seed and from the order of the images alone. Of a class
   * with two images or more at least one is held out and one is not.
   *
   * @param testShare above 0 and below 1
   * @throws IllegalArgumentException if it is another number
   */
  public DataFiles split(double testShare, long splitSeed) {
    if (!(testShare > 0 && testShare < 1)) {
      throw new IllegalArgumentException(
          "split is " + testShare + ", expected a share above 0 and below 1");
    }
    return new DataFiles(path, how, testShare, splitSeed);
  }

  /** These files, with somebody who is told how far reading is. */
  public DataFiles progress(Progress progress) {
    return new DataFiles(path, how.progress(progress), share, seed);
  }

  /**
   * Reads the training images: those that are called so, or that are called by no part.
   *
   * @throws BadFileException if there is nothing that is read, a file is not as expected, or there
   *     is more than one data set; it names the file
   * @throws IOException if a file is missing or cannot be read
   */
  public Dataset train() throws IOException {
    return share > 0 ? whole().select(parted().get(0)) : read(Part.TRAIN, Part.ALL);
  }

  /**
   * Reads the test images, or those that are held out.
   *
   * @throws BadFileException if there is nothing that is read, a file is not as expected, or there
   *     is more than one data set; it names the file
   * @throws IOException if a file is missing or cannot be read
   */
  public Dataset test() throws IOException {
    return share > 0 ? whole().select(parted().get(1)) : read(Part.TEST, Part.VALIDATION);
  }

  /**
   * Reads what a model that was trained before can be measured on: the test images as {@link #test}
   * does, or all images if they are called by no part.
   *
   * @throws BadFileException if there is nothing that is read, a file is not as expected, or there
   *     is more than one data set; it names the file
   * @throws IOException if a file is missing or cannot be read
   */
  public Dataset testOrAll() throws IOException {
    return share > 0 ? test() : read(Part.TEST, Part.VALIDATION, Part.ALL);
  }

  private synchronized DataFormat format() throws IOException {
    if (format == null) {
      format = DataFormats.find(path);
    }
    return format;
  }

  /** Reads the first of some parts that is there. */
  private Dataset read(Part... wanted) throws IOException {
    for (Part part : wanted) {
      if (format().parts().contains(part)) {
        return format.read(part, how);
      }
    }
    throw new NoSuchFileException(
        path.toString(),
        null,
        "has no "
            + wanted[0]
            + "; looked for "
            + format.lookedFor(wanted[0])
            + "; there are "
            + format.listing().contents()
            + (wanted[0] == Part.TRAIN
                ? ""
                : "; a split (--split 0.1) holds some training images out for tests"));
  }

  private synchronized Dataset whole() throws IOException {
    if (whole == null) {
      whole = read(Part.TRAIN, Part.ALL);
      if (format.parts().size() > 1) {
        LOG.log(
            Level.INFO,
            "{0}: its own test images are not used, since training images are held out for tests",
            path);
      }
    }
    return whole;
  }

  /** Indices of images for training and for tests, each in their order. */
  private List<int[]> parted() throws IOException {
    Map<Integer, List<Integer>> classes = new TreeMap<>();
    int[] labels = whole().labels().ints();
    for (int i = 0; i < labels.length; i++) {
      classes.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    classes.forEach(
        (label, images) -> {
          int[] order = images.stream().mapToInt(i -> i).toArray();
          Batches.shuffle(order, new Philox(seed, SPLIT_STREAM | label));
          int held =
              order.length < 2
                  ? 0
                  : Math.clamp(Math.round(share * order.length), 1, order.length - 1);
          for (int i = 0; i < order.length; i++) {
            (i < held ? test : train).add(order[i]);
          }
        });
    if (test.isEmpty()) {
      throw new BadFileException(
          path, "has one image a class, expected more to hold some of them out for tests");
    }
    return List.of(sorted(train), sorted(test));
  }

  private static int[] sorted(List<Integer> indices) {
    return indices.stream().mapToInt(i -> i).sorted().toArray();
  }
}
