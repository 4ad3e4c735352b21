package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.OperandCode;
import io.github.xnor4j.gpu.plan.TileCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Products of floats and bits by tiles in local memory, see {@link TileCode}. A bit becomes a float
 * of +-1 on its way there: a multiplication by it is exact, and joined with the addition it costs
 * nothing. The integers behind a grid are floats, too: a grid's bound keeps every sum below 2^22,
 * so that it is exact.
 */
final class TileKernels {
  private static final int TABLE = TileCode.TILE_ROWS + TileCode.TILE_DEPTH;
  private static final int Z = TABLE;
  private static final int Y = 2 * TABLE;
  private static final int X = 3 * TABLE;
  private static final int CHANNEL = 4 * TABLE;
  private static final int IMAGE = 5 * TABLE;
  private static final int ROW_OF_B = 6 * TABLE;
  private static final int TAP = 7 * TABLE;
  private static final int SEEN = 8 * TABLE; // a bit for each tap that lies inside
  private static final int FIELDS = 9 * TABLE;
  private static final int NO_TAP = TileCode.MOST_TAPS; // that bit is never set
  private static final int FAR = -(1 << 30); // a coordinate outside, whatever is added
  // rows of local memory are longer than tiles: neighbouring k fall on different banks
  private static final int PITCH_A = TileCode.TILE_ROWS + 4;
  private static final int PITCH_B = TileCode.TILE_COLUMNS + 4;
  private static final int EACH_A = TileCode.TILE_ROWS * TileCode.TILE_DEPTH / TileCode.GROUP;
  private static final int EACH_B = TileCode.TILE_COLUMNS * TileCode.TILE_DEPTH / TileCode.GROUP;
  private static final float WHOLE = 0x1.8p23f; // beside it a float has no room for a fraction

  private TileKernels() {}

  /** A float, or the integer behind it. */
  private static float integer(float x, int denominator) {
    float y = x;
    if (denominator > 0) {
      // exact: the float's error and the product's are less than half an integer below 2^22
      y = (x * denominator + WHOLE) - WHOLE;
    }
    return y;
  }

  /** Distance between rows of an operand. */
  private static int pitch(IntArray p, int operand) {
    int y = p.get(operand + OperandCode.LAST);
    if (p.get(operand + OperandCode.DTYPE) == OperandCode.BIT) {
      y = p.get(operand + OperandCode.ROW_WORDS);
    }
    return y;
  }

  /**
   * An element of an operand, or the integer behind it.
   *
   * @param row where its row begins
   */
  private static float element(
      FloatArray f, IntArray w, int dtype, int row, int column, int denominator) {
    float y = 0;
    if (dtype == OperandCode.BIT) {
      y = 1 - ((w.get(row + (column >> 5)) >> (column & 31)) & 1) * 2;
    } else {
      y = integer(f.get(row + column), denominator);
    }
    return y;
  }

