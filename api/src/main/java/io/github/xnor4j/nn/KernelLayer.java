package io.github.xnor4j.nn;

import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers with a kernel: y = activation(product(kernelQuantizer(kernel), inputQuantizer(x)) + bias).
 *
 * @param <L> the layer's own type
 */
public interface KernelLayer<L extends Layer> extends BasicLayer<L> {
  /** The name of the weight that is multiplied with. */
  String KERNEL = "kernel";

  /** The name of the weight that is added. */
  String BIAS = "bias";

  /** The parameters that all such layers have. */
  KernelOptions options();

  /** This layer with all of these parameters instead of its own. */
  L with(KernelOptions options);

  /** This layer with another quantizer of the inputs, or null. */
  default L inputQuantizer(Quantizer quantizer) {
    return with(options().inputQuantizer(quantizer));
  }

  /** This layer with another quantizer of the kernel, or null. */
  default L kernelQuantizer(Quantizer quantizer) {
    return with(options().kernelQuantizer(quantizer));
  }

  /** This layer with or without a bias. */
  default L useBias(boolean use) {
    return with(options().useBias(use));
  }

  /** This layer with another activation. */
  default L activation(Activation function) {
    return with(options().activation(function));
  }

  /** This layer with another initializer of the kernel. */
  default L kernelInitializer(Initializer initializer) {
    return with(options().kernelInitializer(initializer));
  }

  /** This layer with another initializer of the bias. */
  default L biasInitializer(Initializer initializer) {
    return with(options().biasInitializer(initializer));
  }

  /** This layer with another constraint of the kernel, or null. */
  default L kernelConstraint(Constraint constraint) {
    return with(options().kernelConstraint(constraint));
  }

  /** This layer with another constraint of the bias, or null. */
  default L biasConstraint(Constraint constraint) {
    return with(options().biasConstraint(constraint));
  }

  @Override
  default Quantizer inputQuantizer() {
    return options().inputQuantizer();
  }

  @Override
  default Macs macs() {
    return Macs.COUNTED;
  }

  /** The kernel's shape in Keras' layout. */
  Shape kernelShape(List<Shape> inputs);

  @Override
  default List<WeightSpec> weights(List<Shape> inputs) {
    KernelOptions o = options();
    Shape kernel = kernelShape(inputs);
    List<WeightSpec> weights = new ArrayList<>();
    weights.add(
        new WeightSpec(
            KERNEL,
            kernel,
            true,
            o.kernelInitializer(),
            o.kernelConstraint(),
            o.kernelQuantizer()));
    if (o.useBias()) {
      Shape bias = Shape.of(kernel.dim(-1));
      weights.add(new WeightSpec(BIAS, bias, true, o.biasInitializer(), o.biasConstraint(), null));
    }
    return weights;
  }

  /** The product of quantized inputs and a quantized kernel, in the shape of the output. */
  Value product(LayerContext context, Value x, Value kernel);

  @Override
  default Value trace(LayerContext context, List<Value> inputs) {
    Value x = inputs.getFirst();
    if (inputQuantizer() != null) {
      x = inputQuantizer().quantize(context.trace(), x);
    }
    Value y = product(context, x, context.quantized(KERNEL));
    if (options().useBias()) {
      y = context.trace().add(y, context.read(BIAS));
    }
    return options().activation().apply(context.trace(), y);
  }
}
