package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The binary version of CIFAR-10 and CIFAR-100 (Alex Krizhevsky): records of labels and of 32x32
 * pixels, all red ones, then all green, then all blue. CIFAR-100 has a coarse label in front of the
 * class.
 */
final class CifarFiles implements DataFormat {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PIXELS = SIDE * SIDE * CHANNELS;
  // what the largest array holds on HotSpot
  private static final int MOST_BYTES = Integer.MAX_VALUE - 2;
  private static final List<String> TEN =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final Listing listing;
  private final boolean hundred;
  private final Map<Part, List<Path>> files;

  private CifarFiles(Listing listing, boolean hundred, Map<Part, List<Path>> files) {
    this.listing = listing;
    this.hundred = hundred;
    this.files = files;
  }

  /** The files of a folder, or null if there are none. */
  static CifarFiles find(Listing listing, Path chosen) throws IOException {
    Map<Part, List<Path>> files = new EnumMap<>(Part.class);
    boolean hundred = false;
    for (Path file : listing.files()) {
      String name = Listing.name(file);
      boolean ten = name.matches("(data_batch_[1-5]|test_batch)\\.bin");
      if (ten || name.matches("(train|test)\\.bin")) {
        Part part = name.startsWith("test") ? Part.TEST : Part.TRAIN;
        files.computeIfAbsent(part, each -> new ArrayList<>()).add(file);
        hundred = !ten;
      }
    }
    boolean meant = chosen == null || files.values().stream().anyMatch(f -> f.contains(chosen));
    return files.isEmpty() || !meant ? null : new CifarFiles(listing, hundred, files);
  }

  @Override
  public Listing listing() {
    return listing;
  }

  @Override
  public String lookedFor(Part part) {
    return part == Part.TRAIN
        ? "data_batch_1.bin to data_batch_5.bin or train.bin"
        : "test_batch.bin or test.bin";
  }

  @Override
  public Set<Part> parts() {
    return files.keySet();
  }

  @Override
  public Dataset read(Part part, Reading how) throws IOException {
    int labelBytes = hundred ? 2 : 1;
    int record = labelBytes + PIXELS;
    int count = 0;
    for (Path file : files.get(part)) {
      count = countWith(file, Files.size(file), record, count);
    }
    byte[] pixels = new byte[count * PIXELS];
    int[] labels = new int[count];
    int done = 0;
    for (Path file : files.get(part)) {
      byte[] content = Files.readAllBytes(file);
      for (int at = 0; at < content.length; at += record, done++) {
        labels[done] = content[at + labelBytes - 1] & 255;
        interleave(content, at + labelBytes, pixels, done * PIXELS);
      }
      how.progress().read(done, count);
    }
    return Dataset.of(
            Tensor.u8(Shape.of(count, SIDE, SIDE, CHANNELS), pixels),
            Tensor.i32(Shape.of(count), labels))
        .named(hundred ? "CIFAR-100" : "CIFAR-10")
        .classes(classes());
  }

  /**
   * Images of a file and of those before it.
   *
   * @param bytes size of the file
   * @param record bytes of an image with its labels
   * @param before images of the files before it
   */
  static int countWith(Path file, long bytes, int record, int before) throws BadFileException {
    if (bytes == 0 || bytes % record != 0) {
      throw new BadFileException(
          file, "has " + bytes + " bytes, expected a multiple of " + record + ": is it cut off?");
    }
    long count = before + bytes / record;
    if (count > MOST_BYTES / record) {
      throw new BadFileException(
          file,
          "makes it "
              + count
              + " images, expected at most "
              + MOST_BYTES / record
              + ", less than 2 GiB in all files of a part");
    }
    return (int) count;
  }

  /** From planes of one colour each to pixels of three. */
  private static void interleave(byte[] from, int at, byte[] to, int toAt) {
    for (int i = 0; i < PIXELS; i++) {
      to[toAt + i % (SIDE * SIDE) * CHANNELS + i / (SIDE * SIDE)] = from[at + i];
    }
  }

  /** As the file of names says that comes with the data. */
  private List<String> classes() throws IOException {
    Path names = listing.folder().resolve(hundred ? "fine_label_names.txt" : "batches.meta.txt");
    if (!Files.exists(names)) {
      return hundred ? List.of() : TEN;
    }
    try {
      return Files.readAllLines(names).stream()
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .toList();
    } catch (CharacterCodingException e) {
      throw new BadFileException(names, "is not UTF-8 text, expected the name of a class a line");
    }
  }
}
