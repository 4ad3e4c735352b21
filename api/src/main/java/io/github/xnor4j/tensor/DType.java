package io.github.xnor4j.tensor;

/** Element types of a {@link Tensor}. */
public enum DType {
  /** IEEE 754 single precision, stored as {@code float[]}. */
  F32(32),
  /**
   * One of the two values +1 and -1, stored as {@code long[]}: a clear bit is +1, a set bit is -1.
   * Packed along the last axis, least significant bit first; unused bits of a row's last word are
   * zero.
   */
  BIT(1),
  /** Unsigned bytes (pixels), stored as {@code byte[]}. */
  U8(8),
  /** Signed integers (labels, counts), stored as {@code int[]}. */
  I32(32),
  /**
   * Signed 16-bit integers (gradients rounded once, frozen programs), stored as {@code short[]}.
   */
  I16(16);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Number of bits that one element takes. */
  public int bits() {
    return bits;
  }

  /** Whether elements are integers or +-1, so that results must be equal on every backend. */
  public boolean isExact() {
    return this != F32;
  }
}
