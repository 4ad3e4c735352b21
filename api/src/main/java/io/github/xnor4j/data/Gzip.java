package io.github.xnor4j.data;

import io.github.xnor4j.io.BadFileException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Content that may be packed by gzip, which is told by its first bytes, not by a file's name. */
final class Gzip {
  private static final int MAGIC = 0x1f8b;
  private static final int BUFFER = 1 << 16;

  private Gzip() {}

  /** Reads something of content that is not packed any more. */
  interface Reader<T> {
    /**
     * Reads it.
     *
     * @param packed whether the content was
     */
    T read(InputStream plain, boolean packed) throws IOException;
  }

  /** Whether a file begins as gzip does. */
  static boolean isPacked(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return isPacked(in);
    }
  }

  private static boolean isPacked(InputStream in) throws IOException {
    return (in.read() << 8 | in.read()) == MAGIC;
  }

  /**
   * Reads content, packed or not.
   *
   * @param name where it comes from, for messages
   * @throws BadFileException if it is packed, and damaged or cut off
   */
  static <T> T unpacked(InputStream in, String name, Reader<T> reader) throws IOException {
    try {
      BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
      buffered.mark(2);
      boolean packed = isPacked(buffered);
      buffered.reset();
      return reader.read(packed ? new GZIPInputStream(buffered, BUFFER) : buffered, packed);
    } catch (ZipException e) {
      throw new BadFileException(name, "is not valid gzip: " + e.getMessage());
    } catch (EOFException e) {
      throw new BadFileException(name, "is cut off: " + e.getMessage());
    }
  }
}
