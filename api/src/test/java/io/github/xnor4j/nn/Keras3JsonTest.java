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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Keras 3.15 wrote ({@code keras3/make.py}) is the same model as one of this library. */
class Keras3JsonTest {
  private static String json(String name) throws IOException {
    try (InputStream in = Keras3JsonTest.class.getResourceAsStream("keras3/" + name + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertRead(Model expected, String name) throws IOException {
    Model read = KerasJson.read(json(name));
    assertEquals(KerasJson.write(expected), KerasJson.write(read));
    assertEquals(expected, read);
  }

  @Test
  void everyLayerOfACompiledChain() throws IOException {
    assertRead(
        Sequential.of(
                input(8, 8, 1).pixels().name("in"),
                conv2D(4, 3).padding(Padding.SAME).strides(2, 2).useBias(false).name("conv"),
                maxPooling2D(2).strides(1, 1).padding(Padding.SAME).name("max"),
                batchNormalization().scale(false).momentum(0.9).name("bn"),
                activation(Activation.RELU).name("relu"),
                averagePooling2D(2).name("average"),
                flatten().name("flat"),
                dense(10)
                    .activation(Activation.SOFTMAX)
                    .biasInitializer(Initializers.constant(0.5f))
                    .name("dense"))
            .name("every_layer"),
        "every_layer");
  }

  @Test
  void registeredLayersOfLarq() throws IOException {
    assertRead(
        Sequential.of(
                input(8, 8, 1).name("in"),
                quantConv2D(4, 3)
                    .kernelQuantizer(steSign())
                    .kernelConstraint(weightClip())
                    .useBias(false)
                    .name("conv"),
                batchNormalization().scale(false).name("bn"),
                flatten().name("flat"),
                quantDense(10)
                    .inputQuantizer(steSign(1.25f))
                    .kernelQuantizer(steSign())
                    .useBias(false)
                    .name("dense"),
                activation(Activation.SOFTMAX).name("softmax"))
            .name("larq"),
        "larq");
  }

  @ParameterizedTest
  @CsvSource({"several_inputs", "named_inputs"})
  void severalInputsAndOutputsAndASharedLayer(String name) throws IOException {
    InputLayer a = input(8, 8, 1).name("a");
    InputLayer b = input(8, 8, 1).name("b");
    QuantConv2D shared = conv2D(2, 3).name("shared");
    Symbol x = shared.apply(a);
    Symbol y = shared.apply(b);
    Symbol sum = add().name("sum").apply(x, y);
    Symbol one = dense(3).name("one").apply(flatten().name("flat").apply(sum));
    Symbol two = flatten().name("two").apply(maxPooling2D(2).name("max").apply(y));
    assertRead(Model.of(List.of(a, b), List.of(one, two)).name("several_inputs"), name);
  }

  /** Each nested model is called three times, and is an output too. */
  @Test
  void nestedModels() throws IOException {
    InputLayer inner = input(8, 8, 2).name("inner");
    Model graph = Model.of(inner, conv2D(2, 1).name("c").apply(inner)).name("graph");
    Model sequence =
        Sequential.of(input(8, 8, 2).name("first"), conv2D(2, 1).name("d")).name("sequence");
    InputLayer x = input(8, 8, 2).name("x");
    Symbol y = sequence.apply(graph.apply(sequence.apply(graph.apply(x))));
    Symbol z = add().name("sum").apply(y, x);
    Symbol flat = flatten().name("flat").apply(z);
    assertRead(
        Model.of(List.of(x), List.of(flat, graph.apply(z), sequence.apply(z))).name("nested"),
        "nested");
  }

  @ParameterizedTest
  @CsvSource({
    "refused_training, layer 'bn' (BatchNormalization): is called with training=false",
    "refused_renorm, 'layer ''bn'' (BatchNormalization): renorm is true, expected false'",
    "refused_mixed, 'layer ''flat'' (Flatten): dtype is \"mixed_float16\", expected \"float32\"'",
    "refused_int8, layer 'dense' (Dense): quantization_config is",
    "refused_lora, 'layer ''dense'' (Dense): lora_rank is 2, expected null'",
  })
  void whatHasNoPlaceIsNamedWithItsLayer(String name, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KerasJson.read(json(name)));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void argumentsThatAreNoTensorsAreRefused() throws IOException {
    String changed = json("several_inputs").replace("__keras_tensor__", "__other__");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> KerasJson.read(changed));
    assertTrue(
        e.getMessage().contains("layer 'shared' (Conv2D): is called with {"), e.getMessage());
  }

  /** With any part replaced by another kind of value it is refused or read, and nothing else. */
  @Test
  void brokenFormsAreRefusedOrRead() throws IOException {
    int refused = 0;
    for (String name : List.of("several_inputs", "nested", "every_layer")) {
      String whole = json(name);
      for (String key : List.of("args", "kwargs", "keras_history", "config", "name", "dtype")) {
        for (String value : List.of("null", "[]", "{}", "3", "\"x\"", "[[3]]", "[\"x\", {}, 0]")) {
          String begin = "\"" + key + "\": ";
          try {
            KerasJson.read(whole.replace(begin, begin + value + ", \"was\": "));
          } catch (IllegalArgumentException e) {
            refused++;
          }
        }
      }
    }
    assertTrue(refused > 60, refused + " refused");
  }
}
