package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.gpu.plan.OperandCode;
import io.github.xnor4j.gpu.plan.ProductCode;
import io.github.xnor4j.gpu.plan.TileCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Convolution of bits with bits: the sum of n products of +-1 is n less twice the number of
 * products that are -1, and those are the bits in which both operands differ.
 */
final class BitKernels {
  private static final int TABLE = TileCode.TILE_ROWS + TileCode.TILE_DEPTH;
  private static final int Z = TABLE;
  private static final int Y = 2 * TABLE;
  private static final int X = 3 * TABLE;
  private static final int WORD = 4 * TABLE;
  private static final int FAR = -(1 << 30); // a coordinate outside, whatever is added
  // rows of local memory are longer than tiles: neighbouring words fall on different banks
  private static final int PITCH_A = TileCode.TILE_ROWS + 4;
  private static final int PITCH_B = TileCode.TILE_COLUMNS + 4;
  private static final int EACH_A = TileCode.TILE_ROWS * TileCode.TILE_DEPTH / TileCode.GROUP;
  private static final int EACH_B = TileCode.TILE_COLUMNS * TileCode.TILE_DEPTH / TileCode.GROUP;
  private static final int MOVE = TileCode.GROUP / TileCode.TILE_DEPTH;

  private BitKernels() {}

