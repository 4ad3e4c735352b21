package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tensors to and from arrays that the device sees, where they lie as {@link Layout} says. Devices
 * are little-endian, as the words of bits are.
 */
final class HostCopies {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private HostCopies() {}

  /** Writes a tensor from an element on. */
  static void store(Tensor from, MemorySegment to, int at) {
    long start = 4L * at;
    switch (from.dtype()) {
      case F32 -> MemorySegment.copy(from.floats(), 0, to, FLOAT, start, from.floats().length);
      case I32 -> MemorySegment.copy(from.ints(), 0, to, INT, start, from.ints().length);
      case U8 ->
          MemorySegment.copy(
              from.bytes(), 0, to, ValueLayout.JAVA_BYTE, start, from.bytes().length);
      case I16 -> {
        short[] shorts = from.shorts();
        for (int i = 0; i < shorts.length; i++) {
          to.set(INT, start + 4L * i, shorts[i]);
        }
      }
      case BIT -> {
        long[] words = from.words();
        Shape shape = from.shape();
        int perRow = Layout.rowWords(shape);
        int own = shape.wordsPerRow();
        for (int row = 0; row < shape.rows(); row++) {
          for (int k = 0; k < perRow; k++) {
            long word = words[row * own + k / 2];
            to.set(INT, start + 4L * ((long) row * perRow + k), (int) (word >>> 32 * (k & 1)));
          }
        }
      }
    }
  }

  /** Reads a tensor from an element on. */
  static void load(MemorySegment from, int at, Tensor to) {
    long start = 4L * at;
    switch (to.dtype()) {
      case F32 -> MemorySegment.copy(from, FLOAT, start, to.floats(), 0, to.floats().length);
      case I32 -> MemorySegment.copy(from, INT, start, to.ints(), 0, to.ints().length);
      case U8 ->
          MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start, to.bytes(), 0, to.bytes().length);
      case I16 -> {
        short[] shorts = to.shorts();
        for (int i = 0; i < shorts.length; i++) {
          shorts[i] = (short) from.get(INT, start + 4L * i);
        }
      }
      case BIT -> {
        long[] words = to.words();
        Shape shape = to.shape();
        int perRow = Layout.rowWords(shape);
        int own = shape.wordsPerRow();
        for (int row = 0; row < shape.rows(); row++) {
          for (int k = 0; k < own; k++) {
            long at32 = start + 4L * ((long) row * perRow + 2L * k);
            long low = from.get(INT, at32) & 0xFFFF_FFFFL;
            long high = 2 * k + 1 < perRow ? (long) from.get(INT, at32 + 4) << 32 : 0;
            words[row * own + k] = high | low;
          }
        }
      }
    }
  }
}
