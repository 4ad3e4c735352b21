package com.example.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A training with parts of our own that is killed, twice, ends with the bits of one that is not.
 */
class KilledTrainingTest {
  private static final int KILLS = 2;

  /** Enough for a JVM on a busy machine; nothing waits for it in vain but a failing test. */
  private static final long ENOUGH = TimeUnit.MINUTES.toNanos(5);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu-vector"})
  void goesOnWithTheSameBits(String backend) throws IOException, InterruptedException {
    long seed = System.nanoTime();
    System.out.println(getClass().getSimpleName() + " on " + backend + ": seed " + seed);
    Random moments = new Random(seed);
    for (int kill = 1; kill <= KILLS; kill++) {
      killOnceCheckpointed(backend, kill * OwnRun.STEPS / (KILLS + 1), moments.nextInt(200));
    }
    Path before = newest();
    List<Long> steps = new ArrayList<>();
    Callback watch =
        new Callback() {
          @Override
          public void onStep(StepReport step) {
            steps.add(step.totalSteps());
          }
        };
    Map<String, Tensor> resumed =
        OwnRun.weights(OwnRun.setup().checkpoints(OwnRun.checkpoints(folder)), backend, watch);
    assertNotEquals(before, newest(), "the killed training had ended");
    assertEquals(stepsDone(before) + 1, steps.getFirst(), "the first step after the resume");
    assertEquals(OwnRun.weights(OwnRun.setup(), backend), resumed);
  }

  /**
   * Has another JVM go on with the training and kills it some time after it has written a
   * checkpoint: in a step, between two, or while it writes the next one.
   *
   * @param block the step that the JVM stays at if it is still alive then, so that it cannot end
   */
  private void killOnceCheckpointed(String backend, int block, int milliseconds)
      throws IOException, InterruptedException {
    Path before = newest();
    Path output = folder.resolve("output.txt");
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                OwnRun.class.getName(),
                backend,
                folder.toString(),
                Integer.toString(block))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      long start = System.nanoTime();
      while (newest().equals(before)) {
        assertTrue(training.isAlive(), () -> "the training ended: " + read(output));
        assertFalse(System.nanoTime() - start > ENOUGH, () -> "no checkpoint: " + read(output));
        Thread.sleep(1);
      }
      Thread.sleep(milliseconds);
      assertTrue(training.isAlive(), () -> "the training ended: " + read(output));
    } finally {
      training.destroyForcibly().waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static long stepsDone(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().replaceAll("[^0-9]", ""));
  }

  /** The newest checkpoint, or the folder if there is none. */
  private Path newest() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("checkpoint-.*\\.safetensors"))
          .max(Path::compareTo)
          .orElse(folder);
    }
  }
}
