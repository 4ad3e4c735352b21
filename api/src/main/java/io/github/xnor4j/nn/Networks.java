package io.github.xnor4j.nn;

import static io.github.xnor4j.nn.Constraints.weightClip;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.quantized;
import static io.github.xnor4j.nn.Layers.softmax;
import static io.github.xnor4j.nn.Quantizers.steSign;

import io.github.xnor4j.tensor.Shape;

/** Ready-made networks. */
public final class Networks {
  private Networks() {}

  /** The network of Larq's tutorial "Introduction to BNNs with Larq": MNIST, 93,790 weights. */
  public static Model mnistTutorial() {
    return tutorial(Shape.of(28, 28, 1), 10);
  }

  /**
   * The tutorial's network for other images.
   *
   * @param image [H, W, C], H and W 18 or more
   * @param classes 1 or more
   * @throws IllegalArgumentException if images are smaller, or there is no class
   */
  public static Model tutorial(Shape image, int classes) {
    KernelOptions binary =
        quantized(steSign(), steSign()).kernelConstraint(weightClip()).useBias(false);
    return Sequential.of(
        input(image.dims()).pixels(),
        quantConv2D(32, 3).kernelQuantizer(steSign()).kernelConstraint(weightClip()).useBias(false),
        maxPooling2D(2),
        batchNormalization().scale(false),
        quantConv2D(64, 3).with(binary),
        maxPooling2D(2),
        batchNormalization().scale(false),
        quantConv2D(64, 3).with(binary),
        batchNormalization().scale(false),
        flatten(),
        quantDense(64).with(binary),
        batchNormalization().scale(false),
        quantDense(classes).with(binary),
        batchNormalization().scale(false),
        softmax());
  }
}