  /**
   * A tile of a convolution. The k of {@link TileCode} are words here, their channels the words of
   * a row. What surrounds x counts as +1.
   */
  static void bits(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int[] table = context.allocateIntLocalArray(5 * TABLE);
    int[] as = context.allocateIntLocalArray(TileCode.TILE_DEPTH * PITCH_A);
    int[] bs = context.allocateIntLocalArray(TileCode.TILE_DEPTH * PITCH_B);
    int local = context.localIdx;
    int group = context.groupIdx;
    int rows = p.get(TileCode.ROWS);
    int columns = p.get(TileCode.COLUMNS);
    int columnTiles = (columns + TileCode.TILE_COLUMNS - 1) / TileCode.TILE_COLUMNS;
    int firstColumn = group % columnTiles * TileCode.TILE_COLUMNS;
    int firstRow = group / columnTiles * TileCode.TILE_ROWS;
    int end = p.get(TileCode.DEPTH);
    int baseA = p.get(TileCode.A + OperandCode.BASE);
    int pitchA = p.get(TileCode.A + OperandCode.ROW_WORDS);
    int baseB = p.get(TileCode.B + OperandCode.BASE);
    int depth = p.get(TileCode.EXTENTS);
    int height = p.get(TileCode.EXTENTS + 1);
    int width = p.get(TileCode.EXTENTS + 2);
    int ownWord = local % TileCode.TILE_DEPTH;
    int ownLine = local / TileCode.TILE_DEPTH;
    int fromA = local / (TileCode.TILE_COLUMNS / TileCode.BLOCK_COLUMNS) * TileCode.BLOCK_ROWS;
    int fromB = local % (TileCode.TILE_COLUMNS / TileCode.BLOCK_COLUMNS) * TileCode.BLOCK_COLUMNS;
    int y00 = 0;
    int y01 = 0;
    int y02 = 0;
    int y03 = 0;
    int y04 = 0;
    int y05 = 0;
    int y06 = 0;
    int y07 = 0;
    int y10 = 0;
    int y11 = 0;
    int y12 = 0;
    int y13 = 0;
    int y14 = 0;
    int y15 = 0;
    int y16 = 0;
    int y17 = 0;
    int y20 = 0;
    int y21 = 0;
    int y22 = 0;
    int y23 = 0;
    int y24 = 0;
    int y25 = 0;
    int y26 = 0;
    int y27 = 0;
    int y30 = 0;
    int y31 = 0;
    int y32 = 0;
    int y33 = 0;
    int y34 = 0;
    int y35 = 0;
    int y36 = 0;
    int y37 = 0;
    for (int k = 0; k < end; k += TileCode.TILE_DEPTH) {
      // where this step's words lie; at the first one the rows, too
      int firstEntry = TileCode.TILE_ROWS;
      if (k == 0) {
        firstEntry = 0;
      }
      for (int at = firstEntry + local; at < TABLE; at += TileCode.GROUP) {
        int code = TileCode.OF_ROW;
        int number = firstRow + at;
        int bound = rows;
        if (at >= TileCode.TILE_ROWS) {
          code = TileCode.OF_DEPTH;
          number = k + at - TileCode.TILE_ROWS;
          bound = end;
        }
        int position = number / p.get(code + TileCode.INNER);
        int overX = p.get(code + TileCode.OVER + 2);
        int overY = p.get(code + TileCode.OVER + 1);
        int overZ = p.get(code + TileCode.OVER);
        int line = position / overX;
        int plane = line / overY;
        int image = plane / overZ;
        int z = (plane - image * overZ) * p.get(code + TileCode.FACTORS);
        int y = (line - plane * overY) * p.get(code + TileCode.FACTORS + 1);
        int x = (position - line * overX) * p.get(code + TileCode.FACTORS + 2);
        z = z + p.get(code + TileCode.OFFSETS);
        if (number >= bound) {
          z = FAR;
        }
        table[at] = image * depth;
        table[at + Z] = z;
        table[at + Y] = y + p.get(code + TileCode.OFFSETS + 1);
        table[at + X] = x + p.get(code + TileCode.OFFSETS + 2);
        table[at + WORD] = number - position * p.get(code + TileCode.INNER);
      }
      context.localBarrier();
      int tap = TileCode.TILE_ROWS + ownWord;
      int z = table[tap + Z];
      int y = table[tap + Y];
      int x = table[tap + X];
      int word = table[tap + WORD];
      for (int i = 0; i < EACH_A; i++) {
        int row = ownLine + i * MOVE;
        int sz = z + table[row + Z];
        int sy = y + table[row + Y];
        int sx = x + table[row + X];
        // the sign of the whole is set if any number is negative
        int outside = sz | sy | sx | (depth - 1 - sz) | (height - 1 - sy) | (width - 1 - sx);
        int a = 0;
        if (outside >= 0) {
          int pixel = ((table[row] + sz) * height + sy) * width + sx;
          a = w.get(baseA + pixel * pitchA + word);
        }
        as[ownWord * PITCH_A + row] = a;
      }
      for (int i = 0; i < EACH_B; i++) {
        int line = ownLine + i * MOVE;
        int column = firstColumn + line;
        int b = 0;
        if (k + ownWord < end) {
          if (column < columns) {
            b = w.get(baseB + column * end + k + ownWord);
          }
        }
        bs[ownWord * PITCH_B + line] = b;
      }
      context.localBarrier();
      for (int j = 0; j < TileCode.TILE_DEPTH; j++) {
        int a0 = as[j * PITCH_A + fromA];
        int a1 = as[j * PITCH_A + fromA + 1];
        int a2 = as[j * PITCH_A + fromA + 2];
        int a3 = as[j * PITCH_A + fromA + 3];
        int b0 = bs[j * PITCH_B + fromB];
        int b1 = bs[j * PITCH_B + fromB + 1];
        int b2 = bs[j * PITCH_B + fromB + 2];
        int b3 = bs[j * PITCH_B + fromB + 3];
        int b4 = bs[j * PITCH_B + fromB + 4];
        int b5 = bs[j * PITCH_B + fromB + 5];
        int b6 = bs[j * PITCH_B + fromB + 6];
        int b7 = bs[j * PITCH_B + fromB + 7];
        y00 = y00 + Integer.bitCount(a0 ^ b0);
        y01 = y01 + Integer.bitCount(a0 ^ b1);
        y02 = y02 + Integer.bitCount(a0 ^ b2);
        y03 = y03 + Integer.bitCount(a0 ^ b3);
        y04 = y04 + Integer.bitCount(a0 ^ b4);
        y05 = y05 + Integer.bitCount(a0 ^ b5);
        y06 = y06 + Integer.bitCount(a0 ^ b6);
        y07 = y07 + Integer.bitCount(a0 ^ b7);
        y10 = y10 + Integer.bitCount(a1 ^ b0);
        y11 = y11 + Integer.bitCount(a1 ^ b1);
        y12 = y12 + Integer.bitCount(a1 ^ b2);
        y13 = y13 + Integer.bitCount(a1 ^ b3);
        y14 = y14 + Integer.bitCount(a1 ^ b4);
        y15 = y15 + Integer.bitCount(a1 ^ b5);
        y16 = y16 + Integer.bitCount(a1 ^ b6);
        y17 = y17 + Integer.bitCount(a1 ^ b7);
        y20 = y20 + Integer.bitCount(a2 ^ b0);
        y21 = y21 + Integer.bitCount(a2 ^ b1);
        y22 = y22 + Integer.bitCount(a2 ^ b2);
        y23 = y23 + Integer.bitCount(a2 ^ b3);
        y24 = y24 + Integer.bitCount(a2 ^ b4);
        y25 = y25 + Integer.bitCount(a2 ^ b5);
        y26 = y26 + Integer.bitCount(a2 ^ b6);
        y27 = y27 + Integer.bitCount(a2 ^ b7);
        y30 = y30 + Integer.bitCount(a3 ^ b0);
        y31 = y31 + Integer.bitCount(a3 ^ b1);
        y32 = y32 + Integer.bitCount(a3 ^ b2);
        y33 = y33 + Integer.bitCount(a3 ^ b3);
        y34 = y34 + Integer.bitCount(a3 ^ b4);
        y35 = y35 + Integer.bitCount(a3 ^ b5);
        y36 = y36 + Integer.bitCount(a3 ^ b6);
        y37 = y37 + Integer.bitCount(a3 ^ b7);
      }
    }
    int row = firstRow + fromA;
    int column = firstColumn + fromB;
    store(p, f, row, column, y00);
    store(p, f, row, column + 1, y01);
    store(p, f, row, column + 2, y02);
    store(p, f, row, column + 3, y03);
    store(p, f, row, column + 4, y04);
    store(p, f, row, column + 5, y05);
    store(p, f, row, column + 6, y06);
    store(p, f, row, column + 7, y07);
    store(p, f, row + 1, column, y10);
    store(p, f, row + 1, column + 1, y11);
    store(p, f, row + 1, column + 2, y12);
    store(p, f, row + 1, column + 3, y13);
    store(p, f, row + 1, column + 4, y14);
    store(p, f, row + 1, column + 5, y15);
    store(p, f, row + 1, column + 6, y16);
    store(p, f, row + 1, column + 7, y17);
    store(p, f, row + 2, column, y20);
    store(p, f, row + 2, column + 1, y21);
    store(p, f, row + 2, column + 2, y22);
    store(p, f, row + 2, column + 3, y23);
    store(p, f, row + 2, column + 4, y24);
    store(p, f, row + 2, column + 5, y25);
    store(p, f, row + 2, column + 6, y26);
    store(p, f, row + 2, column + 7, y27);
    store(p, f, row + 3, column, y30);
    store(p, f, row + 3, column + 1, y31);
    store(p, f, row + 3, column + 2, y32);
    store(p, f, row + 3, column + 3, y33);
    store(p, f, row + 3, column + 4, y34);
    store(p, f, row + 3, column + 5, y35);
    store(p, f, row + 3, column + 6, y36);
    store(p, f, row + 3, column + 7, y37);
  }

