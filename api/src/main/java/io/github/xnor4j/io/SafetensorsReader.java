package io.github.xnor4j.io;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Reads safetensors files, trusting nothing in them. */
final class SafetensorsReader {
  /** The format's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int PREFIX_BYTES = 8;
  private static final int CHUNK_BYTES = 1 << 16;

  private static final Logger LOG = System.getLogger(SafetensorsReader.class.getName());

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size < PREFIX_BYTES) {
      throw new BadFileException(
          file, "has " + size + " bytes, expected a safetensors file of at least 8");
    }
    long length = readFully(0, PREFIX_BYTES).getLong();
    long limit = Math.min(MAX_HEADER_BYTES, size - PREFIX_BYTES);
    if (length < 0 || length > limit) {
      throw noHeader(length, limit);
    }
    this.dataStart = PREFIX_BYTES + length;
    String json = text(readFully(PREFIX_BYTES, (int) length));
    this.header = new SafetensorsHeader(file.toString(), json, size - dataStart);
  }

  private BadFileException noHeader(long length, long limit) throws IOException {
    String mistaken = FileKind.mistaken(file, FileKind.SAFETENSORS);
    String problem =
        "header length is "
            + Long.toUnsignedString(length)
            + " bytes, expected at most "
            + limit
            + " (is this a safetensors file, and whole?)";
    return new BadFileException(file, mistaken == null ? problem : mistaken);
  }

  static Safetensors read(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      return new SafetensorsReader(file, channel).content();
    }
  }

  static Map<String, String> readMetadata(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      return new SafetensorsReader(file, channel).metadata();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw new BadFileException(file, "is no regular file, expected a safetensors file");
    }
    return FileChannel.open(file);
  }

  private String text(ByteBuffer bytes) throws IOException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new BadFileException(file, "the header is not UTF-8");
    }
  }

  private ByteBuffer readFully(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer, position);
    return buffer;
  }

  private void fill(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position + buffer.position());
      if (read < 0) {
        throw new BadFileException(file, "was cut off while it was read");
      }
    }
    buffer.flip();
  }

  private Map<String, String> metadata() {
    Map<String, String> own = new LinkedHashMap<>(header.metadata);
    own.keySet().removeIf(key -> key.startsWith(SafetensorsHeader.BIT_SHAPE));
    return own;
  }

  private Safetensors content() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> next : header.entries.entrySet()) {
      String name = next.getKey();
      String bitShape = header.metadata.get(SafetensorsHeader.BIT_SHAPE + name);
      Tensor stored = tensor(next.getValue());
      tensors.put(name, bitShape == null ? stored : unpacked(name, stored, bitShape));
    }
    sayConverted();
    return new Safetensors(tensors, metadata(), converted());
  }

  private Map<String, String> converted() {
    Map<String, String> converted = new LinkedHashMap<>();
    header.entries.forEach(
        (name, entry) -> {
          if (entry.stored().isConverted()) {
            converted.put(name, entry.stored().name());
          }
        });
    return converted;
  }

  private void sayConverted() {
    Map<String, String> converted = converted();
    if (!converted.isEmpty()) {
      LOG.log(
          Level.INFO,
          "{0}: tensors of {1} are read as F32: {2} of {3}",
          file,
          String.join(", ", new TreeSet<>(converted.values())),
          converted.size(),
          header.entries.size());
    }
  }

  private Tensor tensor(SafetensorsHeader.Entry entry) throws IOException {
    Tensor tensor = Tensor.zeros(entry.stored().dtype, entry.shape());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int bytesPerElement = entry.stored().bytes;
    int done = 0;
    while (done < entry.shape().elements()) {
      int count = Math.min(CHUNK_BYTES / bytesPerElement, entry.shape().elements() - done);
      chunk.clear().limit(count * bytesPerElement);
      fill(chunk, dataStart + entry.begin() + (long) done * bytesPerElement);
      switch (entry.stored()) {
        case F32 -> chunk.asFloatBuffer().get(tensor.floats(), done, count);
        case I32 -> chunk.asIntBuffer().get(tensor.ints(), done, count);
        case I16 -> chunk.asShortBuffer().get(tensor.shorts(), done, count);
        case U8 -> chunk.get(tensor.bytes(), done, count);
        case F64, F16, BF16 -> convert(entry.stored(), chunk, tensor.floats(), done, count);
      }
      done += count;
    }
    return tensor;
  }

  private static void convert(
      SafetensorsHeader.Stored stored, ByteBuffer from, float[] to, int start, int count) {
    for (int i = 0; i < count; i++) {
      to[start + i] =
          switch (stored) {
            case F64 -> (float) from.getDouble();
            case F16 -> Float.float16ToFloat(from.getShort());
            case BF16 -> Float.intBitsToFloat(from.getShort() << Short.SIZE);
            default -> throw new AssertionError(stored + " is read as it is");
          };
    }
  }

  private Tensor unpacked(String name, Tensor stored, String bitShape) throws IOException {
    Shape shape = bitShape(name, bitShape);
    Shape expected = SafetensorsWriter.storedShape(shape);
    if (stored.dtype() != DType.U8 || !stored.shape().equals(expected)) {
      throw new BadFileException(
          file,
          "tensor '"
              + name
              + "' is "
              + stored.describe()
              + ", expected U8 "
              + expected
              + " for the bits of shape "
              + shape);
    }
    Tensor bits = Tensor.zeros(DType.BIT, shape);
    int rowBytes = expected.dim(1);
    int rowBits = expected.dim(0) == 0 ? 0 : shape.elements() / expected.dim(0);
    for (int i = 0; i < shape.elements(); i++) {
      int bit = i % rowBits;
      int value = stored.bytes()[i / rowBits * rowBytes + bit / 8];
      Bits.set(bits, i, (value >> bit % 8 & 1) != 0);
    }
    if (!Arrays.equals(SafetensorsWriter.packed(bits).bytes(), stored.bytes())) {
      throw new BadFileException(
          file, "tensor '" + name + "': a bit behind the end of a row is set, expected zero");
    }
    return bits;
  }

  private Shape bitShape(String name, String text) throws IOException {
    try {
      String[] dims = text.isEmpty() ? new String[0] : text.split(",", -1);
      return Shape.of(Arrays.stream(dims).mapToInt(Integer::parseInt).toArray());
    } catch (IllegalArgumentException e) {
      throw new BadFileException(
          file,
          "tensor '" + name + "': bit shape is '" + text + "', expected extents such as 64,3,3");
    }
  }
}
