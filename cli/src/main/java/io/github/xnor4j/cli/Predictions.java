package io.github.xnor4j.cli;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.AtomicFile;
import io.github.xnor4j.train.Predictor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** What a model says about each image of a data set, as a table. */
final class Predictions {
  private static final String HEAD = "index,label,class,probability\n";

  private Predictions() {}

  /** Writes a CSV file of a line an image: its index from 0 on, its label, class, probability. */
  static void write(Path file, Predictor predictor, Dataset data) throws IOException {
    float[] outputs = predictor.predict(data.images()).floats();
    int classes = predictor.classes();
    StringBuilder table = new StringBuilder(HEAD);
    for (int i = 0; i < data.size(); i++) {
      float[] own = Arrays.copyOfRange(outputs, i * classes, (i + 1) * classes);
      Answer answer = new Answer(own, null);
      table.append(
          Text.format(
              "%d,%d,%d,%.6f\n",
              i, data.labels().ints()[i], answer.index(0), answer.probability(0)));
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
