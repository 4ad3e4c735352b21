package io.github.xnor4j.train;

import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gradient descent, as Keras has it. Without momentum w = w - rate * g; with it a = momentum * a -
 * rate * g, then w = w + a, or with Nesterov's w = w + momentum * a - rate * g; then the weight's
 * constraint.
 *
 * @param rate learning rate
 * @param decay legacy Keras' {@code decay}: the rate is divided by 1 + decay * steps done
 * @param momentum 0 for none
 * @param nesterov whether the momentum is Nesterov's
 */
public record Sgd(Schedule rate, float decay, float momentum, boolean nesterov)
    implements Optimizer {
  /** Keras' defaults: rate 0.01, no momentum. */
  public Sgd() {
    this(Schedule.constant(0.01f), 0, 0, false);
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if decay or momentum are negative
   */
  public Sgd {
    Adam.requireNotNegative("decay", decay);
    Adam.requireNotNegative("momentum", momentum);
  }

  /** This optimizer with a constant learning rate. */
  public Sgd learningRate(float other) {
    return learningRate(Schedule.constant(other));
  }

  /** This optimizer with another learning rate. */
  public Sgd learningRate(Schedule other) {
    return new Sgd(other, decay, momentum, nesterov);
  }

  /** This optimizer with momentum. */
  public Sgd momentum(float other) {
    return new Sgd(rate, decay, other, nesterov);
  }

  @Override
  public String className() {
    return "SGD";
  }

  @Override
  public Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("learning_rate", Optimizers.rateConfig(rate));
    config.put("decay", decay);
    config.put("momentum", momentum);
    config.put("nesterov", nesterov);
    return config;
  }

  @Override
  public Update bind(List<Weight> weights) {
    return new SgdUpdate(weights);
  }

  private final class SgdUpdate extends AbstractUpdate {
    private final List<Variable> accumulators;

    SgdUpdate(List<Weight> weights) {
      super("sgd", weights, Decayed.of(rate, decay));
      this.accumulators = momentum == 0 ? List.of() : slots("momentum");
    }

    @Override
    void trace(Trace t, List<Value> gradients, Value rate) {
      for (int i = 0; i < gradients.size(); i++) {
        Value w = t.read(weights().get(i).variable());
        Value change = t.mul(rate, gradients.get(i));
        assign(t, weights().get(i), momentum == 0 ? t.sub(w, change) : moved(t, i, w, change));
      }
    }

    private Value moved(Trace t, int i, Value w, Value change) {
      Value factor = t.constant(momentum);
      Value a = t.sub(t.mul(factor, t.read(accumulators.get(i))), change);
      t.assign(accumulators.get(i), a);
      return nesterov ? t.add(w, t.sub(t.mul(factor, a), change)) : t.add(w, a);
    }
  }
}
