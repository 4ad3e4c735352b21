package io.github.xnor4j.cpu.plan;

/** Prepares the kernels of one plan, so that they can share what they make of the same operands. */
@FunctionalInterface
public interface KernelFactory {
  /**
   * Prepares a kernel. The buffers of the work have no memory yet.
   *
   * @return null if there is none: then other work is asked for that gives the same, at last the
   *     reference computes it. Not for what {@link Work} says is wanted always
   */
  Kernel prepare(Work work);
}
