package io.github.xnor4j.gpu.plan;

/**
 * The kernels. Each reads its extents and the places of its operands from an array of parameters,
 * not from arguments: those would be compiled in as constants, and every layer would be a
 * compilation of its own.
 */
public enum Kernel {
  /** See {@link ElementCode}. */
  ELEMENTS
}
