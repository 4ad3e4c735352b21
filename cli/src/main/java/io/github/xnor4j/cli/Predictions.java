package io.github.xnor4j.cli;

import io.github.xnor4j.cli.report.Answers;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** What a model says about each image of a data set, as a table. */
final class Predictions {
  private static final String HEAD = "index,label,class,probability\n";

  private Predictions() {}

  /**
   * The likeliest class of each image.
   *
   * @param outputs of the model, F32 [N, classes]
   * @param data the images
   */
  static Answers of(Tensor outputs, Dataset data) {
    int classes = outputs.shape().dim(1);
    int[] answers = new int[data.size()];
    double[] probabilities = new double[data.size()];
    for (int i = 0; i < data.size(); i++) {
      float[] own = Arrays.copyOfRange(outputs.floats(), i * classes, (i + 1) * classes);
      Answer answer = new Answer(own, null);
      answers[i] = answer.index(0);
      probabilities[i] = answer.probability(0);
    }
    return new Answers(data, classes, answers, probabilities);
  }

  /** Writes a CSV file of a line an image: its index from 0 on, its label, class, probability. */
  static void write(Path file, Answers answers) throws IOException {
    StringBuilder table = new StringBuilder(HEAD);
    for (int i = 0; i < answers.answers().length; i++) {
      table.append(
          Text.format(
              "%d,%d,%d,%.6f\n",
              i,
              answers.data().labels().ints()[i],
              answers.answers()[i],
              answers.probabilities()[i]));
    }
    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(table.toString());
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
