package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.activation;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.dense;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.Activation;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others changed in a model file, or never had in it. */
class ModelFileTest {
  private static final Model MODEL =
      Sequential.of(
          input(2, 2, 1).pixels(),
          flatten(),
          dense(3).name("d"),
          batchNormalization().scale(false).name("bn"),
          activation(Activation.SOFTMAX));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("model.safetensors");
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Weight weight : MODEL.weights()) {
      weights.put(weight.name(), weight.initial(1));
    }
    new ModelFile(MODEL, weights, Losses.sparseCategoricalCrossentropy(), Map.of("seed", "1"))
        .write(file);
  }

  private void changeTensors(String name, Tensor tensor) throws IOException {
    Safetensors content = Safetensors.read(file);
    Map<String, Tensor> tensors = new LinkedHashMap<>(content.tensors());
    tensors.put(name, tensor);
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.remove("xnor4j.hash");
    new Safetensors(tensors, metadata).write(file);
  }

  private void changeModel(String from, String to) throws IOException {
    Safetensors content = Safetensors.read(file);
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    String json = metadata.get("xnor4j.model");
    assertTrue(json.contains(from), json);
    metadata.put("xnor4j.model", json.replace(from, to));
    new Safetensors(content.tensors(), metadata).write(file);
  }

  private void assertRefused(String message) {
    BadFileException e = assertThrows(BadFileException.class, () -> ModelFile.read(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void anEditedUseBiasNamesLayerAndShapes() throws IOException {
    changeModel("\"use_bias\":true", "\"use_bias\":false");
    assertRefused(
        "layer 'd' has kernel F32 [4, 3], bias F32 [3] in the file, expected kernel F32 [4, 3]"
            + " (the layer's use_bias decides that)");
    changeModel("\"use_bias\":false", "\"use_bias\":true");
    changeModel("\"scale\":false", "\"scale\":true");
    assertRefused(
        "layer 'bn' has beta F32 [3], moving_mean F32 [3], moving_variance F32 [3] in the file,"
            + " expected gamma F32 [3], beta F32 [3], moving_mean F32 [3], moving_variance F32 [3]"
            + " (the layer's scale decides that)");
  }

  @Test
  void otherEditsNameTheLayerToo() throws IOException {
    changeModel("\"units\":3", "\"units\":5");
    assertRefused(
        "layer 'd' has kernel F32 [4, 3], bias F32 [3] in the file, expected kernel F32 [4, 5],"
            + " bias F32 [5]");
    changeModel("\"units\":5", "\"units\":3");
    changeModel("\"name\":\"bn\"", "\"name\":\"norm\"");
    assertRefused(
        "layer 'norm' has nothing in the file, whose tensors are [d/kernel, d/bias, bn/beta,");
  }

  @Test
  void tensorsTooManyOrNotFiniteAreNamed() throws IOException {
    changeTensors("extra.tensor", Tensor.scalar(1));
    assertRefused("tensors [extra.tensor] are not of the model");
    write();
    changeTensors("d/bias", Tensor.f32(Shape.of(3), 0, Float.NaN, 0));
    assertRefused("weight 'd/bias' has NaN as element 1 of 3, expected finite numbers");
    changeTensors("d/bias", Tensor.f32(Shape.of(3), 0, 0, Float.NEGATIVE_INFINITY));
    assertRefused("weight 'd/bias' has -Infinity as element 2 of 3");
  }

  @Test
  void aModelMayBeGivenToTensors() throws IOException {
    ModelFile whole = ModelFile.read(file);
    new Safetensors(whole.weights(), Map.of("format", "pt")).write(file);
    assertRefused("has 5 tensors but no model");
    assertEquals(whole.hash(), ModelFile.read(file, MODEL).hash());
    assertEquals("sparse_categorical_crossentropy", ModelFile.read(file, MODEL).loss().name());
    Model logits = Sequential.of(input(2, 2, 1).pixels(), flatten(), dense(3).name("d"));
    Map<String, Tensor> some = new LinkedHashMap<>(whole.weights());
    some.keySet().removeIf(name -> name.startsWith("bn"));
    new Safetensors(some, Map.of()).write(file);
    assertEquals(
        "sparse_categorical_crossentropy_from_logits", ModelFile.read(file, logits).loss().name());
  }

  @Test
  void checkpointsAreCalledByTheirName() throws IOException {
    new Safetensors(Map.of(), Map.of("xnor4j.kind", "checkpoint")).write(file);
    assertRefused("is a checkpoint, expected a model");
  }
}
