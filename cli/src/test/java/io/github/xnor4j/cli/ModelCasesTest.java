package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.cli.Calls.Call;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models and weights as people bring them: each is read, or refused in a line that helps. */
class ModelCasesTest {
  private static final int SIDE = 8;
  private static final int SEED = 5;
  private static final int CLASSES = 10;

  @TempDir private Path folder;

  private Path given(String name) throws IOException {
    Path file = folder.resolve(Path.of(name).getFileName());
    try (InputStream in = ModelCasesTest.class.getResourceAsStream("cases/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  @BeforeEach
  void writeData() throws IOException {
    write(SIDE, 65);
  }

  private void write(int side, int images) throws IOException {
    byte[] pixels = new byte[images * side * side];
    new Random(SEED).nextBytes(pixels);
    ByteBuffer idx = ByteBuffer.allocate(16 + pixels.length);
    idx.putInt(0x803).putInt(images).putInt(side).putInt(side).put(pixels);
    ByteBuffer labels = ByteBuffer.allocate(8 + images).putInt(0x801).putInt(images);
    for (int i = 0; i < images; i++) {
      labels.put((byte) (i % CLASSES));
    }
    for (String part : List.of("train", "t10k")) {
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), idx.array());
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
  }

  private Call train(Path model, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", "--model", model, "--data", folder, "--epochs", 1));
    args.addAll(List.of(more));
    return xnor(args.toArray());
  }

  // ---- models

  @ParameterizedTest
  @ValueSource(strings = {"k3seq", "k3fun"})
  void modelsOfKeras3Train(String name) throws IOException {
    write(28, 3);
    Call call = train(given("models/" + name + ".json"));
    assertEquals(ExitCode.OK, call.code(), call.err());
  }

  @ParameterizedTest
  @CsvSource({
    "cfirst, layer 'conv2d' (Conv2D), data_format is \"channels_first\", set_image_data_format",
    "none, layer 'in' (InputLayer), 'an unknown extent on axis 1', '[null, 28, 28, 1]'",
    "mixed, layer 'f' (Flatten), dtype is \"mixed_float16\", set_dtype_policy",
  })
  void otherSettingsAreRefused(String name, String layer, String setting, String change)
      throws IOException {
    train(given("models/" + name + ".json")).assertRefused(layer, setting, change);
  }

  @Test
  void aMissingSoftmaxIsSaidOrTrainedOn() throws IOException {
    Path model = given("models/logits.json");
    Call warned = train(model);
    assertEquals(ExitCode.OK, warned.code(), warned.err());
    warned.assertSays("warning: the model does not end in a softmax", "--from-logits");
    Path out = folder.resolve("logits.safetensors");
    Call told = train(model, "--from-logits", "--out", out);
    assertFalse(told.err().contains("softmax"), told.err());
    assertEquals(ExitCode.OK, xnor("evaluate", out, "--data", folder).code());
    Call both = train(given("models/n10.json"), "--from-logits");
    both.assertSays("a second softmax");
  }

  @Test
  void aLearningRateThatIsFarTooLargeIsSaid() throws IOException {
    Path model = given("models/n10.json");
    Call call = // 20 epochs of 5 steps: fewer would say nothing of what is learnt
        xnor(
            "train",
            "--model",
            model,
            "--data",
            folder,
            "--epochs",
            20,
            "--batch-size",
            13,
            "--learning-rate",
            "1e30");
    assertEquals(ExitCode.OK, call.code(), call.err());
    call.assertSays(
        "is no better than guessing, 2.3", "100 % lie at the limits of their constraint");
  }

  @Test
  void wrongFilesAreNotTakenForJson() throws IOException {
    train(given("files/m.h5")).assertRefused("is an HDF5 file", "expected Keras JSON");
    train(given("files/std.safetensors")).assertRefused("is a safetensors file", "Keras JSON");
  }

  @Test
  void aByteOrderMarkIsNoPartOfJson() throws IOException {
    Path model = given("models/n10.json");
    Files.writeString(model, "\ufeff" + Files.readString(model));
    assertEquals(ExitCode.OK, train(model).code());
  }

  // ---- weights

  private Call evaluate(String name, Object... more) throws IOException {
    List<Object> args = new ArrayList<>(List.of("evaluate", given(name), "--data", folder));
    args.addAll(List.of(more));
    return xnor(args.toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "st_nan.safetensors, weight 'quantconv2d/kernel' has NaN",
    "st_extra.safetensors, extra.tensor",
    "st_lfs.safetensors, a pointer of Git LFS",
    "m.h5, an HDF5 file",
    "m.keras, a zip file of Keras",
    "m.tflite, a TFLite model",
    "st_nometa.safetensors, 5 tensors but no model",
  })
  void filesThatAreNoModelAreCalledByName(String name, String message) throws IOException {
    evaluate("files/" + name).assertRefused(message, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "f16", "f64"})
  void othersFloatsAreReadWithAWord(String name) throws IOException {
    Call call = evaluate("files/st_" + name + ".safetensors");
    assertEquals(ExitCode.OK, call.code(), call.err());
    assertTrue(call.err().contains("are read as F32: 5 of 5"), call.err());
  }

  @Test
  void tensorsAreAModelWithItsLayers() throws IOException {
    Call whole = evaluate("files/std.safetensors", "--json");
    Call given =
        evaluate("files/st_nometa.safetensors", "--json", "--model", given("models/n10.json"));
    assertEquals(ExitCode.OK, given.code(), given.err());
    assertEquals(whole.json().getFirst().get("testLoss"), given.json().getFirst().get("testLoss"));
    Call logits = evaluate("files/st_nometa.safetensors", "--model", given("models/logits.json"));
    assertEquals(ExitCode.OK, logits.code(), logits.err());
    evaluate("files/st_nometa.safetensors", "--model", given("models/cfirst.json"))
        .assertRefused("channels_first");
  }
}