  /** A tile of a product in floats. */
  static void floats(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int[] table = context.allocateIntLocalArray(FIELDS);
    float[] as = context.allocateFloatLocalArray(TileCode.TILE_DEPTH * PITCH_A);
    float[] bs = context.allocateFloatLocalArray(TileCode.TILE_DEPTH * PITCH_B);
    int local = context.localIdx;
    int group = context.groupIdx;
    int rows = p.get(TileCode.ROWS);
    int columns = p.get(TileCode.COLUMNS);
    int columnTiles = (columns + TileCode.TILE_COLUMNS - 1) / TileCode.TILE_COLUMNS;
    int rowTiles = (rows + TileCode.TILE_ROWS - 1) / TileCode.TILE_ROWS;
    int firstColumn = group % columnTiles * TileCode.TILE_COLUMNS;
    int firstRow = group / columnTiles % rowTiles * TileCode.TILE_ROWS;
    int part = group / columnTiles / rowTiles;
    int start = part * p.get(TileCode.PART);
    int end = Math.min(p.get(TileCode.DEPTH), start + p.get(TileCode.PART));

    // Of the elements of a that a work item brings to local memory, all have the same tap and
    // channel: their k is the same, or in a filter's gradient their row. Their positions differ.
    int still = TileCode.TILE_ROWS + local % TileCode.TILE_DEPTH;
    int moving = local / TileCode.TILE_DEPTH;
    int move = TileCode.GROUP / TileCode.TILE_DEPTH;
    int toA = local % TileCode.TILE_DEPTH * PITCH_A + moving;
    int moveA = move;
    int ofTap = TileCode.OF_DEPTH;
    int ofPosition = TileCode.OF_ROW;
    if (p.get(TileCode.DEPTH_FIRST_A) == 0) {
      still = local % TileCode.TILE_ROWS;
      moving = TileCode.TILE_ROWS + local / TileCode.TILE_ROWS;
      move = TileCode.GROUP / TileCode.TILE_ROWS;
      toA = local / TileCode.TILE_ROWS * PITCH_A + still;
      moveA = move * PITCH_A;
      ofTap = TileCode.OF_ROW;
      ofPosition = TileCode.OF_DEPTH;
    }
    int kB = local % TileCode.TILE_DEPTH;
    int columnB = local / TileCode.TILE_DEPTH;
    int moveK = 0;
    int moveColumn = TileCode.GROUP / TileCode.TILE_DEPTH;
    if (p.get(TileCode.DEPTH_FIRST_B) == 0) {
      kB = local / TileCode.TILE_COLUMNS;
      columnB = local % TileCode.TILE_COLUMNS;
      moveK = TileCode.GROUP / TileCode.TILE_COLUMNS;
      moveColumn = 0;
    }
    int toB = kB * PITCH_B + columnB;
    int moveB = moveK * PITCH_B + moveColumn;

    int dtypeA = p.get(TileCode.A + OperandCode.DTYPE);
    int baseA = p.get(TileCode.A + OperandCode.BASE);
    int pitchA = pitch(p, TileCode.A);
    int denominatorA = p.get(TileCode.A + OperandCode.DENOMINATOR);
    int dtypeB = p.get(TileCode.B + OperandCode.DTYPE);
    int baseB = p.get(TileCode.B + OperandCode.BASE);
    int pitchB = pitch(p, TileCode.B);
    int denominatorB = p.get(TileCode.B + OperandCode.DENOMINATOR);
    int channelRows = p.get(TileCode.B_CHANNEL_ROWS);
    int columnRows = p.get(TileCode.B_COLUMN_ROWS);
    int channelColumns = p.get(TileCode.B_CHANNEL_COLUMNS);
    int columnColumns = p.get(TileCode.B_COLUMN_COLUMNS);
    int steps = p.get(TileCode.STEPS);
    int depth = p.get(TileCode.EXTENTS);
    int height = p.get(TileCode.EXTENTS + 1);
    int width = p.get(TileCode.EXTENTS + 2);
    int divideZ = p.get(TileCode.DIVISORS);
    int divideY = p.get(TileCode.DIVISORS + 1);
    int divideX = p.get(TileCode.DIVISORS + 2);
    int tapsZ = p.get(ofTap + TileCode.OVER);
    int tapsY = p.get(ofTap + TileCode.OVER + 1);
    int tapsX = p.get(ofTap + TileCode.OVER + 2);
    int linear = 0;
    if (divideZ * divideY * divideX == 1) {
      if (tapsZ * tapsY * tapsX <= TileCode.MOST_TAPS) {
        linear = 1;
      }
    }
    float pad = f.get(p.get(TileCode.PAD));
    if (denominatorA > 0) {
      pad = pad * denominatorA;
    }

    int fromA = local / (TileCode.TILE_COLUMNS / TileCode.BLOCK_COLUMNS) * TileCode.BLOCK_ROWS;
    int fromB = local % (TileCode.TILE_COLUMNS / TileCode.BLOCK_COLUMNS) * TileCode.BLOCK_COLUMNS;
    float y00 = 0;
    float y01 = 0;
    float y02 = 0;
    float y03 = 0;
    float y04 = 0;
    float y05 = 0;
    float y06 = 0;
    float y07 = 0;
    float y10 = 0;
    float y11 = 0;
    float y12 = 0;
    float y13 = 0;
    float y14 = 0;
    float y15 = 0;
    float y16 = 0;
    float y17 = 0;
    float y20 = 0;
    float y21 = 0;
    float y22 = 0;
    float y23 = 0;
    float y24 = 0;
    float y25 = 0;
    float y26 = 0;
    float y27 = 0;
    float y30 = 0;
    float y31 = 0;
    float y32 = 0;
    float y33 = 0;
    float y34 = 0;
    float y35 = 0;
    float y36 = 0;
    float y37 = 0;
    float t00 = 0;
    float t01 = 0;
    float t02 = 0;
    float t03 = 0;
    float t04 = 0;
    float t05 = 0;
    float t06 = 0;
    float t07 = 0;
    float t10 = 0;
    float t11 = 0;
    float t12 = 0;
    float t13 = 0;
    float t14 = 0;
    float t15 = 0;
    float t16 = 0;
    float t17 = 0;
    float t20 = 0;
    float t21 = 0;
    float t22 = 0;
    float t23 = 0;
    float t24 = 0;
    float t25 = 0;
    float t26 = 0;
    float t27 = 0;
    float t30 = 0;
    float t31 = 0;
    float t32 = 0;
    float t33 = 0;
    float t34 = 0;
    float t35 = 0;
    float t36 = 0;
    float t37 = 0;
    int stepsDone = 0;
    for (int k = start; k < end; k += TileCode.TILE_DEPTH) {
      // where this step's k lie; at the first one the rows, too
      int firstEntry = TileCode.TILE_ROWS;
      if (k == start) {
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
        int channel = number - position * p.get(code + TileCode.INNER);
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
        y = y + p.get(code + TileCode.OFFSETS + 1);
        x = x + p.get(code + TileCode.OFFSETS + 2);
        int tap = position;
        if (number >= bound) {
          z = FAR;
          tap = NO_TAP;
        }
        int seen = 0;
        if (code == ofPosition) {
          if (linear == 1) {
            int bit = 1;
            for (int tz = 0; tz < tapsZ; tz++) {
              int sz = z + tz * p.get(ofTap + TileCode.FACTORS);
              for (int ty = 0; ty < tapsY; ty++) {
                int sy = y + ty * p.get(ofTap + TileCode.FACTORS + 1);
                for (int tx = 0; tx < tapsX; tx++) {
                  int sx = x + tx * p.get(ofTap + TileCode.FACTORS + 2);
                  int in = sz | sy | sx | (depth - 1 - sz) | (height - 1 - sy) | (width - 1 - sx);
                  if (in >= 0) {
                    seen = seen | bit;
                  }
                  bit = bit << 1;
                }
              }
            }
          }
        }
        table[at] = ((image * depth + z) * height + y) * width + x;
        table[at + Z] = z;
        table[at + Y] = y;
        table[at + X] = x;
        table[at + CHANNEL] = channel;
        table[at + IMAGE] = image;
        table[at + ROW_OF_B] = position + channel * channelRows;
        table[at + TAP] = tap;
        table[at + SEEN] = seen;
      }
      context.localBarrier();
      int channel = table[still + CHANNEL];
      if (linear == 1) {
        int pixel = table[still];
        int tap = table[still + TAP];
        for (int i = 0; i < EACH_A; i++) {
          int other = moving + i * move;
          float a = pad;
          if (((table[other + SEEN] >> tap) & 1) == 1) {
            int line = baseA + (pixel + table[other]) * pitchA;
            a = element(f, w, dtypeA, line, channel, denominatorA);
          }
          as[toA + i * moveA] = a;
        }
      } else {
        for (int i = 0; i < EACH_A; i++) {
          int other = moving + i * move;
          int sz = table[still + Z] + table[other + Z];
          int sy = table[still + Y] + table[other + Y];
          int sx = table[still + X] + table[other + X];
          int z = sz / divideZ;
          int y = sy / divideY;
          int x = sx / divideX;
          int rest = (z * divideZ ^ sz) | (y * divideY ^ sy) | (x * divideX ^ sx);
          // the sign of the whole is set if any number is negative or there is a rest
          int in = rest | -rest | z | y | x | (depth - 1 - z) | (height - 1 - y) | (width - 1 - x);
          float a = pad;
          if (in >= 0) {
            int image = table[still + IMAGE] + table[other + IMAGE];
            int line = ((image * depth + z) * height + y) * width + x;
            a = element(f, w, dtypeA, baseA + line * pitchA, channel, denominatorA);
          }
          as[toA + i * moveA] = a;
        }
      }
      for (int i = 0; i < EACH_B; i++) {
        int at = TileCode.TILE_ROWS + kB + i * moveK;
        int column = firstColumn + columnB + i * moveColumn;
        float b = 0;
        if (k + kB + i * moveK < end) {
          if (column < columns) {
            int line = baseB + (table[at + ROW_OF_B] + column * columnRows) * pitchB;
            column = column * columnColumns + table[at + CHANNEL] * channelColumns;
            b = element(f, w, dtypeB, line, column, denominatorB);
          }
        }
        bs[toB + i * moveB] = b;
      }
      context.localBarrier();
      for (int j = 0; j < TileCode.TILE_DEPTH; j++) {
        float a0 = as[j * PITCH_A + fromA];
        float a1 = as[j * PITCH_A + fromA + 1];
        float a2 = as[j * PITCH_A + fromA + 2];
        float a3 = as[j * PITCH_A + fromA + 3];
        float b0 = bs[j * PITCH_B + fromB];
        float b1 = bs[j * PITCH_B + fromB + 1];
        float b2 = bs[j * PITCH_B + fromB + 2];
        float b3 = bs[j * PITCH_B + fromB + 3];
        float b4 = bs[j * PITCH_B + fromB + 4];
        float b5 = bs[j * PITCH_B + fromB + 5];
        float b6 = bs[j * PITCH_B + fromB + 6];
        float b7 = bs[j * PITCH_B + fromB + 7];
        y00 = y00 + a0 * b0;
        y01 = y01 + a0 * b1;
        y02 = y02 + a0 * b2;
        y03 = y03 + a0 * b3;
        y04 = y04 + a0 * b4;
        y05 = y05 + a0 * b5;
        y06 = y06 + a0 * b6;
        y07 = y07 + a0 * b7;
        y10 = y10 + a1 * b0;
        y11 = y11 + a1 * b1;
        y12 = y12 + a1 * b2;
        y13 = y13 + a1 * b3;
        y14 = y14 + a1 * b4;
        y15 = y15 + a1 * b5;
        y16 = y16 + a1 * b6;
        y17 = y17 + a1 * b7;
        y20 = y20 + a2 * b0;
        y21 = y21 + a2 * b1;
        y22 = y22 + a2 * b2;
        y23 = y23 + a2 * b3;
        y24 = y24 + a2 * b4;
        y25 = y25 + a2 * b5;
        y26 = y26 + a2 * b6;
        y27 = y27 + a2 * b7;
        y30 = y30 + a3 * b0;
        y31 = y31 + a3 * b1;
        y32 = y32 + a3 * b2;
        y33 = y33 + a3 * b3;
        y34 = y34 + a3 * b4;
        y35 = y35 + a3 * b5;
        y36 = y36 + a3 * b6;
        y37 = y37 + a3 * b7;
      }
      stepsDone = stepsDone + 1;
      if (stepsDone == steps) {
        stepsDone = 0;
        t00 = t00 + y00;
        t01 = t01 + y01;
        t02 = t02 + y02;
        t03 = t03 + y03;
        t04 = t04 + y04;
        t05 = t05 + y05;
        t06 = t06 + y06;
        t07 = t07 + y07;
        t10 = t10 + y10;
        t11 = t11 + y11;
        t12 = t12 + y12;
        t13 = t13 + y13;
        t14 = t14 + y14;
        t15 = t15 + y15;
        t16 = t16 + y16;
        t17 = t17 + y17;
        t20 = t20 + y20;
        t21 = t21 + y21;
        t22 = t22 + y22;
        t23 = t23 + y23;
        t24 = t24 + y24;
        t25 = t25 + y25;
        t26 = t26 + y26;
        t27 = t27 + y27;
        t30 = t30 + y30;
        t31 = t31 + y31;
        t32 = t32 + y32;
        t33 = t33 + y33;
        t34 = t34 + y34;
        t35 = t35 + y35;
        t36 = t36 + y36;
        t37 = t37 + y37;
        y00 = 0;
        y01 = 0;
        y02 = 0;
        y03 = 0;
        y04 = 0;
        y05 = 0;
        y06 = 0;
        y07 = 0;
        y10 = 0;
        y11 = 0;
        y12 = 0;
        y13 = 0;
        y14 = 0;
        y15 = 0;
        y16 = 0;
        y17 = 0;
        y20 = 0;
        y21 = 0;
        y22 = 0;
        y23 = 0;
        y24 = 0;
        y25 = 0;
        y26 = 0;
        y27 = 0;
        y30 = 0;
        y31 = 0;
        y32 = 0;
        y33 = 0;
        y34 = 0;
        y35 = 0;
        y36 = 0;
        y37 = 0;
      }
    }
    int row = firstRow + fromA;
    int column = firstColumn + fromB;
    int base = p.get(TileCode.Y) + part * rows * columns;
    store(p, f, base, row, column, t00 + y00);
    store(p, f, base, row, column + 1, t01 + y01);
    store(p, f, base, row, column + 2, t02 + y02);
    store(p, f, base, row, column + 3, t03 + y03);
    store(p, f, base, row, column + 4, t04 + y04);
    store(p, f, base, row, column + 5, t05 + y05);
    store(p, f, base, row, column + 6, t06 + y06);
    store(p, f, base, row, column + 7, t07 + y07);
    store(p, f, base, row + 1, column, t10 + y10);
    store(p, f, base, row + 1, column + 1, t11 + y11);
    store(p, f, base, row + 1, column + 2, t12 + y12);
    store(p, f, base, row + 1, column + 3, t13 + y13);
    store(p, f, base, row + 1, column + 4, t14 + y14);
    store(p, f, base, row + 1, column + 5, t15 + y15);
    store(p, f, base, row + 1, column + 6, t16 + y16);
    store(p, f, base, row + 1, column + 7, t17 + y17);
    store(p, f, base, row + 2, column, t20 + y20);
    store(p, f, base, row + 2, column + 1, t21 + y21);
    store(p, f, base, row + 2, column + 2, t22 + y22);
    store(p, f, base, row + 2, column + 3, t23 + y23);
    store(p, f, base, row + 2, column + 4, t24 + y24);
    store(p, f, base, row + 2, column + 5, t25 + y25);
    store(p, f, base, row + 2, column + 6, t26 + y26);
    store(p, f, base, row + 2, column + 7, t27 + y27);
    store(p, f, base, row + 3, column, t30 + y30);
    store(p, f, base, row + 3, column + 1, t31 + y31);
    store(p, f, base, row + 3, column + 2, t32 + y32);
    store(p, f, base, row + 3, column + 3, t33 + y33);
    store(p, f, base, row + 3, column + 4, t34 + y34);
    store(p, f, base, row + 3, column + 5, t35 + y35);
    store(p, f, base, row + 3, column + 6, t36 + y36);
    store(p, f, base, row + 3, column + 7, t37 + y37);
  }

  private static void store(IntArray p, FloatArray f, int base, int row, int column, float sum) {
    if (row < p.get(TileCode.ROWS)) {
      if (column < p.get(TileCode.COLUMNS)) {
        int at = row * p.get(TileCode.ROW_STRIDE) + column * p.get(TileCode.COLUMN_STRIDE);
        f.set(base + at, (float) ((double) sum / p.get(TileCode.DIVISOR)));
      }
    }
  }

  /** Adds the parts of sums up, in their order. */
  static void sumParts(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int i = context.globalIdx;
    int elements = p.get(TileCode.PARTS_ELEMENTS);
    if (i < elements) {
      int from = p.get(TileCode.PARTS_FROM) + i;
      double sum = 0;
      for (int part = 0; part < p.get(TileCode.PARTS_COUNT); part++) {
        sum = sum + f.get(from + part * elements);
      }
      f.set(p.get(TileCode.PARTS_TO) + i, (float) (sum / p.get(TileCode.PARTS_DIVISOR)));
    }
  }
}
