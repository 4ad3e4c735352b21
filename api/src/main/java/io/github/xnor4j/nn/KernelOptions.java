package io.github.xnor4j.nn;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters that all layers with a kernel have; also for use by several layers: {@code
 * quantConv2D(64, 3).with(options)}.
 *
 * @param inputQuantizer of the inputs, or null
 * @param kernelQuantizer through which the layer reads its kernel, or null
 * @param useBias whether a bias is added
 * @param activation applied to the output
 * @param kernelInitializer makes the kernel's first value
 * @param biasInitializer makes the bias' first value
 * @param kernelConstraint or null
 * @param biasConstraint or null
 */
public record KernelOptions(
    Quantizer inputQuantizer,
    Quantizer kernelQuantizer,
    boolean useBias,
    Activation activation,
    Initializer kernelInitializer,
    Initializer biasInitializer,
    Constraint kernelConstraint,
    Constraint biasConstraint) {
  /** Keras' defaults: a bias, no activation, glorot_uniform, no quantizer, no constraint. */
  public static final KernelOptions DEFAULTS =
      new KernelOptions(
          null,
          null,
          true,
          Activation.LINEAR,
          Initializers.glorotUniform(),
          Initializers.zeros(),
          null,
          null);

  /** These with another quantizer of the inputs, or null. */
  public KernelOptions inputQuantizer(Quantizer quantizer) {
    return new KernelOptions(
        quantizer,
        kernelQuantizer,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with another quantizer of the kernel, or null. */
  public KernelOptions kernelQuantizer(Quantizer quantizer) {
    return new KernelOptions(
        inputQuantizer,
        quantizer,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with or without a bias. */
  public KernelOptions useBias(boolean use) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        use,
        activation,
        kernelInitializer,
        biasInitializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with another activation. */
  public KernelOptions activation(Activation function) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        useBias,
        function,
        kernelInitializer,
        biasInitializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with another initializer of the kernel. */
  public KernelOptions kernelInitializer(Initializer initializer) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        useBias,
        activation,
        initializer,
        biasInitializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with another initializer of the bias. */
  public KernelOptions biasInitializer(Initializer initializer) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        useBias,
        activation,
        kernelInitializer,
        initializer,
        kernelConstraint,
        biasConstraint);
  }

  /** These with another constraint of the kernel, or null. */
  public KernelOptions kernelConstraint(Constraint constraint) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        constraint,
        biasConstraint);
  }

  /** These with another constraint of the bias, or null. */
  public KernelOptions biasConstraint(Constraint constraint) {
    return new KernelOptions(
        inputQuantizer,
        kernelQuantizer,
        useBias,
        activation,
        kernelInitializer,
        biasInitializer,
        kernelConstraint,
        constraint);
  }

  boolean isQuantized() {
    return inputQuantizer != null || kernelQuantizer != null;
  }

  /** Keras' parameters but the quantizers, for the configuration of a layer that has them. */
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("activation", activation.kerasName());
    config.put("use_bias", useBias);
    config.put("kernel_initializer", kernelInitializer);
    config.put("bias_initializer", biasInitializer);
    config.put("kernel_regularizer", null);
    config.put("bias_regularizer", null);
    config.put("activity_regularizer", null);
    config.put("kernel_constraint", kernelConstraint);
    config.put("bias_constraint", biasConstraint);
    return config;
  }
}
