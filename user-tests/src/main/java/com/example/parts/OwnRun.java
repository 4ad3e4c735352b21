package com.example.parts;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.data.Augmentation;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.Checkpoints;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.StepReport;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A training in which everything that can be anybody's is our own. As a program it is the one that
 * gets killed: {@code OwnRun BACKEND FOLDER STEP} never goes beyond that step.
 */
final class OwnRun {
  /** 13 steps each: the last batch of 8 images is smaller than the others. */
  private static final int EPOCHS = 3;

  static final int STEPS = EPOCHS * 13;

  private static final Batches BATCHES =
      Mnist.train().first(200).batches(16).augmented(Augmentation.shift(1));

  private OwnRun() {}

  static Trainer.Setup setup() {
    return Trainer.of(
            Digits.model(),
            new SignDescent(new Halving(0.01f, 10), 0.9f),
            new Distance(),
            Metrics.accuracy(),
            new Distance())
        .seed(7);
  }

  static Checkpoints checkpoints(Path folder) {
    return Checkpoints.in(folder).everySteps(2).resume(true);
  }

  /** Trains to the end, or goes on to the end, and gives the weights. */
  static Map<String, Tensor> weights(Trainer.Setup setup, String backend, Callback... callbacks)
      throws IOException {
    try (Trainer trainer = setup.on(Backends.select(backend))) {
      trainer.fit(BATCHES, EPOCHS, callbacks);
      return trainer.weights();
    }
  }

  /** Waits at a step to be killed. */
  private record Block(long at) implements Callback {
    @Override
    public void onStep(StepReport step) {
      while (step.totalSteps() >= at) {
        try {
          Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts this thread", e);
        }
      }
    }
  }

  /** What the test kills. */
  public static void main(String[] args) throws IOException {
    Block block = new Block(Long.parseLong(args[2]));
    weights(setup().checkpoints(checkpoints(Path.of(args[1]))), args[0], block);
  }
}
