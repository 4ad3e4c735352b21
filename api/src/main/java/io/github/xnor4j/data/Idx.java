package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The IDX format of MNIST's files: two zero bytes, a type code, the number of axes, their extents
 * (big-endian) and the elements. Only unsigned bytes are read, as MNIST, Fashion-MNIST, KMNIST and
 * EMNIST have them. Gzip is found by its content, not by the file's name.
 */
public final class Idx {
  private static final int UNSIGNED_BYTES = 0x08;
  private static final int MAX_AXES = 8;
  private static final int GZIP_MAGIC = 0x1f8b;

  private Idx() {}

  /**
   * Reads a file.
   *
   * @return U8, of the shape that the file says
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
   * @return U8, of the shape that the stream says
   * @throws BadFileException if it is not such a file, or cut off, or longer than its shape says
   * @throws IOException if it cannot be read
   */
  public static Tensor read(InputStream in, String name) throws IOException {
    try {
      return readPlain(unzipped(in), name);
    } catch (ZipException e) {
      throw new BadFileException(name, "is not valid gzip: " + e.getMessage());
    } catch (EOFException e) {
      throw new BadFileException(name, "is cut off: " + e.getMessage());
    }
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    int magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  private static Tensor readPlain(InputStream in, String name) throws IOException {
    Shape shape = shape(in, name);
    // grows with what is there, so that a false shape takes no memory
    byte[] values = in.readNBytes(shape.elements());
    if (values.length < shape.elements()) {
      throw new BadFileException(
          name,
          "is cut off: "
              + values.length
              + " bytes follow the header, expected "
              + shape.elements()
              + " for shape "
              + shape);
    }
    if (in.read() >= 0) {
      throw new BadFileException(
          name, "is too long: expected " + shape.elements() + " bytes for shape " + shape);
    }
    return Tensor.u8(shape, values);
  }

  private static Shape shape(InputStream in, String name) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4
        || magic[0] != 0
        || magic[1] != 0
        || magic[2] != UNSIGNED_BYTES
        || magic[3] < 1
        || magic[3] > MAX_AXES) {
      throw new BadFileException(
          name,
          "begins with bytes "
              + Arrays.toString(magic)
              + ", expected [0, 0, 8, number of axes] of an IDX file of unsigned bytes");
    }
    int[] dims = new int[magic[3]];
    byte[] extents = in.readNBytes(4 * dims.length);
    if (extents.length < 4 * dims.length) {
      throw new BadFileException(name, "is cut off within its header");
    }
    ByteBuffer.wrap(extents).asIntBuffer().get(dims);
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw new BadFileException(name, "has an impossible " + e.getMessage());
    }
  }
}
