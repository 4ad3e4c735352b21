package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The IDX format of MNIST's files: two zero bytes, a type code, the number of axes, their extents
 * (big-endian) and the elements (big-endian). Gzip is found by its content, not by the file's name.
 */
public final class Idx {
  private static final Map<Integer, ElementType> TYPES =
      Map.of(
          0x08, ElementType.UNSIGNED_BYTE,
          0x09, ElementType.BYTE,
          0x0B, ElementType.SHORT,
          0x0C, ElementType.INT,
          0x0D, ElementType.FLOAT,
          0x0E, ElementType.DOUBLE);
  private static final int MAX_AXES = 8;

  private Idx() {}

  private record Header(ElementType type, Shape shape) {}

  /**
   * Reads a file.
   *
   * @return U8 of unsigned bytes, F32 of floats, I32 of other integers, of the file's shape
   * @throws BadFileException if it is not such a file, or cut off, or longer than its shape says
   * @throws IOException if it cannot be read
   */
  public static Tensor read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param in not closed
   * @param name where it comes from, for messages
   * @return U8 of unsigned bytes, F32 of floats, I32 of other integers, of the stream's shape
   * @throws BadFileException if it is not such a file, or cut off, or longer than its shape says
   * @throws IOException if it cannot be read
   */
  public static Tensor read(InputStream in, String name) throws IOException {
    return Gzip.unpacked(
        in,
        name,
        (plain, packed) -> {
          Header header = header(plain, name);
          return header.type.read(plain, header.shape, ByteOrder.BIG_ENDIAN, name);
        });
  }

  /** The shape that a file says, of which no more is read. */
  static Shape shape(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Gzip.unpacked(
          in, file.toString(), (plain, packed) -> header(plain, file.toString()).shape);
    }
  }

  /** Whether a file begins as one of this format does. */
  static boolean isIdx(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Gzip.unpacked(in, file.toString(), (plain, packed) -> isMagic(plain.readNBytes(4)));
    } catch (BadFileException e) {
      return false; // bytes that only begin as gzip does
    }
  }

  /** What a file of this format has in front of the elements of a tensor. */
  static byte[] header(Tensor tensor) {
    int[] dims = tensor.shape().dims();
    int type = tensor.dtype() == DType.U8 ? 0x08 : tensor.dtype() == DType.I32 ? 0x0C : 0x0D;
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * dims.length);
    header.putInt(type << 8 | dims.length);
    for (int dim : dims) {
      header.putInt(dim);
    }
    return header.array();
  }

  private static boolean isMagic(byte[] magic) {
    return magic.length == 4
        && magic[0] == 0
        && magic[1] == 0
        && TYPES.containsKey((int) magic[2])
        && magic[3] >= 1
        && magic[3] <= MAX_AXES;
  }

  private static Header header(InputStream in, String name) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (!isMagic(magic)) {
      throw new BadFileException(
          name,
          "begins with bytes "
              + Arrays.toString(magic)
              + ", expected [0, 0, type, number of axes] of an IDX file, such as [0, 0, 8, 3] of"
              + " images in unsigned bytes");
    }
    int[] dims = new int[magic[3]];
    byte[] extents = in.readNBytes(4 * dims.length);
    if (extents.length < 4 * dims.length) {
      throw new BadFileException(name, "is cut off within its header");
    }
    ByteBuffer.wrap(extents).asIntBuffer().get(dims);
    try {
      return new Header(TYPES.get((int) magic[2]), Shape.of(dims));
    } catch (IllegalArgumentException e) {
      throw new BadFileException(name, "has an impossible " + e.getMessage());
    }
  }
}
