package io.github.xnor4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds whose first bytes could be taken for those of others; the rest is tested with readers. */
class FileKindTest {
  @TempDir private Path folder;

  private Path write(String content) throws IOException {
    return Files.write(folder.resolve("file"), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "'\0\0\10\0\0\0\0\0{\"__metadata__\":{}}', SAFETENSORS",
    "'\0\0\10\3\0\0\0\1', IDX",
    "'{\"logo\": \"<svg>\"}', JSON",
    "'<!DOCTYPE html><svg>', HTML",
    "'<?xml version=\"1.0\"?>\n<svg>', SVG",
    "'II*\0\20\0\0\0CR\2\0', RAW",
    "'II*\0\20\0\0\0', TIFF",
    "'RIFF\0\0\0\0WEBPVP8 ', WEBP",
    "'RIFF\0\0\0\0WAVE', UNKNOWN",
    "'ftyp', UNKNOWN",
    "'P', UNKNOWN",
    "'', EMPTY",
  })
  void theRightOneOfSimilarKinds(String content, FileKind kind) throws IOException {
    assertEquals(kind, FileKind.of(write(content)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no kind at all"})
  void whatIsNotKnownIsNotMistaken(String content) throws IOException {
    assertNull(FileKind.mistaken(write(content), FileKind.JSON));
  }

  @Test
  void whatIsExpectedIsNotMistaken() throws IOException {
    Path file = folder.resolve("model");
    new Safetensors(Map.of("a", Tensor.f32(Shape.of(1), 1)), Map.of()).write(file);
    assertNull(FileKind.mistaken(file, FileKind.SAFETENSORS));
    assertEquals(
        "is a safetensors file, expected Keras JSON", FileKind.mistaken(file, FileKind.JSON));
  }
}
