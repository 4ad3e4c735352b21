package io.github.xnor4j.train;

import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.softmax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Augmentation;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.io.BadFileException;
import io.github.xnor4j.io.Safetensors;
import io.github.xnor4j.nn.Constraint;
import io.github.xnor4j.nn.Constraints;
import io.github.xnor4j.nn.Initializer;
import io.github.xnor4j.nn.Initializers;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.QuantDense;
import io.github.xnor4j.nn.Quantizer;
import io.github.xnor4j.nn.Quantizers;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a checkpoint must have in common with the run that goes on from it. */
class ResumeTest {
  private static final int SEED = 5;
  private static final int CLASSES = 3;

  @TempDir private Path folder;

  /** Signs, in a class of the test's own: no JSON can name it. */
  private record Hard(boolean negative) implements Quantizer {
    @Override
    public Value quantize(Trace trace, Value x) {
      Value signed = negative ? trace.unary(Op.UnaryKind.NEGATE, x) : x;
      return trace.customGradient(List.of(signed), () -> trace.sign(signed), List::of);
    }

    @Override
    public int precision() {
      return 1;
    }

    @Override
    public String className() {
      return "Hard";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of();
    }
  }

  /** Limits weights, and its parameters do not tell to what. */
  private record Limit(float most) implements Constraint {
    @Override
    public Value apply(Trace trace, Value weight) {
      return trace.min(weight, trace.constant(most));
    }

    @Override
    public String className() {
      return "Limit";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of();
    }
  }

  /** One value everywhere, which its parameters do not tell. */
  private record Secret(float value) implements Initializer {
    @Override
    public Tensor make(Shape kerasShape, long seed, long stream) {
      return Tensor.full(kerasShape, value);
    }

    @Override
    public String className() {
      return "Secret";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of();
    }
  }

  /** A metric that is no number. */
  private record Undefined() implements Metric {
    @Override
    public String name() {
      return "undefined";
    }

    @Override
    public Value perExample(Trace trace, Value output, Value labels) {
      Value zeros = trace.sub(output, output);
      Value all = trace.sum(trace.div(zeros, zeros), List.of(1));
      return trace.reshape(all, Shape.of(output.shape().dim(0)));
    }
  }

  /** A loss of the test's own, which may have the name of one of the library's. */
  private record Other(String name) implements Loss {
    @Override
    public Value perExample(Trace trace, Value output, Value target) {
      return Losses.meanSquaredError().perExample(trace, output, target);
    }
  }

