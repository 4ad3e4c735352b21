package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder of pictures for each class. They lie in one folder, or in folders for training and for
 * tests. Classes are in the order of the folders' names, of their numbers if all are numbers.
 */
final class PictureFolders implements DataFormat {
  private static final Logger LOG = System.getLogger(PictureFolders.class.getName());
  private static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "webp");

  private final Listing listing;
  private final Map<Part, Path> parts;

  private PictureFolders(Listing listing, Map<Part, Path> parts) {
    this.listing = listing;
    this.parts = parts;
  }

  private record Picture(Path file, int label) {}

  /**
   * The pictures in folders of a folder, or null if there are none.
   *
   * @param least folders with pictures that there must be, if they are in no folder of a part
   */
  static PictureFolders find(Listing listing, int least) throws IOException {
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    for (Path folder : listing.folders()) {
      Part part = Part.calledBy(Listing.name(folder));
      if (part != Part.ALL && withPictures(Listing.of(folder)) > 0) {
        parts.putIfAbsent(part, folder);
      }
    }
    if (parts.isEmpty() && withPictures(listing) >= least) {
      parts.put(Part.ALL, listing.folder());
    }
    return parts.isEmpty() ? null : new PictureFolders(listing, parts);
  }

  private static int withPictures(Listing listing) throws IOException {
    int count = 0;
    for (Path inner : listing.folders()) {
      count += Listing.of(inner).files().stream().anyMatch(PictureFolders::isPicture) ? 1 : 0;
    }
    return count;
  }

  static boolean isPicture(Path file) {
    return EXTENSIONS.contains(Listing.extension(file));
  }

  /** Those of the training pictures. */
  private List<String> classes() throws IOException {
    Path folder = parts.getOrDefault(Part.TRAIN, parts.values().iterator().next());
    List<String> names = new ArrayList<>();
    for (Path inner : Listing.of(folder).folders()) {
      names.add(Listing.name(inner));
    }
    if (areNumbers(names)) {
      names.sort(Comparator.comparing(Integer::valueOf));
    }
    if (names.size() < 2) {
      throw new BadFileException(
          folder,
          "holds pictures of one class, " + names + ", expected a folder for each of two or more");
    }
    return names;
  }

  @Override
  public Listing listing() {
    return listing;
  }

  @Override
  public String lookedFor(Part part) {
    return "a folder with " + part.words() + " in its name that holds folders of pictures";
  }

  @Override
  public Set<Part> parts() {
    return parts.keySet();
  }

  @Override
  public Dataset read(Part part, Reading how) throws IOException {
    Path folder = parts.get(part);
    if (how.pictures() == null || how.image() == null) {
      throw new IllegalArgumentException(
          folder + " holds pictures, expected a size for them and what decodes them (pictures())");
    }
    List<String> classes = how.classes() == null ? classes() : how.classes();
    List<Picture> pictures = pictures(folder, classes);
    Shape image = how.image();
    Tensor pixels = pixels(pictures.size(), image, folder);
    int[] labels = new int[pictures.size()];
    boolean resized = false;
    for (int i = 0; i < labels.length; i++) { // one at a time, so that memory holds one photo only
      DataFiles.Picture one = how.pictures().read(pictures.get(i).file, image);
      System.arraycopy(one.pixels(), 0, pixels.bytes(), i * image.elements(), image.elements());
      labels[i] = pictures.get(i).label;
      resized |= one.resized();
      how.progress().read(i + 1, labels.length);
    }
    Dataset read = Dataset.of(pixels, Tensor.i32(Shape.of(labels.length), labels)).classes(classes);
    return resized ? read.resized() : read;
  }

  private static Tensor pixels(int count, Shape image, Path folder) throws BadFileException {
    try {
      Shape shape = Shape.of(count, image.dim(0), image.dim(1), image.dim(2));
      return Tensor.zeros(DType.U8, shape);
    } catch (IllegalArgumentException e) {
      throw new BadFileException(
          folder, count + " pictures of " + image + " are more than 2^31 bytes, expected less");
    }
  }

  /** The place among the classes' names, or the number that a folder is called by. */
  private static int label(String folder, List<String> classes) {
    int label = classes.indexOf(folder);
    boolean numbered =
        areNumbers(List.of(folder)) && classes.stream().noneMatch(s -> areNumbers(List.of(s)));
    return label < 0 && numbered && Integer.parseInt(folder) < classes.size()
        ? Integer.parseInt(folder)
        : label;
  }

  private static boolean areNumbers(List<String> names) {
    return names.stream().allMatch(name -> name.matches("\\d{1,9}"));
  }

  private static List<Picture> pictures(Path folder, List<String> classes) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Path inner : Listing.of(folder).folders()) {
      int label = label(Listing.name(inner), classes);
      if (label < 0) {
        throw new BadFileException(
            inner, "is no class that is trained on, expected one of " + classes);
      }
      Listing all = Listing.of(inner);
      all.folders().forEach(path -> others.add(path + "/"));
      for (Path file : all.files()) {
        if (isPicture(file)) {
          pictures.add(new Picture(file, label));
        } else {
          others.add(file.toString());
        }
      }
    }
    if (pictures.isEmpty()) {
      throw new NoSuchFileException(folder.toString(), null, "holds no pictures, expected some");
    }
    if (!others.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "passed over in the folders of classes, since they are no pictures: {0}",
          Listing.listed(others));
    }
    return pictures;
  }
}
