package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;

/** A storage of plain arrays, of bits one int each word of 32. */
final class Heap implements Storage {
  @Override
  public Object allocate(Buffer buffer, int length) {
    return switch (buffer.dtype()) {
      case F32 -> new float[length];
      case BIT, I32 -> new int[length];
      case U8 -> new byte[length];
      case I16 -> new short[length];
    };
  }

  @Override
  public long bytes(Object memory) {
    return switch (memory) {
      case float[] floats -> 4L * floats.length;
      case int[] ints -> 4L * ints.length;
      case byte[] bytes -> bytes.length;
      default -> 2L * ((short[]) memory).length;
    };
  }

  private static Object array(Tensor tensor) {
    return switch (tensor.dtype()) {
      case F32 -> tensor.floats();
      case I32 -> tensor.ints();
      case U8 -> tensor.bytes();
      case I16 -> tensor.shorts();
      case BIT -> halves(tensor.words());
    };
  }

  private static int[] halves(long[] words) {
    int[] halves = new int[2 * words.length];
    Arrays.setAll(halves, i -> (int) (words[i / 2] >>> i % 2 * 32));
    return halves;
  }

  @Override
  public void load(Tensor from, Buffer to, int first, int count, int member) {
    int at = first * to.unit();
    System.arraycopy(array(from), at, to.memory(member), to.at(first), count * to.unit());
  }

  @Override
  public void store(Buffer from, Tensor to, int first, int count, int member) {
    if (to.dtype() != DType.BIT) {
      int at = first * from.unit();
      System.arraycopy(from.memory(member), from.at(first), array(to), at, count * from.unit());
    }
  }

  @Override
  public void copy(Buffer from, Buffer to) {
    System.arraycopy(from.memory(0), 0, to.memory(0), 0, from.length());
  }
}
