package io.github.xnor4j.train;

import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015), as Keras has it,
 * with epsilon outside the corrected root: with t the number of this step, from 1,
 *
 * <pre>
 * alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t)
 * m = m + (g - m) * (1 - beta1)
 * v = v + (g * g - v) * (1 - beta2)
 * w = w - m * alpha / (sqrt(v) + epsilon)
 * </pre>
 *
 * and then the weight's constraint. Every operation is rounded to float, as in TensorFlow's kernel:
 * 1 - 0.999f differs from 0.001 by 1.3e-5 of its value, so float64 would be further from Keras. The
 * step is counted in an F32 variable, exact up to 2^24 steps; from there on both corrections are 1
 * anyway.
 *
 * @param rate learning rate
 * @param decay legacy Keras' {@code decay}: the rate is divided by 1 + decay * (t - 1)
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 */
public record Adam(Schedule rate, float decay, float beta1, float beta2, float epsilon)
    implements Optimizer {
  /** Keras' defaults: rate 0.001, betas 0.9 and 0.999, epsilon 1e-7. */
  public Adam() {
    this(Schedule.constant(0.001f), 0, 0.9f, 0.999f, 1e-7f);
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a beta is not in [0, 1) or decay or epsilon negative
   */
  public Adam {
    requireBeta("beta1", beta1);
    requireBeta("beta2", beta2);
    requireNotNegative("decay", decay);
    requireNotNegative("epsilon", epsilon);
  }

  private static void requireBeta(String name, float beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new IllegalArgumentException(name + " is " + beta + ", expected 0 <= " + name + " < 1");
    }
  }

  static void requireNotNegative(String name, float value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 or more");
    }
  }

  /** This optimizer with a constant learning rate. */
  public Adam learningRate(float other) {
    return learningRate(Schedule.constant(other));
  }

  /** This optimizer with another learning rate. */
  public Adam learningRate(Schedule other) {
    return new Adam(other, decay, beta1, beta2, epsilon);
  }

  @Override
  public String className() {
    return "Adam";
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("learning_rate", Optimizers.rateConfig(rate));
    config.put("decay", decay);
    config.put("beta_1", beta1);
    config.put("beta_2", beta2);
    config.put("epsilon", epsilon);
    config.put("amsgrad", false);
    return config;
  }

  @Override
  public Update bind(List<Weight> weights) {
    return new AdamUpdate(weights);
  }

  private final class AdamUpdate extends AbstractUpdate {
    private final Variable iteration = counter("iteration");
    private final List<Variable> m = slots("m");
    private final List<Variable> v = slots("v");

    AdamUpdate(List<Weight> weights) {
      super("adam", weights, Decayed.of(rate, decay));
    }

    @Override
    void trace(Trace t, List<Value> gradients, Value rate) {
      Value one = t.constant(1f);
      Value step = t.add(t.read(iteration), one);
      Value correction1 = t.sub(one, t.pow(t.constant(beta1), step));
      Value correction2 = t.sub(one, t.pow(t.constant(beta2), step));
      Value alpha = t.div(t.mul(rate, t.unary(Op.UnaryKind.SQRT, correction2)), correction1);
      for (int i = 0; i < gradients.size(); i++) {
        Value g = gradients.get(i);
        Value m1 = moved(t, m.get(i), g, beta1);
        Value v1 = moved(t, v.get(i), t.unary(Op.UnaryKind.SQUARE, g), beta2);
        Value root = t.add(t.unary(Op.UnaryKind.SQRT, v1), t.constant(epsilon));
        Value change = t.div(t.mul(m1, alpha), root);
        assign(t, weights().get(i), t.sub(t.read(weights().get(i).variable()), change));
      }
      t.assign(iteration, step);
    }

    /** Moves a slot towards a value and assigns it. */
    private static Value moved(Trace t, Variable slot, Value target, float beta) {
      Value old = t.read(slot);
      Value moved = t.add(old, t.mul(t.sub(target, old), t.constant(1f - beta)));
      t.assign(slot, moved);
      return moved;
    }
  }
}
