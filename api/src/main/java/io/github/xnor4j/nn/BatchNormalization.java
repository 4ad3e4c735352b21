package io.github.xnor4j.nn;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Batch normalization of the last axis (keras.layers.BatchNormalization): gamma * (x - mean) /
 * sqrt(variance + epsilon) + beta. In training with the batch's mean and biased variance, and the
 * moving statistics become moving * momentum + batch * (1 - momentum); otherwise, and where the
 * layer is not trainable, with the moving statistics. As Keras does, for values of rank 4 and 5,
 * batch axis included, the variance that moves is multiplied by n / max(n - 1, 1), n the number of
 * values of a channel.
 *
 * @param id class name, name and switches
 * @param axis the normalized one, batch axis included: the last, or -1 for it
 * @param momentum what is kept of moving statistics, 0 to 1
 * @param epsilon added to the variance, above 0
 * @param center whether there is a beta, else 0
 * @param scale whether there is a gamma, else 1
 * @param initializers of the weights
 * @param gammaConstraint or null
 * @param betaConstraint or null
 */
public record BatchNormalization(
    LayerId id,
    int axis,
    double momentum,
    double epsilon,
    boolean center,
    boolean scale,
    Initial initializers,
    Constraint gammaConstraint,
    Constraint betaConstraint)
    implements BasicLayer<BatchNormalization> {
  static final String CLASS = "BatchNormalization";
  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String MOVING_MEAN = "moving_mean";
  static final String MOVING_VARIANCE = "moving_variance";

  /**
   * What makes the weights' first values.
   *
   * @param gamma by default ones
   * @param beta by default zeros
   * @param movingMean by default zeros
   * @param movingVariance by default ones
   */
  public record Initial(
      Initializer gamma, Initializer beta, Initializer movingMean, Initializer movingVariance) {
    static final Initial DEFAULTS =
        new Initial(
            Initializers.ones(), Initializers.zeros(), Initializers.zeros(), Initializers.ones());
  }

  /** Checks the ranges. */
  public BatchNormalization {
    id.require(momentum >= 0 && momentum <= 1, "momentum is " + momentum + ", expected 0 to 1");
    id.require(
        epsilon > 0 && epsilon < Double.POSITIVE_INFINITY,
        "epsilon is " + epsilon + ", expected more than 0");
  }

  BatchNormalization() {
    this(LayerId.of(CLASS), -1, 0.99, 1e-3, true, true, Initial.DEFAULTS, null, null);
  }

  @Override
  public BatchNormalization withId(LayerId newId) {
    return new BatchNormalization(
        newId,
        axis,
        momentum,
        epsilon,
        center,
        scale,
        initializers,
        gammaConstraint,
        betaConstraint);
  }

  /** This layer for another axis, batch axis included; only the last can be normalized. */
  public BatchNormalization axis(int value) {
    return new BatchNormalization(
        id, value, momentum, epsilon, center, scale, initializers, gammaConstraint, betaConstraint);
  }

  /** This layer with another momentum; 0.99 by default. */
  public BatchNormalization momentum(double value) {
    return new BatchNormalization(
        id, axis, value, epsilon, center, scale, initializers, gammaConstraint, betaConstraint);
  }

  /** This layer with another epsilon; 1e-3 by default. */
  public BatchNormalization epsilon(double value) {
    return new BatchNormalization(
        id, axis, momentum, value, center, scale, initializers, gammaConstraint, betaConstraint);
  }

  /** This layer with or without a beta. */
  public BatchNormalization center(boolean use) {
    return new BatchNormalization(
        id, axis, momentum, epsilon, use, scale, initializers, gammaConstraint, betaConstraint);
  }

  /** This layer with or without a gamma. */
  public BatchNormalization scale(boolean use) {
    return new BatchNormalization(
        id, axis, momentum, epsilon, center, use, initializers, gammaConstraint, betaConstraint);
  }

  /** This layer with other initializers. */
  public BatchNormalization initializers(Initial initial) {
    return new BatchNormalization(
        id, axis, momentum, epsilon, center, scale, initial, gammaConstraint, betaConstraint);
  }

  /** This layer with another constraint of gamma, or null. */
  public BatchNormalization gammaConstraint(Constraint constraint) {
    return new BatchNormalization(
        id, axis, momentum, epsilon, center, scale, initializers, constraint, betaConstraint);
  }

  /** This layer with another constraint of beta, or null. */
  public BatchNormalization betaConstraint(Constraint constraint) {
    return new BatchNormalization(
        id, axis, momentum, epsilon, center, scale, initializers, gammaConstraint, constraint);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = only(inputs);
    id.require(input.rank() >= 1, "input has no axis but the batch, expected a last axis");
    id.require(
        axis == -1 || axis == input.rank(),
        "axis is " + axis + ", expected the last: -1 or " + input.rank());
    return input;
  }

  @Override
  public List<WeightSpec> weights(List<Shape> inputs) {
    Shape channels = Shape.of(inputs.getFirst().dim(-1));
    List<WeightSpec> weights = new ArrayList<>();
    if (scale) {
      weights.add(
          new WeightSpec(GAMMA, channels, true, initializers.gamma(), gammaConstraint, null));
    }
    if (center) {
      weights.add(new WeightSpec(BETA, channels, true, initializers.beta(), betaConstraint, null));
    }
    weights.add(
        new WeightSpec(MOVING_MEAN, channels, false, initializers.movingMean(), null, null));
    weights.add(
        new WeightSpec(
            MOVING_VARIANCE, channels, false, initializers.movingVariance(), null, null));
    return weights;
  }

  @Override
  public Value trace(LayerContext context, List<Value> inputs) {
    Trace trace = context.trace();
    Value x = inputs.getFirst();
    int channels = x.shape().dim(-1);
    Value gamma = scale ? context.read(GAMMA) : context.constant(channels, 1);
    Value beta = center ? context.read(BETA) : context.constant(channels, 0);
    Value mean;
    Value variance;
    if (context.training()) {
      List<Value> statistics = trace.add(new Op.BatchNormStatistics(x));
      mean = statistics.get(0);
      variance = statistics.get(1);
      move(context, MOVING_MEAN, mean);
      move(context, MOVING_VARIANCE, movingVariance(trace, x, variance));
      trace.check(context.name(), total(trace, trace.add(mean, variance)));
    } else {
      mean = context.read(MOVING_MEAN);
      variance = context.read(MOVING_VARIANCE);
    }
    return trace.value(new Op.BatchNorm(x, mean, variance, gamma, beta, (float) epsilon));
  }

  private void move(LayerContext context, String weight, Value batch) {
    Trace trace = context.trace();
    Value kept = trace.mul(context.latest(weight), trace.constant((float) momentum));
    Value gained = trace.mul(batch, trace.constant((float) (1 - momentum)));
    context.update(weight, trace.add(kept, gained));
  }

  private static Value movingVariance(Trace trace, Value x, Value variance) {
    if (x.shape().rank() != 4 && x.shape().rank() != 5) {
      return variance;
    }
    List<Integer> axes = IntStream.range(0, x.shape().rank() - 1).boxed().toList();
    return trace.mul(variance, trace.count(Op.CountKind.BESSEL, x, axes));
  }

  private static Value total(Trace trace, Value vector) {
    return trace.reshape(trace.sum(vector, List.of(0)), Shape.SCALAR);
  }

  @Override
  public Macs macs() {
    return Macs.ZERO;
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("axis", List.of(axis));
    config.put("momentum", momentum);
    config.put("epsilon", epsilon);
    config.put("center", center);
    config.put("scale", scale);
    config.put("beta_initializer", initializers.beta());
    config.put("gamma_initializer", initializers.gamma());
    config.put("moving_mean_initializer", initializers.movingMean());
    config.put("moving_variance_initializer", initializers.movingVariance());
    config.put("beta_regularizer", null);
    config.put("gamma_regularizer", null);
    config.put("beta_constraint", betaConstraint);
    config.put("gamma_constraint", gammaConstraint);
    return config;
  }
}
