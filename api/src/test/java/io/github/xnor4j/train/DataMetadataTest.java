package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantDense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.DataDescription;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.data.Polarity;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model was trained on stands in its file. */
class DataMetadataTest {
  private static final DataDescription PETS =
      new DataDescription(
          "pets",
          List.of("cat \"a\"", "dog\n[b]", "Kuh, weiß"),
          Shape.of(2, 2, 1),
          Polarity.NEITHER,
          true);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void train() throws IOException {
    file = folder.resolve("model.safetensors");
    Dataset pets =
        Dataset.of(Tensor.zeros(DType.U8, Shape.of(3, 2, 2, 1)), Tensor.i32(Shape.of(3), 0, 1, 2))
            .named(PETS.name())
            .classes(PETS.classes())
            .resized();
    Trainer.Setup setup =
        Trainer.of(
            Sequential.of(input(2, 2, 1).pixels(), flatten(), quantDense(3)),
            Optimizers.sgd(),
            Losses.meanSquaredError());
    try (Trainer trainer = setup.on(Backends.select("reference"), new SessionOptions(1))) {
      assertNull(trainer.modelFile().data());
      trainer.fit(pets.batches(3), 1);
      trainer.save(file);
    }
  }

  @Test
  void aTrainerTellsItsModelWhatItIsTrainedOn() throws IOException {
    assertEquals(PETS, ModelFile.read(file).data());
    Map<String, String> metadata = Safetensors.read(file).metadata();
    assertEquals("pets", metadata.get("xnor4j.data.name"));
    assertEquals("[2, 2, 1]", metadata.get("xnor4j.data.image"));
    assertEquals("neither", metadata.get("xnor4j.data.polarity"));
    assertEquals("true", metadata.get("xnor4j.data.resized"));
  }

  @Test
  void namesMayBeMissing() throws IOException {
    DataDescription nameless =
        new DataDescription(null, List.of(), Shape.of(2, 2, 1), Polarity.DARK_ON_LIGHT, false);
    ModelFile model = ModelFile.read(file);
    new ModelFile(model.model(), model.weights(), model.loss(), model.provenance(), nameless)
        .write(file);
    assertEquals(nameless, ModelFile.read(file).data());
  }

  @Test
  void filesOfEarlierVersionsAreRead() throws IOException {
    ModelFile model = ModelFile.read(file);
    new ModelFile(model.model(), model.weights(), model.loss(), model.provenance()).write(file);
    assertNull(ModelFile.read(file).data());
    assertTrue(
        Safetensors.read(file).metadata().keySet().stream()
            .noneMatch(key -> key.startsWith("xnor4j.data")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xnor4j.data.image    | [2, 2]      | [height, width, channels]",
        "xnor4j.data.image    | [2, -2, 1]  | [height, width, channels]",
        "xnor4j.data.image    | two         | [height, width, channels]",
        "xnor4j.data.classes  | [\"a\", 1   | a JSON array of names",
        "xnor4j.data.classes  | [null]      | a JSON array of names",
        "xnor4j.data.classes  | {}          | a JSON array of names",
        "xnor4j.data.polarity | mixed       | one of [light on dark, dark on light, neither]"
      })
  void badEntriesAreNamed(String key, String value, String expected) throws IOException {
    Safetensors content = Safetensors.read(file);
    Map<String, String> metadata = new HashMap<>(content.metadata());
    metadata.put(key, value);
    new Safetensors(content.tensors(), metadata).write(file);
    BadFileException e = assertThrows(BadFileException.class, () -> ModelFile.read(file));
    assertTrue(
        e.getMessage().contains("metadata '" + key + "' is " + value + ", expected " + expected),
        e.getMessage());
  }
}
