package io.github.xnor4j.gpu.plan;

/**
 * The kernels. Each reads its extents and the places of its operands from an array of parameters,
 * not from arguments: those would be compiled in as constants, and every layer would be a
 * compilation of its own.
 */
public enum Kernel {
  /** See {@link ElementCode}. */
  ELEMENTS,
  /** Forward convolution, an element each; see {@link ProductCode}. */
  CONV,
  /** Its gradient to x, an element each. */
  CONV_INPUT_GRADIENT,
  /** Its gradient to the filter, an element each. */
  CONV_FILTER_GRADIENT,
  /** Matrix products, an element each. */
  MAT_MUL,
  /** Signs of latent weights as the bits of a filter, a word each. */
  BINARY_FILTER,
  /** See {@link MoveCode}. */
  MOVE,
  /** See {@link WindowCode}. */
  PATCHES,
  /** See {@link WindowCode}. */
  PATCHES_GRADIENT,
  /** See {@link WindowCode}. */
  POOL,
  /** See {@link WindowCode}. */
  POOL_GRADIENT,
  /** The first launch of {@link ReduceCode}. */
  REDUCE,
  /** The second launch of {@link ReduceCode}. */
  REDUCE_CHUNKS,
  /** The first launch of {@link NormCode}. */
  NORM_PARTIALS,
  /** The second launch of {@link NormCode}, for mean and variance. */
  NORM_STATISTICS,
  /** The second launch of {@link NormCode}, for the gradient. */
  NORM_GRADIENT,
  /** See {@link RowCode}. */
  SOFTMAX,
  /** See {@link RowCode}. */
  CROSS_ENTROPY,
  /** See {@link RowCode}. */
  CROSS_ENTROPY_GRADIENT,
  /** See {@link RowCode}. */
  ARG_MAX,
  /** See {@link RandomCode}. */
  RANDOM,
  /** Products of floats and bits, a tile of the result a work group; see {@link TileCode}. */
  TILES,
  /** Sums of parts of such products. */
  SUM_PARTS,
  /** Convolutions of bits with bits, by tiles, too. */
  BIT_TILES,
  /** Sums of the taps of binary filters. */
  TAP_SUMS,
  /** Padding of convolutions of bits. */
  BIT_PADDING
}
