package io.github.xnor4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.xnor4j.data.DataFiles;
import io.github.xnor4j.data.Idx;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.pictures.PictureFile;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.ModelFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever bytes a file has, it is read, or refused by a {@link BadFileException} that names it (a
 * {@link NoSuchFileException} if something is missing); texts by an {@link
 * IllegalArgumentException}. All else is a find: another exception, memory that a header only
 * promised, a stack that overflows, a loop without an end.
 *
 * <p>As a test each target meets its seeds and what was found before. {@code tools/fuzz} mutates
 * them.
 */
final class ReadersFuzzTest {
  private static final int IMAGES = 2;
  private static final int SIDE = 4;

  private static Logger root;
  private static Path folder;

  @BeforeAll
  static void makeFolder() throws IOException {
    root = Logger.getLogger("");
    root.setLevel(Level.OFF); // what is wrong with a file is also warned of, again and again
    folder = Files.createTempDirectory("xnor4j-fuzz");
  }

  @AfterAll
  static void removeFolder() throws IOException {
    root.setLevel(Level.INFO);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private interface Reading {
    Object run() throws IOException;
  }

  /** Reads a file, which may be refused if the message begins with a path in the folder. */
  private static void read(Reading reading) throws IOException {
    try {
      reading.run();
    } catch (BadFileException | NoSuchFileException e) {
      if (!e.getMessage().startsWith(folder.toString())) {
        throw new AssertionError("a message without the file: " + e.getMessage(), e);
      }
    }
  }

  private static Path write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** IDX, plain and by gzip: the images of a data set, then its labels. */
  @FuzzTest
  void idx(byte[] content) throws IOException {
    Path images = write("idx/train-images-idx3-ubyte", content);
    Path labels = write("idx/train-labels-idx1-ubyte", idxOf(IMAGES));
    read(() -> Idx.read(images));
    read(() -> DataFiles.at(images).train());
    Files.write(images, idxOf(IMAGES, SIDE, SIDE));
    Files.write(labels, content);
    read(() -> DataFiles.at(images).train());
  }

  private static byte[] idxOf(int... extents) {
    Tensor zeros = Tensor.zeros(DType.U8, Shape.of(extents));
    byte[] idx = new byte[4 + 4 * extents.length + zeros.shape().elements()];
    idx[2] = 8;
    idx[3] = (byte) extents.length;
    for (int i = 0; i < extents.length; i++) {
      idx[7 + 4 * i] = (byte) extents[i];
    }
    return idx;
  }

  /** NumPy: the images of a data set, then its labels. */
  @FuzzTest
  void npy(byte[] content) throws IOException {
    Path images = write("npy/x_train.npy", content);
    Path labels = write("npy/y_train.npy", npyOf(IMAGES));
    read(() -> DataFiles.at(images).train());
    Files.write(images, npyOf(IMAGES, SIDE, SIDE));
    Files.write(labels, content);
    read(() -> DataFiles.at(images).train());
  }

  private static byte[] npyOf(int... extents) {
    StringBuilder shape = new StringBuilder();
    int elements = 1;
    for (int extent : extents) {
      shape.append(extent).append(", ");
      elements *= extent;
    }
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }\n";
    byte[] npy = new byte[10 + header.length() + elements];
    byte[] start =
        ("\u0093NUMPY\1\0" + (char) header.length() + "\0" + header)
            .getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(start, 0, npy, 0, start.length);
    return npy;
  }

  /** NumPy's archives. */
  @FuzzTest
  void npz(byte[] content) throws IOException {
    Path file = write("npz/data.npz", content);
    read(() -> DataFiles.at(file).train());
  }

  /** Tables, plain and by gzip. */
  @FuzzTest
  void csv(byte[] content) throws IOException {
    Path file = write("csv/train.csv", content);
    read(() -> DataFiles.at(file).train());
    read(() -> DataFiles.at(file).split(0.5, 1).test());
  }

  /** CIFAR's binary files, and the names of classes beside them. */
  @FuzzTest
  void cifar(byte[] content) throws IOException {
    Path ten = write("cifar10/data_batch_1.bin", content);
    write("cifar10/batches.meta.txt", content);
    read(() -> DataFiles.at(ten).train());
    Path hundred = write("cifar100/train.bin", content);
    read(() -> DataFiles.at(hundred).train());
    Files.write(ten, new byte[32 * 32 * 3 + 1]);
    read(() -> DataFiles.at(ten).train());
  }

  /** Safetensors, and models in them. */
  @FuzzTest
  void safetensors(byte[] content) throws IOException {
    Path file = write("model.safetensors", content);
    read(() -> Safetensors.read(file));
    read(() -> Safetensors.readMetadata(file));
    read(() -> ModelFile.read(file));
  }

  /** Keras' JSON of both versions. */
  @FuzzTest
  void kerasJson(byte[] content) {
    String json = new String(content, StandardCharsets.UTF_8);
    try {
      String again = KerasJson.write(KerasJson.read(json));
      KerasJson.read(again);
    } catch (IllegalArgumentException e) {
      if (e.getClass() != IllegalArgumentException.class || e.getMessage().isBlank()) {
        throw new AssertionError("not told by the reader: " + e, e);
      }
    }
  }

  /** Pictures of all kinds. */
  @FuzzTest
  void picture(byte[] content) throws IOException {
    Path file = write("picture", content);
    read(() -> PictureFile.read(file));
  }
}
