package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Storage;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;

/**
 * Arrays of the heap: of floats, of ints (for words of bits, too), bytes or shorts.
 *
 * <p>Behind the elements of floats, ints and shorts are zeros that nobody writes: room for a whole
 * vector, since panels are read up to one past their last column; and of floats and shorts at least
 * one for each index of the last axis, to which lists of offsets point for images that a shard
 * lacks.
 */
final class HeapStorage implements Storage {
  private static final int GUARD = 64;

  /** The array of a buffer of floats. */
  static float[] floats(Buffer buffer, int member) {
    return (float[]) buffer.memory(member);
  }

  /** The array of a buffer of ints or bits. */
  static int[] ints(Buffer buffer, int member) {
    return (int[]) buffer.memory(member);
  }

  /** The array of a buffer of bytes. */
  static byte[] bytes(Buffer buffer, int member) {
    return (byte[]) buffer.memory(member);
  }

  /** The array of a buffer of 16-bit integers. */
  static short[] shorts(Buffer buffer, int member) {
    return (short[]) buffer.memory(member);
  }

  @Override
  public Object allocate(Buffer buffer, int length) {
    Shape shape = buffer.shape();
    int row = shape.rank() == 0 ? 1 : shape.dim(-1);
    return switch (buffer.dtype()) {
      case F32 -> new float[length + GUARD + row];
      case BIT, I32 -> new int[length + GUARD];
      case U8 -> new byte[length];
      case I16 -> new short[length + GUARD + row];
    };
  }

  @Override
  public long bytes(Object memory) {
    return switch (memory) {
      case float[] floats -> 4L * floats.length;
      case int[] ints -> 4L * ints.length;
      case byte[] bytes -> bytes.length;
      case short[] shorts -> 2L * shorts.length;
      default -> throw new IllegalArgumentException(memory + " is of another storage");
    };
  }

  @Override
  public void load(Tensor from, Buffer to) {
    Object target = to.memory(0);
    int n = to.length();
    switch (to.dtype()) {
      case F32 -> System.arraycopy(from.floats(), 0, target, 0, n);
      case I32 -> System.arraycopy(from.ints(), 0, target, 0, n);
      case U8 -> System.arraycopy(from.bytes(), 0, target, 0, n);
      case I16 -> System.arraycopy(from.shorts(), 0, target, 0, n);
      case BIT -> loadWords(to.shape(), from.words(), (int[]) target);
    }
  }

  @Override
  public void store(Buffer from, Tensor to) {
    Object source = from.memory(0);
    int n = from.length();
    switch (from.dtype()) {
      case F32 -> System.arraycopy(source, 0, to.floats(), 0, n);
      case I32 -> System.arraycopy(source, 0, to.ints(), 0, n);
      case U8 -> System.arraycopy(source, 0, to.bytes(), 0, n);
      case I16 -> System.arraycopy(source, 0, to.shorts(), 0, n);
      case BIT -> storeWords(from.shape(), (int[]) source, to.words());
    }
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    System.arraycopy(from.memory(0), 0, to.memory(0), 0, from.length());
  }

  private static void loadWords(Shape shape, long[] from, int[] to) {
    int half = Buffer.words(shape);
    int whole = shape.wordsPerRow();
    for (int row = 0; row < shape.rows(); row++) {
      for (int w = 0; w < half; w++) {
        to[row * half + w] = (int) (from[row * whole + w / 2] >>> w % 2 * 32);
      }
    }
  }

  private static void storeWords(Shape shape, int[] from, long[] to) {
    int half = Buffer.words(shape);
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
