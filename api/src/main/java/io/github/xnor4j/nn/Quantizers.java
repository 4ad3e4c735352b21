package io.github.xnor4j.nn;

/** Larq's quantizers (larq.quantizers), with Larq's defaults. */
public final class Quantizers {
  private static final SteSign STE_SIGN = new SteSign(1);

  private Quantizers() {}

  /** {@link #steSign(float)} with the clip value 1. */
  public static Quantizer steSign() {
    return STE_SIGN;
  }

  /**
   * Sign with the straight-through estimator: -1 where x &lt; 0, else +1, also for 0, -0.0 and NaN;
   * the gradient passes where |x| &lt;= clipValue and is 0 elsewhere, at NaN too. The result is
   * BIT.
   *
   * @param clipValue at least 0; infinite where Larq has None: the gradient always passes
   * @throws IllegalArgumentException if it is negative or NaN
   */
  public static Quantizer steSign(float clipValue) {
    return new SteSign(clipValue);
  }

  /**
   * Sign with the gradient 2 (1 - |x|) where |x| &lt;= 1, else 0 (Liu et al., "Bi-Real Net", ECCV
   * 2018). The result is BIT.
   */
  public static Quantizer approxSign() {
    return new ApproxSign();
  }

  /** {@link #swishSign(float)} with beta 5. */
  public static Quantizer swishSign() {
    return swishSign(5);
  }

  /**
   * Sign with the gradient beta (2 - beta x tanh(beta x / 2)) / (1 + cosh(beta x)) (Darabi et al.,
   * "BNN+", 2018). The result is BIT.
   *
   * @param beta steepness, above 0
   */
  public static Quantizer swishSign(float beta) {
    return new SwishSign(beta);
  }

  /** {@link #steHeaviside(float)} with the clip value 1. */
  public static Quantizer steHeaviside() {
    return steHeaviside(1);
  }

  /**
   * 1 where x &gt; 0, else 0, with the straight-through estimator.
   *
   * @param clipValue as of {@link #steSign(float)}
   */
  public static Quantizer steHeaviside(float clipValue) {
    return new SteHeaviside(clipValue);
  }

  /** {@link #magnitudeAwareSign(float)} with the clip value 1. */
  public static Quantizer magnitudeAwareSign() {
    return magnitudeAwareSign(1);
  }

  /**
   * s sign(x), s the mean of |x| over all axes but the last, with gradient s where |x| &lt;=
   * clipValue, else 0 (Liu et al., "Bi-Real Net", ECCV 2018).
   *
   * @param clipValue as of {@link #steSign(float)}
   */
  public static Quantizer magnitudeAwareSign(float clipValue) {
    return new MagnitudeAwareSign(clipValue);
  }

  /** Ternary values with the threshold 0.05 and the straight-through estimator up to 1. */
  public static Quantizer steTern() {
    return steTern(SteTern.DEFAULT_THRESHOLD, 1);
  }

  /**
   * +-1 where |x| &gt;= threshold, else 0, with the straight-through estimator.
   *
   * @param threshold above 0
   * @param clipValue as of {@link #steSign(float)}
   */
  public static Quantizer steTern(float threshold, float clipValue) {
    return new SteTern(threshold, false, clipValue);
  }

  /**
   * {@link #steTern(float, float)} with the threshold 0.7 mean |x| (Li et al., "Ternary Weight
   * Networks", 2016).
   *
   * @param clipValue as of {@link #steSign(float)}
   */
  public static Quantizer ternaryWeights(float clipValue) {
    return new SteTern(SteTern.DEFAULT_THRESHOLD, true, clipValue);
  }

  /**
   * Activations as one of 2^bits values in [0, 1]: rint(x n) / n with n = 2^bits - 1 and x clipped
   * to [0, 1], the gradient 1 there (Zhou et al., "DoReFa-Net", 2016).
   *
   * @param bits 1 to 8
   */
  public static Quantizer doReFaActivations(int bits) {
    return new DoReFa(bits, DoReFa.Mode.ACTIVATIONS);
  }

  /**
   * Weights as one of 2^bits values in [-1, 1]: 2 q(tanh x / (2 max |tanh|) + 1/2) - 1 with q(v) =
   * rint(v n) / n and n = 2^bits - 1 (Zhou et al., "DoReFa-Net", 2016).
   *
   * @param bits 1 to 8
   */
  public static Quantizer doReFaWeights(int bits) {
    return new DoReFa(bits, DoReFa.Mode.WEIGHTS);
  }

  /**
   * Nothing but the label of a precision: for kernels that an optimizer keeps binary itself.
   *
   * @param precision bits, at least 1
   */
  public static Quantizer noOp(int precision) {
    return new NoOp(precision);
  }
}
