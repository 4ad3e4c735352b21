package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An array in a file, and what its name tells.
 *
 * @param file where it is
 * @param entry which of a NumPy archive, or null if the file has one only
 */
record NamedArray(Path file, String entry) {
  private static final Set<String> NO_IDX =
      Set.of("csv", "txt", "tsv", "json", "md", "pdf", "png", "jpg", "jpeg", "gif", "bmp", "bin");
  private static final String NPY = ".npy";

  /** The arrays of a folder's files, those of plain files in front of zipped ones. */
  static List<NamedArray> in(Listing listing) throws IOException {
    List<Path> files = new ArrayList<>(listing.files());
    for (Path folder : listing.folders()) { // as Kaggle unpacks them: a folder of the file's name
      if (Listing.name(folder).contains("ubyte")) {
        Listing.of(folder).files().stream()
            .filter(file -> plainName(file).equals(plainName(folder)))
            .forEach(files::add);
      }
    }
    files.sort(Comparator.comparing((Path file) -> file.toString().endsWith(".gz")));
    List<NamedArray> arrays = new ArrayList<>();
    for (Path file : files) {
      switch (Listing.extension(file)) {
        case "npz" -> addEntries(file, arrays);
        case "npy" -> arrays.add(new NamedArray(file, null));
        default -> {
          if (isIdx(file)) {
            arrays.add(new NamedArray(file, null));
          }
        }
      }
    }
    return arrays;
  }

  /** Without what differs between places that offer the same file. */
  private static String plainName(Path path) {
    return Listing.name(path).replace('.', '-').replaceAll("-gz$", "");
  }

  /** By its name too, so that a damaged file is called damaged and not missing. */
  private static boolean isIdx(Path file) throws IOException {
    String name = Listing.name(file).toLowerCase(Locale.ROOT);
    return !NO_IDX.contains(Listing.extension(file)) && (name.contains("ubyte") || Idx.isIdx(file));
  }

  private static void addEntries(Path file, List<NamedArray> arrays) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      zip.stream()
          .map(ZipEntry::getName)
          .filter(entry -> entry.endsWith(NPY))
          .sorted()
          .forEach(entry -> arrays.add(new NamedArray(file, entry)));
    } catch (ZipException | EOFException e) {
      throw new BadFileException(file, "is no valid NumPy archive: " + reason(e));
    }
  }

  /** What messages call it. */
  String place() {
    return entry == null ? file.toString() : file + ", array " + variable();
  }

  private String variable() {
    return entry.substring(0, entry.length() - NPY.length());
  }

  private String name() {
    String name = Listing.name(file).toLowerCase(Locale.ROOT);
    return entry == null ? name : variable().toLowerCase(Locale.ROOT);
  }

  Part part() {
    Part part = Part.calledBy(name());
    return part != Part.ALL ? part : Part.calledBy(Listing.name(file));
  }

  /** Whether its name says that it holds images or labels. */
  boolean tellsItsKind() {
    return isCalledLabels() || isCalledImages();
  }

  /** Whether it holds images, and not labels: by its name, else by its shape. */
  boolean isImages() throws IOException {
    return !isCalledLabels() && (isCalledImages() || shape().rank() > 2);
  }

  private boolean isCalledLabels() {
    return isVariable('y') || names().contains("label") || names().contains("target");
  }

  private boolean isCalledImages() {
    return isVariable('x') || names().contains("image") || names().contains("img");
  }

  private String names() {
    return Listing.name(file).toLowerCase(Locale.ROOT) + " " + name();
  }

  /** Whether it is called as x_train or y_test are. */
  private boolean isVariable(char letter) {
    return name().matches(letter + "([^a-z].*|(train|test|val).*)?");
  }

  /** What its name has beside part and kind, in lower case: that of the data set, if any. */
  String family() {
    return Listing.name(file)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\.(gz|npz|npy)$", "")
        .replaceAll("train(ing)?|t10k|test(ing)?|valid(ation)?|val", "")
        .replaceAll("(images?|imgs?|labels?|targets?)", "")
        .replaceAll("idx\\d|ubyte|-int$", "")
        .replaceAll("^[xy](?=[^a-z]|$)", "")
        .replaceAll("[^a-z0-9]", "");
  }

  Shape shape() throws IOException {
    return isNumpy() ? open(in -> Npy.header(in, place()).shape()) : Idx.shape(file);
  }

  Tensor read() throws IOException {
    return isNumpy() ? open(in -> Npy.read(in, place())) : Idx.read(file);
  }

  private boolean isNumpy() {
    return entry != null || Listing.extension(file).equals("npy");
  }

  private interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  private <T> T open(Reader<T> reader) throws IOException {
    if (entry == null) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        return reader.read(in);
      }
    }
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(entry))) {
      return reader.read(in);
    } catch (ZipException | EOFException e) {
      throw new BadFileException(place(), "is damaged: " + reason(e));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "it is cut off" : e.getMessage();
  }
}
