package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Convolution of images [N, H, W, C] (larq.layers.QuantConv2D); under the class name {@code Conv2D}
 * Keras' layer, which has no quantizers and pads with 0. The kernel is [kh, kw, C / groups,
 * filters]. Padding lies around the quantized inputs.
 *
 * @param id class name, name and switches
 * @param options quantizers, bias, activation and so on
 * @param filters channels of the output, at least 1
 * @param kernelSize taps on each axis, at least 1
 * @param strides distance between windows, at least 1
 * @param padding what happens at the border
 * @param dilationRate distance between taps, at least 1; not together with strides
 * @param groups channels of inputs and outputs are divided into so many independent parts
 * @param padValues what padding consists of
 */
public record QuantConv2D(
    LayerId id,
    KernelOptions options,
    int filters,
    Size kernelSize,
    Size strides,
    Padding padding,
    Size dilationRate,
    int groups,
    float padValues)
    implements KernelLayer<QuantConv2D> {
  static final String CLASS = "QuantConv2D";
  static final String PLAIN = "Conv2D";

  /** Checks the ranges of all numbers. */
  public QuantConv2D {
    id.require(filters >= 1, "filters is " + filters + ", expected 1 or more");
    id.require(
        kernelSize.isValid(), "kernel_size is " + kernelSize + ", expected 1 to " + Size.MAX);
    id.require(strides.isValid(), "strides is " + strides + ", expected 1 to " + Size.MAX);
    id.require(
        dilationRate.isValid(), "dilation_rate is " + dilationRate + ", expected 1 to " + Size.MAX);
    id.require(
        strides.equals(Size.ONE) || dilationRate.equals(Size.ONE),
        "strides is "
            + strides
            + " and dilation_rate is "
            + dilationRate
            + ", expected one of them to be 1");
    id.require(groups >= 1, "groups is " + groups + ", expected 1 or more");
    id.require(
        filters % groups == 0,
        "filters is " + filters + ", expected a multiple of groups, " + groups);
    id.require(Float.isFinite(padValues), "pad_values is " + padValues + ", expected a number");
    id.require(
        !id.className().equals(PLAIN) || !options.isQuantized() && padValues == 0,
        "has quantizers or pad_values, which only " + CLASS + " takes");
  }

  QuantConv2D(String className, int filters, Size kernelSize) {
    this(
        LayerId.of(className),
        KernelOptions.DEFAULTS,
        filters,
        kernelSize,
        Size.ONE,
        Padding.VALID,
        Size.ONE,
        1,
        0);
  }

  @Override
  public QuantConv2D withId(LayerId newId) {
    return new QuantConv2D(
        newId, options, filters, kernelSize, strides, padding, dilationRate, groups, padValues);
  }

  @Override
  public QuantConv2D with(KernelOptions newOptions) {
    return new QuantConv2D(
        id, newOptions, filters, kernelSize, strides, padding, dilationRate, groups, padValues);
  }

  /** This layer with the same stride on both axes. */
  public QuantConv2D strides(int stride) {
    return strides(stride, stride);
  }

  /** This layer with other strides. */
  public QuantConv2D strides(int height, int width) {
    Size size = new Size(height, width);
    return new QuantConv2D(
        id, options, filters, kernelSize, size, padding, dilationRate, groups, padValues);
  }

  /** This layer with another padding. */
  public QuantConv2D padding(Padding newPadding) {
    return new QuantConv2D(
        id, options, filters, kernelSize, strides, newPadding, dilationRate, groups, padValues);
  }

  /** This layer with the same dilation on both axes. */
  public QuantConv2D dilationRate(int rate) {
    return dilationRate(rate, rate);
  }

  /** This layer with other dilations. */
  public QuantConv2D dilationRate(int height, int width) {
    Size size = new Size(height, width);
    return new QuantConv2D(
        id, options, filters, kernelSize, strides, padding, size, groups, padValues);
  }

  /** This layer with another number of groups. */
  public QuantConv2D groups(int newGroups) {
    return new QuantConv2D(
        id, options, filters, kernelSize, strides, padding, dilationRate, newGroups, padValues);
  }

  /** This layer padded with another value. */
  public QuantConv2D padValues(float value) {
    return new QuantConv2D(
        id, options, filters, kernelSize, strides, padding, dilationRate, groups, value);
  }

  private Window window(Shape input) {
    return padding.window(kernelSize, strides, dilationRate, input);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = only(inputs, 3);
    Window window = window(input);
    int height = window.output(1, input.dim(0));
    int width = window.output(2, input.dim(1));
    id.require(
        height >= 1 && width >= 1,
        "kernel_size is " + kernelSize + ", expected one that fits into the input " + input);
    id.require(
        input.dim(2) % groups == 0,
        "groups is " + groups + ", expected a divisor of the channels of the input " + input);
    return Shape.of(height, width, filters);
  }

  @Override
  public Shape kernelShape(List<Shape> inputs) {
    int channels = inputs.getFirst().dim(2) / groups;
    return Shape.of(kernelSize.height(), kernelSize.width(), channels, filters);
  }

  @Override
  public Value product(LayerContext context, Value x, Value kernel) {
    Trace trace = context.trace();
    Shape in = Shapes.withoutBatch(x);
    Shape hwi = kernel.shape();
    Value filter =
        trace.reshape(
            trace.transpose(kernel, List.of(3, 0, 1, 2)),
            Shape.of(filters, 1, hwi.dim(0), hwi.dim(1), hwi.dim(2)));
    Value images = Shapes.withDepth(trace, x);
    Value y = trace.value(new Op.Conv(images, filter, window(in), groups, padValues));
    return Shapes.withoutDepth(trace, y);
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("filters", filters);
    config.put("kernel_size", kernelSize);
    config.put("strides", strides);
    config.put("padding", padding);
    config.put("data_format", "channels_last");
    config.put("dilation_rate", dilationRate);
    config.put("groups", groups);
    config.putAll(options.config());
    if (!className().equals(PLAIN)) {
      config.put("pad_values", padValues);
      config.put("input_quantizer", options.inputQuantizer());
      config.put("kernel_quantizer", options.kernelQuantizer());
    }
    return config;
  }
}
