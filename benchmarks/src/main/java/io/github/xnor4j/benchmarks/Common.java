package io.github.xnor4j.benchmarks;

import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;

/** What benchmarks share: the JVM's flags, those of the launcher {@code xnor}, and operands. */
final class Common {
  static final String VECTORS = "--add-modules=jdk.incubator.vector";
  static final String DELAY = "-XX:Tier3DelayOn=1000";
  static final String PROFILE = "-XX:Tier0ProfilingStartPercentage=100000";

  static final int SEED = 1;

  private Common() {}

  /** The numbers of a text such as 768x256x1152. */
  static int[] sizes(String text) {
    return Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
  }

  /** 0, step, 2 * step, ... */
  static int[] ramp(int n, int step) {
    int[] out = new int[n];
    Arrays.setAll(out, i -> i * step);
    return out;
  }

  /** Uniform in [-1, 1). */
  static Tensor random(Shape shape, int stream) {
    Philox random = new Philox(SEED, stream);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.uniform(i) - 1;
    }
    return Tensor.f32(shape, values);
  }
}
