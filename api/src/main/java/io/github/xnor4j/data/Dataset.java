package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/** Labelled images in memory. */
public final class Dataset {
  private final Tensor images;
  private final Tensor labels;
  private final String name;
  private final List<String> classes;
  private final boolean resized;
  private DataDescription description;
  private String hash;

  private Dataset(
      Tensor images, Tensor labels, String name, List<String> classes, boolean resized) {
    this.images = images;
    this.labels = labels;
    this.name = name;
    this.classes = List.copyOf(classes);
    this.resized = resized;
  }

  /**
   * A data set over the given tensors, which are not copied and must not change.
   *
   * @param images U8 [N, H, W, C]
   * @param labels I32 [N], 0 or more
   * @throws IllegalArgumentException if dtypes, ranks or numbers do not fit
   */
  public static Dataset of(Tensor images, Tensor labels) {
    if (images.dtype() != DType.U8 || images.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "images are " + images.describe() + ", expected U8 [N, H, W, C]");
    }
    Shape expected = Shape.of(images.shape().dim(0));
    if (labels.dtype() != DType.I32 || !labels.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "labels are " + labels.describe() + ", expected I32 " + expected);
    }
    for (int i = 0; i < labels.ints().length; i++) {
      if (labels.ints()[i] < 0) {
        throw new IllegalArgumentException(
            "label of image " + i + " is " + labels.ints()[i] + ", expected 0 or more");
      }
    }
    return new Dataset(images, labels, null, List.of(), false);
  }

  /**
   * Reads the training images of a folder or file: {@link DataFiles} says of which formats.
   *
   * @throws IOException if a file is missing, cannot be read, or is not as expected
   */
  public static Dataset train(Path path) throws IOException {
    return DataFiles.at(path).train();
  }

  /**
   * Reads the test images of a folder or file: {@link DataFiles} says of which formats.
   *
   * @throws IOException if a file is missing, cannot be read, or is not as expected
   */
  public static Dataset test(Path path) throws IOException {
    return DataFiles.at(path).test();
  }

  /**
   * Makes a data set of the content of two files.
   *
   * @param images [N, H, W] or [N, H, W, C]: U8, or other numbers that {@link DataFiles} takes
   * @param imagesName where they come from, for messages
   * @param labels [N], whole numbers
   * @param labelsName where they come from, for messages
   * @throws BadFileException if shapes or numbers do not fit
   */
  public static Dataset ofArrays(Tensor images, String imagesName, Tensor labels, String labelsName)
      throws BadFileException {
    return Assembly.of(images, imagesName, labels, labelsName, null, null);
  }

  /** This data set under a name, such as {@code MNIST}. */
  public Dataset named(String other) {
    return new Dataset(images, labels, other, classes, resized);
  }

  /** This data set with a name for each class, from 0 on. */
  public Dataset classes(List<String> names) {
    return new Dataset(images, labels, name, names, resized);
  }

  /** This data set, known to be of pictures of any size, stretched to this one. */
  public Dataset resized() {
    return new Dataset(images, labels, name, classes, true);
  }

  /** What the images are; the polarity is judged from them. */
  public synchronized DataDescription description() {
    if (description == null) {
      description = new DataDescription(name, classes, imageShape(), Polarity.of(images), resized);
    }
    return description;
  }

  /** The images, U8 [N, H, W, C]. */
  public Tensor images() {
    return images;
  }

  /** The classes, I32 [N]. */
  public Tensor labels() {
    return labels;
  }

  /** Number of images. */
  public int size() {
    return labels.shape().dim(0);
  }

  /** Shape of one image, [H, W, C]. */
  public Shape imageShape() {
    Shape shape = images.shape();
    return Shape.of(shape.dim(1), shape.dim(2), shape.dim(3));
  }

  /**
   * Checks the labels against a model's number of classes.
   *
   * @throws IllegalArgumentException naming the first label outside 0 to {@code classes - 1}, and
   *     saying so if labels seem to begin at 1
   */
  public void requireLabels(int classes) {
    for (int i = 0; i < size(); i++) {
      int label = labels.ints()[i];
      if (label >= classes) {
        throw new IllegalArgumentException(
            "label of image "
                + i
                + " is "
                + label
                + ", expected 0 to "
                + (classes - 1)
                + " for the model"
                + hint());
      }
    }
  }

  /** What may have gone wrong where labels are too large. */
  private String hint() {
    IntSummaryStatistics range = Arrays.stream(labels.ints()).summaryStatistics();
    if (range.getMin() == 1) {
      return "; the labels are 1 to "
          + range.getMax()
          + " and seem to begin at 1: read them with 1 as the first label (firstLabel(1),"
          + " --first-label 1) for a model of "
          + range.getMax()
          + " classes";
    }
    int count = Math.max(classes.size(), range.getMax() + 1);
    return "; "
        + (name == null ? "the data have " : name + " has ")
        + count
        + " classes"
        + (!classes.isEmpty() && classes.size() == count
            ? ", " + classes.getFirst() + " to " + classes.getLast()
            : "");
  }

  /** The first images, as a data set that shares no tensor with this one. */
  public Dataset first(int count) {
    if (count < 0 || count > size()) {
      throw new IllegalArgumentException("count is " + count + ", expected 0 to " + size());
    }
    return select(IntStream.range(0, count).toArray());
  }

  /** Some images, as a data set that shares no tensor with this one. */
  Dataset select(int... indices) {
    int pixels = imageShape().elements();
    Tensor some = Tensor.zeros(DType.U8, images.shape().with(0, indices.length));
    int[] own = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(images.bytes(), indices[i] * pixels, some.bytes(), i * pixels, pixels);
      own[i] = labels.ints()[indices[i]];
    }
    return new Dataset(some, Tensor.i32(Shape.of(own.length), own), name, classes, resized);
  }

  /** The images in batches of a size, shuffled anew each epoch. */
  public Batches batches(int size) {
    return new Batches(this, size, true, Augmentation.none());
  }

  /** SHA-256 of shape, pixels and labels, in hexadecimal. */
  public synchronized String hash() {
    if (hash == null) {
      hash = HexFormat.of().formatHex(digest());
    }
    return hash;
  }

  private byte[] digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(images.shape().toString().getBytes(StandardCharsets.US_ASCII));
      sha.update(images.bytes());
      for (int label : labels.ints()) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
          sha.update((byte) (label >> shift));
        }
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }
}