  private static Dataset data(int seed) {
    int count = 10;
    byte[] pixels = new byte[count * 16];
    new Random(seed).nextBytes(pixels);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % CLASSES);
    return Dataset.of(
        Tensor.u8(Shape.of(count, 4, 4, 1), pixels), Tensor.i32(Shape.of(count), labels));
  }

  /** Batches of 4, 4 and 2 images. */
  private static Batches batches() {
    return data(SEED).batches(4);
  }

  private static QuantDense dense() {
    return quantDense(CLASSES)
        .kernelQuantizer(Quantizers.steSign())
        .kernelConstraint(Constraints.weightClip());
  }

  private static Model model(QuantDense dense) {
    return Sequential.of(
        input(4, 4, 1).pixels(), flatten(), dense, batchNormalization(), softmax());
  }

  private static Trainer.Setup setup(QuantDense dense) {
    return Trainer.of(
            model(dense),
            Optimizers.adam(),
            Losses.sparseCategoricalCrossentropy(),
            Metrics.accuracy())
        .seed(SEED);
  }

  private static Trainer.Setup setup(Optimizer optimizer, Loss loss, Metric... metrics) {
    return Trainer.of(model(dense()), optimizer, loss, metrics).seed(SEED);
  }

  private Checkpoints checkpoints() {
    return Checkpoints.in(folder).everySteps(1).resume(true);
  }

  /** Trains for so many steps, or two epochs, and gives the weights. */
  private Map<String, Tensor> train(Trainer.Setup setup, Batches batches, int steps)
      throws IOException {
    try (Trainer trainer = setup.on(Backends.select("reference"), new SessionOptions(1))) {
      Callback stop =
          new Callback() {
            @Override
            public void onStep(StepReport report) {
              if (report.totalSteps() == steps) {
                trainer.requestStop();
              }
            }
          };
      trainer.fit(batches, 2, stop);
      return trainer.weights();
    }
  }

  static Stream<Arguments> otherRuns() {
    Loss loss = Losses.sparseCategoricalCrossentropy();
    Metric accuracy = Metrics.accuracy();
    Schedule cosine = Schedule.cosine(1e-3f, 6, 0);
    Trainer.Setup same = setup(dense());
    return Stream.of(
        Arguments.of("the seed of the checkpoint is '5'", same.seed(6), batches()),
        Arguments.of("the data hash", same, data(SEED + 1).batches(4)),
        Arguments.of("the batch size of the checkpoint is '4'", same, data(SEED).batches(5)),
        Arguments.of("the recipe of the checkpoint is 'custom'", same.recipe("best"), batches()),
        Arguments.of("the order of the checkpoint is 'shuffled'", same, batches().inOrder()),
        Arguments.of(
            "the augmentation of the checkpoint is 'none'",
            same,
            batches().augmented(Augmentation.shift(1))),
        Arguments.of(
            "the optimizer of the checkpoint is 'Adam(",
            setup(Optimizers.sgd(), loss, accuracy),
            batches()),
        Arguments.of(
            "learning_rate {class_name=CosineDecay, config={alpha=0.0,",
            setup(Optimizers.adam().learningRate(cosine), loss, accuracy),
            batches()),
        Arguments.of(
            "the loss of the checkpoint is 'sparse_categorical_crossentropy'",
            setup(Optimizers.adam(), Losses.hinge(), accuracy),
            batches()),
        Arguments.of(
            "the list of metrics of the checkpoint is 'accuracy', expected this run's ''",
            setup(Optimizers.adam(), loss),
            batches()),
        Arguments.of(
            "the model of the checkpoint is another: it has QuantDense 'quant_dense':"
                + " kernel_quantizer SteSign(clip_value 1.0), expected this run's QuantDense"
                + " 'quant_dense': kernel_quantizer Hard()",
            setup(dense().kernelQuantizer(new Hard(false))),
            batches()),
        Arguments.of(
            "it has QuantDense 'quant_dense': use_bias true, expected this run's",
            setup(dense().useBias(false)),
            batches()),
        Arguments.of(
            "kernel_initializer Secret()",
            setup(dense().kernelInitializer(new Secret(1))),
            batches()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("otherRuns")
  void refusesAnotherRunNamingWhatDiffers(String message, Trainer.Setup other, Batches batches)
      throws IOException {
    train(setup(dense()).checkpoints(checkpoints()), batches(), 2);
    assertRefused(message, other, batches);
  }

  private void assertRefused(String message, Trainer.Setup other, Batches batches) {
    BadFileException e =
        assertThrows(
            BadFileException.class, () -> train(other.checkpoints(checkpoints()), batches, 0));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void refusesWhatHasTheSameNameButComputesSomethingElse() throws IOException {
    train(setup(dense().kernelQuantizer(new Hard(false))).checkpoints(checkpoints()), batches(), 2);
    assertRefused(
        "the program of the checkpoint is '",
        setup(dense().kernelQuantizer(new Hard(true))),
        batches());
  }

  /** Ops and operands are the same; only what stands in the program's text as a number differs. */
  @Test
  void refusesAnotherConstant() throws IOException {
    train(setup(dense().kernelConstraint(new Limit(1))).checkpoints(checkpoints()), batches(), 2);
    assertRefused(
        "the program of the checkpoint is '",
        setup(dense().kernelConstraint(new Limit(0.5f))),
        batches());
  }

  @Test
  void refusesFirstWeightsThatNoParameterTells() throws IOException {
    train(setup(dense().kernelInitializer(new Secret(1))).checkpoints(checkpoints()), batches(), 2);
    assertRefused(
        "the hash of the first weights of the checkpoint is '",
        setup(dense().kernelInitializer(new Secret(2))),
        batches());
  }

  /** One before programs were kept, with the model's JSON in their place. */
  @Test
  void refusesACheckpointOfAnEarlierVersion() throws IOException {
    train(setup(dense()).checkpoints(checkpoints()), batches(), 2);
    Path newest;
    try (Stream<Path> files = Files.list(folder)) {
      newest = files.max(Path::compareTo).orElseThrow();
    }
    Safetensors content = Safetensors.read(newest);
    Map<String, String> old = new LinkedHashMap<>(content.metadata());
    old.remove("identity/program");
    old.remove("identity/hash of the first weights");
    old.put("identity/model", "{}");
    new Safetensors(content.tensors(), old).write(newest);
    assertRefused("an earlier version cannot be gone on with", setup(dense()), batches());
  }

  @Test
  void goesOnWithPartsThatHaveNoJson() throws IOException {
    QuantDense own =
        dense()
            .inputQuantizer(new Hard(false))
            .kernelQuantizer(new Hard(true))
            .kernelInitializer(new Secret(0.5f));
    Trainer.Setup setup =
        Trainer.of(model(own), Optimizers.adam(), new Other("other"), new Undefined());
    Map<String, Tensor> whole = train(setup, batches(), 0);
    for (int steps = 1; steps <= 5; steps++) {
      train(setup.checkpoints(checkpoints()), batches(), steps);
    }
    assertEquals(whole, train(setup.checkpoints(checkpoints()), batches(), 0));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void cut(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  /** What is damaged is passed over, and never again taken for the newest. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fallsBackToTheOneBefore(int kept) throws IOException {
    Map<String, Tensor> whole = train(setup(dense()), batches(), 0);
    Trainer.Setup setup = setup(dense()).checkpoints(checkpoints().kept(kept));
    train(setup, batches(), 2);
    Path before = files().getLast();
    byte[] second = Files.readAllBytes(before);
    train(setup, batches(), 4);
    Path newest = files().getLast();
    cut(newest);
    for (Path file : files()) {
      if (!file.equals(newest)) {
        Files.delete(file);
      }
    }
    Files.write(before, second);
    train(setup, batches(), 3);
    assertFalse(files().contains(newest), files().toString());
    assertEquals(whole, train(setup, batches(), 0));
    for (Path file : files()) {
      cut(file);
    }
    assertEquals(whole, train(setup, batches(), 0), "from the beginning");
  }

  /** The folder goes, or a file takes its place, while the run goes on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnWithoutItsFolder(boolean blocked) throws IOException {
    Map<String, Tensor> whole = train(setup(dense()), batches(), 0);
    Path gone = folder.resolve("run");
    Checkpoints checkpoints = Checkpoints.in(gone).everySteps(1);
    Trainer.Setup setup = setup(dense()).checkpoints(checkpoints);
    try (Trainer trainer = setup.on(Backends.select("reference"), new SessionOptions(1))) {
      Callback removing =
          new Callback() {
            @Override
            public void onStep(StepReport report) {
              if (report.totalSteps() == 3) {
                remove(gone, blocked);
              }
            }
          };
      trainer.fit(batches(), 2, removing);
      assertEquals(whole, trainer.weights());
      assertEquals(blocked ? 2 : 6, trainer.savedSteps());
    }
  }

  private static void remove(Path folder, boolean blocked) {
    try {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
      if (blocked) {
        Files.writeString(folder, "a file where the folder was");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void keepsTheStateOfACallback() throws IOException {
    Map<String, String> restored = new LinkedHashMap<>();
    Callback counting =
        new Callback() {
          @Override
          @SuppressWarnings("serial") // the kind of map that Gson by itself writes as null
          public Map<String, String> state() {
            return new LinkedHashMap<>(Map.of("a", "1")) {};
          }

          @Override
          public void restore(Map<String, String> state) {
            restored.putAll(state);
          }
        };
    for (int epochs = 1; epochs <= 2; epochs++) {
      try (Trainer trainer =
          setup(dense())
              .checkpoints(checkpoints())
              .on(Backends.select("reference"), new SessionOptions(1))) {
        trainer.fit(batches(), epochs, counting);
      }
    }
    assertEquals(Map.of("a", "1"), restored);
  }

  // ---- model files

  private static void assertNotSaved(Trainer.Setup setup, Path file, String... words)
      throws IOException {
    Files.writeString(file, "what was there");
    try (Trainer trainer = setup.on(Backends.select("reference"), new SessionOptions(1))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> trainer.save(file));
      for (String word : words) {
        assertTrue(e.getMessage().contains(word), e.getMessage());
      }
    }
    assertEquals("what was there", Files.readString(file));
  }

  @Test
  void savesNothingThatCouldNotBeReadBack() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Constraint none =
        new Constraint() {
          @Override
          public Value apply(Trace trace, Value weight) {
            return weight;
          }

          @Override
          public String className() {
            return "none";
          }

          @Override
          public Map<String, Object> config() {
            return Map.of();
          }
        };
    String layer = "layer 'quant_dense'";
    assertNotSaved(
        setup(dense().kernelQuantizer(new Hard(false))), file, layer, "quantizer Hard", "weights");
    assertNotSaved(setup(dense().kernelConstraint(none)), file, layer, "constraint none");
    assertNotSaved(
        setup(dense().kernelInitializer(new Secret(1))), file, layer, "initializer Secret");
    assertNotSaved(setup(Optimizers.adam(), new Other("other")), file, "loss 'other'");
    assertNotSaved(setup(Optimizers.adam(), new Other("hinge")), file, "loss 'hinge' is of");
  }

  /** Read back it would be the library's quantizer. */
  @Test
  void savesNoPartUnderTheNameOfAnother() throws IOException {
    Initializer zeros =
        new Initializer() {
          @Override
          public Tensor make(Shape kerasShape, long seed, long stream) {
            return Initializers.ones().make(kerasShape, seed, stream);
          }

          @Override
          public String className() {
            return "Zeros";
          }

          @Override
          public Map<String, Object> config() {
            return Map.of();
          }
        };
    assertNotSaved(
        setup(dense().biasInitializer(zeros)),
        folder.resolve("model.safetensors"),
        "initializer Zeros (" + ResumeTest.class.getName());
  }
}
