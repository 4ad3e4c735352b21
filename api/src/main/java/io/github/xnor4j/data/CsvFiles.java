package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tables of images, a line each, as Kaggle serves them: {@code train.csv}, {@code test.csv}. */
final class CsvFiles implements DataFormat {
  private final Listing listing;
  private final String family;
  private final Map<Part, Path> files;

  private CsvFiles(Listing listing, String family, Map<Part, Path> files) {
    this.listing = listing;
    this.family = family;
    this.files = files;
  }

  /**
   * The files of a folder, or null if there are none.
   *
   * @param chosen one of those that are meant, or null
   * @throws BadFileException if there are several data sets and none is chosen
   */
  static CsvFiles find(Listing listing, Path chosen) throws IOException {
    Map<String, Map<Part, Path>> families = new TreeMap<>();
    for (Path file : listing.files()) {
      if (isCsv(file)) {
        families
            .computeIfAbsent(family(file), name -> new EnumMap<>(Part.class))
            .putIfAbsent(Part.calledBy(Listing.name(file)), file);
      }
    }
    if (chosen != null) {
      families.values().removeIf(files -> !files.containsValue(chosen));
    }
    if (families.values().stream().anyMatch(files -> files.containsKey(Part.TRAIN))) {
      families.values().removeIf(files -> !files.containsKey(Part.TRAIN)); // sample_submission.csv
    }
    if (families.isEmpty()) {
      return null;
    }
    String first = families.keySet().iterator().next();
    if (families.size() > 1) {
      throw new BadFileException(
          listing.folder(),
          "holds several tables, expected one, or one for training and one for tests: name the one"
              + " that is meant, such as "
              + families.get(first).values().iterator().next());
    }
    return new CsvFiles(listing, first, families.get(first));
  }

  private static boolean isCsv(Path file) {
    return Listing.name(file).toLowerCase(Locale.ROOT).matches(".*\\.csv(\\.gz)?");
  }

  private static String family(Path file) {
    return Listing.name(file)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\.csv(\\.gz)?$", "")
        .replaceAll("train(ing)?|test(ing)?|valid(ation)?|val", "")
        .replaceAll("[^a-z0-9]", "");
  }

  @Override
  public Listing listing() {
    return listing;
  }

  @Override
  public String lookedFor(Part part) {
    return "a .csv with " + part.words() + " in its name";
  }

  @Override
  public Set<Part> parts() {
    return files.keySet();
  }

  @Override
  public Dataset read(Part part, Reading how) throws IOException {
    Path file = files.get(part);
    CsvTable table = CsvTable.read(file, how.progress());
    Tensor images = table.pixels(how.image());
    Tensor labels = Tensor.i32(Shape.of(table.rows()), table.labels());
    KnownDataset.Content ofLabels = new KnownDataset.Content(labels, null);
    KnownDataset known =
        KnownDataset.of(new KnownDataset.Content(images, null), ofLabels, file.toString());
    if (known == null) { // tables have the images in any order: that hashes differ tells nothing
      known = KnownDataset.called(listing.callings(family), ofLabels);
    }
    return Assembly.of(images, file.toString(), labels, file.toString(), known, how.firstLabel());
  }
}
