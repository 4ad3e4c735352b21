package io.github.xnor4j.train;

import java.nio.file.Path;

/**
 * Where and when a training run is saved so that it can be gone on with. One is written at the end
 * of each epoch and when the run is stopped, besides every so many steps.
 *
 * @param folder where the files are; made if it does not exist
 * @param everySteps steps between two of an epoch, or 0 for none within epochs
 * @param kept how many of the newest are kept, 1 or more
 * @param resume whether to go on from the newest complete one, if there is one; else the folder
 *     must not have any
 */
public record Checkpoints(Path folder, int everySteps, int kept, boolean resume) {
  private static final int DEFAULT_KEPT = 3;

  /** Checks the numbers. */
  public Checkpoints {
    if (everySteps < 0) {
      throw new IllegalArgumentException(
          "checkpoint steps are " + everySteps + ", expected 0 (none) or more");
    }
    if (kept < 1) {
      throw new IllegalArgumentException("kept checkpoints are " + kept + ", expected 1 or more");
    }
  }

  /** At the end of each epoch, the last three kept, beginning anew. */
  public static Checkpoints in(Path folder) {
    return new Checkpoints(folder, 0, DEFAULT_KEPT, false);
  }

  /** Also every so many steps of an epoch; 0 for none. */
  public Checkpoints everySteps(int steps) {
    return new Checkpoints(folder, steps, kept, resume);
  }

  /** Keeps another number of the newest. */
  public Checkpoints kept(int number) {
    return new Checkpoints(folder, everySteps, number, resume);
  }

  /** Goes on from the newest one, or begins anew. */
  public Checkpoints resume(boolean wanted) {
    return new Checkpoints(folder, everySteps, kept, wanted);
  }
}
