package io.github.xnor4j.nn;

import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import java.util.Map;

/** Larq's constraints. */
public final class Constraints {
  private static final Constraint WEIGHT_CLIP = new WeightClip(1);

  private Constraints() {}

  /** Clips weights to [-1, 1] (larq.constraints.WeightClip). */
  public static Constraint weightClip() {
    return WEIGHT_CLIP;
  }

  /**
   * Clips weights to [-clipValue, clipValue] (larq.constraints.WeightClip).
   *
   * @throws IllegalArgumentException if the value is negative or no number
   */
  public static Constraint weightClip(float clipValue) {
    return new WeightClip(clipValue);
  }

  private record WeightClip(float clipValue) implements Constraint {
    WeightClip {
      if (!(clipValue >= 0)) {
        throw new IllegalArgumentException(
            "weight_clip: clip_value is " + clipValue + ", expected 0 or more");
      }
    }

    @Override
    public Value apply(Trace trace, Value weight) {
      Value above = trace.max(weight, trace.constant(-clipValue));
      return trace.min(above, trace.constant(clipValue));
    }

    @Override
    public String className() {
      return "weight_clip";
    }

    @Override
    public Map<String, Object> config() {
      return Map.of("clip_value", clipValue);
    }
  }
}
