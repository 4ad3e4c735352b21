package io.github.xnor4j.data;

import io.github.xnor4j.tensor.Shape;
import java.io.IOException;
import java.util.Set;

/** Labelled images in files of one format. */
interface DataFormat {
  /** Which parts are there. */
  Set<Part> parts();

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
   * @param pictures decodes picture files, or null
   * @param progress is told how far reading is
   */
  record Reading(
      Shape image, Integer firstLabel, DataFiles.Pictures pictures, DataFiles.Progress progress) {}
}
