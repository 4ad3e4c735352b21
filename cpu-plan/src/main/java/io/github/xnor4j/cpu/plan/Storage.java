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

  /** Fills a buffer from a tensor of its dtype and shape. */
  void load(Tensor from, Buffer to);

  /** Copies a buffer into a tensor of its dtype and shape. */
  void store(Buffer from, Tensor to);

  /** Copies all of a buffer to another of its type. */
  void copy(Buffer from, Buffer to);

  /** Frees what it allocated, where a garbage collector does not. Nobody uses it afterwards. */
  @Override
  default void close() {}
}
