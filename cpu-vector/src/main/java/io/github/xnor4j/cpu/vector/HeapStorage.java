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
  public void load(Tensor from, Buffer to, int first, int count, int member) {
    Object target = to.memory(member);
    int at = first * to.unit();
    int x0 = to.at(first);
    int n = count * to.unit();
    switch (to.dtype()) {
      case F32 -> System.arraycopy(from.floats(), at, target, x0, n);
      case I32 -> System.arraycopy(from.ints(), at, target, x0, n);
      case U8 -> System.arraycopy(from.bytes(), at, target, x0, n);
      case I16 -> System.arraycopy(from.shorts(), at, target, x0, n);
      case BIT -> loadWords(from, to, first, count, (int[]) target);
    }
  }

  @Override
  public void store(Buffer from, Tensor to, int first, int count, int member) {
    Object source = from.memory(member);
    int x0 = from.at(first);
    int at = first * from.unit();
    int n = count * from.unit();
    switch (from.dtype()) {
      case F32 -> System.arraycopy(source, x0, to.floats(), at, n);
      case I32 -> System.arraycopy(source, x0, to.ints(), at, n);
      case U8 -> System.arraycopy(source, x0, to.bytes(), at, n);
      case I16 -> System.arraycopy(source, x0, to.shorts(), at, n);
      case BIT -> storeWords(from, to, first, count, (int[]) source);
    }
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    System.arraycopy(from.memory(0), 0, to.memory(0), 0, from.length());
  }

  // a tensor's words have 64 bits, the last of each row padded

  private static void loadWords(Tensor from, Buffer to, int first, int count, int[] words) {
    long[] tensor = from.words();
    int half = Buffer.words(to.shape());
    int whole = to.shape().wordsPerRow();
    int rows = rowsOfUnit(to);
    int row = first * rows;
    int end = row + count * rows;
    for (int at = to.at(first); row < end; row++, at += half) {
      for (int w = 0; w < half; w++) {
        words[at + w] = (int) (tensor[row * whole + w / 2] >>> w % 2 * 32);
      }
    }
  }

  private static void storeWords(Buffer from, Tensor to, int first, int count, int[] words) {
    long[] tensor = to.words();
    int half = Buffer.words(from.shape());
    int whole = from.shape().wordsPerRow();
    int rows = rowsOfUnit(from);
    int row = first * rows;
    int end = row + count * rows;
    for (int at = from.at(first); row < end; row++, at += half) {
      for (int w = 0; w < whole; w++) {
        long high = 2 * w + 1 < half ? words[at + 2 * w + 1] : 0;
        tensor[row * whole + w] = high << 32 | words[at + 2 * w] & 0xFFFFFFFFL;
      }
    }
  }

  private static int rowsOfUnit(Buffer buffer) {
    return buffer.units() == 0 ? 0 : buffer.shape().rows() / buffer.units();
  }
}
