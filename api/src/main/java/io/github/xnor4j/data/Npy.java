package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * NumPy's format of an array: a magic number, a version, and a header that is a Python dictionary
 * of element type, order and shape (NumPy's documentation, numpy.lib.format).
 *
 * @param type of the elements
 * @param order of their bytes
 * @param shape of the array
 */
record Npy(ElementType type, ByteOrder order, Shape shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([<>|=])([a-zA-Z]\\d*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");
  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("b1", ElementType.BOOLEAN),
          Map.entry("u1", ElementType.UNSIGNED_BYTE),
          Map.entry("i1", ElementType.BYTE),
          Map.entry("u2", ElementType.UNSIGNED_SHORT),
          Map.entry("i2", ElementType.SHORT),
          Map.entry("u4", ElementType.UNSIGNED_INT),
          Map.entry("i4", ElementType.INT),
          Map.entry("u8", ElementType.UNSIGNED_LONG),
          Map.entry("i8", ElementType.LONG),
          Map.entry("f2", ElementType.HALF),
          Map.entry("f4", ElementType.FLOAT),
          Map.entry("f8", ElementType.DOUBLE));

  /**
   * Reads a stream to its end.
   *
   * @return U8 of unsigned bytes, F32 of floats, I32 of other integers
   * @throws BadFileException if it is no such array, or is cut off
   */
  static Tensor read(InputStream in, String name) throws IOException {
    Npy array = header(in, name);
    return array.type.read(in, array.shape, array.order, name);
  }

  /** Reads what stands in front of the elements. */
  static Npy header(InputStream in, String name) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length + 2);
    if (magic.length < MAGIC.length + 2
        || !Arrays.equals(magic, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BadFileException(name, "does not begin as NumPy's arrays do, expected \\x93NUMPY");
    }
    byte[] size = Arrays.copyOf(in.readNBytes(magic[MAGIC.length] == 1 ? 2 : 4), 4);
    int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > MAX_HEADER) {
      throw new BadFileException(
          name, "has a header of " + length + " bytes, expected at most " + MAX_HEADER);
    }
    String text = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    return new Npy(type(text, name), order(text), shape(text, name));
  }

  private static ElementType type(String header, String name) throws BadFileException {
    Matcher descr = DESCR.matcher(header);
    ElementType type = descr.find() ? TYPES.get(descr.group(2)) : null;
    if (type == null) {
      throw new BadFileException(
          name, "is an array of " + header.strip() + ", expected numbers of a type such as u1");
    }
    return type;
  }

  private static ByteOrder order(String header) {
    Matcher descr = DESCR.matcher(header);
    return descr.find() && descr.group(1).equals(">")
        ? ByteOrder.BIG_ENDIAN
        : ByteOrder.LITTLE_ENDIAN;
  }

  private static Shape shape(String header, String name) throws BadFileException {
    Matcher fortran = FORTRAN.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!fortran.find() || !shape.find()) {
      throw new BadFileException(name, "has header " + header.strip() + ", expected a shape");
    }
    if (fortran.group(1).equals("True")) {
      throw new BadFileException(
          name, "is in Fortran's order, expected C's (save numpy.ascontiguousarray of it)");
    }
    try {
      return Shape.of(
          Stream.of(shape.group(1).split(","))
              .map(String::strip)
              .filter(dim -> !dim.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray());
    } catch (IllegalArgumentException e) {
      throw new BadFileException(name, "has an impossible shape: (" + shape.group(1) + ")");
    }
  }
}
