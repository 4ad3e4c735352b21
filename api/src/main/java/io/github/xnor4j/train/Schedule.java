package io.github.xnor4j.train;

import io.github.xnor4j.nn.KerasObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A hyper-parameter as a function of the steps done (Keras' LearningRateSchedule). Immutable, and a
 * function of nothing else, so that a resumed run goes on with the same values.
 */
public interface Schedule extends KerasObject {
  /**
   * The value for a step.
   *
   * @param step number of steps done before it
   */
  float at(long step);

  /** Whether the value is the same for every step. */
  default boolean isConstant() {
    return false;
  }

  /** The same value always. */
  static Schedule constant(float value) {
    return new Constant(value);
  }

  /**
   * Half a cosine from a value down to a fraction of it (keras CosineDecay; Loshchilov and Hutter,
   * "SGDR", ICLR 2017): initial * ((1 - alpha) * (1 + cos(pi * min(step, decaySteps) / decaySteps))
   * / 2 + alpha).
   *
   * @param initial the first value
   * @param decaySteps steps down to the last value, 1 or more
   * @param alpha the last value as a fraction of the first
   */
  static Schedule cosine(float initial, long decaySteps, float alpha) {
    return new Cosine(initial, decaySteps, alpha);
  }

  /**
   * Exponential decay (keras ExponentialDecay): initial * decayRate^(step / decaySteps), the
   * exponent rounded down if staircase.
   *
   * @param initial the first value
   * @param decaySteps steps after which it is multiplied by the rate, 1 or more
   * @param decayRate the factor
   * @param staircase whether it changes only every {@code decaySteps} steps
   */
  static Schedule exponential(float initial, long decaySteps, float decayRate, boolean staircase) {
    return new Exponential(initial, decaySteps, decayRate, staircase);
  }

  /**
   * Polynomial decay (keras PolynomialDecay without cycle): (initial - end) * (1 - min(step,
   * decaySteps) / decaySteps)^power + end.
   *
   * @param initial the first value
   * @param decaySteps steps down to the last value, 1 or more
   * @param end the last value
   * @param power 1 for a straight line
   */
  static Schedule polynomial(float initial, long decaySteps, float end, float power) {
    return new Polynomial(initial, decaySteps, end, power);
  }

  /**
   * The same value always.
   *
   * @param value the value
   */
  record Constant(float value) implements Schedule {
    @Override
    public float at(long step) {
      return value;
    }

    @Override
    public boolean isConstant() {
      return true;
    }

    @Override
    public String className() {
      return "Constant";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of("value", value);
    }
  }

  /**
   * See {@link Schedule#cosine}.
   *
   * @param initial the first value
   * @param decaySteps steps down to the last value
   * @param alpha the last value as a fraction of the first
   */
  record Cosine(float initial, long decaySteps, float alpha) implements Schedule {
    /** Checks the steps. */
    public Cosine {
      requireSteps(decaySteps);
    }

    @Override
    public float at(long step) {
      double done = (double) Math.min(step, decaySteps) / decaySteps;
      double cosine = 0.5 * (1 + StrictMath.cos(Math.PI * done));
      return (float) (initial * ((1.0 - alpha) * cosine + alpha));
    }

    @Override
    public String className() {
      return "CosineDecay";
    }

    @Override
    public Map<String, Object> config() {
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("initial_learning_rate", initial);
      config.put("decay_steps", decaySteps);
      config.put("alpha", alpha);
      return config;
    }
  }

  /**
   * See {@link Schedule#exponential}.
   *
   * @param initial the first value
   * @param decaySteps steps after which it is multiplied by the rate
   * @param decayRate the factor
   * @param staircase whether it changes only every {@code decaySteps} steps
   */
  record Exponential(float initial, long decaySteps, float decayRate, boolean staircase)
      implements Schedule {
    /** Checks the steps. */
    public Exponential {
      requireSteps(decaySteps);
    }

    @Override
    public float at(long step) {
      double exponent = (double) step / decaySteps;
      return (float)
          (initial * StrictMath.pow(decayRate, staircase ? Math.floor(exponent) : exponent));
    }

    @Override
    public String className() {
      return "ExponentialDecay";
    }

    @Override
    public Map<String, Object> config() {
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("initial_learning_rate", initial);
      config.put("decay_steps", decaySteps);
      config.put("decay_rate", decayRate);
      config.put("staircase", staircase);
      return config;
    }
  }

  /**
   * See {@link Schedule#polynomial}.
   *
   * @param initial the first value
   * @param decaySteps steps down to the last value
   * @param end the last value
   * @param power 1 for a straight line
   */
  record Polynomial(float initial, long decaySteps, float end, float power) implements Schedule {
    /** Checks the steps. */
    public Polynomial {
      requireSteps(decaySteps);
    }

    @Override
    public float at(long step) {
      double left = 1 - (double) Math.min(step, decaySteps) / decaySteps;
      return (float) (((double) initial - end) * StrictMath.pow(left, power) + end);
    }

    @Override
    public String className() {
      return "PolynomialDecay";
    }

    @Override
    public Map<String, Object> config() {
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("initial_learning_rate", initial);
      config.put("decay_steps", decaySteps);
      config.put("end_learning_rate", end);
      config.put("power", power);
      config.put("cycle", false);
      return config;
    }
  }

  private static void requireSteps(long decaySteps) {
    if (decaySteps < 1) {
      throw new IllegalArgumentException("decaySteps is " + decaySteps + ", expected 1 or more");
    }
  }
}
