package io.github.xnor4j.nn;

/** Larq's quantizers. */
public final class Quantizers {
  private static final SteSign STE_SIGN = new SteSign(1);

  private Quantizers() {}

  /** {@link SteSign} with the clip value 1. */
  public static Quantizer steSign() {
    return STE_SIGN;
  }

  /**
   * {@link SteSign}.
   *
   * @param clipValue above it in absolute value the gradient is 0; infinite for no such limit
   */
  public static Quantizer steSign(float clipValue) {
    return new SteSign(clipValue);
  }
}
