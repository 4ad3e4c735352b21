package io.github.xnor4j.io;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
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

/** Reads safetensors files, trusting nothing in them. */
final class SafetensorsReader {
  /** The format's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int PREFIX_BYTES = 8;
  private static final int CHUNK_BYTES = 1 << 16;

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
      throw new BadFileException(
          file,
          "header length is "
              + Long.toUnsignedString(length)
              + " bytes, expected at most "
              + limit
              + " (is this a safetensors file, and whole?)");
    }
    this.dataStart = PREFIX_BYTES + length;
    String json = text(readFully(PREFIX_BYTES, (int) length));
    this.header = new SafetensorsHeader(file.toString(), json, size - dataStart);
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
    return new Safetensors(tensors, metadata());
  }

  private Tensor tensor(SafetensorsHeader.Entry entry) throws IOException {
    Tensor tensor = Tensor.zeros(entry.dtype(), entry.shape());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int bytesPerElement = entry.dtype().bits() / 8;
    int done = 0;
    while (done < entry.shape().elements()) {
      int count = Math.min(CHUNK_BYTES / bytesPerElement, entry.shape().elements() - done);
      chunk.clear().limit(count * bytesPerElement);
      fill(chunk, dataStart + entry.begin() + (long) done * bytesPerElement);
      switch (entry.dtype()) {
        case F32 -> chunk.asFloatBuffer().get(tensor.floats(), done, count);
        case I32 -> chunk.asIntBuffer().get(tensor.ints(), done, count);
        case I16 -> chunk.asShortBuffer().get(tensor.shorts(), done, count);
        case U8 -> chunk.get(tensor.bytes(), done, count);
        case BIT -> throw new AssertionError("BIT tensors are stored as U8");
      }
      done += count;
    }
    return tensor;
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
