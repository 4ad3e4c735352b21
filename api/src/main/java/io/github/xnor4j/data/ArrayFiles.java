package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Arrays of images and of labels, in files of their own (IDX, .npy) or in one (.npz). */
final class ArrayFiles implements DataFormat {
  private final Listing listing;
  private final String family;
  private final Map<Part, Pair> pairs;

  /** An array of images and one of labels; either may be missing, null. */
  private record Pair(NamedArray images, NamedArray labels) {
    /** With an array in its place, if that is free. */
    Pair with(NamedArray array) throws IOException {
      boolean isImages = array.isImages();
      return new Pair(
          isImages && images == null ? array : images, isImages || labels != null ? labels : array);
    }
  }

  private ArrayFiles(Listing listing, String family, Map<Part, Pair> pairs) {
    this.listing = listing;
    this.family = family;
    this.pairs = pairs;
  }

  /**
   * The arrays of a folder, or null if there are none.
   *
   * @param chosen a file of those that are meant, or null
   * @throws BadFileException if there are several data sets and none is chosen
   */
  static ArrayFiles find(Listing listing, Path chosen) throws IOException {
    Map<String, List<NamedArray>> arrays = new TreeMap<>();
    for (NamedArray array : NamedArray.in(listing)) {
      arrays.computeIfAbsent(array.family(), name -> new ArrayList<>()).add(array);
    }
    if (chosen != null) {
      arrays.values().removeIf(all -> all.stream().noneMatch(each -> each.file().equals(chosen)));
    }
    Map<String, Map<Part, Pair>> families = new TreeMap<>();
    for (Map.Entry<String, List<NamedArray>> family : arrays.entrySet()) {
      families.put(family.getKey(), pairs(family.getValue()));
    }
    if (families.values().stream().anyMatch(ArrayFiles::isComplete)) {
      families.values().removeIf(pairs -> !isComplete(pairs));
    }
    if (families.isEmpty()) {
      return null;
    }
    String first = families.keySet().iterator().next();
    if (families.size() > 1) {
      throw new BadFileException(
          listing.folder(),
          "holds several data sets, expected one: name a file of the one that is meant, such as "
              + Listing.listed(
                  families.keySet().stream()
                      .map(family -> arrays.get(family).getFirst().file().toString())
                      .toList()));
    }
    return new ArrayFiles(listing, first, families.get(first));
  }

  private static boolean isComplete(Map<Part, Pair> pairs) {
    return pairs.values().stream().anyMatch(pair -> pair.images != null && pair.labels != null);
  }

  /** Arrays whose names tell what they are come first: others may be of something else. */
  private static Map<Part, Pair> pairs(List<NamedArray> arrays) throws IOException {
    Map<Part, Pair> pairs = new EnumMap<>(Part.class);
    for (boolean named : new boolean[] {true, false}) {
      for (NamedArray array : arrays) {
        Pair pair = pairs.getOrDefault(array.part(), new Pair(null, null));
        boolean whole = pair.images != null && pair.labels != null;
        if (array.tellsItsKind() == named && !whole) {
          pairs.put(array.part(), pair.with(array));
        }
      }
    }
    return pairs;
  }

  @Override
  public Listing listing() {
    return listing;
  }

  @Override
  public String lookedFor(Part part) {
    return idxName(part, "images")
        + " and "
        + idxName(part, "labels")
        + " (with - or ., plain or .gz), or IDX files or NumPy arrays with "
        + part.words()
        + " in their names";
  }

  @Override
  public Set<Part> parts() {
    return pairs.keySet();
  }

  @Override
  public Dataset read(Part part, Reading how) throws IOException {
    Pair pair = pairs.get(part);
    if (pair.images == null || pair.labels == null) {
      throw missing(pair, part);
    }
    Tensor images = pair.images.read();
    Tensor labels = pair.labels.read();
    KnownDataset known = known(pair, images, labels);
    return Assembly.of(
        images, pair.images.place(), labels, pair.labels.place(), known, how.firstLabel());
  }

  private KnownDataset known(Pair pair, Tensor images, Tensor labels) throws IOException {
    KnownDataset.Content ofImages = new KnownDataset.Content(images, alone(pair.images));
    KnownDataset.Content ofLabels = new KnownDataset.Content(labels, alone(pair.labels));
    KnownDataset known = KnownDataset.of(ofImages, ofLabels, pair.images.place());
    if (known != null) {
      return known;
    }
    KnownDataset named = KnownDataset.called(listing.callings(family), ofLabels);
    if (named != null) {
      named.warnOfName(ofLabels, pair.images.place());
    }
    return named;
  }

  private static Path alone(NamedArray array) {
    return array.entry() == null ? array.file() : null;
  }

  private IOException missing(Pair pair, Part part) {
    String kind = pair.images == null ? "images" : "labels";
    NamedArray other = pair.images == null ? pair.labels : pair.images;
    return new NoSuchFileException(
        listing.folder().toString(),
        null,
        "has no "
            + kind
            + " of the "
            + part
            + " that belong to "
            + other.place()
            + "; looked for "
            + lookedFor(part)
            + "; there are "
            + listing.contents());
  }

  /** MNIST's name of a file. */
  private static String idxName(Part part, String kind) {
    return (part == Part.TRAIN ? "train-" : "t10k-")
        + kind
        + (kind.equals("images") ? "-idx3-ubyte" : "-idx1-ubyte");
  }
}
