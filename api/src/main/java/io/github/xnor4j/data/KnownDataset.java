package io.github.xnor4j.data;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A published data set, told by the MD5 of its files: that is what their authors and the libraries
 * that download them publish. The table stands in {@code known-datasets.json}; of some files only
 * the MD5 of the zipped form is known, so that those can only be told as they were downloaded.
 *
 * @param name what it is called
 * @param called other names of it, in lower case letters and digits
 * @param classes name of each class
 * @param transposed whether the files have rows and columns exchanged
 * @param firstLabel the files' label of class 0
 * @param train hashes of the training files
 * @param test hashes of the test files
 */
record KnownDataset(
    String name,
    List<String> called,
    List<String> classes,
    boolean transposed,
    int firstLabel,
    Hashes train,
    Hashes test) {
  private static final Logger LOG = System.getLogger(KnownDataset.class.getName());
  private static final List<KnownDataset> ALL = all();

  /** Hashes of a part's two files. */
  record Hashes(Hash images, Hash labels) {}

  /** MD5 of a file as it is and as it was published, zipped; either may be unknown, null. */
  record Hash(String plain, String zipped) {}

  /** What tells the content of a file. */
  static final class Content {
    private final Tensor tensor;
    private final String plain;
    private final String zipped;

    /**
     * Hashes a file's content.
     *
     * @param tensor the content
     * @param file that holds nothing else, or null
     */
    Content(Tensor tensor, Path file) throws IOException {
      this.tensor = tensor;
      this.plain = md5OfIdx(asPublished(tensor));
      this.zipped = file != null && Gzip.isPacked(file) ? md5(file) : null;
    }

    /** In bytes and without an axis of one channel, where the array can be so. */
    private static Tensor asPublished(Tensor tensor) {
      Shape shape = tensor.shape();
      Shape dense =
          shape.rank() == 4 && shape.dim(3) == 1
              ? Shape.of(shape.dim(0), shape.dim(1), shape.dim(2))
              : shape;
      if (tensor.dtype() == DType.U8) {
        return Tensor.u8(dense, tensor.bytes());
      }
      if (tensor.dtype() != DType.I32 || shape.rank() == 2) { // QMNIST's labels are of 32 bits
        return tensor;
      }
      byte[] bytes = new byte[tensor.ints().length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) tensor.ints()[i];
        if ((bytes[i] & 255) != tensor.ints()[i]) {
          return tensor;
        }
      }
      return Tensor.u8(dense, bytes);
    }

    boolean is(Hash hash) {
      return plain.equals(hash.plain) || zipped != null && zipped.equals(hash.zipped);
    }

    boolean canBeToldFrom(Hash hash) {
      return hash.plain != null || hash.zipped != null && zipped != null;
    }

    private int largest() {
      int largest = 0;
      for (int i = 0; i < tensor.shape().elements(); i++) {
        largest =
            Math.max(
                largest,
                switch (tensor.dtype()) {
                  case U8 -> tensor.bytes()[i] & 255;
                  case I32 -> tensor.ints()[i];
                  default -> (int) tensor.floats()[i];
                });
      }
      return largest;
    }
  }

  static List<KnownDataset> all() {
    try (InputStream in = KnownDataset.class.getResourceAsStream("known-datasets.json")) {
      return new Gson()
          .fromJson(
              new InputStreamReader(in, StandardCharsets.UTF_8),
              new TypeToken<List<KnownDataset>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Tells which data set images and labels are of, by their hashes. Warns where one is known and
   * the other is not what belongs to it.
   *
   * @param place where they are, for the warning
   * @return null if neither is known
   */
  static KnownDataset of(Content images, Content labels, String place) {
    for (KnownDataset known : ALL) {
      for (Hashes part : List.of(known.train, known.test)) {
        boolean sameImages = images.is(part.images);
        boolean sameLabels = labels.is(part.labels);
        if (sameLabels && !sameImages && images.canBeToldFrom(part.images)) {
          known.warn(place, "the labels are those of {1}, but the images are not");
        } else if (sameImages && !sameLabels) {
          known.warn(place, "the images are those of {1}, but the labels are not");
        }
        if (sameImages || sameLabels) {
          return known;
        }
      }
    }
    return null;
  }

  /**
   * The data set of one of some names, or null if there is none or the labels are beyond its
   * classes.
   */
  static KnownDataset called(List<String> names, Content labels) {
    for (String each : names) {
      String name = each.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
      for (KnownDataset known : ALL) {
        if (known.called.contains(name)) {
          return labels.largest() < known.firstLabel + known.classes.size() ? known : null;
        }
      }
    }
    return null;
  }

  /** Warns that files which are called by this name are not of it, if they can be told. */
  void warnOfName(Content labels, String place) {
    if (labels.canBeToldFrom(train.labels)) {
      warn(place, "is called {1}, but images and labels are not those that were published");
    }
  }

  private void warn(String place, String what) {
    LOG.log(
        Level.WARNING,
        "{0}: " + what + " (hashes differ): a damaged download, or another version?",
        place,
        name);
  }

  /** Of the IDX file that would hold a tensor; no known file has floats. */
  private static String md5OfIdx(Tensor tensor) {
    MessageDigest md5 = newMd5();
    md5.update(Idx.header(tensor));
    if (tensor.dtype() == DType.U8) {
      md5.update(tensor.bytes());
    } else if (tensor.dtype() == DType.I32) {
      for (int value : tensor.ints()) {
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
          md5.update((byte) (value >> shift));
        }
      }
    }
    return HexFormat.of().formatHex(md5.digest());
  }

  private static String md5(Path file) throws IOException {
    MessageDigest md5 = newMd5();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        md5.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(md5.digest());
  }

  private static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5"); // against damage, not against malice
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has MD5", e);
    }
  }
}
