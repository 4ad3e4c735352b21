package io.github.xnor4j.train;

import java.util.Map;

/** Is told how training goes. What it throws ends the training. */
public interface Callback {
  /** What its state is stored under in checkpoints; unique among the callbacks of a run. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * A step is done.
   *
   * @param step valid only during the call
   */
  default void onStep(StepReport step) {}

  /** An epoch is done. */
  default void onEpoch(EpochReport epoch) {}

  /** What a checkpoint keeps of it. */
  default Map<String, String> state() {
    return Map.of();
  }

  /** Goes on from what a checkpoint kept: what {@link #state} gave. */
  default void restore(Map<String, String> state) {}
}
