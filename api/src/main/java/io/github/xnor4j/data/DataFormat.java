package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Labelled images in files of one format. */
interface DataFormat {
  /** What lies in their folder. */
  Listing listing();

  /** Which parts are there. */
  Set<Part> parts();

  /** What there would have to be for a part, for messages. */
  String lookedFor(Part part);

  /**
   * Reads one of the parts.
   *
   * @throws IOException if a file cannot be read or is not as expected
   */
  Dataset read(Part part, Reading how) throws IOException;

  /**
   * How files are read.
   *
   * @param image [H, W, C] that is wanted, or null: pictures are brought into it
   * @param firstLabel the label of class 0, or null: as the data set is known for, or 0
   * @param classes names of folders of pictures in the order of their labels, or null: by name
   * @param pictures decodes picture files, or null
   * @param progress is told how far reading is
   */
  record Reading(
      Shape image,
      Integer firstLabel,
      List<String> classes,
      DataFiles.Pictures pictures,
      DataFiles.Progress progress) {
    /** As the files say it themselves. */
    static Reading plain() {
      return new Reading(null, null, null, null, (done, all) -> {});
    }

    Reading pictures(Shape wanted, DataFiles.Pictures decoder) {
      return new Reading(wanted, firstLabel, classes, decoder, progress);
    }

    Reading firstLabel(int label) {
      return new Reading(image, label, classes, pictures, progress);
    }

    Reading classes(List<String> names) {
      return new Reading(image, firstLabel, List.copyOf(names), pictures, progress);
    }

    Reading progress(DataFiles.Progress other) {
      return new Reading(image, firstLabel, classes, pictures, other);
    }
  }
}
