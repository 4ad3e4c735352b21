package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Recognizes what lies at a path. The one place that knows all formats. */
final class DataFormats {
  /** What is read, for those who have something else. */
  private static final String READ =
      "expected IDX files (train-images-idx3-ubyte and the like, plain or .gz), NumPy arrays (.npz,"
          + " .npy), CSV (label, then pixels), CIFAR's binary files, or a folder of pictures for"
          + " each class (in folders train and test, or without)";

  private static final int DEEPEST = 3;

  private DataFormats() {}

  /**
   * Finds what lies in a folder, or in the one folder in it; or the data set that a file is of,
   * with the other files of it that lie beside.
   *
   * @throws BadFileException if there is nothing that is read, or more than one data set
   * @throws IOException if a file is missing or cannot be read
   */
  static DataFormat find(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "does not exist, expected a folder or file with images");
    }
    if (Files.isDirectory(path)) {
      DataFormat found = ofFolder(path, DEEPEST);
      if (found == null) {
        Listing listing = Listing.of(path);
        throw new BadFileException(
            path, "holds " + listing.contents() + hint(listing) + "; " + READ);
      }
      return found;
    }
    Path folder = path.getParent() == null ? Path.of("") : path.getParent();
    DataFormat found = ofFiles(Listing.of(folder), path);
    if (found == null) {
      found = CsvFiles.find(Listing.of(folder), path);
    }
    if (found == null) {
      throw new BadFileException(path, "is " + kind(path) + "; " + READ);
    }
    return found;
  }

  /** Null if nothing is there. Tables come last: they often lie beside what they tell of. */
  private static DataFormat ofFolder(Path folder, int depth) throws IOException {
    Listing listing = Listing.of(folder);
    DataFormat found = ofFiles(listing, null);
    if (found == null) {
      found = PictureFolders.find(listing, 2);
    }
    if (found == null) {
      found = CsvFiles.find(listing, null);
    }
    if (found == null && depth > 0) {
      found = ofOneFolderIn(listing, depth);
    }
    return found == null ? PictureFolders.find(listing, 1) : found;
  }

  /** As archives are unpacked: what lies in the one folder in it that holds something. */
  private static DataFormat ofOneFolderIn(Listing listing, int depth) throws IOException {
    DataFormat only = null;
    for (Path inner : listing.folders()) {
      DataFormat found = ofFolder(inner, depth - 1);
      if (found != null && only != null) {
        throw new BadFileException(
            listing.folder(),
            "holds several data sets, expected one: name the folder of the one that is meant, such"
                + " as "
                + only.listing().folder());
      }
      only = found == null ? only : found;
    }
    return only;
  }

  private static DataFormat ofFiles(Listing listing, Path chosen) throws IOException {
    DataFormat found = CifarFiles.find(listing, chosen);
    return found == null ? ArrayFiles.find(listing, chosen) : found;
  }

  private static String hint(Listing listing) throws IOException {
    for (Path file : listing.files()) {
      String kind = kind(file);
      if (kind.contains("unpack") || kind.contains("pickle")) {
        return "; " + Listing.name(file) + " is " + kind;
      }
    }
    boolean pictures = listing.files().stream().anyMatch(PictureFolders::isPicture);
    return pictures ? "; these are pictures, but not in a folder for each class" : "";
  }

  /** What a file is that is not read. */
  private static String kind(Path file) throws IOException {
    String name = Listing.name(file);
    if (name.matches(".*\\.(tar|tgz|tar\\.(gz|bz2|xz)|rar|7z|xz|bz2)")) {
      return "an archive, to be unpacked first";
    }
    if (name.matches("(data_batch_[1-5]|test_batch|.*\\.pkl|.*\\.pickle)")) {
      return "a Python pickle (of CIFAR there is a binary version)";
    }
    FileKind kind = FileKind.of(file);
    return switch (kind) {
      case ZIP, KERAS_ZIP, PYTORCH_ZIP, NUMPY_ZIP -> "a zip archive, to be unpacked first";
      case UNKNOWN -> "of another format, beginning with bytes " + Arrays.toString(start(file));
      default -> kind.words();
    };
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(8);
    }
  }
}
