package io.github.xnor4j.train;

/**
 * Names of what a model file tells of its training, as far as something is done with it. Some are
 * those of a run's {@link Identity}.
 */
final class Provenance {
  static final String BACKEND = "backend";
  static final String SEED = "seed";
  static final String DATA_HASH = "data hash";
  static final String BATCH_SIZE = "batch size";
  static final String RECIPE = "recipe";
  static final String GRADIENTS = "gradients";
  static final String VERSION = "version";

  /** Of the first step. */
  static final String LEARNING_RATE = "learning rate";

  /** What {@link Arithmetic} says of all machines that it ran on. */
  static final String ARITHMETIC = "arithmetic";

  /** What a schedule follows, however many were run. */
  static final String PLANNED_EPOCHS = "planned epochs";

  /** That were run. */
  static final String STEPS = "steps";

  private Provenance() {}
}
