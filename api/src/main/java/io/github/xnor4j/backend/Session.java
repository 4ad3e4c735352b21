package io.github.xnor4j.backend;

import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;

/**
 * Owns variables in a backend's own storage; programs compiled by it read and write them in place.
 * A variable starts with {@link Variable#initial}. Not for use by several threads at a time.
 */
public interface Session extends AutoCloseable {
  /** Name of the backend. */
  String backend();

  /**
   * What decides the bits of sums of floats, which have an order of each backend's own: the name,
   * and what else matters, such as a vector width. Sessions that answer the same give the same
   * bits.
   */
  default String arithmetic() {
    return backend();
  }

  /**
   * Whether products of integers are exact and all other sums have the reference's order, so that a
   * training on integers gives the same bits as on every other backend of which this is true.
   */
  default boolean keepsSumOrder() {
    return false;
  }

  /** Compiles a program; any number of programs may share the session's variables. */
  Executable compile(Program program);

  /** A copy of a variable's content. */
  Tensor read(Variable variable);

  /**
   * Replaces a variable's content.
   *
   * @throws IllegalArgumentException if dtype or shape are not the variable's
   */
  void write(Variable variable, Tensor value);

  /** Frees threads and storage. */
  @Override
  void close();
}
