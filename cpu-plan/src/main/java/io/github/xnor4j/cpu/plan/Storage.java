package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.Tensor;

/**
 * A backend's memory: arrays of the heap, or what else its kernels work on. Nobody but the backend
 * looks at what lies there.
 */
public interface Storage extends AutoCloseable {
  /**
   * Memory full of zeros.
   *
   * @param buffer what it is for
   * @param length elements, or words of bits: all of the buffer, or a tile
   */
  Object allocate(Buffer buffer, int length);

  /** Bytes of such memory, with what lies behind the elements. */
  long bytes(Object memory);

  /**
   * Fills a part of a buffer from a tensor of its dtype and shape.
   *
   * @param first of the buffer's units
   * @param count of them
   * @param member whose tile it is, if the buffer holds the tile in work only
   */
  void load(Tensor from, Buffer to, int first, int count, int member);

  /** Copies a part of a buffer into a tensor of its dtype and shape: see {@link #load}. */
  void store(Buffer from, Tensor to, int first, int count, int member);

  /** Fills a buffer. */
  default void load(Tensor from, Buffer to) {
    load(from, to, 0, to.units(), 0);
  }

  /** Copies all of a buffer. */
  default void store(Buffer from, Tensor to) {
    store(from, to, 0, from.units(), 0);
  }

  /** Copies all of a buffer to another of its type. */
  void copy(Buffer from, Buffer to);

  /** Frees what it allocated, where a garbage collector does not. Nobody uses it afterwards. */
  @Override
  default void close() {}
}
