package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.softmax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.Initializer;
import io.github.xnor4j.nn.Quantizers;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.TrainingWarnings.Guess;
import java.io.IOException;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a training is said to learn nothing: after an epoch and enough steps, not before. */
class TrainingWarningsTest {
  private static final int PIXELS = 4;
  private static final int IMAGES = 100;
  private static final float STANDS_STILL = 1e-30f;
  private static final float MOVES = 1e-2f;

  private final Logger logger = Logger.getLogger(TrainingWarnings.class.getName());
  private final List<String> said = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          said.add(MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  /** Dark and light images by turns; of each ten, so many have the class of the others. */
  private static Dataset images(int wrong) {
    byte[] pixels = new byte[IMAGES * PIXELS];
    int[] labels = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      Arrays.fill(pixels, i * PIXELS, (i + 1) * PIXELS, (byte) (i % 2 * 255));
      labels[i] = i / 2 % 10 < wrong ? 1 - i % 2 : i % 2;
    }
    return Dataset.of(
        Tensor.u8(Shape.of(IMAGES, 2, 2, 1), pixels), Tensor.i32(Shape.of(IMAGES), labels));
  }

  /** Weights that take light images for 1 and dark ones for 0. */
  private record LightIsOne() implements Initializer {
    @Override
    public Tensor make(Shape kerasShape, long seed, long stream) {
      float[] weights = new float[kerasShape.elements()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = i % 2 - 0.5f;
      }
      return Tensor.f32(kerasShape, weights);
    }

    @Override
    public String className() {
      return "LightIsOne";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of();
    }
  }

  /** Its logits are 4 and -4, so that an error costs eight nats. */
  private static Trainer trainer(float rate, Metric... metrics) {
    return Trainer.of(
            Sequential.of(
                input(2, 2, 1).pixels(),
                flatten(),
                quantDense(2)
                    .kernelQuantizer(Quantizers.steSign())
                    .kernelInitializer(new LightIsOne())
                    .useBias(false),
                softmax()),
            Optimizers.adam().learningRate(rate),
            Losses.sparseCategoricalCrossentropy(),
            metrics)
        .on(Backends.select("reference"), new SessionOptions(1));
  }

  private void fit(float rate, Batches batches, int epochs, Metric... metrics) throws IOException {
    try (Trainer trainer = trainer(rate, metrics)) {
      trainer.fit(batches, epochs);
    }
  }

  @Test
  void whatLearnsNothingIsSaidAfterAHundredSteps() throws IOException {
    Batches batches = images(8).batches(IMAGES / 3); // four steps, the last of one image
    fit(STANDS_STILL, batches, 24, Metrics.accuracy());
    assertEquals(List.of(), said);
    fit(STANDS_STILL, batches, 25, Metrics.accuracy());
    assertEquals(1, said.size(), said.toString());
    assertTrue(
        said.getFirst().matches("epoch 25: the loss, .*, is no better than guessing, 0.6931, .*"),
        said.toString());
    assertTrue(said.getFirst().contains("after 100 steps"), said.toString());
  }

  @Test
  void aPartOfAnEpochSaysNothing() throws IOException {
    Batches batches = images(8).batches(1);
    try (Trainer trainer = trainer(STANDS_STILL, Metrics.accuracy())) {
      trainer.fit(images(8).batches(10), 9);
      Callback stop =
          new Callback() {
            @Override
            public void onStep(StepReport report) {
              if (report.step() == report.steps() - 1) {
                trainer.requestStop();
              }
            }
          };
      trainer.fit(batches, 1, stop);
      assertEquals(List.of(), said);
      trainer.fit(batches, 1);
      assertEquals(1, said.size(), said.toString());
    }
  }

  @Test
  void whatLearnsIsNotWarnedAbout() throws IOException {
    fit(MOVES, images(10).batches(10), 20, Metrics.accuracy());
    assertEquals(List.of(), said);
  }

  /**
   * Two of ten labels are wrong: eight answers are right, and two errors cost more than guesses.
   */
  @Test
  void aLargeLossOfRightAnswersIsNoGuessing() throws IOException {
    Batches batches = images(2).batches(1);
    fit(STANDS_STILL, batches, 1, Metrics.accuracy());
    assertEquals(List.of(), said);
    fit(STANDS_STILL, batches, 1);
    assertEquals(1, said.size(), "without accuracy there is the loss only: " + said);
  }

  @Test
  void guessesAreTheFrequenciesOfTheClasses() {
    Guess even = Guess.of(images(0));
    assertEquals(Math.log(2), even.loss(), 1e-12);
    assertEquals(0.5, even.accuracy());
    Tensor one = Tensor.u8(Shape.of(4, 1, 1, 1), new byte[4]);
    Guess uneven = Guess.of(Dataset.of(one, Tensor.i32(Shape.of(4), new int[] {2, 2, 0, 2})));
    assertEquals(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), uneven.loss(), 1e-12);
    assertEquals(0.75, uneven.accuracy());
  }

  /** Of ten classes: the standard deviation is 0.3 over the root of the images. */
  @Test
  void threeStandardDeviationsAreNoChance() {
    Guess ten = new Guess(Math.log(10), 0.1);
    assertTrue(ten.explains(0, 10_000));
    assertTrue(ten.explains(0.1089, 10_000));
    assertFalse(ten.explains(0.1091, 10_000));
    assertTrue(ten.explains(0.189, 100));
    assertFalse(ten.explains(0.191, 100));
    assertTrue(ten.explains(0.9, 1), "one image says nothing");
  }
}
