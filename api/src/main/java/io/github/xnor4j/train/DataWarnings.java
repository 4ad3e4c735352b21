package io.github.xnor4j.train;

import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.BatchNormalization;
import io.github.xnor4j.nn.Model;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.IntStream;

/** Warns of what trains without an error and yet not as it should. */
final class DataWarnings {
  private static final Logger LOG = System.getLogger(DataWarnings.class.getName());
  private static final int SHOWN = 8;

  private DataWarnings() {}

  static void log(Model model, Batches batches) {
    warnOfMissingClasses(batches.dataset(), model.outputShapes().getFirst().dim(0));
    warnOfLoneImage(model, batches);
  }

  private static void warnOfMissingClasses(Dataset images, int classes) {
    boolean[] present = new boolean[classes];
    for (int label : images.labels().ints()) {
      present[label] = true;
    }
    int[] missing = IntStream.range(0, classes).filter(i -> !present[i]).toArray();
    if (missing.length == 1 && missing[0] == 0) {
      LOG.log(
          Level.WARNING,
          "no training image is of class 0, all are of 1 to {0}: if labels begin at 1, make them"
              + " begin at 0 (firstLabel(1), --first-label 1) and the model''s classes {0}",
          classes - 1);
    } else if (missing.length > 0) {
      List<String> shown =
          IntStream.of(missing).limit(SHOWN).mapToObj(images.description()::className).toList();
      LOG.log(
          Level.WARNING,
          "{0} of the model''s {1} classes have no training image and will not be learned: {2}{3};"
              + " are all files there, or has the model too many classes?",
          missing.length,
          classes,
          String.join(", ", shown),
          missing.length > SHOWN ? " and others" : "");
    }
  }

  /** Its statistics over one image take away what tells that image from others. */
  private static void warnOfLoneImage(Model model, Batches batches) {
    int images = batches.dataset().size();
    boolean normalized = model.layers().stream().anyMatch(BatchNormalization.class::isInstance);
    if (!normalized || batches.sizeOf(batches.count() - 1) > 1) {
      return;
    }
    LOG.log(
        Level.WARNING,
        batches.size() == 1
            ? "batches of one image: a batch normalization of one image learns nothing of it;"
                + " take a larger batch size"
            : "the last batch of an epoch has one image, and a batch normalization of one image"
                + " disturbs training: with batch size {0} it has {1}",
        better(images, batches.size()),
        images % better(images, batches.size()));
  }

  /** The next smaller size that leaves no single image, or the next larger one. */
  private static int better(int images, int size) {
    return IntStream.concat(
            IntStream.iterate(size - 1, i -> i > 1, i -> i - 1),
            IntStream.iterate(size + 1, i -> i <= images + 1, i -> i + 1))
        .filter(i -> images % i != 1)
        .findFirst()
        .orElse(size);
  }
}
