package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

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
    Dataset dataset = new Dataset(images, labels, null, List.of(), false);
    dataset.requireLabels(Integer.MAX_VALUE);
    return dataset;
  }

  /**
   * Makes a data set of the content of two IDX files.
   *
   * @param images U8 [N, H, W] or [N, H, W, C]
   * @param labels U8 [N]
   * @param name where they come from, for messages
   * @throws BadFileException if ranks or numbers do not fit
   */
  public static Dataset ofIdx(Tensor images, Tensor labels, String name) throws BadFileException {
    Shape shape = images.shape();
    if (shape.rank() != 3 && shape.rank() != 4) {
      throw new BadFileException(
          name, "the images have shape " + shape + ", expected [N, H, W] or [N, H, W, C]");
    }
    if (labels.shape().rank() != 1 || labels.shape().dim(0) != shape.dim(0)) {
      throw new BadFileException(
          name,
          "the labels have shape "
              + labels.shape()
              + ", expected "
              + Shape.of(shape.dim(0))
              + " for images of shape "
              + shape);
    }
    int[] classes = new int[labels.bytes().length];
    Arrays.setAll(classes, i -> labels.bytes()[i] & 255);
    int channels = shape.rank() == 4 ? shape.dim(3) : 1;
    Shape nhwc = Shape.of(shape.dim(0), shape.dim(1), shape.dim(2), channels);
    return of(Tensor.u8(nhwc, images.bytes()), Tensor.i32(labels.shape(), classes));
  }

  /**
   * Reads the training images of a folder: {@code train-images-idx3-ubyte} and {@code
   * train-labels-idx1-ubyte}, each plain or with {@code .gz} behind its name.
   *
   * @throws IOException if a file is missing, cannot be read, or is not as expected
   */
  public static Dataset train(Path folder) throws IOException {
    return read(folder, "train");
  }

  /**
   * Reads the test images of a folder: {@code t10k-images-idx3-ubyte} and {@code
   * t10k-labels-idx1-ubyte}, each plain or with {@code .gz} behind its name.
   *
   * @throws IOException if a file is missing, cannot be read, or is not as expected
   */
  public static Dataset test(Path folder) throws IOException {
    return read(folder, "t10k");
  }

  private static Dataset read(Path folder, String part) throws IOException {
    Path images = find(folder, part + "-images-idx3-ubyte");
    Path labels = find(folder, part + "-labels-idx1-ubyte");
    return ofIdx(Idx.read(images), Idx.read(labels), images.toString());
  }

  private static Path find(Path folder, String name) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "is no folder, expected IDX files");
    }
    Path plain = folder.resolve(name);
    Path zipped = folder.resolve(name + ".gz");
    if (Files.exists(plain)) {
      return plain;
    }
    if (Files.exists(zipped)) {
      return zipped;
    }
    throw new NoSuchFileException(
        plain.toString(), null, "does not exist, nor with .gz behind its name");
  }

  /** This data set under a name, such as {@code MNIST}. */
  public Dataset named(String other) {
    return new Dataset(images, labels, other, classes, resized);
  }

  /** This data set with a name for each class, from 0 on. */
  public Dataset classes(List<String> names) {
    return new Dataset(images, labels, name, names, resized);
  }

  /** This data set of images that were pictures of any size, stretched to this one. */
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
   * Checks the labels against a number of classes.
   *
   * @throws IllegalArgumentException naming the first label outside 0 to {@code classes - 1}
   */
  public void requireLabels(int classes) {
    for (int i = 0; i < size(); i++) {
      int label = labels.ints()[i];
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label of image " + i + " is " + label + ", expected 0 to " + (classes - 1));
      }
    }
  }

  /** The first images, as a data set that shares no tensor with this one. */
  public Dataset first(int count) {
    if (count < 0 || count > size()) {
      throw new IllegalArgumentException("count is " + count + ", expected 0 to " + size());
    }
    byte[] pixels = Arrays.copyOf(images.bytes(), count * imageShape().elements());
    int[] own = Arrays.copyOf(labels.ints(), count);
    return new Dataset(
        Tensor.u8(images.shape().with(0, count), pixels),
        Tensor.i32(Shape.of(count), own),
        name,
        classes,
        resized);
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
