package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;

/**
 * Where a value lies: memory for all of it, or a little for each member of the team that holds only
 * the tile in work. Bits lie in 32-bit words, ceil(C / 32) for each row of the last axis. What the
 * memory is, the backend's {@link Storage} knows.
 */
public final class Buffer {
  private final DType dtype;
  private final Shape shape;
  private final int length;
  private Object[] memories;
  private boolean local;

  /** A buffer that has no memory yet. */
  public Buffer(DType dtype, Shape shape) {
    this.dtype = dtype;
    this.shape = shape;
    this.length = dtype == DType.BIT ? shape.rows() * words(shape) : shape.elements();
  }

  /** 32-bit words of a row. */
  public static int words(Shape shape) {
    return shape.rank() == 0 ? 1 : (shape.dim(-1) + 31) / 32;
  }

  /** Type of the elements. */
  public DType dtype() {
    return dtype;
  }

  /** Shape of the value that it was made for. */
  public Shape shape() {
    return shape;
  }

  /** Elements, or words of bits. */
  public int length() {
    return length;
  }

  /** Extent of the leading axis; 1 of what has no other than a row of bits, and of a scalar. */
  public int units() {
    int rank = shape.rank();
    return rank == 0 || rank == 1 && dtype == DType.BIT ? 1 : shape.dim(0);
  }

  /** Elements (or words) of one of these. */
  public int unit() {
    return units() == 0 ? length : length / units();
  }

  /** Whether it holds the tile in work only. */
  public boolean isLocal() {
    return local;
  }

  /** Gives it memory for all of the value, unless it has some. */
  public void allocate(Storage storage) {
    if (memories == null) {
      memories = new Object[] {storage.allocate(this, length)};
    }
  }

  /** Gives each member memory for a tile of so many elements. */
  public void allocateLocal(Storage storage, int members, int tile) {
    local = true;
    memories = new Object[members];
    for (int i = 0; i < members; i++) {
      memories[i] = storage.allocate(this, tile);
    }
  }

  /** Gives it memory that others may have, too. */
  void place(Object[] shared, boolean ofTiles) {
    memories = shared;
    local = ofTiles;
  }

  /** Bytes of its memory. */
  long bytes(Storage storage) {
    long bytes = 0;
    for (Object memory : memories) {
      bytes += storage.bytes(memory);
    }
    return bytes;
  }

  /**
   * Where a member of the team finds the value, as {@link Storage#allocate} gave it. Asked in each
   * run: an assignment swaps memories.
   */
  public Object memory(int member) {
    return memories[local ? member : 0];
  }

  /** Where the leading index {@code first} of a tile begins. */
  public int at(int first) {
    return local ? 0 : first * unit();
  }

  /** Where element {@code first} of a flat tile begins. */
  public int atElement(int first) {
    return local ? 0 : first;
  }

  /** Swaps the memories of two whole buffers of one type: an assignment without a copy. */
  void swap(Buffer other) {
    Object mine = memories[0];
    memories[0] = other.memories[0];
    other.memories[0] = mine;
  }

  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
