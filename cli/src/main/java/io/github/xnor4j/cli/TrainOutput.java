package io.github.xnor4j.cli;

import io.github.xnor4j.train.Callback;
import java.nio.file.Path;

/** Tells how a training run goes. */
interface TrainOutput extends Callback {
  /**
   * What came of a run.
   *
   * @param backend that computed it
   * @param seed of the run
   * @param epochs that were completed, those before a resume too
   * @param trainSeconds wall-clock time of all steps, those before a resume too
   * @param testImages number of test images
   * @param testLoss mean over them
   * @param testAccuracy from 0 to 1
   * @param model the file that was written, or null
   * @param hash of the trained model's tensors
   * @param report the page that was written, or null
   */
  record Result(
      String backend,
      long seed,
      int epochs,
      double trainSeconds,
      int testImages,
      double testLoss,
      double testAccuracy,
      Path model,
      String hash,
      Path report) {}

  @Override
  default String name() {
    return "output";
  }

  /** Says what will be done. */
  void begin(String text);

  /** No further step will be run. */
  void endTraining();

  /** The run is done. */
  void end(Result result);
}
