package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Storage;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory outside of the heap, each piece aligned to a cache line. It belongs to one session, and is
 * freed with it.
 *
 * <p>Behind each piece lie bytes that nobody writes: kernels read whole vectors, and what one
 * thread writes shares no cache line with what others do.
 */
final class NativeStorage implements Storage {
  /** Bytes behind each piece: {@code XN_GUARD} of xnor.h. */
  static final int GUARD = 256;

  private static final int ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();

  /**
   * Memory full of zeros.
   *
   * @param bytes without those behind them
   * @throws OutOfMemoryError if there is no room, with how much was wanted
   */
  MemorySegment allocate(long bytes) {
    try {
      return arena.allocate(bytes + GUARD, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      OutOfMemoryError told =
          new OutOfMemoryError(
              "backend native: no room outside of the Java heap for %,d bytes more: a smaller batch"
                      .formatted(bytes)
                  + " needs less, and a smaller heap (-Xmx) leaves more");
      told.initCause(e);
      throw told;
    }
  }

  /** Bytes of an element, or of a word of bits. */
  static int size(DType dtype) {
    return switch (dtype) {
      case F32, I32, BIT -> 4;
      case I16 -> 2;
      case U8 -> 1;
    };
  }

  /** A buffer's memory. */
  static MemorySegment segment(Buffer buffer, int member) {
    return (MemorySegment) buffer.memory(member);
  }

  @Override
  public Object allocate(Buffer buffer, int length) {
    return allocate((long) size(buffer.dtype()) * length);
  }

  @Override
  public long bytes(Object memory) {
    return ((MemorySegment) memory).byteSize();
  }

  private static MemorySegment array(Tensor tensor) {
    return switch (tensor.dtype()) {
      case F32 -> MemorySegment.ofArray(tensor.floats());
      case I32 -> MemorySegment.ofArray(tensor.ints());
      case U8 -> MemorySegment.ofArray(tensor.bytes());
      case I16 -> MemorySegment.ofArray(tensor.shorts());
      case BIT -> MemorySegment.ofArray(tensor.words());
    };
  }

  private static long bytes(Buffer buffer) {
    return (long) size(buffer.dtype()) * buffer.length();
  }

  @Override
  public void load(Tensor from, Buffer to, int first, int count, int member) {
    MemorySegment target = segment(to, member);
    if (to.dtype() == DType.BIT) {
      loadWords(from.words(), to, first, count, target);
      return;
    }
    long unit = (long) size(to.dtype()) * to.unit();
    long at = (long) size(to.dtype()) * to.at(first);
    MemorySegment.copy(array(from), first * unit, target, at, count * unit);
  }

  @Override
  public void store(Buffer from, Tensor to, int first, int count, int member) {
    MemorySegment source = segment(from, member);
    if (from.dtype() == DType.BIT) {
      storeWords(source, from, first, count, to.words());
      return;
    }
    long unit = (long) size(from.dtype()) * from.unit();
    long at = (long) size(from.dtype()) * from.at(first);
    MemorySegment.copy(source, at, array(to), first * unit, count * unit);
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    MemorySegment.copy(segment(from, 0), 0, segment(to, 0), 0, bytes(from));
  }

  private static int rowsOfUnit(Buffer buffer) {
    return buffer.units() == 0 ? 0 : buffer.shape().rows() / buffer.units();
  }

  /** Rows of a tensor's bits begin at words of 64, rows of a buffer's at words of 32. */
  private static void loadWords(
      long[] from, Buffer buffer, int first, int count, MemorySegment to) {
    int half = Buffer.words(buffer.shape());
    int whole = buffer.shape().wordsPerRow();
    int rows = rowsOfUnit(buffer);
    long at = buffer.at(first);
    for (int row = first * rows; row < (first + count) * rows; row++, at += half) {
      for (int w = 0; w < half; w++) {
        int word = (int) (from[row * whole + w / 2] >>> w % 2 * 32);
        to.setAtIndex(ValueLayout.JAVA_INT, at + w, word);
      }
    }
  }

  private static void storeWords(
      MemorySegment from, Buffer buffer, int first, int count, long[] to) {
    int half = Buffer.words(buffer.shape());
    int whole = buffer.shape().wordsPerRow();
    int rows = rowsOfUnit(buffer);
    long at = buffer.at(first);
    for (int row = first * rows; row < (first + count) * rows; row++, at += half) {
      for (int w = 0; w < whole; w++) {
        boolean two = 2 * w + 1 < half;
        long high = two ? from.getAtIndex(ValueLayout.JAVA_INT, at + 2 * w + 1) : 0;
        long low = from.getAtIndex(ValueLayout.JAVA_INT, at + 2 * w) & 0xFFFFFFFFL;
        to[row * whole + w] = high << 32 | low;
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
