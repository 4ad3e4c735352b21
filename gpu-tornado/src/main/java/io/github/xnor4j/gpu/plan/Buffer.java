package io.github.xnor4j.gpu.plan;

/** A part of an arena; where it begins is decided when all launches are known. */
public final class Buffer {
  private static final int NOWHERE = -1;

  private final Arena arena;
  private final int length;
  private int offset = NOWHERE;

  Buffer(Arena arena, int length) {
    this.arena = arena;
    this.length = length;
  }

  /** The arena that it is a part of. */
  public Arena arena() {
    return arena;
  }

  /** How many elements of the arena. */
  public int length() {
    return length;
  }

  /** Index of the first one. */
  public int offset() {
    if (offset == NOWHERE) {
      throw new IllegalStateException("buffer of " + length + " " + arena + " has no place yet");
    }
    return offset;
  }

  void place(int at) {
    offset = at;
  }
}
