package io.github.xnor4j.nn;

import static io.github.xnor4j.nn.Constraints.weightClip;
import static io.github.xnor4j.nn.Layers.activation;
import static io.github.xnor4j.nn.Layers.add;
import static io.github.xnor4j.nn.Layers.averagePooling2D;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.conv2D;
import static io.github.xnor4j.nn.Layers.dense;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Quantizers.steSign;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KerasJsonTest {
  private static Model roundTrip(Model model) {
    String json = KerasJson.write(model);
    Model read = KerasJson.read(json);
    assertEquals(model, read, json);
    assertEquals(json, KerasJson.write(read));
    return read;
  }

  private static void refused(String json, String part) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KerasJson.read(json));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  /** A chain of one layer. */
  private static String chain(String className, String config) {
    return """
    {"class_name": "Sequential", "config": {"name": "net", "layers": [
      {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 8, 8, 2]}},
      {"class_name": "%s", "config": %s}]}}
    """
        .formatted(className, config);
  }

  /** Every parameter of every layer at a value that is not its default. */
  private static Model everything() {
    InputLayer pixels = input(16, 12, 2).pixels().name("pixels");
    InputLayer floats = input(16, 12, 2);
    QuantConv2D shared =
        quantConv2D(4, 3, 5)
            .padding(Padding.SAME)
            .dilationRate(2, 1)
            .groups(2)
            .padValues(1)
            .activation(Activation.HARD_TANH)
            .inputQuantizer(steSign(1.25f))
            .kernelQuantizer(steSign(Float.POSITIVE_INFINITY))
            .kernelConstraint(weightClip(1.25f))
            .biasConstraint(weightClip(0.5f))
            .kernelInitializer(Initializers.constant(0.1f))
            .biasInitializer(Initializers.ones());
    Symbol sum = add().name("sum").apply(shared.apply(pixels), shared.apply(floats));
    Model block =
        Sequential.of(
                input(16, 12, 4),
                conv2D(4, 1).strides(2, 1).useBias(false),
                batchNormalization()
                    .momentum(0.9)
                    .epsilon(1e-5)
                    .center(false)
                    .scale(false)
                    .trainable(false))
            .name("block");
    Symbol first = block.apply(sum);
    Symbol second = block.apply(sum);
    Symbol pooled =
        averagePooling2D(2, 3)
            .strides(1, 2)
            .padding(Padding.SAME)
            .apply(maxPooling2D(2).apply(add().apply(first, second)));
    Symbol bn =
        batchNormalization()
            .initializers(
                new BatchNormalization.Initial(
                    Initializers.constant(2),
                    Initializers.ones(),
                    Initializers.constant(-1),
                    Initializers.glorotUniform()))
            .gammaConstraint(weightClip())
            .betaConstraint(weightClip(2))
            .apply(pooled);
    Symbol flat = flatten().apply(activation(Activation.RELU).apply(bn));
    Symbol binary = quantDense(3).inputQuantizer(steSign()).apply(flat);
    Symbol plain = dense(5).activation(Activation.SOFTMAX).trainable(false).apply(flat);
    return Model.of(List.of(floats, pixels), List.of(plain, binary)).name("everything");
  }

  @Test
  void everyParameterSurvivesARoundTrip() {
    Model model = everything();
    Model read = roundTrip(model);
    Tensor floats = Runs.random(Shape.of(2, 16, 12, 2), 1);
    byte[] bytes = new byte[floats.floats().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
    }
    Tensor pixels = Tensor.u8(floats.shape(), bytes);
    Runs.Result expected = Runs.run(model, true, floats, pixels);
    Runs.Result result = Runs.run(read, true, floats, pixels);
    assertEquals(List.of(expected.outputs()), List.of(result.outputs()));
    assertEquals(expected.weights(), result.weights());
  }

  @Test
  void theTutorialSurvivesARoundTrip() {
    roundTrip(Networks.mnistTutorial());
    roundTrip(Networks.mnistTutorial().name("tutorial").trainable(false));
    roundTrip(Networks.mnistTutorial().withPixels(new PixelScaling(1, -128, 128)));
    roundTrip(Networks.mnistTutorial().withPixels(PixelScaling.NONE));
  }

  @Test
  void kerasNamesOfQuantizersConstraintsAndInitializersAreRead() {
    Model model =
        KerasJson.read(
            chain(
                "QuantConv2D",
                """
                {"filters": 4, "kernel_size": 3, "kernel_quantizer": "ste_sign",
                 "kernel_constraint": "weight_clip", "kernel_initializer": "glorot_uniform",
                 "bias_initializer": "zeros"}
                """));
    assertEquals(
        Sequential.of(
                input(8, 8, 2),
                quantConv2D(4, 3).kernelQuantizer(steSign()).kernelConstraint(weightClip()))
            .name("net"),
        model);
  }

  @Test
  void aChainMayBeginWithTheShapeOfItsFirstLayer() {
    Model model =
        KerasJson.read(
            """
            {"class_name": "Sequential", "config": {"name": "net", "layers": [
              {"class_name": "Dense", "config": {"units": 3, "batch_input_shape": [null, 2]}}]}}
            """);
    assertEquals(Sequential.of(input(2), dense(3)).name("net"), model);
  }

  @Test
  void rescalingIsReadAsScalingOfPixels() {
    String json =
        """
        {"class_name": "Sequential", "config": {"name": "net", "layers": [
          {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2]}},
          {"class_name": "Rescaling", "config": {"scale": %s, "offset": %s}},
          {"class_name": "Dense", "config": {"units": 3}}]}}
        """;
    Model signed = Sequential.of(input(2).pixels(), dense(3)).name("net");
    assertEquals(signed, KerasJson.read(json.formatted("0.00784313725490196", "-1.0")));
    assertEquals(signed, KerasJson.read(json.formatted("0.007843137718737125", "-1")));
    assertEquals(
        Sequential.of(input(2).pixels(1, 0, 255), dense(3)).name("net"),
        KerasJson.read(json.formatted("0.00392156862745098", "0")));
    refused(json.formatted("1e-9", "0.5"), "expected fractions with a common divisor");
    refused(
        chain("Flatten", "{}}, {\"class_name\": \"Rescaling\", \"config\": {}"),
        "directly behind an input");
  }

  @Test
  void whatIsNotSupportedIsNamedWithItsLayer() {
    refused(chain("GRU", "{\"name\": \"memory\"}"), "layer 'memory' (GRU): class \"GRU\" is not");
    refused(chain("GRU", "{}"), "expected one of [InputLayer, QuantConv2D");
    refused(
        chain("Dense", "{\"name\": \"head\", \"units\": 3, \"temperature\": 4}"),
        "layer 'head' (Dense): parameter 'temperature' is not supported, expected some of");
    refused(
        chain("Dense", "{\"units\": 3, \"kernel_regularizer\": {\"class_name\": \"L2\"}}"),
        "kernel_regularizer is {\"class_name\":\"L2\"}, expected null");
    refused(
        chain("Dense", "{\"units\": 3, \"kernel_initializer\": \"he_normal\"}"),
        "initializer \"he_normal\" is not supported, expected one of [GlorotUniform");
    refused(
        chain("QuantDense", "{\"units\": 3, \"kernel_quantizer\": \"magic\"}"),
        "quantizer \"magic\" is not supported, expected one of [SteSign");
    refused(
        chain("Dense", "{\"units\": 3, \"kernel_quantizer\": \"ste_sign\"}"),
        "parameter 'kernel_quantizer' is not supported");
    refused(
        chain("Activation", "{\"activation\": \"gelu\"}"),
        "activation is \"gelu\", expected one of [linear, relu, softmax, hard_tanh");
    refused(
        chain("Flatten", "{\"data_format\": \"channels_first\"}"),
        "data_format is \"channels_first\", expected \"channels_last\" (in Keras:"
            + " keras.config.set");
    refused(
        chain(
            "Flatten",
            "{\"dtype\": {\"class_name\": \"Policy\", \"config\": {\"name\": \"mixed_float16\"}}}"),
        "dtype is \"mixed_float16\", expected \"float32\" (in Keras:"
            + " keras.config.set_dtype_policy");
    refused(
        chain("Flatten", "{\"dtype\": \"float16\"}"), "dtype is \"float16\", expected \"float32\"");
    refused(
        chain("BatchNormalization", "{\"axis\": [1]}"), "axis is 1, expected the last: -1 or 3");
    refused(
        chain(
            "QuantDense",
            """
            {"units": 3, "kernel_quantizer":
              {"class_name": "SteSign", "config": {"clip_value": 1, "slope": 2}}}
            """),
        "quantizer SteSign: parameter 'slope' is not supported, expected some of");
  }

  @Test
  void wrongValuesAreNamed() {
    refused(chain("Dense", "{}"), "units is missing, expected an integer");
    refused(chain("Dense", "{\"units\": 1e99}"), "units is 1e99, expected a number that a float");
    refused(chain("Dense", "{\"units\": 3000000000}"), "expected an integer of 32 bits");
    refused(chain("Dense", "{\"units\": 2.5}"), "units is 2.5, expected an integer");
    refused(chain("Dense", "{\"units\": \"3\"}"), "units is \"3\", expected a number");
    refused(chain("Dense", "{\"units\": 0}"), "units is 0, expected 1 or more");
    refused(chain("Dense", "{\"units\": 3, \"use_bias\": 1}"), "expected true or false");
    refused(chain("Dense", "{\"units\": 3, \"name\": 1}"), "name is 1, expected a text");
    refused(chain("Conv2D", "{\"filters\": 3}"), "kernel_size is missing, expected two integers");
    refused(chain("MaxPooling2D", "{\"pool_size\": [2, 2, 2]}"), "expected two integers");
    refused(chain("BatchNormalization", "{\"epsilon\": -1}"), "epsilon is -1.0");
    refused(chain("BatchNormalization", "{\"axis\": [1, 2]}"), "expected one axis");
    refused(chain("Dense", "[]"), "is [], expected a JSON object");
    refused(chain("Dense", "{\"units\": 2147483647}"), "more than 2147483647 elements");
    refused("{\"class_name\": \"Dense\", \"config\": {}}", "expected Sequential or Functional");
    refused(
        "{\"class_name\": \"Sequential\", \"config\": {\"layers\": []}}", "expected 1 to 10000");
    String shape = "[null, 8, 8, 2]";
    refused(
        chain("Flatten", "{}").replace(shape, "[null, null, 8, 2]"),
        "batch_input_shape is [null,null,8,2], with an unknown extent on axis 1");
    refused(chain("Flatten", "{}").replace(shape, "[null, 0, 8, 2]"), "the extent 0");
    refused(chain("Flatten", "{}").replace(shape, "[]"), "expected a batch axis");
    refused(chain("Flatten", "{}").replace(shape, "[null, 65536, 65536]"), "more than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "3",
        "{\"class_name\": NaN}",
        "{\"class_name\": \"Sequential\"} {}",
        "{'class_name': 'Sequential'}",
        "{\"class_name\": \"Sequential\", \"config\": {\"layers\": 3}}",
        "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [3]}}",
        "{\"class_name\": [], \"config\": {}}",
        "{\"class_name\": \"Functional\", \"config\": {\"layers\": [{}]}}"
      })
  void textThatIsNoModelIsRefused(String json) {
    assertThrows(IllegalArgumentException.class, () -> KerasJson.read(json));
  }

  @Test
  void depthIsBounded() {
    String deep = "[".repeat(100_000);
    refused(deep, "model JSON is not valid");
    refused("{\"class_name\": \"Sequential\", \"config\": " + deep, "model JSON is not valid");
  }

  private static String graph(String layers, String inputs, String outputs) {
    return """
    {"class_name": "Functional", "config": {"name": "g", "layers": [
      {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 2]},
       "name": "x", "inbound_nodes": []}, %s],
      "input_layers": %s, "output_layers": %s}}
    """
        .formatted(layers, inputs, outputs);
  }

  private static String node(String className, String name, String config, String inbound) {
    return """
    {"class_name": "%s", "name": "%s", "config": {"name": "%s"%s}, "inbound_nodes": %s}
    """
        .formatted(className, name, name, config, inbound);
  }

  @Test
  void layersOfAGraphMayStandInAnyOrder() {
    String relu = node("Activation", "r", ", \"activation\": \"relu\"", "[[[\"d\", 0, 0, {}]]]");
    String dense = node("Dense", "d", ", \"units\": 2", "[[[\"x\", 0, 0, {}]]]");
    Model model = KerasJson.read(graph(relu + "," + dense, "[[\"x\", 0, 0]]", "[[\"r\", 0, 0]]"));
    assertEquals(List.of("x", "d", "r"), model.layers().stream().map(Layer::name).toList());
    roundTrip(model);
  }

  /** Two layers by turns: neither has all of its inputs before the other was called. */
  @Test
  void sharedLayersMayFeedEachOther() {
    String a = node("Activation", "a", "", "[[[\"x\", 0, 0, {}]], [[\"b\", 0, 0, {}]]]");
    String b = node("Activation", "b", "", "[[[\"a\", 0, 0, {}]], [[\"a\", 1, 0, {}]]]");
    Model model = KerasJson.read(graph(a + "," + b, "[[\"x\", 0, 0]]", "[[\"b\", 1, 0]]"));
    InputLayer x = input(2).name("x");
    Layer first = activation(Activation.LINEAR).name("a");
    Layer second = activation(Activation.LINEAR).name("b");
    Symbol y = second.apply(first.apply(second.apply(first.apply(x))));
    assertEquals(Model.of(x, y).name("g"), model);
    roundTrip(model);
  }

  @Test
  void graphsThatCannotBeAreRefused() {
    String in = "[[\"x\", 0, 0]]";
    String out = "[[\"a\", 0, 0]]";
    String cycle =
        node("Flatten", "a", "", "[[[\"b\", 0, 0, {}]]]")
            + ","
            + node("Flatten", "b", "", "[[[\"a\", 0, 0, {}]]]");
    refused(graph(cycle, in, out), "expected no cycle");
    refused(graph(node("Flatten", "a", "", "[[[\"q\", 0, 0, {}]]]"), in, out), "no layer 'q'");
    refused(graph(node("Flatten", "a", "", "[[[\"x\", 3, 0, {}]]]"), in, out), "no node 3");
    refused(graph(node("Flatten", "a", "", "[[[\"x\", 0, 1, {}]]]"), in, out), "[layer, node, 0");
    refused(
        graph(node("Flatten", "a", "", "[[[\"x\", 0, 0, {\"y\": 1}]]]"), in, out),
        "[layer, node, 0");
    refused(graph(node("Flatten", "a", "", "[3]"), in, out), "expected a list of tensors");
    refused(graph(node("Flatten", "a", "", "[]"), in, out), "'a', which is not called");
    String good = node("Flatten", "a", "", "[[[\"x\", 0, 0, {}]]]");
    refused(graph(good + "," + good, in, out), "two layers are named 'a'");
    refused(graph(good, in, "[]"), "no outputs");
    refused(graph(good, "[]", out), "not among the model's inputs");
    refused(
        graph(good + "," + good.replace("\"a\"", "\"b\""), in, out),
        "depend on 2 of 3 layers, expected all");
    String rescaling = node("Rescaling", "b", ", \"scale\": 0.5", "[[[\"x\", 0, 0, {}]]]");
    refused(graph(good + "," + rescaling, in, out), "directly behind an input that nothing else");
  }

  /** Forty models, each in the next one twice: 2^40 calls in a file of some kilobytes. */
  @Test
  void modelsThatMultiplyAreRefused() {
    InputLayer x = input(1);
    Model model = Model.of(x, flatten().apply(x));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> doubled(model, 40));
    assertTrue(e.getMessage().contains("more than 100000 calls"), e.getMessage());
  }

  private static Model doubled(Model model, int times) {
    Model nested = model;
    for (int i = 0; i < times; i++) {
      InputLayer x = input(1);
      nested = Model.of(x, add().apply(nested.apply(x), nested.apply(x)));
    }
    return nested;
  }

  @Test
  void aLongChainIsNoProblem() {
    Symbol end = input(1);
    InputLayer start = (InputLayer) end;
    for (int i = 0; i < 5_000; i++) {
      end = flatten().apply(end);
    }
    roundTrip(Model.of(start, end));
  }

  @Test
  void ownClassesHaveNoJson() {
    record Own(LayerId id) implements BasicLayer<Own> {
      @Override
      public Own withId(LayerId newId) {
        return new Own(newId);
      }

      @Override
      public Shape outputShape(List<Shape> inputs) {
        return only(inputs);
      }

      @Override
      public io.github.xnor4j.program.Value trace(
          LayerContext context, List<io.github.xnor4j.program.Value> inputs) {
        return inputs.getFirst();
      }

      @Override
      public java.util.Map<String, Object> config() {
        return java.util.Map.of();
      }
    }

    Model model = Sequential.of(input(1), new Own(LayerId.of("Own")));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KerasJson.write(model));
    assertTrue(e.getMessage().contains("'own' is of class Own"), e.getMessage());
  }
}
