package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdxTest {
  @TempDir Path folder;

  static byte[] idx(int type, int bytes, int... dims) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dims.length + bytes);
    buffer.put((byte) 0).put((byte) 0).put((byte) type).put((byte) dims.length);
    for (int dim : dims) {
      buffer.putInt(dim);
    }
    for (int i = 0; i < bytes; i++) {
      buffer.put((byte) (i % 5));
    }
    return buffer.array();
  }

  static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void plainAndZippedFilesAreTheSame() throws IOException {
    byte[] content = idx(8, 24, 2, 3, 4);
    Path plain = Files.write(folder.resolve("plain"), content);
    Path zip = Files.write(folder.resolve("zip-without-a-name"), zipped(content));
    Tensor tensor = Idx.read(plain);
    assertEquals(Shape.of(2, 3, 4), tensor.shape());
    assertEquals(3, tensor.bytes()[23]);
    assertEquals(tensor, Idx.read(zip));
  }

  @Test
  void numbersOfEveryTypeAreRead() throws IOException {
    Path file = folder.resolve("numbers");
    Files.write(file, idx(9, 5, 5));
    assertEquals("[0, 1, 2, 3, 4]", Arrays.toString(Idx.read(file).ints()));
    byte[] longs = idx(0x0C, 8, 2);
    assertEquals("[66051, 67109122]", Arrays.toString(Idx.read(Files.write(file, longs)).ints()));
    ByteBuffer floats = ByteBuffer.wrap(idx(0x0D, 8, 2)).putFloat(8, 0.5f).putFloat(12, -2);
    assertEquals(
        "[0.5, -2.0]", Arrays.toString(Idx.read(Files.write(file, floats.array())).floats()));
    Files.write(file, idx(0x0E, 15, 2));
    BadFileException e = assertThrows(BadFileException.class, () -> Idx.read(file));
    assertTrue(e.getMessage().contains("cut off: 15 bytes follow the header, expected 16"));
  }

  static Stream<Arguments> bad() throws IOException {
    byte[] ok = idx(8, 24, 2, 3, 4);
    byte[] zip = zipped(ok);
    byte[] damaged = zip.clone();
    damaged[zip.length - 6] ^= 1;
    return Stream.of(
        Arguments.of(new byte[0], "begins with bytes []"),
        Arguments.of("P5 28 28".getBytes(), "begins with bytes [80, 53, 32, 50]"),
        Arguments.of(idx(7, 24, 2, 3, 4), "begins with bytes [0, 0, 7, 3]"),
        Arguments.of(idx(8, 0), "begins with bytes [0, 0, 8, 0]"),
        Arguments.of(Arrays.copyOf(ok, 9), "cut off within its header"),
        Arguments.of(Arrays.copyOf(ok, ok.length - 1), "cut off: 23 bytes"),
        Arguments.of(Arrays.copyOf(ok, ok.length + 1), "too long: expected 24 bytes"),
        Arguments.of(idx(8, 24, 2, -3, 4), "an extent is negative"),
        Arguments.of(idx(8, 24, 65536, 65536), "impossible shape [65536, 65536]"),
        Arguments.of(idx(8, 24, 2147483647), "cut off: 24 bytes"),
        Arguments.of(Arrays.copyOf(zip, zip.length - 9), "cut off"),
        Arguments.of(Arrays.copyOf(zip, 5), "cut off"),
        Arguments.of(damaged, "not valid gzip"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFilesAreRefused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad"), content);
    BadFileException e = assertThrows(BadFileException.class, () -> Idx.read(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void foldersOfIdxFilesAreRead() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), idx(8, 24, 2, 3, 4));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), zipped(idx(8, 2, 2)));
    Dataset dataset = Dataset.train(folder);
    assertEquals(Shape.of(2, 3, 4, 1), dataset.images().shape());
    assertEquals(Shape.of(3, 4, 1), dataset.imageShape());
    assertEquals("[0, 1]", Arrays.toString(dataset.labels().ints()));
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Dataset.test(folder));
    assertTrue(e.getMessage().contains("t10k-images-idx3-ubyte"), e.getMessage());
    assertThrows(NoSuchFileException.class, () -> Dataset.train(folder.resolve("missing")));
  }

  @Test
  void imagesAndLabelsMustGoTogether() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), idx(8, 24, 2, 3, 4));
    Path labels = folder.resolve("train-labels-idx1-ubyte");
    Files.write(labels, idx(8, 3, 3));
    BadFileException e = assertThrows(BadFileException.class, () -> Dataset.train(folder));
    assertTrue(e.getMessage().contains("labels have shape [3], expected [2]"), e.getMessage());
    Files.write(labels, idx(8, 24, 2, 3, 4));
    assertThrows(BadFileException.class, () -> Dataset.train(folder));
    Files.write(folder.resolve("train-images-idx3-ubyte"), idx(8, 2, 2));
    assertThrows(BadFileException.class, () -> Dataset.train(folder));
  }

  @Test
  void labelsOutOfRangeAreNamed() {
    Dataset dataset =
        Dataset.of(Tensor.u8(Shape.of(3, 1, 1, 1), new byte[3]), Tensor.i32(Shape.of(3), 0, 9, 10));
    dataset.requireLabels(11);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> dataset.requireLabels(10));
    assertEquals(
        "label of image 2 is 10, expected 0 to 9 for the model; the data have 11 classes",
        e.getMessage());
    Tensor image = Tensor.u8(Shape.of(1, 1, 1, 1), (byte) 0);
    assertThrows(
        IllegalArgumentException.class, () -> Dataset.of(image, Tensor.i32(Shape.of(1), -1)));
  }

  @Test
  void hashTellsPixelsShapesAndLabelsApart() {
    Dataset a =
        Dataset.of(Tensor.u8(Shape.of(1, 1, 2, 1), new byte[2]), Tensor.i32(Shape.of(1), 0));
    Dataset same =
        Dataset.of(Tensor.u8(Shape.of(1, 1, 2, 1), new byte[2]), Tensor.i32(Shape.of(1), 0));
    Dataset shape =
        Dataset.of(Tensor.u8(Shape.of(1, 2, 1, 1), new byte[2]), Tensor.i32(Shape.of(1), 0));
    Dataset pixel =
        Dataset.of(Tensor.u8(Shape.of(1, 1, 2, 1), new byte[] {0, 1}), Tensor.i32(Shape.of(1), 0));
    Dataset label =
        Dataset.of(Tensor.u8(Shape.of(1, 1, 2, 1), new byte[2]), Tensor.i32(Shape.of(1), 1));
    assertEquals(a.hash(), same.hash());
    assertEquals(4, Stream.of(a, shape, pixel, label).map(Dataset::hash).distinct().count());
  }
}
