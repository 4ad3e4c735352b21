package io.github.xnor4j.program;

/**
 * So many gradients meet integers in one sum that not even gradients of two bits keep it within 32:
 * a batch is too large for gradients of integers.
 */
public final class SumOverflowException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  SumOverflowException(String message) {
    super(message);
  }
}