  private static void store(IntArray p, FloatArray f, int row, int column, int differing) {
    if (row < p.get(TileCode.ROWS)) {
      if (column < p.get(TileCode.COLUMNS)) {
        int at = p.get(TileCode.Y) + row * p.get(TileCode.COLUMNS) + column;
        f.set(at, p.get(TileCode.TERMS) - 2 * differing);
      }
    }
  }

  /** The sum of the values of each filter's taps. */
  static void sumTaps(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(TileCode.TAPS_COUNT)) {
      int last = p.get(TileCode.TAPS_LAST);
      int words = (last + Layout.WORD - 1) / Layout.WORD;
      int from = p.get(TileCode.TAPS_FROM) + i * words;
      int negative = 0;
      for (int k = 0; k < words; k++) {
        negative = negative + Integer.bitCount(w.get(from + k));
      }
      w.set(p.get(TileCode.TAPS_TO) + i, last - 2 * negative);
    }
  }

  /** Makes what surrounds x the pad value, where it counted as +1. */
  static void padBits(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    if (i < p.get(ProductCode.ELEMENTS)) {
      int filters = p.get(ProductCode.FILTERS);
      int line = i / filters / p.get(ProductCode.OUTPUTS + 2);
      int plane = line / p.get(ProductCode.OUTPUTS + 1);
      int z = plane % p.get(ProductCode.OUTPUTS);
      int y = line % p.get(ProductCode.OUTPUTS + 1);
      int x = i / filters % p.get(ProductCode.OUTPUTS + 2);
      z = z * p.get(ProductCode.STRIDES) - p.get(ProductCode.BEFORE);
      y = y * p.get(ProductCode.STRIDES + 1) - p.get(ProductCode.BEFORE + 1);
      x = x * p.get(ProductCode.STRIDES + 2) - p.get(ProductCode.BEFORE + 2);
      int depth = p.get(ProductCode.INPUTS);
      int height = p.get(ProductCode.INPUTS + 1);
      int width = p.get(ProductCode.INPUTS + 2);
      int tapsZ = p.get(ProductCode.TAPS);
      int tapsY = p.get(ProductCode.TAPS + 1);
      int tapsX = p.get(ProductCode.TAPS + 2);
      int lastZ = z + (tapsZ - 1) * p.get(ProductCode.DILATIONS);
      int lastY = y + (tapsY - 1) * p.get(ProductCode.DILATIONS + 1);
      int lastX = x + (tapsX - 1) * p.get(ProductCode.DILATIONS + 2);
      int border = z | y | x | (depth - 1 - lastZ) | (height - 1 - lastY) | (width - 1 - lastX);
      if (border < 0) {
        int from = p.get(TileCode.TAP_SUMS) + i % filters * tapsZ * tapsY * tapsX;
        int sum = 0;
        for (int tz = 0; tz < tapsZ; tz++) {
          int sz = z + tz * p.get(ProductCode.DILATIONS);
          for (int ty = 0; ty < tapsY; ty++) {
            int sy = y + ty * p.get(ProductCode.DILATIONS + 1);
            for (int tx = 0; tx < tapsX; tx++) {
              int sx = x + tx * p.get(ProductCode.DILATIONS + 2);
              if ((sz | sy | sx | (depth - 1 - sz) | (height - 1 - sy) | (width - 1 - sx)) < 0) {
                sum = sum + w.get(from);
              }
              from = from + 1;
            }
          }
        }
        int at = p.get(ProductCode.Y + OperandCode.BASE) + i;
        double pad = f.get(p.get(ProductCode.PAD));
        f.set(at, (float) (f.get(at) + (pad - 1) * sum));
      }
    }
  }
}
