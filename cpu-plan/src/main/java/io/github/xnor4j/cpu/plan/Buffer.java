package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/**
 * Where a value lies: a heap array for all of it, or one small array for each member of the team
 * that holds only the tile in work. Bits lie in 32-bit words, ceil(C / 32) for each row of the last
 * axis.
 */
final class Buffer {
  // Zeros behind the end, never written: panels are read up to a whole vector past their last
  // column.
  private static final int GUARD = 64;

  private final DType dtype;
  private final Shape shape;
  private final int length;
  private Object[] arrays;
  private boolean local;

  Buffer(DType dtype, Shape shape) {
    this.dtype = dtype;
    this.shape = shape;
    this.length = dtype == DType.BIT ? shape.rows() * words(shape) : shape.elements();
  }

  /** A buffer over an array that is there already. */
  static Buffer of(DType dtype, Shape shape, Object array) {
    Buffer buffer = new Buffer(dtype, shape);
    buffer.arrays = new Object[] {array};
    return buffer;
  }

  /** 32-bit words of a row. */
  static int words(Shape shape) {
    return shape.rank() == 0 ? 1 : (shape.dim(-1) + 31) / 32;
  }

  DType dtype() {
    return dtype;
  }

  Shape shape() {
    return shape;
  }

  /** Elements, or words of bits. */
  int length() {
    return length;
  }

  /** Elements (or words) of one index of the leading axis. */
  int unit() {
    return shape.rank() == 0 || shape.dim(0) == 0 ? length : length / shape.dim(0);
  }

  boolean isLocal() {
    return local;
  }

  /** Gives it one array for all. */
  void allocate() {
    if (arrays == null) {
      arrays = new Object[] {newArray(length)};
    }
  }

  /** Gives each member an array for a tile of so many elements. */
  void allocateLocal(int members, int tile) {
    local = true;
    arrays = new Object[members];
    for (int i = 0; i < members; i++) {
      arrays[i] = newArray(tile);
    }
  }

  Object newArray(int n) {
    return switch (dtype) {
      case F32 -> new float[n + GUARD + lastExtent()];
      case BIT, I32 -> new int[n + GUARD];
      case U8 -> new byte[n];
      case I16 -> new short[n];
    };
  }

  /**
   * Where zeros begin, at least one for each index of the last axis: gather lists point there for
   * images that a shard lacks.
   */
  int zeros() {
    return length;
  }

  private int lastExtent() {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  float[] floats(int member) {
    return (float[]) arrays[local ? member : 0];
  }

  int[] ints(int member) {
    return (int[]) arrays[local ? member : 0];
  }

  byte[] bytes(int member) {
    return (byte[]) arrays[local ? member : 0];
  }

  short[] shorts(int member) {
    return (short[]) arrays[local ? member : 0];
  }

  /** Where the leading index {@code first} of a tile begins. */
  int at(int first) {
    return local ? 0 : first * unit();
  }

  /** Where element {@code first} of a flat tile begins. */
  int atElement(int first) {
    return local ? 0 : first;
  }

  /** Swaps the arrays of two full buffers of one type: an assignment without a copy. */
  void swap(Buffer other) {
    Object mine = arrays[0];
    arrays[0] = other.arrays[0];
    other.arrays[0] = mine;
  }

  /** Fills from a tensor of the same dtype and shape. */
  void load(Tensor tensor) {
    switch (dtype) {
      case F32 -> System.arraycopy(tensor.floats(), 0, floats(0), 0, length);
      case I32 -> System.arraycopy(tensor.ints(), 0, ints(0), 0, length);
      case U8 -> System.arraycopy(tensor.bytes(), 0, bytes(0), 0, length);
      case BIT -> loadWords(tensor.words(), ints(0));
      case I16 -> System.arraycopy(tensor.shorts(), 0, shorts(0), 0, length);
    }
  }

  /** Copies into a tensor of the same dtype and shape. */
  void store(Tensor tensor) {
    switch (dtype) {
      case F32 -> System.arraycopy(floats(0), 0, tensor.floats(), 0, length);
      case I32 -> System.arraycopy(ints(0), 0, tensor.ints(), 0, length);
      case U8 -> System.arraycopy(bytes(0), 0, tensor.bytes(), 0, length);
      case BIT -> storeWords(ints(0), tensor.words());
      case I16 -> System.arraycopy(shorts(0), 0, tensor.shorts(), 0, length);
    }
  }

  private void loadWords(long[] from, int[] to) {
    int half = words(shape);
    int whole = shape.wordsPerRow();
    for (int row = 0; row < shape.rows(); row++) {
      for (int w = 0; w < half; w++) {
        to[row * half + w] = (int) (from[row * whole + w / 2] >>> w % 2 * 32);
      }
    }
  }

  private void storeWords(int[] from, long[] to) {
    int half = words(shape);
    int whole = shape.wordsPerRow();
    for (int row = 0; row < shape.rows(); row++) {
      for (int w = 0; w < whole; w++) {
        int at = row * half + 2 * w;
        long high = 2 * w + 1 < half ? from[at + 1] : 0;
        to[row * whole + w] = high << 32 | from[at] & 0xFFFFFFFFL;
      }
    }
  }
}
