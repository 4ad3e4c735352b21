package io.github.xnor4j.nn;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Collections;
import java.util.Map;

/** Keras' initializers. */
public final class Initializers {
  private static final Initializer GLOROT_UNIFORM = new GlorotUniform();
  private static final Initializer ZEROS = new Fixed("Zeros", 0);
  private static final Initializer ONES = new Fixed("Ones", 1);

  private Initializers() {}

  /**
   * Uniform in [-limit, limit) with limit = sqrt(6 / (fan in + fan out)) (Glorot and Bengio,
   * "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010).
   * Fans as in Keras: the last two extents, times the product of all others.
   */
  public static Initializer glorotUniform() {
    return GLOROT_UNIFORM;
  }

  /** 0 everywhere. */
  public static Initializer zeros() {
    return ZEROS;
  }

  /** 1 everywhere. */
  public static Initializer ones() {
    return ONES;
  }

  /** One value everywhere. */
  public static Initializer constant(float value) {
    return new Constant(value);
  }

  private record GlorotUniform() implements Initializer {
    @Override
    public Tensor make(Shape kerasShape, long seed, long stream) {
      Philox random = new Philox(seed, stream);
      double limit = Math.sqrt(6 / fans(kerasShape));
      float[] values = new float[kerasShape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2.0 * random.uniform(i) - 1) * limit);
      }
      return Tensor.f32(kerasShape, values);
    }

    /** Fan in plus fan out. */
    private static double fans(Shape shape) {
      if (shape.rank() < 2) {
        return 2.0 * shape.elements();
      }
      double others = 1;
      for (int axis = 0; axis < shape.rank() - 2; axis++) {
        others *= shape.dim(axis);
      }
      return others * shape.dim(-2) + others * shape.dim(-1);
    }

    @Override
    public String className() {
      return "GlorotUniform";
    }

    @Override
    public Map<String, Object> config() {
      return Collections.singletonMap("seed", null);
    }
  }

  private record Fixed(String className, float value) implements Initializer {
    @Override
    public Tensor make(Shape kerasShape, long seed, long stream) {
      return Tensor.full(kerasShape, value);
    }

    @Override
    public Map<String, Object> config() {
      return Map.of();
    }
  }

  private record Constant(float value) implements Initializer {
    @Override
    public Tensor make(Shape kerasShape, long seed, long stream) {
      return Tensor.full(kerasShape, value);
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
}
