package io.github.xnor4j.cli;

import io.github.xnor4j.data.DataFiles;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.pictures.Bitmap;
import io.github.xnor4j.pictures.PictureFile;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.train.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data set is read. */
final class DataOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = {
        "Another data set, a folder or a file: IDX files as those of MNIST, Fashion-MNIST, KMNIST,"
            + " EMNIST and QMNIST, plain or .gz; a folder of pictures for each class, in folders"
            + " train and test or without; CSV, a label and pixels a line; NumPy's .npz; CIFAR's"
            + " binary files. A published data set is recognized; pictures are stretched to the"
            + " model's size.",
        "Default: MNIST, which comes with xnor"
      })
  private Path path;

  @Option(
      names = "--split",
      paramLabel = "SHARE",
      description =
          "Holds out this share of the training images of each class, such as 0.1, as test images,"
              + " which then take the place of the data's own.")
  private Double split;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides which images --split holds out. Default: ${DEFAULT-VALUE}")
  private long splitSeed;

  @Option(
      names = "--first-label",
      paramLabel = "N",
      description =
          "The label of the first class in the files. Default: 0, and 1 for EMNIST's letters")
  private Integer firstLabel;

  private DataFiles files;

  /** Checks what does not go together. */
  private void requireOptions() {
    if (path == null && (split != null || firstLabel != null)) {
      throw new BadInputException(
          (split != null ? "--split" : "--first-label") + " needs --data PATH");
    }
    if (split != null && !(split > 0 && split < 1)) {
      throw new BadInputException("--split is " + split + ", expected above 0 and below 1");
    }
  }

  private DataFiles files(Shape image, DataFiles.Progress progress) {
    if (files == null) {
      files = DataFiles.at(path).pictures(image, DataOptions::picture).progress(progress);
      if (split != null) {
        files = files.split(split, splitSeed);
      }
      if (firstLabel != null) {
        files = files.firstLabel(firstLabel);
      }
    }
    return files;
  }

  private static DataFiles.Picture picture(Path file, Shape image) throws IOException {
    Bitmap bitmap = PictureFile.read(file);
    boolean same = bitmap.height() == image.dim(0) && bitmap.width() == image.dim(1);
    return new DataFiles.Picture(bitmap.stretched(image).bytes(), !same);
  }

  /**
   * Reads the training images.
   *
   * @param image [H, W, C] that pictures are brought into
   */
  Dataset train(Shape image, ReadingBar bar) throws IOException {
    requireOptions();
    if (path == null) {
      return Mnist.train();
    }
    try (bar) {
      return files(image, bar).train();
    }
  }

  /**
   * Reads the test images.
   *
   * @param image [H, W, C] that pictures are brought into
   */
  Dataset test(Shape image, ReadingBar bar) throws IOException {
    requireOptions();
    if (path == null) {
      return Mnist.test();
    }
    try (bar) {
      return files(image, bar).test();
    }
  }

  /** Reads what a model is measured on, its classes by the names that it has. */
  Dataset measured(ModelFile model, ReadingBar bar) throws IOException {
    requireOptions();
    if (path == null) {
      return Mnist.test();
    }
    DataFiles all = files(model.model().inputs().getFirst().shape(), bar);
    boolean named = model.data() != null && !model.data().classes().isEmpty();
    try (bar) {
      return (named ? all.classes(model.data().classes()) : all).testOrAll();
    }
  }

  /** What it is called in messages. */
  String name() {
    return path == null ? "MNIST" : path.toString();
  }

  /** What it is called in a title: a published data set by its name, others by their folder's. */
  String title(Dataset images) {
    String known = images.description().name();
    return known != null ? known : path == null ? name() : path.getFileName() + "";
  }

  /** What it is called, and where it is. */
  String name(Dataset images) {
    String known = images.description().name();
    return path == null || known == null ? name() : known + " in " + path;
  }
}
