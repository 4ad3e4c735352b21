package io.github.xnor4j.pictures;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import io.github.xnor4j.io.FileKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * How a picture is to be held to be seen upright: what EXIF's orientation says, from 1 (as it is
 * stored) to 8. Cameras store the sensor's rows and write here how they were held.
 */
final class Orientation {
  private static final int UPRIGHT = 1;
  private static final int MOST_EXIF_BYTES = 1 << 20;
  private static final int PNG_SIGNATURE = 8;
  private static final int RIFF_HEADER = 12;

  private Orientation() {}

  /** The orientation that a file tells; 1 where it tells none or nonsense. */
  static int of(Path file, FileKind kind) {
    try (ImageInputStream in = new PictureStream(file)) {
      return switch (kind) {
        case JPEG -> ofJpeg(in);
        case TIFF -> ofTiff(in);
        case PNG -> ofChunks(in, PNG_SIGNATURE, ByteOrder.BIG_ENDIAN, "eXIf");
        case WEBP -> ofChunks(in, RIFF_HEADER, ByteOrder.LITTLE_ENDIAN, "EXIF");
        default -> UPRIGHT;
      };
    } catch (IOException | RuntimeException e) { // a picture is no worse for damaged EXIF data
      return UPRIGHT;
    }
  }

  private static int ofJpeg(ImageInputStream in) throws IOException {
    List<JPEGSegment> segments = JPEGSegmentUtil.readSegments(in, JPEG.APP1, "Exif");
    if (segments.isEmpty()) {
      return UPRIGHT;
    }
    try (InputStream data = segments.getFirst().data()) {
      data.skipNBytes(1); // a second zero behind the segment's name
      return ofTiff(new MemoryCacheImageInputStream(data));
    }
  }

  /** EXIF data have the form of a TIFF file. */
  private static int ofTiff(ImageInputStream in) throws IOException {
    Entry entry = new TIFFReader().read(in).getEntryById(TIFF.TAG_ORIENTATION);
    return entry != null && entry.getValue() instanceof Number number ? number.intValue() : UPRIGHT;
  }

  /** In PNG a chunk's length stands before its name, and a checksum of four bytes behind it. */
  private static int ofChunks(ImageInputStream in, int first, ByteOrder order, String wanted)
      throws IOException {
    boolean png = order == ByteOrder.BIG_ENDIAN;
    in.setByteOrder(order);
    in.seek(first);
    byte[] name = new byte[4];
    while (true) { // until the chunk or, by an EOFException, the file's end
      long length = png ? in.readUnsignedInt() : 0;
      in.readFully(name);
      length = png ? length : in.readUnsignedInt();
      if (Arrays.equals(name, wanted.getBytes(StandardCharsets.US_ASCII))) {
        byte[] exif = new byte[(int) Math.min(length, MOST_EXIF_BYTES)];
        in.readFully(exif);
        return ofTiff(new MemoryCacheImageInputStream(new ByteArrayInputStream(exif)));
      }
      in.seek(in.getStreamPosition() + length + (png ? 4 : length % 2));
    }
  }
}
