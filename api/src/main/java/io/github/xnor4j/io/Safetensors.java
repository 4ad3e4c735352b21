package io.github.xnor4j.io;

import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: named
 * tensors and a map of strings. In the file: the header's length (8 bytes, little-endian), a JSON
 * header with dtype, shape and place of each tensor, and the tensors' little-endian bytes without
 * gaps. Nothing in such a file executes.
 *
 * <p>F32, I32, U8 and I16 stand in the file as such. F64, F16 and BF16, which others write, are
 * read as F32, with a line in the log. A BIT tensor is a U8 one: the first axis stays (a tensor of
 * one axis or none is one row), the bits of all other axes follow each other, least significant bit
 * first, and each row ends with clear bits up to a whole byte. Its logical shape is the metadata
 * entry {@code xnor4j.bit_shape/NAME}, such as {@code 64,3,3,32}; readers of this class see
 * neither.
 *
 * @param tensors by name, in the order of the file
 * @param metadata any strings
 * @param converted those tensors that are F32 though the file has another dtype, with its name
 */
public record Safetensors(
    Map<String, Tensor> tensors, Map<String, String> metadata, Map<String, String> converted) {
  /** Copies the maps. */
  public Safetensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    converted = Collections.unmodifiableMap(new LinkedHashMap<>(converted));
  }

  /** Content to be written. */
  public Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this(tensors, metadata, Map.of());
  }

  /**
   * Reads a file. Everything that its header says is checked against the file's length before
   * memory is taken for it.
   *
   * @throws BadFileException if it is not a safetensors file, or one with another dtype, with gaps,
   *     overlaps, missing or further bytes; the message names file, tensor, value and what was
   *     expected
   * @throws IOException if it cannot be read
   */
  public static Safetensors read(Path file) throws IOException {
    return SafetensorsReader.read(file);
  }

  /**
   * Reads only the metadata.
   *
   * @throws BadFileException if the file is not as {@link #read} expects it
   * @throws IOException if it cannot be read
   */
  public static Map<String, String> readMetadata(Path file) throws IOException {
    return SafetensorsReader.readMetadata(file);
  }

  /**
   * Writes a file, whole or not at all, in place of one that may be there. The same content gives
   * the same bytes.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    SafetensorsWriter.write(this, file);
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' is missing, expected one of " + tensors.keySet());
    }
    return tensor;
  }
}
