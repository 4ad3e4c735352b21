package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.BITS;
import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;
import static io.github.xnor4j.cpu.vector.Lanes.HALF_S;
import static io.github.xnor4j.cpu.vector.Lanes.I;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of small integers by bits on 16-bit lanes: the eight signed sums of three neighbouring
 * integers are a table, three bits of a filter pick one. Lanes are output channels. Sums are exact
 * as long as they fit 16 bits, which the caller sees to.
 *
 * <p>Division by d is a multiplication by r = 1 / d, the rest, and a correction by it: a third of
 * the time. It gives what a division gives (Markstein): q = n r is off by less than 1.5 ulp, the
 * rest n - q d is exact, and the corrected q is off by less than 2^-23 ulp before it is rounded,
 * where n / d stays 1 / (2 d) ulp away from where rounding changes.
 *
 * <p>Where the table of an element lies follows from the element alone, so all rows of a window and
 * all windows share it: {@link ShortTables} knows where.
 */
final class ShortLookup {
  /** Elements of a table. */
  static final int ELEMENTS = 3;

  /** Sums of a table: bit j of an index stands for the sign of element j. */
  static final int SUMS = 1 << ELEMENTS;

  // At 512 bits one instruction picks among all lanes. Without AVX-512 it picks only inside 128
  // bits: there a vector is one table.
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(BITS == 512 ? 512 : 128));

  /** Lanes: columns of a block. */
  static final int WIDTH = S.length();

  /** Tables of a vector. */
  static final int TABLES = WIDTH / SUMS;

  /** Pieces that are added at a time: a multiple of them is needed. */
  static final int PIECES = 3;

  private ShortLookup() {}

  /**
   * Makes tables, a whole vector of them at a time: lane l of the one for element e is the sum over
   * j of {@code x[e + pick[j * WIDTH + l]] * sign[j * WIDTH + l]}.
   *
   * @param x0 the first element
   * @param step elements from one table to the next
   * @param n tables
   */
  static void tables(
      short[] x, int x0, int step, int n, short[] pick, short[] sign, short[] t, int t0) {
    ShortVector pick0 = ShortVector.fromArray(S, pick, 0);
    ShortVector pick1 = ShortVector.fromArray(S, pick, WIDTH);
    ShortVector pick2 = ShortVector.fromArray(S, pick, 2 * WIDTH);
    ShortVector sign0 = ShortVector.fromArray(S, sign, 0);
    ShortVector sign1 = ShortVector.fromArray(S, sign, WIDTH);
    ShortVector sign2 = ShortVector.fromArray(S, sign, 2 * WIDTH);
    for (int i = 0; i < n; i += TABLES) {
      ShortVector v = ShortVector.fromArray(S, x, x0 + i * step);
      ShortVector v0 = pick0.selectFrom(v).mul(sign0);
      ShortVector v1 = pick1.selectFrom(v).mul(sign1);
      ShortVector v2 = pick2.selectFrom(v).mul(sign2);
      v0.add(v1).add(v2).intoArray(t, t0 + i * SUMS);
    }
  }

  /**
   * Adds three pieces: {@code sums[(r - r0) * WIDTH + l] += sum over i < 3 of t[rows[r] + pieces[k
   * + i] + index[x0 + i * ldx + l]]} for the rows from r0 to r1.
   *
   * @param rows where the tables of each output position begin
   * @param pieces offset of each piece's table from there
   * @param index of the filter, a row for each piece
   */
  static void add(
      short[] t,
      int[] rows,
      int r0,
      int r1,
      int[] pieces,
      int k,
      short[] index,
      int x0,
      int ldx,
      short[] sums) {
    ShortVector x = ShortVector.fromArray(S, index, x0);
    ShortVector y = ShortVector.fromArray(S, index, x0 + ldx);
    ShortVector z = ShortVector.fromArray(S, index, x0 + 2 * ldx);
    int k0 = pieces[k];
    int k1 = pieces[k + 1];
    int k2 = pieces[k + 2];
    for (int r = r0; r < r1; r++) {
      int at = rows[r];
      int o = (r - r0) * WIDTH;
      ShortVector v0 = x.selectFrom(ShortVector.fromArray(S, t, at + k0));
      ShortVector v1 = y.selectFrom(ShortVector.fromArray(S, t, at + k1));
      ShortVector v2 = z.selectFrom(ShortVector.fromArray(S, t, at + k2));
      ShortVector.fromArray(S, sums, o).add(v0).add(v1).add(v2).intoArray(sums, o);
    }
  }

  /**
   * All of a product of three pieces and the largest of each four rows: {@code best[(w - w0) *
   * WIDTH + l]} is the largest of the four {@code s + 3 - p}, s as in {@link #add} for row {@code 4
   * * w + p}. With tables of multiples of four it says both what is largest and, of equals, which
   * is first.
   */
  static void best(
      short[] t,
      int[] rows,
      int w0,
      int w1,
      int[] pieces,
      short[] index,
      int x0,
      int ldx,
      short[] best) {
    ShortVector x = ShortVector.fromArray(S, index, x0);
    ShortVector y = ShortVector.fromArray(S, index, x0 + ldx);
    ShortVector z = ShortVector.fromArray(S, index, x0 + 2 * ldx);
    int k0 = pieces[0];
    int k1 = pieces[1];
    int k2 = pieces[2];
    for (int w = w0; w < w1; w++) {
      int r0 = rows[4 * w];
      int r1 = rows[4 * w + 1];
      int r2 = rows[4 * w + 2];
      int r3 = rows[4 * w + 3];
      ShortVector a0 = x.selectFrom(ShortVector.fromArray(S, t, r0 + k0));
      ShortVector b0 = y.selectFrom(ShortVector.fromArray(S, t, r0 + k1));
      ShortVector c0 = z.selectFrom(ShortVector.fromArray(S, t, r0 + k2));
      ShortVector s0 = a0.add(b0).add(c0).add((short) 3);
      ShortVector a1 = x.selectFrom(ShortVector.fromArray(S, t, r1 + k0));
      ShortVector b1 = y.selectFrom(ShortVector.fromArray(S, t, r1 + k1));
      ShortVector c1 = z.selectFrom(ShortVector.fromArray(S, t, r1 + k2));
      ShortVector s1 = a1.add(b1).add(c1).add((short) 2);
      ShortVector a2 = x.selectFrom(ShortVector.fromArray(S, t, r2 + k0));
      ShortVector b2 = y.selectFrom(ShortVector.fromArray(S, t, r2 + k1));
      ShortVector c2 = z.selectFrom(ShortVector.fromArray(S, t, r2 + k2));
      ShortVector s2 = a2.add(b2).add(c2).add((short) 1);
      ShortVector a3 = x.selectFrom(ShortVector.fromArray(S, t, r3 + k0));
      ShortVector b3 = y.selectFrom(ShortVector.fromArray(S, t, r3 + k1));
      ShortVector c3 = z.selectFrom(ShortVector.fromArray(S, t, r3 + k2));
      ShortVector s3 = a3.add(b3).add(c3);
      s0.max(s1).max(s2.max(s3)).intoArray(best, (w - w0) * WIDTH);
    }
  }

  /**
   * {@link #best} where the tables of a window's second and fourth row lie in the same vectors as
   * those of its first and third, so many lanes further: half as many loads.
   */
  static void bestOfPairs(
      short[] t,
      int[] rows,
      int lanes,
      int w0,
      int w1,
      int[] pieces,
      short[] index,
      int x0,
      int ldx,
      short[] best) {
    ShortVector x = ShortVector.fromArray(S, index, x0);
    ShortVector y = ShortVector.fromArray(S, index, x0 + ldx);
    ShortVector z = ShortVector.fromArray(S, index, x0 + 2 * ldx);
    ShortVector nextX = x.add((short) lanes);
    ShortVector nextY = y.add((short) lanes);
    ShortVector nextZ = z.add((short) lanes);
    int k0 = pieces[0];
    int k1 = pieces[1];
    int k2 = pieces[2];
    for (int w = w0; w < w1; w++) {
      int r0 = rows[4 * w];
      int r2 = rows[4 * w + 2];
      ShortVector a0 = ShortVector.fromArray(S, t, r0 + k0);
      ShortVector b0 = ShortVector.fromArray(S, t, r0 + k1);
      ShortVector c0 = ShortVector.fromArray(S, t, r0 + k2);
      ShortVector s0 = x.selectFrom(a0).add(y.selectFrom(b0)).add(z.selectFrom(c0));
      ShortVector s1 = nextX.selectFrom(a0).add(nextY.selectFrom(b0)).add(nextZ.selectFrom(c0));
      ShortVector a2 = ShortVector.fromArray(S, t, r2 + k0);
      ShortVector b2 = ShortVector.fromArray(S, t, r2 + k1);
      ShortVector c2 = ShortVector.fromArray(S, t, r2 + k2);
      ShortVector s2 = x.selectFrom(a2).add(y.selectFrom(b2)).add(z.selectFrom(c2));
      ShortVector s3 = nextX.selectFrom(a2).add(nextY.selectFrom(b2)).add(nextZ.selectFrom(c2));
      ShortVector above = s0.add((short) 3).max(s1.add((short) 2));
      above.max(s2.add((short) 1).max(s3)).intoArray(best, (w - w0) * WIDTH);
    }
  }

  /** {@link #best} of sums that {@link #add} has made, four rows a window. */
  static void best(short[] sums, int windows, short[] best) {
    for (int w = 0; w < windows; w++) {
      int at = 4 * w * WIDTH;
      ShortVector s0 = ShortVector.fromArray(S, sums, at).add((short) 3);
      ShortVector s1 = ShortVector.fromArray(S, sums, at + WIDTH).add((short) 2);
      ShortVector s2 = ShortVector.fromArray(S, sums, at + 2 * WIDTH).add((short) 1);
      ShortVector s3 = ShortVector.fromArray(S, sums, at + 3 * WIDTH);
      s0.max(s1).max(s2.max(s3)).intoArray(best, w * WIDTH);
    }
  }

  /**
   * Divides: {@code y[y0 + r * ldy + c] = sums[r * WIDTH + c] / divisor}, rounded once.
   *
   * @param cols at most WIDTH
   */
  static void quotients(short[] sums, int rows, int cols, int divisor, float[] y, int y0, int ldy) {
    float inverse = 1f / divisor;
    for (int r = 0; r < rows; r++) {
      int at = r * WIDTH;
      int to = y0 + r * ldy;
      int c = 0;
      for (; c + COUNT <= cols; c += COUNT) {
        ShortVector v = ShortVector.fromArray(HALF_S, sums, at + c);
        FloatVector n = (FloatVector) ((IntVector) v.convertShape(S2I, I, 0)).convert(I2F, 0);
        FloatVector q = n.mul(inverse);
        FloatVector rest = q.fma(FloatVector.broadcast(F, -divisor), n);
        rest.fma(FloatVector.broadcast(F, inverse), q).intoArray(y, to + c);
      }
      for (; c < cols; c++) {
        y[to + c] = (float) sums[at + c] / divisor;
      }
    }
  }

  /**
   * What {@link #best} says: {@code y[y0 + w * ld + c]} is the largest quotient, {@code argmax[m0 +
   * w * ld + c]} the row that it is of. See {@link #quotients}.
   */
  static void winners(
      short[] best,
      int windows,
      int cols,
      int divisor,
      float[] y,
      int y0,
      int[] argmax,
      int m0,
      int ld) {
    float inverse = 1f / divisor;
    for (int w = 0; w < windows; w++) {
      int at = w * WIDTH;
      int o = w * ld;
      int c = 0;
      for (; c + COUNT <= cols; c += COUNT) {
        ShortVector v = ShortVector.fromArray(HALF_S, best, at + c);
        IntVector i = (IntVector) v.convertShape(S2I, I, 0);
        i.not().and(3).intoArray(argmax, m0 + o + c);
        FloatVector n = (FloatVector) i.lanewise(ASHR, 2).convert(I2F, 0);
        FloatVector q = n.mul(inverse);
        FloatVector rest = q.fma(FloatVector.broadcast(F, -divisor), n);
        rest.fma(FloatVector.broadcast(F, inverse), q).intoArray(y, y0 + o + c);
      }
      for (; c < cols; c++) {
        argmax[m0 + o + c] = ~best[at + c] & 3;
        y[y0 + o + c] = (float) (best[at + c] >> 2) / divisor;
      }
    }
  }
}
