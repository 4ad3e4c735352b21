package io.github.xnor4j.nn;

import static io.github.xnor4j.nn.Layers.averagePooling2D;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.quantized;
import static io.github.xnor4j.nn.Quantizers.steSign;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers against plain loops over Keras' layouts. */
class LayerNumericsTest {
  private static float sign(float x) {
    return x < 0 ? -1 : 1;
  }

  /** y[p, o] = relu(sum of sign(x) * sign(kernel) with padValue outside + bias). */
  private static float[] convolve(
      QuantConv2D layer, Tensor x, float[] kernel, float bias, Shape output) {
    int height = x.shape().dim(1);
    int width = x.shape().dim(2);
    int channels = x.shape().dim(3);
    int perGroup = channels / layer.groups();
    int filters = layer.filters();
    Window window =
        layer
            .padding()
            .window(
                layer.kernelSize(),
                layer.strides(),
                layer.dilationRate(),
                Shape.of(height, width, channels));
    float[] y = new float[output.elements()];
    for (int i = 0; i < y.length; i++) {
      int o = i % filters;
      int column = i / filters % output.dim(1);
      int row = i / filters / output.dim(1);
      float sum = 0;
      for (int kh = 0; kh < layer.kernelSize().height(); kh++) {
        for (int kw = 0; kw < layer.kernelSize().width(); kw++) {
          int h = window.source(1, row, kh);
          int w = window.source(2, column, kw);
          boolean inside = h >= 0 && h < height && w >= 0 && w < width;
          for (int c = 0; c < perGroup; c++) {
            int channel = o / (filters / layer.groups()) * perGroup + c;
            int tap = ((kh * layer.kernelSize().width() + kw) * perGroup + c) * filters + o;
            float value =
                inside ? sign(x.floats()[(h * width + w) * channels + channel]) : layer.padValues();
            sum += value * sign(kernel[tap]);
          }
        }
      }
      y[i] = Math.max(sum + bias, 0);
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 1, VALID, 0",
    "5, 7, 3, 3, 1, 1, 1, VALID, 0",
    "5, 7, 3, 3, 1, 1, 1, SAME, 0",
    "5, 7, 3, 3, 1, 1, 1, SAME, 1",
    "6, 6, 2, 3, 2, 1, 1, SAME, 1",
    "7, 9, 3, 2, 1, 2, 1, SAME, -0.5",
    "7, 9, 3, 2, 1, 2, 2, VALID, 0",
    "8, 3, 4, 3, 3, 1, 2, SAME, 1"
  })
  void convolution(
      int height,
      int width,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int dilation,
      int groups,
      Padding padding,
      float padValue) {
    QuantConv2D layer =
        quantConv2D(4, kernelHeight, kernelWidth)
            .with(quantized(steSign(), steSign()))
            .strides(stride)
            .dilationRate(dilation)
            .groups(groups)
            .padding(padding)
            .padValues(padValue)
            .biasInitializer(Initializers.constant(0.25f))
            .activation(Activation.RELU);
    Model model = Sequential.of(input(height, width, 66), layer);
    Tensor x = Runs.random(Shape.of(1, height, width, 66), height * 100L + width);
    float[] kernel = model.weights().getFirst().initial(Runs.SEED).floats();
    float[] expected = convolve(layer, x, kernel, 0.25f, model.outputShapes().getFirst());
    assertArrayEquals(expected, Runs.run(model, false, x).output().floats());
  }

  /** TensorFlow's amounts: the odd one lies behind. */
  @Test
  void samePadding() {
    Size two = Size.square(2);
    Window window = Padding.SAME.window(Size.square(3), two, Size.ONE, Shape.of(6, 7, 1));
    assertEquals(new Extent(0, 0, 1), window.before());
    assertEquals(new Extent(0, 1, 1), window.after());
    window = Padding.SAME.window(two, Size.ONE, Size.square(3), Shape.of(9, 9, 1));
    assertEquals(new Extent(0, 1, 1), window.before());
    assertEquals(new Extent(0, 2, 2), window.after());
    window = Padding.SAME.window(Size.ONE, two, Size.ONE, Shape.of(5, 5, 1));
    assertEquals(Extent.ZERO, window.after());
  }

  @Test
  void denseTakesAnyRank() {
    Model model =
        Sequential.of(
            input(2, 3, 65), quantDense(5).with(quantized(steSign(), steSign())).useBias(false));
    assertEquals(Shape.of(2, 3, 5), model.outputShapes().getFirst());
    Tensor x = Runs.random(Shape.of(4, 2, 3, 65), 5);
    float[] kernel = model.weights().getFirst().initial(Runs.SEED).floats();
    float[] expected = new float[4 * 2 * 3 * 5];
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < 65; k++) {
        expected[i] += sign(x.floats()[i / 5 * 65 + k]) * sign(kernel[k * 5 + i % 5]);
      }
    }
    Tensor y = Runs.run(model, false, x).output();
    assertEquals(Shape.of(4, 2, 3, 5), y.shape());
    assertArrayEquals(expected, y.floats());
  }

  @Test
  void pooling() {
    Tensor x = Tensor.f32(Shape.of(1, 3, 3, 1), -1, -2, -3, -4, -5, -6, -7, -8, -9);
    Model max = Sequential.of(input(3, 3, 1), maxPooling2D(2).padding(Padding.SAME));
    assertArrayEquals(new float[] {-1, -3, -7, -9}, Runs.run(max, false, x).output().floats());
    Model mean =
        Sequential.of(input(3, 3, 1), averagePooling2D(2).strides(1).padding(Padding.VALID));
    assertArrayEquals(new float[] {-3, -4, -6, -7}, Runs.run(mean, false, x).output().floats());
  }

  @Test
  void activations() {
    Tensor x = Tensor.f32(Shape.of(1, 5), -2, -0.5f, 0, 0.5f, 2);
    assertArrayEquals(new float[] {0, 0, 0, 0.5f, 2}, activated(Activation.RELU, x));
    assertArrayEquals(new float[] {-1, -0.5f, 0, 0.5f, 1}, activated(Activation.HARD_TANH, x));
    assertArrayEquals(x.floats(), activated(Activation.LINEAR, x));
    double sum = 0;
    for (float value : activated(Activation.SOFTMAX, x)) {
      sum += value;
    }
    assertEquals(1, sum, 1e-6, "five probabilities, each rounded to float");
  }

  private static float[] activated(Activation function, Tensor x) {
    Model model = Sequential.of(input(5), Layers.activation(function));
    return Runs.run(model, false, x).output().floats();
  }
}
