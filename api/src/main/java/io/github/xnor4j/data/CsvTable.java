package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A table of images: a line each, of a label and of pixels. The label stands in the column that a
 * first line of names calls label (or class, target, y), else in the first one. Fields are
 * separated by commas, semicolons or tabs and may stand in quotes.
 */
final class CsvTable {
  private static final List<String> LABELS = List.of("label", "labels", "class", "target", "y");
  private static final int LARGEST = 255;
  private static final int BYTES_BETWEEN = 1 << 20; // that progress is told

  private final Path file;
  private int columns;
  private int labelColumn;
  private char separator;
  private long lineNumber;
  private int rows;
  private int[] labels = new int[1024];
  private byte[] bytes = new byte[1 << 20];
  private float[] floats; // instead of bytes, once a number is none

  private CsvTable(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws BadFileException if lines have different numbers of fields, or a field is no number
   */
  static CsvTable read(Path file, DataFiles.Progress progress) throws IOException {
    CsvTable table = new CsvTable(file);
    long size = Files.size(file);
    try (InputStream in = Files.newInputStream(file)) {
      Gzip.unpacked(
          in,
          file.toString(),
          (plain, packed) -> table.addAll(plain, packed ? (done, all) -> {} : progress, size));
    }
    if (table.rows == 0) {
      throw new BadFileException(file, "has no line of numbers, expected a label and pixels each");
    }
    return table;
  }

  private CsvTable addAll(InputStream in, DataFiles.Progress progress, long size)
      throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    long done = 0;
    long told = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      add(line);
      done += line.length() + 1;
      if (done - told >= BYTES_BETWEEN) {
        told = done;
        progress.read(done, size);
      }
    }
    return this;
  }

  int rows() {
    return rows;
  }

  int[] labels() {
    return Arrays.copyOf(labels, rows);
  }

  /**
   * The pixels, U8 or F32 [N, H, W, C].
   *
   * @param wanted shape of the images that are wanted, which they have if their number fits; else
   *     they are square and grey. Null: square
   */
  Tensor pixels(Shape wanted) throws BadFileException {
    int pixels = columns - 1;
    int side = (int) Math.round(Math.sqrt(pixels));
    Shape image = wanted != null && wanted.elements() == pixels ? wanted : Shape.of(side, side, 1);
    if (image.elements() != pixels) {
      throw new BadFileException(
          file,
          "has "
              + columns
              + " columns, expected a label and the pixels of a square image, such as 785 for"
              + " 28x28"
              + (isSquare(columns)
                  ? ": are the labels missing? (a split of the training images,"
                      + " --split 0.1, needs no test file)"
                  : ""));
    }
    Shape shape = Shape.of(rows, image.dim(0), image.dim(1), image.dim(2));
    return floats == null
        ? Tensor.u8(shape, Arrays.copyOf(bytes, shape.elements()))
        : Tensor.f32(shape, Arrays.copyOf(floats, shape.elements()));
  }

  private static boolean isSquare(int number) {
    int side = (int) Math.round(Math.sqrt(number));
    return side * side == number;
  }

  private void add(String raw) throws BadFileException {
    lineNumber++;
    String line = lineNumber == 1 && raw.startsWith("\uFEFF") ? raw.substring(1) : raw;
    if (line.isBlank()) {
      return;
    }
    if (columns == 0 && begin(line)) {
      return;
    }
    if (rows == labels.length) {
      labels = Arrays.copyOf(labels, 2 * rows);
    }
    reserve();
    int column = 0;
    int start = 0;
    int pixel = rows * (columns - 1);
    while (start <= line.length()) {
      int end = line.indexOf(separator, start);
      end = end < 0 ? line.length() : end;
      if (column == labelColumn) {
        labels[rows] = label(line, start, end, column);
      } else if (column < columns) {
        put(pixel++, line, start, end, column);
      }
      column++;
      start = end + 1;
    }
    if (column != columns) {
      throw bad("has " + column + " fields, expected " + columns + " as in the first line");
    }
    rows++;
  }

  /** Learns of the first line what the table is like; tells whether it is one of names. */
  private boolean begin(String line) throws BadFileException {
    separator = line.indexOf(',') >= 0 ? ',' : line.indexOf(';') >= 0 ? ';' : '\t';
    String[] fields = line.split(String.valueOf(separator), -1);
    columns = fields.length;
    if (columns < 2) {
      throw bad("has one field, expected a label and pixels, separated by commas");
    }
    int words = 0;
    boolean names = false;
    for (int i = 0; i < columns; i++) {
      String field = unquoted(fields[i], 0, fields[i].length());
      words += Float.isNaN(number(field)) ? 1 : 0;
      if (LABELS.contains(field.toLowerCase(Locale.ROOT))) {
        labelColumn = i;
        names = true;
      }
    }
    return names || 2 * words > columns;
  }

  private void reserve() throws BadFileException {
    long needed = (long) (rows + 1) * (columns - 1);
    if (needed > Integer.MAX_VALUE - Long.BYTES) {
      throw bad("brings more pixels than 2^31, expected fewer");
    }
    int length = floats == null ? bytes.length : floats.length;
    if (needed > length) {
      int longer = (int) Math.max(needed, Math.min(2L * length, Integer.MAX_VALUE - Long.BYTES));
      if (floats == null) {
        bytes = Arrays.copyOf(bytes, longer);
      } else {
        floats = Arrays.copyOf(floats, longer);
      }
    }
  }

  private int label(String line, int start, int end, int column) throws BadFileException {
    float value = value(line, start, end, column);
    if (value != (int) value) {
      throw bad("has label " + value + ", expected a whole number");
    }
    return (int) value;
  }

  private void put(int pixel, String line, int start, int end, int column) throws BadFileException {
    float value = value(line, start, end, column);
    int whole = (int) value;
    if (floats == null && (whole != value || whole < 0 || whole > LARGEST)) {
      floats = new float[bytes.length];
      for (int i = 0; i < pixel; i++) {
        floats[i] = bytes[i] & 255;
      }
      bytes = null;
    }
    if (floats == null) {
      bytes[pixel] = (byte) whole;
    } else {
      floats[pixel] = value;
    }
  }

  private float value(String line, int start, int end, int column) throws BadFileException {
    int length = end - start;
    int value = 0;
    int i = start;
    while (i < end && line.charAt(i) >= '0' && line.charAt(i) <= '9' && i - start < 6) {
      value = 10 * value + line.charAt(i++) - '0';
    }
    if (i == end && length > 0) {
      return value;
    }
    String field = unquoted(line, start, end);
    float number = number(field);
    if (Float.isNaN(number)) {
      throw bad("has '" + field + "' in column " + (column + 1) + ", expected a number");
    }
    return number;
  }

  private static String unquoted(String line, int start, int end) {
    String field = line.substring(start, end).strip();
    return field.length() >= 2 && field.startsWith("\"") && field.endsWith("\"")
        ? field.substring(1, field.length() - 1).strip()
        : field;
  }

  /** NaN if it is none. */
  private static float number(String field) {
    try {
      return Float.parseFloat(field);
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  private BadFileException bad(String problem) {
    return new BadFileException(file, "line " + lineNumber + " " + problem);
  }
}
