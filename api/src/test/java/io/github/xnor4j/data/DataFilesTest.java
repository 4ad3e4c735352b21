package io.github.xnor4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets of every format, under the names that people have. */
class DataFilesTest {
  private static final int COUNT = 6;
  private static final int SIDE = 2;

  @TempDir private Path folder;

  // ---- writers

  /** Pixels that tell images, rows and columns apart. */
  private static byte[] pixels(int count) {
    byte[] pixels = new byte[count * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * i + i / 64);
    }
    return pixels;
  }

  private static byte[] idx(int type, byte[] content, int... dims) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dims.length + content.length);
    buffer.putInt(type << 8 | dims.length);
    for (int dim : dims) {
      buffer.putInt(dim);
    }
    return buffer.put(content).array();
  }

  private static byte[] idxImages(int count) {
    return idx(8, pixels(count), count, SIDE, SIDE);
  }

  private static byte[] idxLabels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return idx(8, bytes, labels.length);
  }

  private static int[] labels(int count) {
    return IntStream.range(0, count).map(i -> i % 3).toArray();
  }

  private static byte[] npy(String type, String shape, ByteBuffer content) {
    String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    ByteBuffer buffer =
        ByteBuffer.allocate(10 + header.length() + content.capacity())
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    buffer.put((byte) 1).put((byte) 0).putShort((short) header.length());
    buffer.put(header.getBytes(StandardCharsets.US_ASCII));
    return buffer.put(content.rewind()).array();
  }

  private static byte[] npyImages(int count) {
    return npy(
        "|u1", "(" + count + ", " + SIDE + ", " + SIDE + ")", ByteBuffer.wrap(pixels(count)));
  }

  private static byte[] npyLabels(int count) {
    ByteBuffer longs = ByteBuffer.allocate(Long.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(labels(count)).forEach(longs::putLong);
    return npy("<i8", "(" + count + ",)", longs);
  }

  private static void writeZip(Path file, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private Path write(String name, String... lines) throws IOException {
    return write(name, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  // ---- checks

  private static void assertHolds(int count, Dataset data) {
    assertEquals(Shape.of(count, SIDE, SIDE, 1), data.images().shape());
    assertArrayEquals(pixels(count), data.images().bytes());
    assertArrayEquals(labels(count), data.labels().ints());
  }

  private static void assertRefused(DataFiles files, String... words) {
    IOException e = assertThrows(IOException.class, files::train);
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), () -> "'" + word + "' in: " + e.getMessage());
    }
  }

  // ---- IDX

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, train-labels-idx1-ubyte",
    "train-images.idx3-ubyte, train-labels.idx1-ubyte",
    "train-images-idx3-ubyte.gz, train-labels.idx1-ubyte",
    "train-images.gz, train-labels.gz",
    "Train Images, Train Labels",
    "training_imgs.idx, training_targets.idx",
    "mine-train-images-idx3-ubyte, mine-train-labels-idx1-ubyte",
    "images-idx3-ubyte, labels-idx1-ubyte",
    "train-images-idx3-ubyte/train-images-idx3-ubyte, train-labels-idx1-ubyte",
    "train-images-idx3-ubyte.gz/train-images.idx3-ubyte, train-labels-idx1-ubyte",
    "raw/train-images-idx3-ubyte, raw/train-labels-idx1-ubyte"
  })
  void idxFilesAreFoundUnderManyNames(String images, String labels) throws IOException {
    write(images, images.endsWith(".gz") ? IdxTest.zipped(idxImages(COUNT)) : idxImages(COUNT));
    write(labels, idxLabels(labels(COUNT)));
    write("README.txt", "not data");
    write("._" + "train-images-idx3-ubyte", "left by a file manager");
    assertHolds(COUNT, Dataset.train(folder));
  }

  @Test
  void aFileStandsForThoseBesideIt() throws IOException {
    Path images = write("train-images-idx3-ubyte", idxImages(COUNT));
    write("train-labels-idx1-ubyte", idxLabels(labels(COUNT)));
    write("t10k-images-idx3-ubyte", idxImages(3));
    Path labels = write("t10k-labels-idx1-ubyte", idxLabels(labels(3)));
    assertHolds(COUNT, Dataset.train(labels));
    assertHolds(3, Dataset.test(images));
    assertHolds(3, DataFiles.at(images).testOrAll());
  }

  @Test
  void ofSeveralDataSetsOneMustBeNamed() throws IOException {
    for (String name : List.of("blue", "red")) {
      write(name + "-train-images-idx3-ubyte", idxImages(COUNT));
      write(name + "-train-labels-idx1-ubyte", idxLabels(labels(COUNT)));
    }
    assertRefused(DataFiles.at(folder), "several data sets", "blue-train-images-idx3-ubyte");
    assertHolds(COUNT, Dataset.train(folder.resolve("red-train-labels-idx1-ubyte")));
  }

  @Test
  void ofTwoFormsOfOneFileThePlainOneIsRead() throws IOException {
    write("train-images-idx3-ubyte", idxImages(COUNT));
    write("train-images-idx3-ubyte.gz", IdxTest.zipped(idxImages(3)));
    write("train-labels-idx1-ubyte", idxLabels(labels(COUNT)));
    assertHolds(COUNT, Dataset.train(folder));
  }

  @Test
  void whatIsMissingIsNamedBesideWhatIsThere() throws IOException {
    write("train-images-idx3-ubyte", idxImages(COUNT));
    write("strange.file", "x");
    assertRefused(
        DataFiles.at(folder), "no labels", "train-labels-idx1-ubyte", "there are", "strange.file");
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> DataFiles.at(folder).test());
    assertTrue(e.getMessage().contains("looked for t10k-images-idx3-ubyte"), e.getMessage());
    assertTrue(e.getMessage().contains("there are strange.file, train-i"), e.getMessage());
    assertTrue(e.getMessage().contains("split"), e.getMessage());
    assertRefused(DataFiles.at(folder.resolve("nothing")), "nothing: does not exist");
  }

  @Test
  void floatsAreScaledAndIntegersTaken() throws IOException {
    write("train-labels-idx1-ubyte", idxLabels(0, 1));
    ByteBuffer unit = ByteBuffer.allocate(8 * Float.BYTES);
    ByteBuffer signed = ByteBuffer.allocate(8 * Double.BYTES);
    ByteBuffer shorts = ByteBuffer.allocate(8 * Short.BYTES);
    byte[] expected = new byte[8];
    for (int i = 0; i < 8; i++) {
      int pixel = i == 7 ? 255 : 36 * i;
      expected[i] = (byte) pixel;
      unit.putFloat(pixel / 255f);
      signed.putDouble(pixel / 127.5 - 1);
      shorts.putShort((short) pixel);
    }
    int[] shape = {2, SIDE, SIDE};
    for (byte[] content :
        List.of(
            idx(0x0D, unit.array(), shape),
            idx(0x0E, signed.array(), shape),
            idx(0x0B, shorts.array(), shape))) {
      write("train-images-idx3-ubyte", content);
      assertArrayEquals(expected, Dataset.train(folder).images().bytes());
    }
    write("train-images-idx3-ubyte", idx(0x0D, unit.putFloat(0, -2.5f).array(), shape));
    assertRefused(DataFiles.at(folder), "floats from -2.5 to 1.0", "expected 0 to 255");
    write("train-images-idx3-ubyte", idx(0x0D, unit.putFloat(0, Float.NaN).array(), shape));
    assertRefused(DataFiles.at(folder), "pixel 0 is NaN");
    write("train-images-idx3-ubyte", idx(0x0B, shorts.putShort(2, (short) 256).array(), shape));
    assertRefused(DataFiles.at(folder), "pixel 1 is 256, expected 0 to 255");
  }

  @Test
  void labelsOfOtherFormsAreTakenOrNamed() throws IOException {
    write("train-images-idx3-ubyte", idxImages(2));
    ByteBuffer qmnist = ByteBuffer.allocate(16 * Integer.BYTES);
    qmnist.putInt(0, 7).putInt(4, 1000).putInt(32, 3);
    write("train-labels-idx2-int", idx(0x0C, qmnist.array(), 2, 8));
    assertEquals("[7, 3]", Arrays.toString(Dataset.train(folder).labels().ints()));
    Files.delete(folder.resolve("train-labels-idx2-int"));
    Path labels = write("train-labels-idx1-ubyte", idx(8, new byte[] {0, 1}, 2, 1));
    assertEquals("[0, 1]", Arrays.toString(Dataset.train(folder).labels().ints()));
    write("train-labels-idx1-ubyte", idx(8, new byte[] {0, 1, 0, 1, 0, 0}, 2, 3));
    assertRefused(DataFiles.at(folder), labels + ": ", "one-hot", "[2, 3]", "argmax");
    write("train-labels-idx1-ubyte", idx(8, new byte[] {0, 5, 0, 1, 0, 0}, 2, 3));
    assertRefused(DataFiles.at(folder), labels + ": ", "[2, 3]", "expected [2]");
    write("train-labels-idx1-ubyte", idxLabels(1, 2));
    assertEquals(
        "[0, 1]", Arrays.toString(DataFiles.at(folder).firstLabel(1).train().labels().ints()));
    assertRefused(DataFiles.at(folder).firstLabel(2), "label 0 is 1, expected 2 or more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"letters", "balanced", "byclass", "bymerge", "digits", "mnist"})
  void emnistIsTurnedUprightAndNamed(String set) throws IOException {
    int first = set.equals("letters") ? 1 : 0;
    String name = "emnist-" + set + "-train-";
    write(name + "images-idx3-ubyte.gz", IdxTest.zipped(idxImages(2)));
    write(name + "labels-idx1-ubyte.gz", IdxTest.zipped(idxLabels(first, first + 2)));
    write("emnist-" + set + "-mapping.txt", "0 48");
    Dataset data = Dataset.train(folder);
    assertEquals("[0, 2]", Arrays.toString(data.labels().ints()));
    assertEquals(
        "[0, 20, 10, 30, 40, 60, 50, 70]", Arrays.toString(data.images().bytes()), "transposed");
    assertEquals("EMNIST " + set, data.description().name());
    assertEquals(first == 1 ? "c" : "2", data.description().className(2));
    int classes =
        Map.of("letters", 26, "balanced", 47, "bymerge", 47, "byclass", 62).getOrDefault(set, 10);
    assertEquals(classes, data.description().classes().size());
  }

  // ---- NumPy

  @Test
  void numpyArchivesAreRead() throws IOException {
    Path file = folder.resolve("mine.npz");
    writeZip(
        file,
        Map.of(
            "x_train.npy", npyImages(COUNT),
            "y_train.npy", npyLabels(COUNT),
            "x_test.npy", npyImages(3),
            "y_test.npy", npyLabels(3)));
    for (Path path : List.of(file, folder)) {
      assertHolds(COUNT, Dataset.train(path));
      assertHolds(3, Dataset.test(path));
    }
  }

  @Test
  void arraysOfSomethingElseAreLeftAlone() throws IOException {
    ByteBuffer names = ByteBuffer.allocate(8);
    writeZip(
        folder.resolve("all.npz"),
        Map.of(
            "class_names.npy", npy("|O", "(1,)", names),
            "mean.npy", npy("<f8", "()", names),
            "x.npy", npyImages(COUNT),
            "y.npy", npyLabels(COUNT)));
    assertHolds(COUNT, Dataset.train(folder));
  }

  @Test
  void validationImagesAreForTestsWhereThereAreNoOthers() throws IOException {
    write("train_images.npy", npyImages(COUNT));
    write("train_labels.npy", npyLabels(COUNT));
    write("val_images.npy", npyImages(3));
    write("val_labels.npy", npyLabels(3));
    assertHolds(COUNT, Dataset.train(folder));
    assertHolds(3, Dataset.test(folder));
    write("test_images.npy", npyImages(2));
    write("test_labels.npy", npyLabels(2));
    assertHolds(2, Dataset.test(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<f4  ; True  ; (1,)      ; Fortran",
        "|O   ; False ; (1,)      ; expected numbers",
        "<c8  ; False ; (1,)      ; expected numbers",
        "<f4  ; False ; (1, -2)   ; expected a shape",
        "<f4  ; False ; (9999999999,) ; impossible shape",
        "<f4  ; False ; (3, 2, 2) ; cut off",
        "<i8  ; False ; (1, 1, 1) ; expected an integer of 32 bits"
      })
  void badArraysAreNamed(String type, String fortran, String shape, String message)
      throws IOException {
    String header =
        "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + "}";
    ByteBuffer file = ByteBuffer.allocate(10 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1);
    file.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    Path images = write("x_train.npy", file.putLong(1L << 40).array());
    write("y_train.npy", npyLabels(1));
    assertRefused(DataFiles.at(folder), images.toString(), message);
    Path archive = write("y_train.npz", "PK no archive");
    assertRefused(DataFiles.at(archive), archive.toString(), "no valid NumPy archive");
  }

  // ---- CSV

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0,0,10,20,30\n1,40,50,60,70\n",
        "label,p0,p1,p2,p3\n0,0,10,20,30\n1,40,50,60,70",
        "\uFEFFlabel,0,1,2,3\r\n0,0,10,20,30\r\n1,40,50,60,70\r\n\r\n",
        "\"label\";\"p0\";\"p1\";\"p2\";\"p3\"\n\"0\";\"0\";\"10\";\"20\";\"30\"\n1;40;50;60;70",
        "p0\tp1\tp2\tp3\tclass\n0\t10\t20\t30\t0\n40\t50\t60\t70\t1",
        "0, 0, 10, 20, 30\n1, 40, 50.0, 60, 7e1\n"
      })
  void tablesAreReadInManyForms(String text) throws IOException {
    Path file = write("train.csv", text);
    assertHolds(2, Dataset.train(file));
    assertHolds(2, Dataset.train(folder));
    write("train.csv.gz", IdxTest.zipped(text.getBytes(StandardCharsets.UTF_8)));
    assertHolds(2, Dataset.train(folder.resolve("train.csv")));
    Files.delete(file);
    assertHolds(2, Dataset.train(folder));
  }

  @Test
  void tablesOfFloatsAreScaled() throws IOException {
    write("data.csv", "0,0,1,0,1", "1,0.2,0.4,0,1");
    Dataset data = Dataset.train(folder);
    assertEquals("[0, -1, 0, -1, 51, 102, 0, -1]", Arrays.toString(data.images().bytes()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,1,2,3,4;1,2,3,4          | line 2 has 4 fields, expected 5",
        "0,1,2,3,4;1,2,3,4,5,6      | line 2 has 6 fields, expected 5",
        "0,1,2,3,4;1,2,x,4,5        | line 2 has 'x' in column 3",
        "0,1,2,3,4;1,2,,4,5         | line 2 has '' in column 3",
        "0,1,2,3,4;1.5,2,3,4,5      | line 2 has label 1.5",
        "0,1,2,3,4;-1,2,3,4,5       | label 1 is -1, expected 0 or more",
        "0,1,2,3,4;1,2,3,400,5      | floats from 0.0 to 400.0",
        "0,1,2,3                    | 4 columns, expected a label and the pixels; labels missing",
        "label,a,b,c,d              | no line of numbers",
        "words                      | line 1 has one field"
      })
  void badTablesAreNamed(String lines, String message) throws IOException {
    Path file = write("train.csv", lines.split(";"));
    String[] words = message.split("; ");
    words = Arrays.copyOf(words, words.length + 1);
    words[words.length - 1] = file.toString();
    assertRefused(DataFiles.at(folder), words);
  }

  @Test
  void tablesWithoutLabelsAreNotTakenForTests() throws IOException {
    write("train.csv", "label,a,b,c,d", "0,0,10,20,30", "1,40,50,60,70");
    write("test.csv", "a,b,c,d", "0,10,20,30");
    write("sample_submission.csv", "ImageId,Label", "1,0");
    assertHolds(2, Dataset.train(folder));
    IOException e = assertThrows(IOException.class, () -> Dataset.test(folder));
    assertTrue(e.getMessage().contains("labels missing"), e.getMessage());
    write("other_train.csv", "0,0,10,20,30");
    assertRefused(DataFiles.at(folder), "several tables", "train.csv");
  }

  // ---- CIFAR

  private static byte[] cifar(int labelBytes, int... labels) {
    ByteBuffer content = ByteBuffer.allocate(labels.length * (labelBytes + 3072));
    for (int label : labels) {
      content.put(labelBytes == 2 ? new byte[] {9, (byte) label} : new byte[] {(byte) label});
      for (int i = 0; i < 3072; i++) {
        content.put((byte) (i / 1024 * 50 + i % 7));
      }
    }
    return content.array();
  }

  @Test
  void cifarIsReadPixelByPixel() throws IOException {
    for (int i = 1; i <= 5; i++) {
      write("batches/data_batch_" + i + ".bin", cifar(1, i, 9));
    }
    write("batches/test_batch.bin", cifar(1, 0));
    Dataset train = Dataset.train(folder);
    assertEquals(Shape.of(10, 32, 32, 3), train.images().shape());
    assertEquals("[1, 9, 2, 9, 3, 9, 4, 9, 5, 9]", Arrays.toString(train.labels().ints()));
    byte[] pixels = train.images().bytes();
    assertArrayEquals(
        new byte[] {0, 50, 100, 1, 51, 101},
        new byte[] {
          pixels[0],
          (byte) (pixels[1] - 1024 % 7),
          (byte) (pixels[2] - 2048 % 7),
          pixels[3],
          (byte) (pixels[4] - 1025 % 7 + 1),
          (byte) (pixels[5] - 2049 % 7 + 1)
        });
    assertEquals("CIFAR-10", train.description().name());
    assertEquals("truck", train.description().className(9));
    assertEquals(1, Dataset.test(folder).size());
    Path cut = write("batches/data_batch_2.bin", new byte[3072]);
    assertRefused(DataFiles.at(folder), cut.toString(), "multiple of 3073");
  }

  @Test
  void ofCifar100TheFineLabelIsTheClass() throws IOException {
    write("train.bin", cifar(2, 77, 3));
    write("test.bin", cifar(2, 5));
    write("fine_label_names.txt", "apple", "aquarium_fish", "baby", "bear", "");
    Dataset train = Dataset.train(folder);
    assertEquals("[77, 3]", Arrays.toString(train.labels().ints()));
    assertEquals("CIFAR-100", train.description().name());
    assertEquals("bear", train.description().className(3));
  }

  /** The sizes of files are enough to know: none so large is written here. */
  @ParameterizedTest
  @ValueSource(ints = {3073, 3074})
  void moreOfCifarThanAnArrayHoldsIsRefused(int record) throws IOException {
    Path file = Path.of("train.bin");
    int most = Integer.MAX_VALUE / record;
    assertEquals(most, CifarFiles.countWith(file, (long) most * record, record, 0));
    assertEquals(most, CifarFiles.countWith(file, record, record, most - 1));
    for (int images : new int[] {most, 1_500_000, Integer.MAX_VALUE}) {
      BadFileException e =
          assertThrows(
              BadFileException.class,
              () -> CifarFiles.countWith(file, (long) images * record, record, 1));
      String message = e.getMessage();
      assertTrue(message.startsWith("train.bin: makes it " + (images + 1L)), message);
      assertTrue(message.contains("at most " + most), message);
    }
  }

  // ---- folders of pictures

  private static final Shape IMAGE = Shape.of(1, 2, 3);

  /** Stands for a decoder: fills a picture with what a file holds, and takes 4 for a large one. */
  private static DataFiles.Picture decode(Path file, Shape image) throws IOException {
    byte[] out = new byte[image.elements()];
    Arrays.fill(out, Files.readAllBytes(file)[0]);
    return new DataFiles.Picture(out, out[0] == 4);
  }

  private DataFiles pictures() {
    return DataFiles.at(folder).pictures(IMAGE, DataFilesTest::decode);
  }

  @Test
  void foldersOfPicturesAreClasses() throws IOException {
    write("bee/1.png", new byte[] {1});
    write("bee/2.JPG", new byte[] {2});
    write("ant/3.webp", new byte[] {3});
    write("ant/notes.txt", "no picture");
    write("cow/4.jpeg", new byte[] {4});
    List<Long> told = new ArrayList<>();
    Dataset data = pictures().progress((done, all) -> told.add(10 * done + all)).train();
    assertEquals(Shape.of(4, 1, 2, 3), data.images().shape());
    assertEquals("[0, 1, 1, 2]", Arrays.toString(data.labels().ints()));
    assertEquals(3, data.images().bytes()[0]);
    assertEquals(1, data.images().bytes()[IMAGE.elements()]);
    assertEquals(List.of("ant", "bee", "cow"), data.description().classes());
    assertTrue(data.description().resized());
    assertEquals(List.of(14L, 24L, 34L, 44L), told);
    assertThrows(NoSuchFileException.class, () -> pictures().test());
    assertEquals(4, pictures().testOrAll().size());
    assertThrows(IllegalArgumentException.class, () -> DataFiles.at(folder).train());
  }

  @Test
  void foldersOfNumbersAreInTheirOrder() throws IOException {
    for (int i : new int[] {0, 1, 2, 10, 11}) {
      write("train/" + i + "/a.png", new byte[] {(byte) i});
    }
    write("test/10/a.png", new byte[] {10});
    assertEquals(List.of("0", "1", "2", "10", "11"), pictures().train().description().classes());
    assertEquals("[3]", Arrays.toString(pictures().test().labels().ints()));
    assertFalse(pictures().train().description().classes().isEmpty());
    write("test/12/a.png", new byte[] {12});
    IOException e = assertThrows(IOException.class, () -> pictures().test());
    assertTrue(e.getMessage().contains("12: is no class that is trained on"), e.getMessage());
  }

  @Test
  void ofSeveralFoldersOneMayHoldTheData() throws IOException {
    write("docs/readme.txt", "hi");
    write("data/inner/bee/a.png", new byte[] {1});
    write("data/inner/ant/a.png", new byte[] {2});
    write("data/inner/labels.csv", "file,label", "a.png,3");
    assertEquals(2, pictures().train().size());
    write("more/train.csv", "0,0,10,20,30");
    assertRefused(pictures(), "holds several data sets", folder.resolve("data/inner").toString());
  }

  @Test
  void partsAreToldFromNames() {
    for (String name : List.of("train", "Training", "mnist_train.csv", "x_train")) {
      assertEquals(Part.TRAIN, Part.calledBy(name), name);
    }
    for (String name : List.of("t10k-images", "test", "x_test", "mnisttest.csv", "testing")) {
      assertEquals(Part.TEST, Part.calledBy(name), name);
    }
    for (String name : List.of("val", "Validation", "x_val", "yval", "my-valid")) {
      assertEquals(Part.VALIDATION, Part.calledBy(name), name);
    }
    for (String name : List.of("latest", "contest", "interval", "images", "data")) {
      assertEquals(Part.ALL, Part.calledBy(name), name);
    }
  }

  @Test
  void aModelsClassesAreThoseOfItsTraining() throws IOException {
    write("cow/a.png", new byte[] {1});
    write("ant/a.png", new byte[] {2});
    DataFiles files = pictures().classes(List.of("ant", "bee", "cow"));
    assertEquals("[0, 2]", Arrays.toString(files.testOrAll().labels().ints()));
    assertFalse(files.testOrAll().description().resized());
    assertRefused(pictures().classes(List.of("ant", "bee")), "cow", "[ant, bee]");
    Files.move(folder.resolve("cow"), folder.resolve("1"));
    assertEquals("[1, 0]", Arrays.toString(files.testOrAll().labels().ints()));
    assertRefused(pictures().classes(List.of("ant", "7")), "1: is no class");
  }

  @Test
  void whatIsNoDataSetIsSaidSo() throws IOException {
    assertRefused(pictures(), "holds nothing", "expected IDX files");
    write("a.png", new byte[] {1});
    assertRefused(pictures(), "holds a.png; these are pictures, but not in a folder for each");
    write("cat/a.png", new byte[] {1});
    assertRefused(pictures(), "one class, [cat]");
    assertEquals(1, pictures().classes(List.of("ant", "cat")).testOrAll().size());
    assertRefused(DataFiles.at(write("data.zip", "PK\3\4")), "data.zip: is a zip archive");
    assertRefused(DataFiles.at(write("a.tar.gz", "\037")), "a.tar.gz: is an archive");
    assertRefused(DataFiles.at(write("empty", "")), "empty: is empty");
    assertRefused(DataFiles.at(write("x.txt", "hi")), "x.txt: is of another format");
  }

  // ---- splits

  @Test
  void aSplitHoldsOutAShareOfEachClass() throws IOException {
    int count = 50;
    int[] labels = IntStream.range(0, count).map(i -> i < 40 ? 0 : i < 49 ? 1 : 2).toArray();
    write("images-idx3-ubyte", idxImages(count));
    write("labels-idx1-ubyte", idxLabels(labels));
    DataFiles files = DataFiles.at(folder).split(0.2, 1);
    assertEquals(count, files.train().size() + files.test().size());
    assertEquals(
        "8 of 40, 2 of 9, none of 1",
        "%d of 40, %d of 9, %s of 1"
            .formatted(
                number(files.test(), 0),
                number(files.test(), 1),
                number(files.test(), 2) == 0 ? "none" : "some"));
    Set<Integer> seen = new HashSet<>();
    for (Dataset part : List.of(files.train(), files.test())) {
      byte[] pixels = part.images().bytes();
      for (int i = 0; i < part.size(); i++) {
        assertTrue(seen.add(Arrays.hashCode(Arrays.copyOfRange(pixels, 4 * i, 4 * i + 4))));
      }
    }
    DataFiles again = DataFiles.at(folder).split(0.2, 1);
    assertEquals(files.test().hash(), again.test().hash());
    assertEquals(files.train().hash(), again.train().hash());
    assertFalse(files.test().hash().equals(DataFiles.at(folder).split(0.2, 2).test().hash()));
    assertThrows(IllegalArgumentException.class, () -> DataFiles.at(folder).split(1, 1));
    assertNull(files.test().description().name());
    assertEquals(
        "[1, 2, 9, 20, 22, 30, 35, 38, 44, 48]",
        held(files.test()),
        "as evaluations of earlier versions had it");
  }

  /** The numbers of images, which their first pixels tell. */
  private static String held(Dataset data) {
    byte[] pixels = pixels(50);
    return IntStream.range(0, data.size())
        .map(i -> data.images().bytes()[4 * i])
        .map(
            first ->
                IntStream.range(0, 50).filter(i -> pixels[4 * i] == first).findFirst().orElse(-1))
        .boxed()
        .toList()
        .toString();
  }

  private static long number(Dataset data, int label) {
    return Arrays.stream(data.labels().ints()).filter(each -> each == label).count();
  }

  @Test
  void aSplitOfOneImageAClassIsRefused() throws IOException {
    write("images-idx3-ubyte", idxImages(2));
    write("labels-idx1-ubyte", idxLabels(0, 1));
    assertRefused(DataFiles.at(folder).split(0.5, 1), "one image a class");
  }

  @Test
  void tensorsGiveTheSame() throws IOException {
    Tensor images = Tensor.u8(Shape.of(3, SIDE, SIDE), pixels(3));
    assertHolds(3, Dataset.ofArrays(images, "a", Tensor.i32(Shape.of(3), labels(3)), "b"));
    Tensor four = Tensor.zeros(DType.U8, Shape.of(1, 3, 8, 8));
    IOException e =
        assertThrows(
            IOException.class, () -> Dataset.ofArrays(four, "a", Tensor.i32(Shape.of(1), 0), "b"));
    assertTrue(e.getMessage().contains("channels last"), e.getMessage());
  }
}
