package io.github.xnor4j.nn;

import static io.github.xnor4j.nn.Constraints.weightClip;
import static io.github.xnor4j.nn.Layers.activation;
import static io.github.xnor4j.nn.Layers.add;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.conv2D;
import static io.github.xnor4j.nn.Layers.dense;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.quantized;
import static io.github.xnor4j.nn.Layers.softmax;
import static io.github.xnor4j.nn.Quantizers.steSign;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final KernelOptions BINARY =
      quantized(steSign(), steSign()).kernelConstraint(weightClip()).useBias(false);

  private static List<String> names(Model model) {
    return model.layers().stream().map(Layer::name).toList();
  }

  private static List<String> weightNames(Model model) {
    return model.weights().stream().map(Weight::name).toList();
  }

  private static void refused(String part, Runnable action) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void layersHaveKerasDefaultNames() {
    assertEquals(
        List.of(
            "quant_conv2d_input",
            "quant_conv2d",
            "max_pooling2d",
            "batch_normalization",
            "quant_conv2d_1",
            "max_pooling2d_1",
            "batch_normalization_1",
            "quant_conv2d_2",
            "batch_normalization_2",
            "flatten",
            "quant_dense",
            "batch_normalization_3",
            "quant_dense_1",
            "batch_normalization_4",
            "activation"),
        names(Networks.mnistTutorial()));
    assertEquals("sequential", Networks.mnistTutorial().name());
  }

  @Test
  void givenNamesStayAndAreNotGivenAgain() {
    Model model =
        Sequential.of(input(4).name("x"), dense(3).name("dense"), dense(3), dense(2).name("out"));
    assertEquals(List.of("x", "dense", "dense_1", "out"), names(model));
    refused(
        "two layers are named 'a'",
        () -> Sequential.of(input(4), dense(3).name("a"), dense(2).name("a")));
    refused("name is ' '", () -> dense(3).name(" "));
  }

  @Test
  void theTutorialHasTheWeightsOfItsOriginal() {
    Model model = Networks.mnistTutorial();
    assertEquals(
        List.of(
            "quant_conv2d/kernel",
            "batch_normalization/beta",
            "batch_normalization/moving_mean",
            "batch_normalization/moving_variance",
            "quant_conv2d_1/kernel"),
        weightNames(model).subList(0, 5));
    int all = model.weights().stream().mapToInt(w -> w.variable().shape().elements()).sum();
    int trained =
        model.weights().stream()
            .filter(w -> w.variable().isTrainable())
            .mapToInt(w -> w.variable().shape().elements())
            .sum();
    assertEquals(93_790, all);
    assertEquals(93_322, trained);
    Weight kernel = model.weights().getFirst();
    assertEquals(Shape.of(3, 3, 1, 32), kernel.variable().shape());
    assertEquals(1, kernel.precision());
    assertEquals(weightClip(), kernel.constraint());
    assertEquals(32, model.weights().get(1).precision());
    assertEquals(
        List.of(new InputSpec("quant_conv2d_input", DType.U8, Shape.of(28, 28, 1))),
        model.inputs());
    assertEquals(List.of(Shape.of(10)), model.outputShapes());
  }

  @Test
  void firstValuesDependOnSeedAndWeightOnly() {
    List<Weight> weights =
        Sequential.of(input(5), dense(5).useBias(false), dense(5).useBias(false)).weights();
    assertEquals(weights.get(0).initial(3), weights.get(0).initial(3));
    assertNotEquals(weights.get(0).initial(3), weights.get(0).initial(4));
    assertNotEquals(weights.get(0).initial(3), weights.get(1).initial(3));
    assertEquals(weights.get(1).initial(0), weights.get(1).variable().initial());
  }

  /** y = relu(x + dense(x)) on paper and by the model. */
  @Test
  void aResidualModelComputesItsSum() {
    InputLayer x = input(3);
    Symbol sum = add().apply(x, dense(3).apply(x));
    Model model = Model.of(x, activation(Activation.RELU).apply(sum));
    assertEquals(List.of("input_1", "dense", "add", "activation"), names(model));
    assertEquals("model", model.name());
    Tensor in = Runs.random(Shape.of(5, 3), 1);
    float[] w = model.weights().getFirst().initial(Runs.SEED).floats();
    float[] expected = new float[15];
    for (int n = 0; n < 5; n++) {
      for (int o = 0; o < 3; o++) {
        double product = 0;
        for (int i = 0; i < 3; i++) {
          product += (double) in.floats()[n * 3 + i] * w[i * 3 + o];
        }
        expected[n * 3 + o] = Math.max(in.floats()[n * 3 + o] + (float) product, 0);
      }
    }
    assertArrayEquals(expected, Runs.run(model, false, in).output().floats());
  }

  /** A weight that is used twice gets the gradients of both uses. */
  @Test
  void aSharedLayerHasOneWeight() {
    InputLayer a = input(2);
    InputLayer b = input(2);
    QuantDense shared = dense(2).useBias(false);
    Model model = Model.of(List.of(a, b), List.of(add().apply(shared.apply(a), shared.apply(b))));
    assertEquals(List.of("dense/kernel"), weightNames(model));
    Tensor ones = Tensor.full(Shape.of(1, 2), 1);
    float[] y = Runs.run(model, false, ones, ones).output().floats();
    float[] w = model.weights().getFirst().initial(Runs.SEED).floats();
    assertEquals(2 * (float) ((double) w[0] + w[2]), y[0]);

    Trace trace = new Trace();
    Traced traced = model.trace(trace, 1, true);
    assertEquals(
        List.of("input_1", "dense", "input_2", "dense:1", "add"),
        List.copyOf(traced.layerOutputs().keySet()));
    Value kernel = trace.read(model.weights().getFirst().variable());
    Value dy = trace.constant(Tensor.full(Shape.of(1, 2), 1));
    trace.output("d", Differentiator.gradients(trace, traced.output(), dy, List.of(kernel)).get(0));
    try (var session = Runs.session()) {
      Tensor[] d = session.compile(trace.build()).run(ones, ones);
      assertArrayEquals(new float[] {2, 2, 2, 2}, d[0].floats());
    }
  }

  @Test
  void aSharedLayerNeedsTheSameWeightsEverywhere() {
    InputLayer a = input(2);
    InputLayer b = input(3);
    QuantDense shared = dense(2);
    refused(
        "'dense' is shared by inputs that need different weights",
        () -> Model.of(List.of(a, b), List.of(add().apply(shared.apply(a), shared.apply(b)))));
  }

  /** The second call moves on from where the first one left the statistics. */
  @Test
  void aSharedBatchNormalizationMovesTwice() {
    InputLayer a = input(1);
    InputLayer b = input(1);
    BatchNormalization shared = batchNormalization().momentum(0.5);
    Model model = Model.of(List.of(a, b), List.of(shared.apply(a), shared.apply(b)));
    Tensor first = Tensor.f32(Shape.of(2, 1), 2, 6);
    Tensor second = Tensor.f32(Shape.of(2, 1), 9, 11);
    Runs.Result result = Runs.run(model, true, first, second);
    assertEquals(
        (0.5f * 0 + 0.5f * 4) * 0.5f + 0.5f * 10,
        result.weights().get("batch_normalization/moving_mean").scalar());
    assertEquals(
        (0.5f * 1 + 0.5f * 4) * 0.5f + 0.5f * 1,
        result.weights().get("batch_normalization/moving_variance").scalar());
    assertEquals(8, result.all().get("check/batch_normalization").scalar());
    assertEquals(11, result.all().get("check/batch_normalization:1").scalar());
  }

  @Test
  void inferenceAndFrozenLayersUseMovingStatistics() {
    Tensor x = Tensor.f32(Shape.of(2, 1), 2, 6);
    for (BatchNormalization layer :
        List.of(batchNormalization(), batchNormalization().trainable(false))) {
      boolean training = !layer.trainable();
      Runs.Result result = Runs.run(Sequential.of(input(1), layer), training, x);
      float k = (float) (1 / Math.sqrt(1 + (double) 1e-3f));
      assertArrayEquals(new float[] {2 * k, 6 * k}, result.output().floats());
      assertEquals(0, result.weights().get("batch_normalization/moving_mean").scalar());
      assertFalse(result.all().containsKey("check/batch_normalization"));
    }
  }

  /** Rank 4 gets Bessel's correction, rank 2 does not. */
  @Test
  void movingVarianceIsCorrectedForImages() {
    Tensor images = Tensor.f32(Shape.of(1, 1, 2, 1), 2, 6);
    BatchNormalization layer = batchNormalization().momentum(0);
    Runs.Result result = Runs.run(Sequential.of(input(1, 2, 1), layer), true, images);
    assertEquals(8, result.weights().get("batch_normalization/moving_variance").scalar());
    result = Runs.run(Sequential.of(input(1), layer), true, Tensor.f32(Shape.of(2, 1), 2, 6));
    assertEquals(4, result.weights().get("batch_normalization/moving_variance").scalar());
  }

  @Test
  void aNestedModelComputesAsItsLayersWould() {
    Model block =
        Sequential.of(input(6, 5, 3), quantConv2D(4, 3).with(BINARY), batchNormalization())
            .name("block");
    Model nested = Sequential.of(input(6, 5, 3), block, flatten(), dense(2));
    Model flat =
        Sequential.of(
            input(6, 5, 3),
            quantConv2D(4, 3).with(BINARY),
            batchNormalization(),
            flatten(),
            dense(2));
    assertEquals(
        List.of(
            "block/quant_conv2d/kernel",
            "block/batch_normalization/gamma",
            "block/batch_normalization/beta",
            "block/batch_normalization/moving_mean",
            "block/batch_normalization/moving_variance",
            "dense/kernel",
            "dense/bias"),
        weightNames(nested));
    Tensor x = Runs.random(Shape.of(3, 6, 5, 3), 2);
    Runs.Result a = Runs.run(nested, true, x);
    Runs.Result b = Runs.run(flat, true, x);
    assertEquals(b.output(), a.output());
    assertEquals(
        b.weights().get("batch_normalization/moving_mean"),
        a.weights().get("block/batch_normalization/moving_mean"));
    assertTrue(a.all().containsKey("check/block/batch_normalization"));
    Model frozen = Sequential.of(input(6, 5, 3), block.trainable(false), flatten(), dense(2));
    assertEquals(2, frozen.weights().stream().filter(w -> w.variable().isTrainable()).count());
    assertEquals(Runs.run(flat, false, x).output(), Runs.run(frozen, true, x).output());
  }

  @Test
  void pixelsAreScaledAsIntegersOverTheDivisor() {
    Model model = Sequential.of(input(3).pixels(), activation(Activation.LINEAR));
    Tensor bytes = Tensor.u8(Shape.of(1, 3), (byte) 0, (byte) 128, (byte) 255);
    assertArrayEquals(
        new float[] {-1, 1f / 255, 1}, Runs.run(model, false, bytes).output().floats());
    Model other = Sequential.of(input(3), activation(Activation.LINEAR));
    assertEquals(model, other.withPixels());
    assertArrayEquals(
        new float[] {-1, 0, 127f / 128},
        Runs.run(other.withPixels(new PixelScaling(2, -256, 256)), false, bytes).output().floats());
    assertEquals(new PixelScaling(1, -128, 128), new PixelScaling(2, -256, 256));
  }

  @Test
  void eachLayerHasAScope() {
    Trace trace = new Trace();
    Traced traced = Networks.mnistTutorial().trace(trace, 2, false);
    trace.output("y", traced.output());
    List<String> scopes =
        trace.build().nodes().stream().map(Node::scope).distinct().sorted().toList();
    List<String> layers = names(Networks.mnistTutorial()).stream().sorted().toList();
    assertEquals(layers, scopes);
    assertEquals(15, traced.layerOutputs().size());
    assertTrue(trace.producer(traced.output()) instanceof Op.Softmax);
  }

  /** What backends look for: the sign of a variable, transposed, reshaped, into a product. */
  @Test
  void binaryKernelsAreSignedThenTransposedThenReshaped() {
    Model model =
        Sequential.of(
            input(5, 5, 2), quantConv2D(3, 3).with(BINARY), flatten(), quantDense(4).with(BINARY));
    Trace trace = new Trace();
    trace.output("y", model.trace(trace, 2, true).output());
    Program program = trace.build();
    int products = 0;
    for (Node node : program.nodes()) {
      if (node.op() instanceof Op.Conv conv) {
        products++;
        assertEquals(DType.BIT, conv.x().dtype());
        Op.Reshape reshape = (Op.Reshape) program.producer(conv.filter()).op();
        Op.Transpose transpose = (Op.Transpose) program.producer(reshape.x()).op();
        Op.Sign sign = (Op.Sign) program.producer(transpose.x()).op();
        assertTrue(program.producer(sign.x()).op() instanceof Op.Read);
      }
    }
    assertEquals(2, products);
  }

  @Test
  void chainsThatCannotBeAreRefused() {
    refused("expected an input and a layer", () -> Sequential.of(input(3)));
    refused("expected an input", () -> Sequential.of(dense(3), dense(3)));
    QuantDense same = dense(3);
    refused("is the same object as layer 1", () -> Sequential.of(input(3), same, same));
    refused("expected rank 3", () -> Sequential.of(input(3), conv2D(3, 3)));
    refused("fits into the input", () -> Sequential.of(input(2, 9, 1), conv2D(3, 3)));
    refused("fits into the input", () -> Sequential.of(input(1, 9, 1), maxPooling2D(2)));
    refused("expected two or more", () -> Sequential.of(input(3), add()));
    refused("expected the last", () -> Sequential.of(input(3), batchNormalization().axis(0)));
    refused("expected a divisor", () -> Sequential.of(input(3, 3, 3), conv2D(4, 1).groups(2)));
    refused("batch is 0", () -> Networks.mnistTutorial().trace(new Trace(), 0, true));
  }

  @Test
  void graphsThatCannotBeAreRefused() {
    InputLayer a = input(2);
    InputLayer b = input(2);
    Symbol sum = add().apply(a, b);
    refused("not among the model's inputs", () -> Model.of(a, sum));
    refused("each of the inputs", () -> Model.of(List.of(a, b, input(2)), List.of(sum)));
    refused("expected the same shapes", () -> add().apply(a, input(3)));
    Model pixels = Sequential.of(input(2).pixels(), dense(2));
    refused("an input takes pixels", () -> Sequential.of(input(2), pixels));
    refused("inputs are [[3]], expected [[2]]", () -> Model.of(a, sum2(a)).apply(input(3)));
  }

  private static Symbol sum2(InputLayer x) {
    return add().apply(x, x);
  }

  @Test
  void parametersOutOfRangeAreRefused() {
    refused("filters is 0", () -> conv2D(0, 3));
    refused("kernel_size is 3x0", () -> conv2D(1, 3, 0));
    refused("strides is 1x-1", () -> conv2D(1, 3).strides(1, -1));
    refused("dilation_rate is 40000x40000", () -> conv2D(1, 3).dilationRate(40_000));
    refused("one of them to be 1", () -> conv2D(1, 3).dilationRate(2).strides(2));
    refused("groups is 0", () -> conv2D(1, 3).groups(0));
    refused("multiple of groups", () -> conv2D(3, 3).groups(2));
    refused("pad_values is NaN", () -> quantConv2D(1, 3).padValues(Float.NaN));
    refused("which only QuantConv2D takes", () -> conv2D(1, 3).kernelQuantizer(steSign()));
    refused("which only QuantDense takes", () -> dense(1).inputQuantizer(steSign()));
    refused("units is -1", () -> dense(-1));
    refused("pool_size is 0x0", () -> maxPooling2D(0));
    refused("momentum is 1.5", () -> batchNormalization().momentum(1.5));
    refused("epsilon is 0.0", () -> batchNormalization().epsilon(0));
    refused("divisor is 0", () -> input(1).pixels(1, 0, 0));
    refused("clip_value is NaN", () -> steSign(Float.NaN));
    refused("clip_value is -1.0", () -> weightClip(-1));
  }

  @Test
  void outputsMayBeSeveral() {
    InputLayer x = input(3);
    Model model = Model.of(List.of(x), List.of(dense(2).apply(x), softmax().apply(x)));
    Traced traced = model.trace(new Trace(), 4, false);
    assertEquals(2, traced.outputs().size());
    assertThrows(IllegalStateException.class, traced::output);
    refused("2 outputs, expected one as a layer", () -> model.apply(input(3)));
  }
}
