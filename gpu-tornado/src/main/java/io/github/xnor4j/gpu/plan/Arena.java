package io.github.xnor4j.gpu.plan;

/** A program's values lie in three arrays of device memory, by the type of their elements. */
public enum Arena {
  /** F32, an element each. */
  FLOATS(4),
  /** I32 and I16, an element each; U8, four to a word; BIT, rows of whole words of 32. */
  WORDS(4),
  /** Partial sums in float64. */
  DOUBLES(8);

  private final int bytes;

  Arena(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }
}
