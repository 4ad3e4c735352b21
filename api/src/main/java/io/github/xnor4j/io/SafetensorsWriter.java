package io.github.xnor4j.io;

import com.google.gson.stream.JsonWriter;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes safetensors files. */
final class SafetensorsWriter {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  static void write(Safetensors content, Path file) throws IOException {
    Map<String, Tensor> stored = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
    content.tensors().forEach((name, tensor) -> store(name, tensor, stored, metadata));
    byte[] header = header(stored, metadata);
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, prefix(header));
          for (Tensor tensor : stored.values()) {
            write(channel, tensor);
          }
        });
  }

  private static void store(
      String name, Tensor tensor, Map<String, Tensor> stored, Map<String, String> metadata) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "tensor name '" + name + "' is reserved, expected another");
    }
    if (tensor.dtype() == DType.BIT) {
      String shape =
          Arrays.stream(tensor.shape().dims())
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(","));
      metadata.put(SafetensorsHeader.BIT_SHAPE + name, shape);
      stored.put(name, packed(tensor));
    } else {
      stored.put(name, tensor);
    }
  }

  /** Shape of the bytes of a BIT tensor: rows and bytes of a row. */
  static Shape storedShape(Shape bits) {
    int rows = bits.rank() < 2 ? 1 : bits.dim(0);
    int rowBits = rows == 0 ? 0 : bits.elements() / rows;
    return Shape.of(rows, (int) ((rowBits + 7L) / 8));
  }

  /** The bytes of a BIT tensor as they stand in the file. */
  static Tensor packed(Tensor bits) {
    Tensor out = Tensor.zeros(DType.U8, storedShape(bits.shape()));
    int elements = bits.shape().elements();
    int rowBytes = out.shape().dim(1);
    int rowBits = elements == 0 ? 1 : elements / out.shape().dim(0);
    for (int i = 0; i < elements; i++) {
      if (Bits.isNegative(bits, i)) {
        int bit = i % rowBits;
        out.bytes()[i / rowBits * rowBytes + bit / 8] |= (byte) (1 << bit % 8);
      }
    }
    return out;
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    StringWriter text = new StringWriter();
    JsonWriter json = new JsonWriter(text);
    json.setHtmlSafe(false);
    json.beginObject();
    if (!metadata.isEmpty()) {
      json.name(SafetensorsHeader.METADATA).beginObject();
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.name(entry.getKey()).value(entry.getValue());
      }
      json.endObject();
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long end = offset + (long) tensor.shape().elements() * tensor.dtype().bits() / 8;
      json.name(entry.getKey()).beginObject();
      json.name("dtype").value(tensor.dtype().name());
      json.name("shape").beginArray();
      for (int dim : tensor.shape().dims()) {
        json.value(dim);
      }
      json.endArray();
      json.name("data_offsets").beginArray().value(offset).value(end).endArray();
      json.endObject();
      offset = end;
    }
    json.endObject();
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Length and header, with spaces behind it so that the tensors begin at a multiple of 8. */
  private static ByteBuffer prefix(byte[] header) {
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(header);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.flip();
  }

  private static void write(FileChannel channel, Tensor tensor) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int bytesPerElement = tensor.dtype().bits() / 8;
    int elements = tensor.shape().elements();
    int done = 0;
    while (done < elements) {
      int count = Math.min(CHUNK_BYTES / bytesPerElement, elements - done);
      chunk.clear();
      switch (tensor.dtype()) {
        case F32 -> chunk.asFloatBuffer().put(tensor.floats(), done, count);
        case I32 -> chunk.asIntBuffer().put(tensor.ints(), done, count);
        case I16 -> chunk.asShortBuffer().put(tensor.shorts(), done, count);
        case U8 -> chunk.duplicate().put(tensor.bytes(), done, count);
        case BIT -> throw new AssertionError("BIT tensors are stored as U8");
      }
      writeFully(channel, chunk.limit(count * bytesPerElement));
      done += count;
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
