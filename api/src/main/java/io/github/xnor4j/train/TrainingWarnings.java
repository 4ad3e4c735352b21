package io.github.xnor4j.train;

import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Says in the log what makes a training come to nothing, before hours have gone by. */
final class TrainingWarnings {
  private static final Logger LOG = System.getLogger(TrainingWarnings.class.getName());
  private static final int MOST_CLAMPED = 1000; // one of so many
  // Adam moves a weight by about its rate a step: at Keras' 0.001 it takes first weights of some
  // 0.1
  // so many steps to change their sign, and as long a binary network may answer as in the beginning
  private static final int TELLING_STEPS = 100;
  private static final int DEVIATIONS = 3; // of 700 who guess one comes out better than by so many
  private static final double MOST_CORNERS = 0.5; // a third at the worst rate that still trained

  private final Trainer trainer;
  private final Guess guess;
  private boolean saidGuessing;

  /** Warns of what can be known before the first step. */
  TrainingWarnings(Trainer trainer, Dataset dataset) {
    this.trainer = trainer;
    this.guess = Guess.of(dataset);
    String mismatch = Losses.mismatch(trainer.setup().loss(), trainer.setup().model());
    if (mismatch != null) {
      LOG.log(Level.WARNING, mismatch);
    }
  }

  /**
   * What comes of answers that do not look at the images.
   *
   * @param loss the crossentropy of answering each image with the frequencies of the classes, which
   *     is their entropy in nats
   * @param accuracy of answering each with the most frequent class
   */
  record Guess(double loss, double accuracy) {
    static Guess of(Dataset dataset) {
      int[] labels = dataset.labels().ints();
      long[] counts = new long[Arrays.stream(labels).max().orElse(0) + 1];
      for (int label : labels) {
        counts[label]++;
      }
      double entropy = 0;
      double most = 0;
      for (long count : counts) {
        double share = (double) count / labels.length;
        entropy -= count == 0 ? 0 : share * Math.log(share);
        most = Math.max(most, share);
      }
      return new Guess(entropy, most);
    }

    /** Whether somebody who guesses so many images may well come to an accuracy. */
    boolean explains(double accuracy, long images) {
      double deviation = Math.sqrt(this.accuracy * (1 - this.accuracy) / images);
      return accuracy <= this.accuracy + DEVIATIONS * deviation;
    }
  }

  /**
   * Looks at what came of an epoch, or of the part of it that was run.
   *
   * @param last whether the training is at its end
   */
  void after(StepReport report, boolean last) {
    clamping(report);
    if (isGuessing(report) && (last || !saidGuessing)) {
      saidGuessing = true;
      LOG.log(
          Level.WARNING,
          "epoch {0}: the loss, {1}, is no better than guessing, {2}, after {3} steps: is the"
              + " learning rate too large, or do the labels belong to other images?",
          report.epoch(),
          shown(report.runningLoss()),
          shown(guess.loss()),
          Long.toString(report.totalSteps()));
    }
    if (report.epoch() == 1) {
      corners();
    }
  }

  /**
   * Whether a whole epoch, after enough steps, shows nothing learnt. A loss alone does not tell:
   * that of a network which errs with too much confidence is large although it learns.
   */
  private boolean isGuessing(StepReport report) {
    Trainer.Setup setup = trainer.setup();
    return report.step() == report.steps()
        && report.totalSteps() >= TELLING_STEPS
        && Losses.isCrossentropy(setup.loss())
        && guess.loss() > 0 // else all images are of one class
        && report.runningLoss() >= guess.loss()
        && (!setup.metrics().contains(Metrics.accuracy())
            || guess.explains(
                report.runningMetric(Metrics.accuracy().name()), report.running().examples));
  }

  private static String shown(double loss) {
    return String.format(Locale.ROOT, "%.4g", loss);
  }

  /**
   * Of a weight most of whose elements lie at the limits of its constraint after so short a time:
   * then steps are so large that each moves them from one corner to another. Later that may be what
   * a good training leads to.
   */
  private void corners() {
    for (Weight weight : Trainer.trainable(trainer.setup().model())) {
      double share = weight.constraint() == null ? 0 : corners(weight.variable());
      if (share > MOST_CORNERS) {
        LOG.log(
            Level.WARNING,
            "epoch 1: of ''{0}'' {1} % lie at the limits of their constraint, expected less than"
                + " {2} %: a smaller learning rate may train better",
            weight.name(),
            Math.round(100 * share),
            Math.round(100 * MOST_CORNERS));
        return; // the others have the same reason
      }
    }
  }

  private double corners(Variable variable) {
    Tensor tensor = trainer.session().read(variable);
    float limit = 0;
    for (float value : tensor.floats()) {
      limit = Math.max(limit, Math.abs(value));
    }
    int at = 0;
    for (float value : tensor.floats()) {
      at += Math.abs(value) == limit ? 1 : 0;
    }
    return (double) at / Math.max(tensor.floats().length, 1);
  }

  /** Of what was clamped much: then a product's gradients are no longer its own. */
  private void clamping(StepReport report) {
    Map<String, Variable> scales = trainer.scales().variables();
    int product = 0;
    for (String name : scales.keySet()) {
      long clamped = report.running().clamped[product];
      long rounded = report.running().rounded[product++];
      if (clamped * MOST_CLAMPED > rounded) {
        LOG.log(
            Level.WARNING,
            "epoch {0}: of {1} gradients of ''{2}'' {3} were clamped, expected less than one in"
                + " {4}: more bits or gradients in floats may train better",
            report.epoch(),
            rounded,
            name,
            clamped,
            MOST_CLAMPED);
      }
    }
  }
}
