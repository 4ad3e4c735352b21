package io.github.xnor4j.gpu.plan;

/**
 * What the kernels of products that compute an element of the result each read: operands, result,
 * what is done with the sum, and the geometry of a convolution or the sizes of matrices.
 */
public final class ProductCode {
  /** The first operand, see {@link OperandCode}: x, g of an input's gradient, or a. */
  public static final int A = 0;

  /** The second operand: the filter, g of a filter's gradient, or b. */
  public static final int B = A + OperandCode.SIZE;

  /** The result: F32 or I32. */
  public static final int Y = B + OperandCode.SIZE;

  /** Elements of the result. */
  public static final int ELEMENTS = Y + OperandCode.SIZE;

  /** 1 if the result is I32, a sum of integers modulo 2^32; else 0. */
  public static final int INTEGERS = ELEMENTS + 1;

  /** What a float sum is divided by at the end. */
  public static final int DIVISOR = INTEGERS + 1;

  /** Where the float lies that surrounds x. */
  public static final int PAD = DIVISOR + 1;

  // ---- convolutions: three numbers, for depth, height and width, where a name is in the plural

  /** Extents of x. */
  public static final int INPUTS = PAD + 1;

  /** Extents of the forward product's result. */
  public static final int OUTPUTS = INPUTS + 3;

  /** Taps of the window. */
  public static final int TAPS = OUTPUTS + 3;

  /** Distances between windows. */
  public static final int STRIDES = TAPS + 3;

  /** Distances between taps. */
  public static final int DILATIONS = STRIDES + 3;

  /** Padding in front of x. */
  public static final int BEFORE = DILATIONS + 3;

  /** Number of images. */
  public static final int IMAGES = BEFORE + 3;

  /** Channels of x. */
  public static final int CHANNELS = IMAGES + 1;

  /** Channels of the forward product's result. */
  public static final int FILTERS = CHANNELS + 1;

  /** Channels and filters are cut into so many. */
  public static final int GROUPS = FILTERS + 1;

  // ---- matrices

  /** Rows of a. */
  public static final int ROWS = PAD + 1;

  /** Columns of a, rows of b. */
  public static final int DEPTH = ROWS + 1;

  /** Columns of b. */
  public static final int COLUMNS = DEPTH + 1;

  // ---- binary filters

  /** Where the latent weights begin. */
  public static final int LATENT = 0;

  /** Where the filter's bits begin. */
  public static final int BITS = 1;

  /** Rows of bits of one filter. */
  public static final int FILTER_ROWS = 2;

  /** Bits of a row. */
  public static final int FILTER_LAST = 3;

  /** Number of filters. */
  public static final int FILTER_COUNT = 4;

  /** Work items of a group. */
  public static final int GROUP = 64;

  private ProductCode() {}
}
