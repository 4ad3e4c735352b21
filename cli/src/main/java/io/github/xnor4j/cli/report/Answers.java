package io.github.xnor4j.cli.report;

import io.github.xnor4j.data.Dataset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says about images.
 *
 * @param data the images with their labels
 * @param classes how many the model tells
 * @param answers the likeliest class of each image
 * @param probabilities of those classes, from 0 to 1
 */
public record Answers(Dataset data, int classes, int[] answers, double[] probabilities) {
  int label(int image) {
    return data.labels().ints()[image];
  }

  String name(int index) {
    return data.description().className(index);
  }

  /** Images of each label, row, that were taken for each class, column. */
  int[][] confusion() {
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < answers.length; i++) {
      counts[label(i)][answers[i]]++;
    }
    return counts;
  }

  /** Images that were taken for another class, the surest mistakes first. */
  List<Integer> mistakes() {
    return IntStream.range(0, answers.length)
        .filter(i -> answers[i] != label(i))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
        .toList();
  }
}
