package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.xnor4j.cli.Calls.Call;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training that is run again gives the same bits, other ones, or cannot be compared. */
class VerifyCommandTest {
  private static final int IMAGES = 40;
  private static final int SIDE = 28;

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeData() throws IOException {
    model = folder.resolve("model.safetensors");
    writeData(folder, 3);
  }

  private static void writeData(Path folder, int seed) throws IOException {
    byte[] pixels = new byte[IMAGES * SIDE * SIDE];
    new Random(seed).nextBytes(pixels);
    ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
    images.putInt(0x803).putInt(IMAGES).putInt(SIDE).putInt(SIDE).put(pixels);
    ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES).putInt(0x801).putInt(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      labels.put((byte) (i % 10));
    }
    for (String part : List.of("train", "t10k")) {
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
  }

  private void train(String options) {
    List<Object> args =
        new ArrayList<>(List.of("train", "--data", folder, "--out", model, "--batch-size", 16));
    args.addAll(List.of((Object[]) options.split(" ")));
    Call call = xnor(args.toArray());
    assertEquals(ExitCode.OK, call.code(), call.err());
  }

  private Call verify(Object... options) {
    List<Object> args = new ArrayList<>(List.of("verify", model, "--data", folder, "--json"));
    args.addAll(List.of(options));
    return xnor(args.toArray());
  }

  private static void assertAnswer(int code, String answer, String detail, Call call) {
    assertEquals(code, call.code(), call.err());
    JsonObject json = call.json().getLast();
    assertEquals(answer, json.get("answer").getAsString());
    assertTrue(json.get("detail").getAsString().contains(detail), json.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs 2 --gradients 12, cpu-vector reference auto",
    "--epochs 2 --seed 7 --recipe best --learning-rate 0.02, auto cpu-vector",
    "--epochs 3 --max-steps 4 --gradients float --from-logits, auto",
    "--epochs 1 --gradients float --backend reference, auto reference",
  })
  void theSameTrainingGivesTheSameBits(String training, String backends) {
    train(training);
    for (String backend : backends.split(" ")) {
      assertAnswer(ExitCode.OK, "same bits", "", verify("--backend", backend, "--threads", 2));
    }
    Call text = xnor("verify", model, "--data", folder);
    assertTrue(text.out().contains("the same bits: model hash "), text.out());
  }

  @Test
  void aResumedTrainingIsVerifiedAsAWhole() {
    Path run = folder.resolve("run");
    train("--epochs 2 --max-steps 4 --checkpoint-dir " + run);
    train("--epochs 2 --resume --checkpoint-dir " + run);
    assertAnswer(ExitCode.OK, "same bits", "", verify());
  }

  @Test
  void floatsOfAnotherBackendAreNotComparable() {
    train("--epochs 1 --gradients float --backend reference");
    assertAnswer(
        ExitCode.BAD_INPUT,
        "not comparable",
        "its sums were those of reference, here they are those of cpu-vector, ",
        verify("--backend", "cpu-vector"));
  }

  @Test
  void otherDataAreNotComparable() throws IOException {
    train("--epochs 1 --gradients 12");
    writeData(folder, 4);
    assertAnswer(ExitCode.BAD_INPUT, "not comparable", "other data, of hash ", verify());
  }

  private void change(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Safetensors content = Safetensors.read(model);
    Map<String, Tensor> newTensors = new LinkedHashMap<>(content.tensors());
    newTensors.putAll(tensors);
    Map<String, String> newMetadata = new LinkedHashMap<>(content.metadata());
    newMetadata.remove("xnor4j.hash");
    newMetadata.putAll(metadata);
    new Safetensors(newTensors, newMetadata).write(model);
  }

  @Test
  void aChangedElementIsFound() throws IOException {
    train("--epochs 1");
    Tensor kernel = Safetensors.read(model).tensor("quant_dense/kernel");
    kernel.floats()[7] = Math.nextUp(kernel.floats()[7]);
    change(Map.of("quant_dense/kernel", kernel), Map.of());
    assertAnswer(
        ExitCode.FAULT,
        "other bits",
        "'quant_dense/kernel' is the only tensor that differs: 1 of its 36864 elements, element 7",
        verify());
    Call text = xnor("verify", model, "--data", folder);
    assertTrue(text.out().contains("other bits: 'quant_dense/kernel'"), text.out());
  }

  @Test
  void anotherSeedIsFound() throws IOException {
    train("--epochs 1");
    change(Map.of(), Map.of("provenance/seed", "2"));
    assertAnswer(ExitCode.BAD_INPUT, "not comparable", "the hash of the first weights", verify());
  }

  @ParameterizedTest
  @CsvSource({
    "recipe, worst, by no recipe that is known here",
    "steps, many, 'the file''s steps is ''many'', expected a number'",
    "program, 00, 'the program of its training was ''00'', here it is '",
    "backend, abacus, ''",
  })
  void whatCannotBeRunAgainIsNotComparable(String name, String value, String detail)
      throws IOException {
    train("--epochs 1 --gradients float");
    change(Map.of(), Map.of("provenance/" + name, value));
    Call call = verify();
    if (name.equals("backend")) {
      call.assertRefused("not comparable: it was trained on another backend", "abacus");
    } else {
      assertAnswer(ExitCode.BAD_INPUT, "not comparable", detail, call);
    }
  }

  @Test
  void aFileThatTellsNothingIsNotComparable() throws IOException {
    train("--epochs 1");
    Safetensors content = Safetensors.read(model);
    Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
    metadata.keySet().removeIf(key -> key.startsWith("provenance/"));
    new Safetensors(content.tensors(), metadata).write(model);
    assertAnswer(
        ExitCode.BAD_INPUT, "not comparable", "the file does not tell the data hash", verify());
  }
}
