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
    int[] table = context.allocateIntLocalArray(5 * TABLE);
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
    int k = start;
    int end = Math.min(p.get(TileCode.DEPTH), start + p.get(TileCode.PART));
    // the elements that a work item brings to local memory: of one place all are, of the others one
    int still = TileCode.TILE_ROWS + local % TileCode.TILE_DEPTH;
    int moving = local / TileCode.TILE_DEPTH;
    int move = TileCode.GROUP / TileCode.TILE_DEPTH;
    int toA = local % TileCode.TILE_DEPTH * PITCH_A + moving;
    int moveA = move;
    if (p.get(TileCode.DEPTH_FIRST_A) == 0) {
      still = local % TileCode.TILE_ROWS;
      moving = TileCode.TILE_ROWS + local / TileCode.TILE_ROWS;
      move = TileCode.GROUP / TileCode.TILE_ROWS;
      toA = local / TileCode.TILE_ROWS * PITCH_A + still;
      moveA = move * PITCH_A;
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
    int divided = divideZ * divideY * divideX;
    int inner = p.get(TileCode.OF_DEPTH + TileCode.INNER);
    float pad = f.get(p.get(TileCode.PAD));
    if (denominatorA > 0) {
      pad = pad * denominatorA;
    }

    int fromA = local / (TileCode.TILE_COLUMNS / TileCode.BLOCK) * TileCode.BLOCK;
    int fromB = local % (TileCode.TILE_COLUMNS / TileCode.BLOCK) * TileCode.BLOCK;
    float y00 = 0;
    float y01 = 0;
    float y02 = 0;
    float y03 = 0;
    float y10 = 0;
    float y11 = 0;
    float y12 = 0;
    float y13 = 0;
    float y20 = 0;
    float y21 = 0;
    float y22 = 0;
    float y23 = 0;
    float y30 = 0;
    float y31 = 0;
    float y32 = 0;
    float y33 = 0;
    float t00 = 0;
    float t01 = 0;
    float t02 = 0;
    float t03 = 0;
    float t10 = 0;
    float t11 = 0;
    float t12 = 0;
    float t13 = 0;
    float t20 = 0;
    float t21 = 0;
    float t22 = 0;
    float t23 = 0;
    float t30 = 0;
    float t31 = 0;
    float t32 = 0;
    float t33 = 0;
    int step = 0;
    while (k < end) {
      // where this step's k lie; at the first one the rows, too
      int code = TileCode.OF_ROW;
      int number = firstRow + local;
      int bound = rows;
      int live = 0;
      if (k == start) {
        live = 1;
      }
      if (local >= TileCode.TILE_ROWS) {
        code = TileCode.OF_DEPTH;
        number = k + local - TileCode.TILE_ROWS;
        bound = end;
        live = 1;
        if (local >= TABLE) {
          live = 0;
        }
      }
      if (live == 1) {
        int position = number / p.get(code + TileCode.INNER);
        int overX = p.get(code + TileCode.OVER + 2);
        int overY = p.get(code + TileCode.OVER + 1);
        int overZ = p.get(code + TileCode.OVER);
        int line = position / overX;
        int plane = line / overY;
        int volume = plane / overZ;
        int atZ = (plane - volume * overZ) * p.get(code + TileCode.FACTORS);
        atZ = atZ + p.get(code + TileCode.OFFSETS);
        if (number >= bound) {
          atZ = FAR;
        }
        int atY = (line - plane * overY) * p.get(code + TileCode.FACTORS + 1);
        int atX = (position - line * overX) * p.get(code + TileCode.FACTORS + 2);
        table[local] = volume * depth;
        table[local + Z] = atZ;
        table[local + Y] = atY + p.get(code + TileCode.OFFSETS + 1);
        table[local + X] = atX + p.get(code + TileCode.OFFSETS + 2);
        table[local + CHANNEL] = number - position * p.get(code + TileCode.INNER);
      }
      context.localBarrier();
      int image = table[still];
      int z = table[still + Z];
      int y = table[still + Y];
      int x = table[still + X];
      int channel = table[still + CHANNEL];
      for (int i = 0; i < EACH_A; i++) {
        int other = moving + i * move;
        int sz = z + table[other + Z];
        int sy = y + table[other + Y];
        int sx = x + table[other + X];
        int outside = 0;
        if (divided > 1) {
          int qz = sz / divideZ;
          int qy = sy / divideY;
          int qx = sx / divideX;
          int rest = (qz * divideZ ^ sz) | (qy * divideY ^ sy) | (qx * divideX ^ sx);
          outside = rest | -rest;
          sz = qz;
          sy = qy;
          sx = qx;
        }
        // the sign of the whole is set if any number is negative
        outside = outside | sz | sy | sx | (depth - 1 - sz) | (height - 1 - sy) | (width - 1 - sx);
        float a = pad;
        if (outside >= 0) {
          int pixel = ((image + table[other] + sz) * height + sy) * width + sx;
          int at = baseA + pixel * pitchA;
          a = element(f, w, dtypeA, at, channel + table[other + CHANNEL], denominatorA);
        }
        as[toA + i * moveA] = a;
      }
      for (int i = 0; i < EACH_B; i++) {
        int kOfB = k + kB + i * moveK;
        int column = firstColumn + columnB + i * moveColumn;
        float b = 0;
        if (kOfB < end) {
          if (column < columns) {
            int row = kOfB / inner;
            int c = kOfB - row * inner;
            row = row + c * channelRows + column * columnRows;
            column = column * columnColumns + c * channelColumns;
            b = element(f, w, dtypeB, baseB + row * pitchB, column, denominatorB);
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
        y00 = y00 + a0 * b0;
        y01 = y01 + a0 * b1;
        y02 = y02 + a0 * b2;
        y03 = y03 + a0 * b3;
        y10 = y10 + a1 * b0;
        y11 = y11 + a1 * b1;
        y12 = y12 + a1 * b2;
        y13 = y13 + a1 * b3;
        y20 = y20 + a2 * b0;
        y21 = y21 + a2 * b1;
        y22 = y22 + a2 * b2;
        y23 = y23 + a2 * b3;
        y30 = y30 + a3 * b0;
        y31 = y31 + a3 * b1;
        y32 = y32 + a3 * b2;
        y33 = y33 + a3 * b3;
      }
      k = k + TileCode.TILE_DEPTH;
      step = step + 1;
      if (step == steps) {
        step = 0;
        t00 = t00 + y00;
        t01 = t01 + y01;
        t02 = t02 + y02;
        t03 = t03 + y03;
        t10 = t10 + y10;
        t11 = t11 + y11;
        t12 = t12 + y12;
        t13 = t13 + y13;
        t20 = t20 + y20;
        t21 = t21 + y21;
        t22 = t22 + y22;
        t23 = t23 + y23;
        t30 = t30 + y30;
        t31 = t31 + y31;
        t32 = t32 + y32;
        t33 = t33 + y33;
        y00 = 0;
        y01 = 0;
        y02 = 0;
        y03 = 0;
        y10 = 0;
        y11 = 0;
        y12 = 0;
        y13 = 0;
        y20 = 0;
        y21 = 0;
        y22 = 0;
        y23 = 0;
        y30 = 0;
        y31 = 0;
        y32 = 0;
        y33 = 0;
      }
    }
    int row = firstRow + fromA;
    int column = firstColumn + fromB;
    int base = p.get(TileCode.Y) + part * rows * columns;
    store(p, f, base, row, column, t00 + y00);
    store(p, f, base, row, column + 1, t01 + y01);
    store(p, f, base, row, column + 2, t02 + y02);
    store(p, f, base, row, column + 3, t03 + y03);
    store(p, f, base, row + 1, column, t10 + y10);
    store(p, f, base, row + 1, column + 1, t11 + y11);
    store(p, f, base, row + 1, column + 2, t12 + y12);
    store(p, f, base, row + 1, column + 3, t13 + y13);
    store(p, f, base, row + 2, column, t20 + y20);
    store(p, f, base, row + 2, column + 1, t21 + y21);
    store(p, f, base, row + 2, column + 2, t22 + y22);
    store(p, f, base, row + 2, column + 3, t23 + y23);
    store(p, f, base, row + 3, column, t30 + y30);
    store(p, f, base, row + 3, column + 1, t31 + y31);
    store(p, f, base, row + 3, column + 2, t32 + y32);
    store(p, f, base, row + 3, column + 3, t33 + y33);
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
