package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.softmax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.nn.QuantDense;
import io.github.xnor4j.nn.Quantizers;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Scales of gradients: where they begin, how they follow, and what is told of what they clamp. */
class GradientScalesTest {
  private static final int SEED = 7;
  private static final int CLASSES = 3;
  private static final float TINY = 1e-12f;

  private final Logger logger = Logger.getLogger(TrainingWarnings.class.getName());

  /** Batches of 4, 4 and 2 images. */
  private static Batches batches() {
    byte[] pixels = new byte[10 * 16];
    new Random(SEED).nextBytes(pixels);
    int[] labels = new int[10];
    Arrays.setAll(labels, i -> i % CLASSES);
    return Dataset.of(Tensor.u8(Shape.of(10, 4, 4, 1), pixels), Tensor.i32(Shape.of(10), labels))
        .batches(4);
  }

  private static QuantDense binary(int units) {
    return quantDense(units).kernelQuantizer(Quantizers.steSign()).useBias(false);
  }

  private static Trainer trainer(Gradients gradients) {
    return Trainer.of(
            Sequential.of(
                input(4, 4, 1).pixels(),
                flatten(),
                binary(5),
                batchNormalization(),
                binary(CLASSES).inputQuantizer(Quantizers.steSign()),
                batchNormalization(),
                softmax()),
            Optimizers.adam(),
            Losses.sparseCategoricalCrossentropy(),
            Metrics.accuracy())
        .seed(SEED)
        .gradients(gradients)
        .on(Backends.select("reference"), new SessionOptions(1));
  }

  private static float[] values(Trainer trainer) {
    List<Float> all = new ArrayList<>();
    for (Variable variable : trainer.scales().variables().values()) {
      all.add(trainer.session().read(variable).floats()[0]);
    }
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  @Test
  void floatsHaveNone() throws IOException {
    try (Trainer trainer = trainer(Gradients.FLOAT)) {
      trainer.fit(batches(), 1);
      assertEquals(Map.of(), trainer.scales().variables());
    }
  }

  @Test
  void aFirstLookSetsScalesAndNothingElse() {
    try (Trainer trainer = trainer(Gradients.ofBits(12))) {
      TrainingStep.program(trainer, 4);
      assertEquals(
          List.of("quant_dense_1", "quant_dense"),
          List.copyOf(trainer.scales().variables().keySet()));
      TrainingStep.program(trainer, 2); // the last, smaller batch has the same
      assertArrayEquals(new float[] {1, 1}, values(trainer));
      TrainingStep.calibrate(trainer, batches());
      float[] once = values(trainer);
      for (float value : once) {
        assertTrue(value > 0 && value != 1, Arrays.toString(once));
      }
      TrainingStep.calibrate(trainer, batches());
      assertArrayEquals(once, values(trainer), "whatever they were");
      trainer
          .setup()
          .model()
          .weights()
          .forEach(
              weight ->
                  assertArrayEquals(
                      weight.initial(SEED).floats(),
                      trainer.session().read(weight.variable()).floats(),
                      weight.name()));
      for (Variable variable : trainer.update().variables()) {
        assertArrayEquals(variable.initial().floats(), trainer.session().read(variable).floats());
      }
    }
  }

  @Test
  void whatIsClampedIsCountedAndWarnedAbout() throws IOException {
    List<String> warnings = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            warnings.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    List<Long> clamped = new ArrayList<>();
    Callback count =
        new Callback() {
          @Override
          public void onStep(StepReport step) {
            assertEquals(step.images() * (5 + CLASSES), step.rounded());
            clamped.add(step.clamped());
          }
        };
    try (Trainer trainer = trainer(Gradients.ofBits(12))) {
      trainer.fit(batches(), 1, count);
      warnings.clear();
      clamped.clear();
      Variable first = trainer.scales().variables().get("quant_dense");
      trainer.session().write(first, Tensor.scalar(TINY));
      trainer.fit(batches(), 1, count);
      assertTrue(clamped.getFirst() > 10, clamped.toString());
      assertTrue(clamped.get(1) < 10, "the next step knows better: " + clamped);
      assertEquals(1, warnings.stream().filter(line -> line.contains("of 'quant_dense' ")).count());
      assertTrue(
          warnings.getFirst().startsWith("epoch 1: of 50 gradients of 'quant_dense"),
          warnings.toString());
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
  }
}
