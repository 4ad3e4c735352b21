package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Layout;
import io.github.xnor4j.gpu.plan.MoveCode;
import io.github.xnor4j.gpu.plan.OperandCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Elements at other places. */
final class MoveKernels {
  private MoveKernels() {}

  /**
   * A word of a value that is put together of others, see {@link MoveCode}: an element, four bytes
   * or 32 bits.
   */
  static void moveParts(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    if (item < p.get(MoveCode.ITEMS)) {
      int dtype = p.get(MoveCode.RESULT + OperandCode.DTYPE);
      int last = p.get(MoveCode.RESULT + OperandCode.LAST);
      int rank = p.get(MoveCode.RANK);
      int sources = p.get(MoveCode.SOURCES);
      int fill = p.get(MoveCode.FILL);
      int first = item;
      int count = 1;
      if (dtype == OperandCode.U8) {
        first = item * 4;
        count = Math.min(4, p.get(MoveCode.ELEMENTS) - first);
      } else if (dtype == OperandCode.BIT) {
        int words = p.get(MoveCode.RESULT + OperandCode.ROW_WORDS);
        int row = item / words;
        int column = (item - row * words) * Layout.WORD;
        first = row * last + column;
        count = Math.min(Layout.WORD, last - column);
      }

      int word = 0;
      float number = 0;
      for (int k = 0; k < count; k++) {
        int value = fill;
        if (dtype == OperandCode.F32) {
          number = f.get(fill);
        }
        int source = MoveCode.EXTENTS + rank;
        for (int s = 0; s < sources; s++) {
          int index = p.get(source + MoveCode.FIRST);
          int inside = 1;
          int rest = first + k;
          for (int axis = rank - 1; axis >= 0; axis--) {
            int extent = p.get(MoveCode.EXTENTS + axis);
            int at = source + MoveCode.AXES + MoveCode.AXIS * axis;
            int outer = rest / extent;
            int coordinate = rest - outer * extent - p.get(at);
            rest = outer;
            if (coordinate < 0) {
              inside = 0;
            }
            if (coordinate >= p.get(at + 1)) {
              inside = 0;
            }
            index += coordinate * p.get(at + 2);
          }
          if (inside == 1) {
            int base = p.get(source + OperandCode.BASE);
            if (dtype == OperandCode.F32) {
              number = f.get(base + index);
            } else if (dtype == OperandCode.INTEGER) {
              value = w.get(base + index);
            } else if (dtype == OperandCode.U8) {
              value = (w.get(base + (index >> 2)) >> ((index & 3) << 3)) & 255;
            } else {
              int extent = p.get(source + OperandCode.LAST);
              int row = index / extent;
              int column = index - row * extent;
              int words = p.get(source + OperandCode.ROW_WORDS);
              value = (w.get(base + row * words + (column >> 5)) >> (column & 31)) & 1;
            }
          }
          source += MoveCode.AXES + MoveCode.AXIS * rank;
        }
        if (dtype == OperandCode.BIT) {
          word = word | (value << k);
        } else if (dtype == OperandCode.U8) {
          word = word | (value << (k << 3));
        } else {
          word = value;
        }
      }

      int to = p.get(MoveCode.RESULT + OperandCode.BASE) + item;
      if (dtype == OperandCode.F32) {
        f.set(to, number);
      } else {
        w.set(to, word);
      }
    }
  }
}
