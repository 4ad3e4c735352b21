package io.github.xnor4j.train;

/** Training gave a number that is not finite. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String layer;
  private final int epoch;
  private final int step;

  DivergenceException(String layer, int epoch, int step, float value) {
    super(
        "training diverged: "
            + layer
            + " gave "
            + value
            + " in epoch "
            + epoch
            + ", step "
            + step
            + ", expected a finite number (try a smaller learning rate)");
    this.layer = layer;
    this.epoch = epoch;
    this.step = step;
  }

  /** The first layer that gave such a number, or {@code loss}. */
  public String layer() {
    return layer;
  }

  /** The epoch, from 1. */
  public int epoch() {
    return epoch;
  }

  /** The step in the epoch, from 1. */
  public int step() {
    return step;
  }
}
