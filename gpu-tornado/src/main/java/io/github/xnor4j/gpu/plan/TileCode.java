package io.github.xnor4j.gpu.plan;

/**
 * What the kernels that compute a tile of a product in a work group read. All three products of a
 * convolution are one of matrices, y[row, column] = sum over k of a[row, k] b[k, column], in which
 * a is gathered from a value of images: an index of a row and one k are each a number of an image,
 * coordinates and a channel, and the element of a lies where the sum of both says.
 *
 * <table>
 * <caption>The products</caption>
 * <tr><th></th><th>row</th><th>column</th><th>k</th><th>a</th><th>b</th></tr>
 * <tr><td>forward</td><td>output position</td><td>filter</td><td>tap, channel</td><td>x</td>
 * <td>filter</td></tr>
 * <tr><td>gradient to x</td><td>input pixel</td><td>channel</td><td>tap, filter</td><td>g</td>
 * <td>filter</td></tr>
 * <tr><td>gradient to the filter</td><td>tap, channel</td><td>filter</td><td>output position</td>
 * <td>x</td><td>g</td></tr>
 * </table>
 */
public final class TileCode {
  /** Rows of a tile. */
  public static final int TILE_ROWS = 64;

  /** Columns of a tile. */
  public static final int TILE_COLUMNS = 32;

  /** How many k are in local memory at a time. */
  public static final int TILE_DEPTH = 16;

  /** Rows that a work item computes. */
  public static final int BLOCK_ROWS = 4;

  /** Columns that a work item computes. */
  public static final int BLOCK_COLUMNS = 8;

  /** Work items of a group. */
  public static final int GROUP = TILE_ROWS / BLOCK_ROWS * (TILE_COLUMNS / BLOCK_COLUMNS);

  /** Windows of up to so many taps have a bit for each in a word. */
  public static final int MOST_TAPS = 31;

  // ---- parameters

  /** The gathered operand, see {@link OperandCode}. */
  public static final int A = 0;

  /** The other one. */
  public static final int B = A + OperandCode.SIZE;

  /** 1 if neighbours in a are neighbouring k, 0 if they are neighbouring rows. */
  public static final int DEPTH_FIRST_A = B + OperandCode.SIZE;

  /** 1 if neighbours in b are neighbouring k, 0 if they are neighbouring columns. */
  public static final int DEPTH_FIRST_B = DEPTH_FIRST_A + 1;

  /** Depth, height and width of a. */
  public static final int EXTENTS = DEPTH_FIRST_A + 2;

  /** What the sums of coordinates are divided by; where they are no multiples, a is padding. */
  public static final int DIVISORS = EXTENTS + 3;

  /** How a row's number becomes a place, see {@link #INNER}. */
  public static final int OF_ROW = DIVISORS + 3;

  /** How a k becomes a place. */
  public static final int OF_DEPTH = OF_ROW + 10;

  /** What a k's channel counts in the number of a row of b; its other part counts 1. */
  public static final int B_CHANNEL_ROWS = OF_DEPTH + 10;

  /** What a column counts in the number of a row of b. */
  public static final int B_COLUMN_ROWS = B_CHANNEL_ROWS + 1;

  /** What a k's channel counts in the number of a column of b. */
  public static final int B_CHANNEL_COLUMNS = B_CHANNEL_ROWS + 2;

  /** What a column counts in the number of a column of b. */
  public static final int B_COLUMN_COLUMNS = B_CHANNEL_ROWS + 3;

  /** Where the result begins. */
  public static final int Y = B_CHANNEL_ROWS + 4;

  /** Rows of the result. */
  public static final int ROWS = Y + 1;

  /** Columns of the result. */
  public static final int COLUMNS = Y + 2;

  /** Terms of a sum. */
  public static final int DEPTH = Y + 3;

  /** Terms of a part of a sum; there is a result for each part, one behind the other. */
  public static final int PART = Y + 4;

  /** Distance between rows of the result. */
  public static final int ROW_STRIDE = Y + 5;

  /** Distance between its columns. */
  public static final int COLUMN_STRIDE = Y + 6;

  /** What a sum is divided by. */
  public static final int DIVISOR = Y + 7;

  /** So many steps through local memory are added up before they are added to the total. */
  public static final int STEPS = Y + 8;

  /** Where the float lies that surrounds a's images. */
  public static final int PAD = Y + 9;

  // ---- how a number becomes a place

  /** Channels: the number modulo this is the channel, the quotient a position. */
  public static final int INNER = 0;

  /** Depth, height and width that the position is one of; what is above them is the image. */
  public static final int OVER = 1;

  /** What a coordinate is multiplied by. */
  public static final int FACTORS = 4;

  /** What is added to it. */
  public static final int OFFSETS = 7;

  // ---- sums of parts

  /** Where the parts begin. */
  public static final int PARTS_FROM = 0;

  /** Where their sum goes. */
  public static final int PARTS_TO = 1;

  /** Elements of a part. */
  public static final int PARTS_ELEMENTS = 2;

  /** Number of parts. */
  public static final int PARTS_COUNT = 3;

  /** What the sum is divided by. */
  public static final int PARTS_DIVISOR = 4;

  // ---- bits

  /** Products of a sum, in place of the divisor: not those of the words' empty ends. */
  public static final int TERMS = DIVISOR;

  /** Behind what {@link ProductCode} says of a convolution: where the sums of taps lie. */
  public static final int TAP_SUMS = ProductCode.GROUPS + 1;

  // ---- sums of taps

  /** Where the filters' bits begin. */
  public static final int TAPS_FROM = 0;

  /** Where the sums go. */
  public static final int TAPS_TO = 1;

  /** Taps of all filters. */
  public static final int TAPS_COUNT = 2;

  /** Bits of a tap. */
  public static final int TAPS_LAST = 3;

  private TileCode() {}
}
