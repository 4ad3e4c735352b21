package io.github.xnor4j.cli;

import static io.github.xnor4j.cli.Calls.assertRefused;
import static io.github.xnor4j.cli.Calls.xnor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.xnor4j.cli.Calls.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a user calls it: exit codes, one line for bad input, resume, JSON. */
class CommandTest {
  private static final int IMAGES = 40;
  private static final int SIDE = 28;
  private static final int SEED = 3;

  @TempDir private Path folder;
  private Path data;

  /** Random digits: enough for what does not depend on learning. */
  @BeforeEach
  void writeData() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    for (String part : List.of("train", "t10k")) {
      Files.write(data.resolve(part + "-images-idx3-ubyte"), images(IMAGES, IMAGES));
      Files.write(data.resolve(part + "-labels-idx1-ubyte"), labels(0x801, IMAGES));
    }
  }

  private static byte[] images(int declared, int real) {
    ByteBuffer idx = ByteBuffer.allocate(16 + real * SIDE * SIDE);
    idx.putInt(0x803).putInt(declared).putInt(SIDE).putInt(SIDE);
    byte[] pixels = new byte[real * SIDE * SIDE];
    new Random(SEED).nextBytes(pixels);
    return idx.put(pixels).array();
  }

  private static byte[] labels(int magic, int n) {
    ByteBuffer idx = ByteBuffer.allocate(8 + n);
    idx.putInt(magic).putInt(n);
    for (int i = 0; i < n; i++) {
      idx.put((byte) (i % 10));
    }
    return idx.array();
  }

  private Call train(Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", "--data", data, "--batch-size", 16, "--epochs", 2));
    args.addAll(List.of(more));
    return xnor(args.toArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --epochs -1",
        "train --epochs 0",
        "train --epochs many",
        "train --batch-size 0",
        "train --threads 0",
        "train --threads 100000",
        "train --learning-rate -1",
        "train --learning-rate NaN",
        "train --gradients 0",
        "train --gradients 1",
        "train --gradients 17",
        "train --gradients -12",
        "train --gradients abc",
        "train --gradients 12.5",
        "train --max-steps 0",
        "train --checkpoint-steps 2",
        "train --resume",
        "train --recipe worst",
        "train --data no/such/folder",
        "train --data . --split 0",
        "train --data . --split 1.5",
        "train --data . --split NaN",
        "train --split 0.1",
        "train --first-label 1",
        "train --model no-such-file.json",
        "train --out no/such/folder/model.safetensors",
        "train --report no/such/folder/page.html",
        "train --report .",
        "train --out target/same --report target/same",
        "train --epochz 2",
        "trane",
        "evaluate no-such-file",
        "predict no-such-file picture.png",
        "summary no-such-file.json",
        "summary --recipe worst",
        "summary --plan --gradients 17",
        "summary --plan --batch-size 100000",
        "summary --plan --batch-size 2147483647",
        "bench --seconds 0",
        "bench --backend none",
        "bench --device 0:0 --backend gpu-tornado",
        "summary --plan --device 0:0"
      })
  void badInputIsOneLine(String line) {
    assertRefused(xnor((Object[]) line.split(" ")));
  }

  /** One batch of all of MNIST: in the first layer's filter such sums would leave 32 bits. */
  @Test
  void aBatchTooLargeForIntegersIsRefused() {
    assertRefused(
        xnor("summary", "--plan", "--batch-size", 60000, "--backend", "reference"),
        "quant_conv2d",
        "a smaller batch");
  }

  @Test
  void anUnknownBackendNamesAllProviders() {
    assertRefused(train("--backend", "abacus"), "abacus", "cpu-vector", "reference");
  }

  @Test
  void aBackendWithoutDevicesRefusesOne() {
    assertRefused(
        train("--backend", "reference", "--device", "0:7"), "reference", "no devices", "0:7");
  }

  /** Tests run in a JVM that was not started for TornadoVM, whether or not an SDK is there. */
  @Test
  void withoutTornadoReasonAndRemedyAreSaid() {
    assertRefused(
        train("--backend", "gpu-tornado"),
        "'gpu-tornado' is not available",
        "remedy: ",
        "TornadoVM");
    Call call = xnor("backends", "--json");
    JsonObject row =
        call.json().stream()
            .filter(line -> line.get("name").getAsString().equals("gpu-tornado"))
            .findFirst()
            .orElseThrow();
    assertFalse(row.get("available").getAsBoolean());
    assertFalse(row.get("selected").getAsBoolean());
    assertFalse(row.get("reason").getAsString().isBlank());
    assertFalse(row.get("remedy").getAsString().isBlank());
    assertEquals(0, row.get("devices").getAsJsonArray().size());
  }

  @Test
  void brokenDataAreRefused() throws IOException {
    Path images = data.resolve("train-images-idx3-ubyte");
    Path labels = data.resolve("train-labels-idx1-ubyte");
    Files.write(images, images(IMAGES, IMAGES - 1));
    assertRefused(train(), images.toString());
    Files.write(images, images(IMAGES, IMAGES + 1));
    assertRefused(train(), images.toString());
    Files.write(images, images(IMAGES, IMAGES));
    Files.write(labels, labels(0x803, IMAGES));
    assertRefused(train(), labels.toString());
    Files.write(labels, labels(0x801, IMAGES - 1));
    assertRefused(train(), "" + IMAGES, "" + (IMAGES - 1));
  }

  @Test
  void brokenModelsAreRefused() throws IOException {
    Path model = folder.resolve("model.safetensors");
    assertEquals(ExitCode.OK, train("--max-steps", 1, "--out", model).code());
    byte[] whole = Files.readAllBytes(model);
    Path broken = folder.resolve("broken.safetensors");
    for (int length : new int[] {0, 7, 8, 100, whole.length - 1}) {
      Files.write(broken, Arrays.copyOf(whole, length));
      assertRefused(xnor("evaluate", broken, "--data", data), broken.toString());
    }
    ByteBuffer huge = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
    huge.putLong(0, 1L << 60);
    Files.write(broken, huge.array());
    assertRefused(xnor("evaluate", broken, "--data", data), broken.toString());
    Files.writeString(broken, "no model at all, but long enough to be one");
    assertRefused(xnor("evaluate", broken, "--data", data), broken.toString());
    assertRefused(xnor("predict", model, broken), broken.toString());
  }

  @Test
  void aTrainingSpeaksJson() {
    Call call = train("--json", "--log-steps", "--gradients", "float");
    assertEquals(ExitCode.OK, call.code(), call.err());
    List<JsonObject> lines = call.json();
    assertEquals(2 * 3 + 2 + 1, lines.size(), "3 steps an epoch");
    assertEquals(Set.of("step", "loss", "accuracy"), lines.getFirst().keySet());
    assertEquals(
        Set.of("epoch", "seconds", "loss", "accuracy", "imagesPerSecond"), lines.get(3).keySet());
    assertEquals(1, lines.get(3).get("epoch").getAsInt());
    assertEquals(
        Set.of(
            "backend",
            "seed",
            "epochs",
            "trainSeconds",
            "testLoss",
            "testAccuracy",
            "model",
            "hash"),
        lines.getLast().keySet());
  }

  @Test
  void gradientsOnIntegersGiveTheSameModelOnEveryBackend() {
    String hash = null;
    for (String backend : List.of("reference", "cpu-vector")) {
      Call call =
          train("--gradients", 12, "--backend", backend, "--max-steps", 3, "--json", "--log-steps");
      assertEquals(ExitCode.OK, call.code(), call.err());
      JsonObject first = call.json().getFirst();
      assertEquals(Set.of("step", "loss", "accuracy", "clamped", "rounded"), first.keySet());
      assertTrue(first.get("rounded").getAsLong() > 0);
      String found = call.json().getLast().get("hash").getAsString();
      hash = hash == null ? found : hash;
      assertEquals(hash, found, backend);
    }
    Call text = train("--gradients", 12, "--max-steps", 3, "--log-steps");
    assertTrue(text.out().contains("gradients 12,"), text.out());
    assertTrue(text.out().contains("gradients clamped"), text.out());
    assertTrue(text.out().endsWith("model hash " + hash + System.lineSeparator()), text.out());
  }

  @Test
  void theNumberOfThreadsChangesNoBit() throws IOException {
    byte[] alone = null;
    for (int threads : new int[] {1, 2, 3, 5, 16}) {
      Path model = folder.resolve(threads + ".safetensors");
      assertEquals(ExitCode.OK, train("--threads", threads, "--out", model).code());
      byte[] bytes = Files.readAllBytes(model);
      alone = alone == null ? bytes : alone;
      assertArrayEquals(alone, bytes, threads + " threads");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float", "12"})
  void aResumedTrainingEndsWithTheSameBits(String gradients) throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Path resumed = folder.resolve("resumed.safetensors");
    Path run = folder.resolve("run");
    Call straight = train("--gradients", gradients, "--json", "--out", whole);
    assertEquals(ExitCode.OK, straight.code(), straight.err());
    for (int steps = 1; steps < 6; steps++) {
      Call part =
          train(
              "--gradients",
              gradients,
              "--checkpoint-dir",
              run,
              "--checkpoint-steps",
              1,
              "--resume",
              "--max-steps",
              steps);
      assertEquals(ExitCode.OK, part.code(), part.err());
    }
    // what a killed process may leave behind is no checkpoint
    Files.writeString(run.resolve("checkpoint-9-9.safetensors.tmp"), "half a file");
    Call last =
        train(
            "--gradients",
            gradients,
            "--json",
            "--checkpoint-dir",
            run,
            "--resume",
            "--out",
            resumed);
    assertEquals(ExitCode.OK, last.code(), last.err());
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(resumed));
    for (String name : List.of("testLoss", "testAccuracy")) {
      assertEquals(straight.json().getLast().get(name), last.json().getLast().get(name), name);
    }
    assertRefused(
        train("--gradients", gradients, "--json", "--checkpoint-dir", run, "--resume", "--seed", 2),
        "seed");
    assertRefused(
        train(
            "--gradients",
            gradients,
            "--json",
            "--checkpoint-dir",
            run,
            "--resume",
            "--backend",
            "reference"),
        "backend");
    assertRefused(
        train("--gradients", 10, "--json", "--checkpoint-dir", run, "--resume"), "gradients");
  }

  /** And what writes it has nothing to complain of, such as a percent sign by itself. */
  @Test
  void everyCommandHasHelp() {
    PrintStream before = System.err; // where picocli tells of texts that it cannot format
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      for (String command :
          List.of("train", "evaluate", "predict", "verify", "summary", "backends", "bench")) {
        Call call = xnor(command, "--help");
        assertEquals(ExitCode.OK, call.code());
        assertTrue(call.out().contains("Usage: xnor " + command), call.out());
        assertFalse(call.out().contains("null"), call.out());
      }
    } finally {
      System.setErr(before);
    }
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  private static String plan(Object... more) {
    List<Object> args = new ArrayList<>(List.of("summary", "--plan", "--backend", "cpu-vector"));
    args.addAll(List.of(more));
    Call call = xnor(args.toArray());
    assertEquals(ExitCode.OK, call.code(), call.err());
    return call.out();
  }

  /** Without options it is that of a training without options; it takes what train takes. */
  @Test
  void thePlanIsThatOfTheRecipe() {
    String best = plan();
    assertTrue(best.startsWith("# training step, batch size 64, recipe best, gradients 12"), best);
    assertTrue(best.contains("integer lookup quant_dense.ConvInputGradient"), best);
    assertEquals(best, plan("--recipe", "best", "--gradients", 12));
    String tutorial = plan("--recipe", "tutorial");
    assertTrue(tutorial.contains("recipe tutorial, gradients float"), tutorial);
    assertFalse(tutorial.contains("ToInteger"), tutorial);
    String step = tutorial.substring(0, tutorial.indexOf("# prediction"));
    assertTrue(step.lines().count() <= 60, "about a screen: " + step);
    assertTrue(plan("--recipe", "tutorial", "--gradients", 10).contains("ToInteger"));
  }

  @Test
  void benchTellsWhereTheTimeGoes() {
    Call call = xnor("bench", "--backend", "cpu-vector", "--seconds", 1, "--profile");
    assertEquals(ExitCode.OK, call.code(), call.err());
    assertTrue(call.out().contains("barriers and waiting"), call.out());
    assertTrue(call.out().contains("cpu-vector"), call.out());
  }
}
