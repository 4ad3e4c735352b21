package io.github.xnor4j.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses and checks the JSON header of a safetensors file. */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";
  static final String BIT_SHAPE = "xnor4j.bit_shape/";
  private static final int MAX_AXES = 32;

  /** How elements stand in the file; BIT tensors are U8. */
  enum Stored {
    F32(DType.F32, Float.BYTES),
    I32(DType.I32, Integer.BYTES),
    I16(DType.I16, Short.BYTES),
    U8(DType.U8, Byte.BYTES),
    F64(DType.F32, Double.BYTES),
    F16(DType.F32, Short.BYTES),
    BF16(DType.F32, Short.BYTES);

    /** What they are read as. */
    final DType dtype;

    final int bytes;

    Stored(DType dtype, int bytes) {
      this.dtype = dtype;
      this.bytes = bytes;
    }

    boolean isConverted() {
      return !name().equals(dtype.name());
    }
  }

  /**
   * One tensor of the file.
   *
   * @param stored its elements
   * @param shape as stored
   * @param begin first byte, counted from the end of the header
   * @param end byte behind the last
   */
  record Entry(Stored stored, Shape shape, long begin, long end) {}

  final Map<String, Entry> entries = new LinkedHashMap<>();
  final Map<String, String> metadata = new LinkedHashMap<>();
  private final String file;
  private final long dataBytes;
  private boolean metadataSeen;

  /**
   * Parses a header.
   *
   * @param file for messages
   * @param json the header's text
   * @param dataBytes how many bytes follow it in the file
   */
  SafetensorsHeader(String file, String json, long dataBytes) throws IOException {
    this.file = file;
    this.dataBytes = dataBytes;
    if (!json.startsWith("{")) {
      throw bad("the header does not begin with '{'");
    }
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    try {
      parse(reader);
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      throw bad("the header is not valid JSON for tensors: " + firstLine(e));
    }
    requireNoGaps();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private BadFileException bad(String problem) {
    return new BadFileException(file, problem);
  }

  private void parse(JsonReader reader) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (name.equals(METADATA)) {
        parseMetadata(reader);
      } else if (entries.putIfAbsent(name, parseEntry(name, reader)) != null) {
        throw bad("tensor '" + name + "' is there twice, expected once");
      }
    }
    reader.endObject();
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw bad("text follows the header's object, expected only spaces");
    }
  }

  private void parseMetadata(JsonReader reader) throws IOException {
    if (metadataSeen) {
      throw bad(METADATA + " is there twice, expected once");
    }
    metadataSeen = true;
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (reader.peek() != JsonToken.STRING) {
        throw bad("metadata '" + key + "' is a " + reader.peek() + ", expected a string");
      }
      if (metadata.putIfAbsent(key, reader.nextString()) != null) {
        throw bad("metadata '" + key + "' is there twice, expected once");
      }
    }
    reader.endObject();
  }

  private Entry parseEntry(String name, JsonReader reader) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      switch (key) {
        case "dtype" -> dtype = once(name, key, dtype, reader.nextString());
        case "shape" -> shape = once(name, key, shape, numbers(name, key, reader));
        case "data_offsets" -> offsets = once(name, key, offsets, numbers(name, key, reader));
        default ->
            throw bad(
                "tensor '"
                    + name
                    + "' has a field '"
                    + key
                    + "', expected dtype, shape and data_offsets");
      }
    }
    reader.endObject();
    if (dtype == null || shape == null || offsets == null) {
      throw bad("tensor '" + name + "' lacks a field, expected dtype, shape and data_offsets");
    }
    return entry(name, dtype, shape, offsets);
  }

  private <T> T once(String name, String key, T before, T now) throws IOException {
    if (before != null) {
      throw bad("tensor '" + name + "' has '" + key + "' twice, expected once");
    }
    return now;
  }

  private List<Long> numbers(String name, String key, JsonReader reader) throws IOException {
    List<Long> numbers = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      String text = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "" + reader.peek();
      if (!text.matches("[0-9]{1,18}")) {
        throw bad(
            "tensor '"
                + name
                + "': a number of '"
                + key
                + "' is "
                + text
                + ", expected a whole number from 0 to 10^18");
      }
      numbers.add(Long.parseLong(text));
      if (numbers.size() > MAX_AXES) {
        throw bad("tensor '" + name + "': '" + key + "' has more than " + MAX_AXES + " numbers");
      }
    }
    reader.endArray();
    return numbers;
  }

  private Entry entry(String name, String dtypeName, List<Long> dims, List<Long> offsets)
      throws IOException {
    Stored stored = stored(name, dtypeName);
    Shape shape = shape(name, dims);
    if (offsets.size() != 2) {
      throw bad("tensor '" + name + "': data_offsets are " + offsets + ", expected two numbers");
    }
    Entry entry = new Entry(stored, shape, offsets.get(0), offsets.get(1));
    if (entry.begin > entry.end || entry.end > dataBytes) {
      throw bad(
          "tensor '"
              + name
              + "': data_offsets are "
              + offsets
              + ", expected begin <= end <= "
              + dataBytes
              + ", the number of bytes behind the header");
    }
    long expected = (long) shape.elements() * stored.bytes;
    if (entry.end - entry.begin != expected) {
      throw bad(
          "tensor '"
              + name
              + "': data_offsets "
              + offsets
              + " hold "
              + (entry.end - entry.begin)
              + " bytes, expected "
              + expected
              + " for "
              + stored
              + " "
              + shape);
    }
    return entry;
  }

  private Stored stored(String name, String text) throws IOException {
    for (Stored stored : Stored.values()) {
      if (stored.name().equals(text)) {
        return stored;
      }
    }
    throw bad(
        "tensor '"
            + name
            + "' has dtype '"
            + text
            + "', expected one of "
            + Arrays.toString(Stored.values()));
  }

  private Shape shape(String name, List<Long> dims) throws IOException {
    try {
      return Shape.of(dims.stream().mapToInt(Math::toIntExact).toArray());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw bad("tensor '" + name + "': shape is " + dims + ", expected fewer than 2^31 elements");
    }
  }

  private void requireNoGaps() throws IOException {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.<Map.Entry<String, Entry>>comparingLong(e -> e.getValue().begin)
            .thenComparingLong(e -> e.getValue().end));
    long position = 0;
    for (Map.Entry<String, Entry> next : sorted) {
      long begin = next.getValue().begin;
      if (begin != position) {
        throw bad(
            "tensor '"
                + next.getKey()
                + "' begins at byte "
                + begin
                + (begin < position ? " and overlaps another" : " and leaves a gap")
                + ", expected "
                + position);
      }
      position = next.getValue().end;
    }
    if (position != dataBytes) {
      throw bad(
          dataBytes + " bytes follow the header, expected " + position + ", those of the tensors");
    }
  }
}
