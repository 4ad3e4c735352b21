package io.github.xnor4j.cli;

import io.github.xnor4j.train.Callback;
import io.github.xnor4j.train.EpochReport;
import io.github.xnor4j.train.StepReport;
import java.util.Map;

/** Counts steps, those before a resume included, and ends training after a number of them. */
final class StepLimit implements Callback {
  private static final String STEPS = "steps";
  private static final String SECONDS = "seconds";

  private final long most;
  private final Runnable stop;
  private long steps;
  private double secondsOfOpenEpoch;

  StepLimit(long most, Runnable stop) {
    this.most = most;
    this.stop = stop;
  }

  /** Steps done. */
  long steps() {
    return steps;
  }

  /** Wall-clock seconds of an epoch that was not completed. */
  double secondsOfOpenEpoch() {
    return secondsOfOpenEpoch;
  }

  @Override
  public void onStep(StepReport step) {
    secondsOfOpenEpoch = step.seconds();
    reached(step.totalSteps());
  }

  @Override
  public void onEpoch(EpochReport epoch) {
    secondsOfOpenEpoch = 0;
  }

  private void reached(long done) {
    steps = done;
    if (steps >= most) {
      stop.run();
    }
  }

  @Override
  public Map<String, String> state() {
    return Map.of(STEPS, Long.toString(steps), SECONDS, Double.toString(secondsOfOpenEpoch));
  }

  @Override
  public void restore(Map<String, String> state) {
    secondsOfOpenEpoch = Double.parseDouble(state.get(SECONDS));
    reached(Long.parseLong(state.get(STEPS)));
  }
}
