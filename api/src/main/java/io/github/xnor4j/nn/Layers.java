package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Shape;

/** Short forms for layers, for static import. Parameters not given here have Keras' defaults. */
public final class Layers {
  private Layers() {}

  /** Where floats enter a model; {@link InputLayer#pixels()} makes them bytes. */
  public static InputLayer input(int... shapeWithoutBatch) {
    return new InputLayer(Shape.of(shapeWithoutBatch));
  }

  /** A convolution with quantizers, its kernel as high as wide. */
  public static QuantConv2D quantConv2D(int filters, int kernelSize) {
    return quantConv2D(filters, kernelSize, kernelSize);
  }

  /** A convolution with quantizers. */
  public static QuantConv2D quantConv2D(int filters, int kernelHeight, int kernelWidth) {
    return new QuantConv2D(QuantConv2D.CLASS, filters, new Size(kernelHeight, kernelWidth));
  }

  /** A convolution, its kernel as high as wide. */
  public static QuantConv2D conv2D(int filters, int kernelSize) {
    return conv2D(filters, kernelSize, kernelSize);
  }

  /** A convolution. */
  public static QuantConv2D conv2D(int filters, int kernelHeight, int kernelWidth) {
    return new QuantConv2D(QuantConv2D.PLAIN, filters, new Size(kernelHeight, kernelWidth));
  }

  /** A dense layer with quantizers. */
  public static QuantDense quantDense(int units) {
    return new QuantDense(QuantDense.CLASS, units);
  }

  /** A dense layer. */
  public static QuantDense dense(int units) {
    return new QuantDense(QuantDense.PLAIN, units);
  }

  /** Quantizers of inputs and kernel, for several layers: {@code layer.with(quantized(...))}. */
  public static KernelOptions quantized(Quantizer inputs, Quantizer kernel) {
    return KernelOptions.DEFAULTS.inputQuantizer(inputs).kernelQuantizer(kernel);
  }

  /** The largest of each window, windows as high as wide and side by side. */
  public static Pooling2D maxPooling2D(int poolSize) {
    return maxPooling2D(poolSize, poolSize);
  }

  /** The largest of each window, windows side by side. */
  public static Pooling2D maxPooling2D(int height, int width) {
    return new Pooling2D(Pooling2D.MAX, new Size(height, width));
  }

  /** The mean of each window, windows as high as wide and side by side. */
  public static Pooling2D averagePooling2D(int poolSize) {
    return averagePooling2D(poolSize, poolSize);
  }

  /** The mean of each window, windows side by side. */
  public static Pooling2D averagePooling2D(int height, int width) {
    return new Pooling2D(Pooling2D.AVERAGE, new Size(height, width));
  }

  /** Batch normalization of the last axis. */
  public static BatchNormalization batchNormalization() {
    return new BatchNormalization();
  }

  /** All axes but the batch as one. */
  public static Flatten flatten() {
    return new Flatten();
  }

  /** An activation function as a layer. */
  public static ActivationLayer activation(Activation function) {
    return new ActivationLayer(function);
  }

  /** The softmax along the last axis. */
  public static ActivationLayer softmax() {
    return activation(Activation.SOFTMAX);
  }

  /** The sum of several inputs. */
  public static Add add() {
    return new Add();
  }
}
