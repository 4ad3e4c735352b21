package io.github.xnor4j.cli.report;

import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.train.History;
import io.github.xnor4j.train.ModelFile;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a page tells.
 *
 * @param title of the page
 * @param model that was measured
 * @param answers of the model about the test images
 * @param loss mean over the test images
 * @param accuracy from 0 to 1
 * @param training how the model came to be; null if only the file is known
 * @param machine facts by name: where that was computed
 */
public record Report(
    String title,
    ModelFile model,
    Answers answers,
    double loss,
    double accuracy,
    Training training,
    Map<String, String> machine) {
  /**
   * A training that has ended.
   *
   * @param seconds wall-clock time of all steps
   */
  public record Training(Trainer trainer, History history, Recorder recorder, double seconds) {}

  /** Writes the page: one file, which needs no other. */
  public void write(Path file) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(new Page(this).html());
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
