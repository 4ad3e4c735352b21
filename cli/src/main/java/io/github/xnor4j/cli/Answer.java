package io.github.xnor4j.cli;

import io.github.xnor4j.data.DataDescription;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What a model says about one image: its classes, the likeliest first. */
final class Answer {
  private static final double ROUNDING = 1e-3;

  private final float[] outputs;
  private final double[] probabilities;
  private final int[] order;
  private final DataDescription data;

  /**
   * An answer.
   *
   * @param outputs of the model, for each class
   * @param data what the model was trained on; null if that is not known
   */
  Answer(float[] outputs, DataDescription data) {
    this.outputs = outputs;
    this.data = data;
    this.probabilities = probabilities(outputs);
    this.order =
        IntStream.range(0, outputs.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -outputs[i])) // of equal ones the first
            .mapToInt(i -> i)
            .toArray();
  }

  /** Outputs that are probabilities; of others, such as logits, their softmax. */
  private static double[] probabilities(float[] outputs) {
    double[] values = new double[outputs.length];
    Arrays.setAll(values, i -> outputs[i]);
    double sum = Arrays.stream(values).sum();
    if (Math.abs(sum - 1) < ROUNDING && Arrays.stream(values).allMatch(v -> v >= 0)) {
      return values;
    }
    double largest = Arrays.stream(values).max().orElse(0);
    double all = Arrays.stream(values).map(v -> Math.exp(v - largest)).sum();
    return Arrays.stream(values).map(v -> Math.exp(v - largest) / all).toArray();
  }

  int classes() {
    return outputs.length;
  }

  float[] outputs() {
    return outputs;
  }

  /** The class of some rank, from 0 on. */
  int index(int rank) {
    return order[rank];
  }

  /** What it is called. */
  String name(int rank) {
    return data == null ? Integer.toString(index(rank)) : data.className(index(rank));
  }

  double probability(int rank) {
    return probabilities[index(rank)];
  }

  /** Its probability, for people. */
  String confidence(int rank) {
    return Text.format("%.4f", probability(rank));
  }
}
