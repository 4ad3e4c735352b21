package io.github.xnor4j.pictures;

import io.github.xnor4j.io.BadFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A picture file for decoders. Of one that is cut off some of them make up the rest, pixel by
 * pixel, and ask for the next byte each time: a file of 60 bytes took hours. So whoever reads on
 * and on behind the end is told that it is missing.
 */
final class PictureStream extends ImageInputStreamImpl {
  /** A decoder looks ahead by some bytes, and may find the end in several ways. */
  private static final int MOST_BEHIND_END = 1000;

  private final Path file;
  private final ImageInputStream in;
  private int behindEnd;

  PictureStream(Path file) throws IOException {
    this.file = file;
    this.in = ImageIO.createImageInputStream(file.toFile());
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    int value = in.read();
    count(value < 0 ? value : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    bitOffset = 0;
    int read = in.read(bytes, offset, length);
    count(read);
    return read;
  }

  private void count(int read) {
    if (read >= 0) {
      streamPos += read;
    } else if (++behindEnd > MOST_BEHIND_END) {
      throw new UncheckedIOException(new BadFileException(file, "is damaged: its end is missing"));
    }
  }

  @Override
  public void seek(long position) throws IOException {
    super.seek(position);
    in.seek(position);
  }

  @Override
  public long length() {
    try {
      return in.length();
    } catch (IOException e) {
      return -1; // as of a stream whose length is not known
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    in.close();
  }
}
