package io.github.xnor4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void everyDtypeAndTheMetadataComeBack() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "f",
        Tensor.f32(Shape.of(2, 3), 1, -0f, Float.NaN, Float.MIN_VALUE, -Float.MAX_VALUE, 1f / 3));
    tensors.put("u", Tensor.u8(Shape.of(3), (byte) 0, (byte) 127, (byte) 255));
    tensors.put("i", Tensor.i32(Shape.of(1, 2), Integer.MIN_VALUE, 7));
    tensors.put("s", Tensor.i16(Shape.of(2), Short.MIN_VALUE, (short) 5));
    tensors.put("none", Tensor.f32(Shape.of(0, 4)));
    tensors.put("scalar", Tensor.scalar(4));
    Map<String, String> metadata = Map.of("text", "quote \" newline \n unicode \u20ac", "", "");
    Safetensors read = roundTrip(new Safetensors(tensors, metadata));
    assertEquals(tensors, read.tensors());
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.tensors().keySet()));
    assertEquals(metadata, read.metadata());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 31, 33, 63, 64, 65, 127, 129, 1000})
  void bitsComeBack(int last) throws IOException {
    for (Shape shape : List.of(Shape.of(last), Shape.of(3, last), Shape.of(2, 3, last))) {
      float[] values = new float[shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i * 2654435761L % 7 < 3 ? -1 : 1;
      }
      Tensor bits = Bits.pack(Tensor.f32(shape, values));
      Safetensors content = new Safetensors(Map.of("b", bits), Map.of("k", "v"));
      assertEquals(content, roundTrip(content), shape.toString());
    }
  }

  /** The bits of a filter follow each other, with one tail, whatever its axes. */
  @Test
  void bitsOfAFilterAreContiguous() throws IOException {
    float[] values = new float[2 * 3 * 5];
    Arrays.fill(values, 1);
    values[0] = -1;
    values[9] = -1;
    values[15 + 14] = -1;
    Path file = folder.resolve("bits");
    Tensor bits = Bits.pack(Tensor.f32(Shape.of(2, 3, 5), values));
    new Safetensors(Map.of("b", bits), Map.of()).write(file);
    byte[] all = Files.readAllBytes(file);
    byte[] data = Arrays.copyOfRange(all, all.length - 4, all.length);
    assertEquals("[1, 2, 0, 64]", Arrays.toString(data));
    assertTrue(new String(all, StandardCharsets.UTF_8).contains("\"shape\":[2,2]"));
  }

  @Test
  void tensorsBeginAtAMultipleOfEight() throws IOException {
    for (int length = 1; length < 12; length++) {
      Path file = folder.resolve("aligned");
      new Safetensors(Map.of("n".repeat(length), Tensor.scalar(1)), Map.of()).write(file);
      assertEquals(0, (Files.size(file) - 4) % 8);
    }
  }

  @Test
  void sameContentGivesTheSameBytes() throws IOException {
    Safetensors content = new Safetensors(Map.of("a", Tensor.scalar(1)), Map.of("k", "v"));
    content.write(folder.resolve("one"));
    content.write(folder.resolve("two"));
    assertEquals(-1, Files.mismatch(folder.resolve("one"), folder.resolve("two")));
  }

  private Safetensors roundTrip(Safetensors content) throws IOException {
    Path file = folder.resolve("file.safetensors");
    content.write(file);
    assertEquals(content.metadata(), Safetensors.readMetadata(file));
    return Safetensors.read(file);
  }

  static Stream<Arguments> hostile() {
    String ok = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    return Stream.of(
        Arguments.of(file(1L << 60, ok, 8), "header length is 1152921504606846976"),
        Arguments.of(file(-1, ok, 8), "header length is 18446744073709551615"),
        Arguments.of(file(ok.length() + 9, ok, 8), "header length"),
        Arguments.of(file(ok.replace("[0,8]", "[0,12]"), 8), "'a': data_offsets are [0, 12]"),
        Arguments.of(file(ok.replace("[0,8]", "[8,0]"), 8), "'a': data_offsets are [8, 0]"),
        Arguments.of(file(ok.replace("[0,8]", "[0,4]"), 4), "hold 4 bytes, expected 8"),
        Arguments.of(file(ok.replace("[0,8]", "[-8,0]"), 8), "is -8, expected a whole number"),
        Arguments.of(file(ok.replace("[0,8]", "[0.0,8]"), 8), "is 0.0, expected a whole number"),
        Arguments.of(file(ok.replace("[0,8]", "[0,1e1]"), 8), "is 1e1, expected a whole number"),
        Arguments.of(file(ok.replace("[0,8]", "[0]"), 8), "expected two numbers"),
        Arguments.of(file(ok.replace("[0,8]", "[0,8,9]"), 8), "expected two numbers"),
        Arguments.of(file(ok.replace("[2]", "[-2]"), 8), "'shape' is -2"),
        Arguments.of(file(ok.replace("[2]", "[\"2\"]"), 8), "'shape' is STRING"),
        Arguments.of(file(ok.replace("[2]", "2"), 8), "not valid JSON"),
        Arguments.of(
            file(ok.replace("[2]", "[65536,65536,65536,65536]"), 8), "fewer than 2^31 elements"),
        Arguments.of(file(ok.replace("[2]", "[9223372036854775807]"), 8), "expected a whole"),
        Arguments.of(file(ok.replace("[2]", "[4294967298]"), 8), "fewer than 2^31 elements"),
        Arguments.of(
            file(ok.replace("[2]", "[" + "1,".repeat(40) + "2]"), 8), "more than 32 numbers"),
        Arguments.of(
            file(ok.replace("F32", "I64"), 8), "'a' has dtype 'I64', expected one of [F32"),
        Arguments.of(file(ok.replace("F32", "F64"), 8), "hold 8 bytes, expected 16 for F64 [2]"),
        Arguments.of(file(ok.replace("F32", "BF16"), 8), "hold 8 bytes, expected 4 for BF16 [2]"),
        Arguments.of(file(ok.replace("\"F32\"", "null"), 8), "not valid JSON"),
        Arguments.of(file(ok.replace("dtype", "type"), 8), "has a field 'type'"),
        Arguments.of(file(ok.replace("\"shape\":[2],", ""), 8), "'a' lacks a field"),
        Arguments.of(file(ok.replace("\"shape\"", "\"dtype\":\"F32\",\"shape\""), 8), "twice"),
        Arguments.of(file(ok, 9), "9 bytes follow the header, expected 8"),
        Arguments.of(file(ok, 7), "data_offsets are [0, 8]"),
        Arguments.of(file(two("a", 0, 8, "a", 8, 16), 16), "'a' is there twice"),
        Arguments.of(file(two("a", 0, 8, "b", 4, 12), 12), "'b' begins at byte 4 and overlaps"),
        Arguments.of(file(two("a", 0, 8, "b", 0, 8), 8), "overlaps"),
        Arguments.of(file(two("a", 0, 8, "b", 12, 20), 20), "leaves a gap, expected 8"),
        Arguments.of(file("{\"__metadata__\":{\"k\":1}}", 0), "metadata 'k' is a NUMBER"),
        Arguments.of(file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0), "'k' is there twice"),
        Arguments.of(file("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "there twice"),
        Arguments.of(file("[]", 0), "does not begin with '{'"),
        Arguments.of(file("{", 0), "not valid JSON"),
        Arguments.of(file("{} {}", 0), "header"),
        Arguments.of(file("{'a':1}", 0), "not valid JSON"),
        Arguments.of(file("{\"a\":" + "[".repeat(100_000), 0), "not valid JSON"),
        Arguments.of(new byte[0], "has 0 bytes"),
        Arguments.of(new byte[7], "has 7 bytes"),
        Arguments.of(new byte[8], "does not begin with '{'"),
        Arguments.of(bits("9", 1), "expected U8 [1, 2] for the bits of shape [9]"),
        Arguments.of(bits("3", 8), "a bit behind the end of a row is set"),
        Arguments.of(bits("x", 1), "bit shape is 'x'"),
        Arguments.of(bits("65536,65536", 1), "bit shape is '65536,65536'"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void hostileFilesAreRefused(byte[] content, String message) throws IOException {
    Path file = folder.resolve("hostile.safetensors");
    Files.write(file, content);
    BadFileException e = assertThrows(BadFileException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  /** Values at the ends of each format, and more of them than are read at once. */
  @Test
  void othersFloatsAreReadAsF32() throws IOException {
    int half = 40_000;
    String entry = "\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}";
    String header =
        "{"
            + String.join(
                ",",
                entry.formatted("d", "F64", 3, 0, 24),
                entry.formatted("h", "F16", half, 24, 24 + 2 * half),
                entry.formatted("b", "BF16", 3, 24 + 2 * half, 30 + 2 * half))
            + "}";
    byte[] content = file(header, 30 + 2 * half);
    ByteBuffer data = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    data.position(8 + header.length()).putDouble(1.0 / 3).putDouble(-0.0).putDouble(1e300);
    for (int i = 0; i < half; i++) {
      data.putShort((short) i);
    }
    data.putShort((short) 0x3f80).putShort((short) 0xff7f).putShort((short) 0x7fc0);
    Path file = folder.resolve("others");
    Files.write(file, content);
    Safetensors read = Safetensors.read(file);
    assertEquals(Tensor.f32(Shape.of(3), 1f / 3, -0f, Float.POSITIVE_INFINITY), read.tensor("d"));
    assertEquals(Tensor.f32(Shape.of(3), 1, -0x1.fep127f, Float.NaN), read.tensor("b"));
    float[] halves = read.tensor("h").floats();
    assertEquals(65504f, halves[0x7bff]);
    assertEquals(0x1p-24f, halves[1]);
    assertEquals(-0x1p-24f, -halves[1]);
    assertEquals(1f, halves[0x3c00]);
    assertTrue(Float.isNaN(halves[0x7e00]));
    assertEquals(Map.of("d", "F64", "h", "F16", "b", "BF16"), read.converted());
  }

  @ParameterizedTest
  @CsvSource({
    "89484446 0d0a1a0a 00000000, an HDF5 file",
    "504b0304 14000000 636f6e6669672e6a736f6e, a zip file of Keras",
    "504b0304 14000000 612f646174612e706b6c, a zip file of PyTorch",
    "504b0304 14000000 622e6e7079, a zip file of NumPy",
    "934e554d 50590100 7600, an array of NumPy",
    "47475546 03000000 00, a GGUF file",
    "504b0304 14000000 61, a zip file",
    "1c000000 54464c33, a TFLite model",
    "80049530 00000000 0000007d, a pickle of Python",
    "1f8b0800 00000000 0003, compressed by gzip",
    "89504e47 0d0a1a0a 00, PNG",
    "25504446 2d312e37 0a25, PDF",
    "3c21444f 43545950 45206874 6d6c3e, an HTML page",
    "0a3c6874 6d6c3e3c 6865, an HTML page",
    "7b22636c 6173735f 6e616d65 22, Keras JSON",
    "76657273 696f6e20 68747470 733a2f2f 6769742d 6c66732e 6769 74687562 2e636f6d2f, a pointer of"
        + " Git LFS",
  })
  void mistakenFilesAreCalledByName(String hex, String name) throws IOException {
    Path file = folder.resolve("mistaken");
    Files.write(file, HexFormat.of().parseHex(hex.replace(" ", "")));
    BadFileException e = assertThrows(BadFileException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().contains("is " + name), e.getMessage());
    assertTrue(e.getMessage().contains("expected a safetensors file"), e.getMessage());
  }

  @Test
  void notUtf8IsRefused() throws IOException {
    Path file = folder.resolve("latin1");
    byte[] content = file("{\"a\"}", 0);
    content[10] = (byte) 0xff;
    Files.write(file, content);
    BadFileException e = assertThrows(BadFileException.class, () -> Safetensors.read(file));
    assertTrue(e.getMessage().contains("not UTF-8"), e.getMessage());
  }

  /** Whatever is cut off, the reader says so. */
  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = folder.resolve("whole");
    new Safetensors(Map.of("a", Tensor.f32(Shape.of(3), 1, 2, 3)), Map.of("k", "v")).write(file);
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThrows(BadFileException.class, () -> Safetensors.read(cut), "length " + length);
    }
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    Path missing = folder.resolve("missing");
    assertThrows(NoSuchFileException.class, () -> Safetensors.read(missing));
    assertThrows(BadFileException.class, () -> Safetensors.read(folder));
  }

  @Test
  void failedWritingLeavesTheOldFileAndNoOther() throws IOException {
    Path file = folder.resolve("kept");
    Files.writeString(file, "old");
    FileSystemException e =
        assertThrows(
            FileSystemException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[100]));
                      throw new IOException("disk full");
                    }));
    assertEquals(file + ": cannot be written: disk full", e.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void writableFoldersAreToldFromOthers() throws IOException {
    AtomicFile.requireWritable(folder.resolve("new"));
    assertEquals(List.of(), files());
    assertThrows(IOException.class, () -> AtomicFile.requireWritable(folder));
    assertThrows(
        NoSuchFileException.class,
        () -> AtomicFile.requireWritable(folder.resolve("missing").resolve("file")));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.toList());
    }
  }

  private static byte[] file(String header, int dataBytes) {
    return file(header.length(), header, dataBytes);
  }

  private static byte[] file(long length, String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(text)
        .array();
  }

  private static String two(String a, int beginA, int endA, String b, int beginB, int endB) {
    String entry = "\"%s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}";
    return "{" + entry.formatted(a, beginA, endA) + "," + entry.formatted(b, beginB, endB) + "}";
  }

  private static byte[] bits(String shape, int value) {
    String header =
        "{\"__metadata__\":{\"xnor4j.bit_shape/a\":\""
            + shape
            + "\"},\"a\":{\"dtype\":\"U8\",\"shape\":[1,1],\"data_offsets\":[0,1]}}";
    byte[] content = file(header, 1);
    content[content.length - 1] = (byte) value;
    return content;
  }
}
