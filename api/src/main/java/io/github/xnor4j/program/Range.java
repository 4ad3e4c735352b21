package io.github.xnor4j.program;

import java.util.function.DoubleUnaryOperator;

/**
 * Where the numbers of an F32 value lie: from low to high, unless they are NaN. Follows from the
 * ops alone; float operations are monotone, rounding included, so results at the ends bound all.
 *
 * @param low least value
 * @param high largest value
 */
public record Range(float low, float high) {
  /** Any number. */
  public static final Range ALL = new Range(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /**
   * Checks the order of the ends.
   *
   * @throws IllegalArgumentException if low is more than high, or if one is NaN
   */
  public Range {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "range " + low + ":" + high + ", expected the least number first");
    }
  }

  /** From some values to others; {@link #ALL} if one of them is NaN. */
  static Range of(float... ends) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float end : ends) {
      if (Float.isNaN(end)) {
        return ALL;
      }
      low = Math.min(low, end);
      high = Math.max(high, end);
    }
    return ends.length == 0 ? ALL : new Range(low, high);
  }

  /** Whether both ends are finite. */
  public boolean isFinite() {
    return Float.isFinite(low) && Float.isFinite(high);
  }

  /** Whether there is one number only. */
  public boolean isConstant() {
    return low == high && isFinite();
  }

  /** The largest absolute value. */
  public float size() {
    return Math.max(Math.abs(low), Math.abs(high));
  }

  /** What either of both holds. */
  Range or(Range other) {
    return new Range(Math.min(low, other.low), Math.max(high, other.high));
  }

  private Range map(DoubleUnaryOperator increasing) {
    return of((float) increasing.applyAsDouble(low), (float) increasing.applyAsDouble(high));
  }

  /** Of a function of each number. */
  Range of(Op.UnaryKind kind) {
    return switch (kind) {
      case NEGATE -> new Range(-high, -low);
      case ABS -> low >= 0 ? this : high <= 0 ? of(Op.UnaryKind.NEGATE) : new Range(0, size());
      case SQUARE -> new Range(0, size() * size());
      case SQRT -> low >= 0 ? map(Math::sqrt) : new Range(0, Float.POSITIVE_INFINITY);
      case EXP -> new Range(0, Float.POSITIVE_INFINITY);
      case LOG -> ALL;
      case TANH -> new Range(-1, 1);
      case RINT -> map(Math::rint);
    };
  }

  /** Of a function of pairs of numbers. */
  static Range of(Op.BinaryKind kind, Range a, Range b) {
    return switch (kind) {
      case ADD -> of(a.low + b.low, a.high + b.high);
      case SUB -> of(a.low - b.high, a.high - b.low);
      case MUL -> of(a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high);
      case DIV ->
          b.low > 0 || b.high < 0
              ? of(a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high)
              : ALL;
      case MIN -> new Range(Math.min(a.low, b.low), Math.min(a.high, b.high));
      case MAX -> new Range(Math.max(a.low, b.low), Math.max(a.high, b.high));
      case POW -> ALL;
    };
  }
}
