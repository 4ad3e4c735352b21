package io.github.xnor4j.reference;

import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.tensor.DType;

/**
 * How the loops of this package are evaluated. They work on float64 numbers throughout; the end of
 * an op, where a result becomes a tensor, rounds by itself. What is left for this class are the
 * steps inside of ops that are float operations by definition, and the integers behind floats.
 */
enum Rounding {
  /** As programs define it: what backends are compared with. */
  FLOAT,
  /** Not at all: smooth functions, which can be differentiated numerically. */
  NONE;

  /** A step that is rounded to float by definition. */
  double round(double x) {
    return this == FLOAT ? (float) x : x;
  }

  /**
   * The grid on whose integers a value is computed, null for none; +-1 are integers over 1. Without
   * rounding there is none: a grid would take back small changes of an operand.
   */
  Grid grid(Type type) {
    if (this == NONE) {
      return null;
    }
    return type.dtype() == DType.BIT ? Grid.UNIT : type.grid();
  }
}
