package io.github.xnor4j.tensor;

/** Packing of +-1 values: a set bit means x &lt; 0, so 0, -0.0 and NaN become +1. */
public final class Bits {
  private Bits() {}

  /** The signs of an F32 tensor, packed along its last axis. */
  public static Tensor pack(Tensor x) {
    Shape shape = x.shape();
    Tensor out = Tensor.zeros(DType.BIT, shape);
    float[] values = x.floats();
    for (int i = 0; i < values.length; i++) {
      set(out, i, values[i] < 0);
    }
    return out;
  }

  /** The +-1.0f values of a BIT tensor. */
  public static Tensor unpack(Tensor bits) {
    float[] out = new float[bits.shape().elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = isNegative(bits, i) ? -1f : 1f;
    }
    return Tensor.f32(bits.shape(), out);
  }

  /** Whether the element at a row-major index of a BIT tensor is -1. */
  public static boolean isNegative(Tensor bits, int index) {
    return (bits.words()[word(bits.shape(), index)] >>> bit(bits.shape(), index) & 1) != 0;
  }

  /** Sets the element at a row-major index of a BIT tensor. */
  public static void set(Tensor bits, int index, boolean negative) {
    long mask = 1L << bit(bits.shape(), index);
    int word = word(bits.shape(), index);
    long old = bits.words()[word];
    bits.words()[word] = negative ? old | mask : old & ~mask;
  }

  private static int word(Shape shape, int index) {
    int last = shape.rank() == 0 ? 1 : shape.dim(-1);
    return index / last * shape.wordsPerRow() + index % last / 64;
  }

  private static int bit(Shape shape, int index) {
    return shape.rank() == 0 ? 0 : index % shape.dim(-1) % 64;
  }

  static void requireZeroTails(Shape shape, long[] words) {
    int last = shape.rank() == 0 ? 1 : shape.dim(-1);
    int used = last % 64;
    if (used == 0) {
      return;
    }
    int perRow = shape.wordsPerRow();
    for (int end = perRow - 1; end < words.length; end += perRow) {
      if (words[end] >>> used != 0) {
        throw new IllegalArgumentException(
            "words of a BIT tensor "
                + shape
                + ": a bit behind the end of row "
                + end / perRow
                + " is set, expected zero");
      }
    }
  }
}
