package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.ElementCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Element-wise runs. */
final class ElementKernels {
  private ElementKernels() {}

  /**
   * Runs the program that a work item belongs to on its element, see {@link ElementCode}. Bits are
   * put together in local memory, so that the elements are read by neighbouring work items.
   */
  static void elements(KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    double[] r = new double[ElementCode.REGISTERS];
    int[] bits = context.allocateIntLocalArray(ElementCode.GROUP);
    int item = context.globalIdx;
    int local = context.localIdx;

    int program = 0;
    int programs = p.get(ElementCode.PROGRAMS);
    for (int k = 1; k < programs; k++) {
      if (p.get(ElementCode.TABLE + 2 * k) <= item) {
        program = k;
      }
    }
    int own = item - p.get(ElementCode.TABLE + 2 * program);
    int code = p.get(ElementCode.TABLE + 2 * program + 1);
    int rows = p.get(code + ElementCode.ROWS);
    int last = p.get(code + ElementCode.LAST);
    int items = p.get(code + ElementCode.ITEMS);
    int steps = p.get(code + ElementCode.STEPS);
    int row = own / items;
    int column = own - row * items;
    int live = 0;
    if (row < rows) {
      if (column < last) {
        live = 1;
      }
    }
    int element = row * last + column;
    if (live == 0) {
      element = 0;
      column = 0;
    }

    for (int s = 0; s < steps; s++) {
      int at = code + ElementCode.HEAD + ElementCode.STEP * s;
      int op = p.get(at);
      int target = p.get(at + 1);
      int a = p.get(at + 2);
      int b = p.get(at + 3);
      int c = p.get(at + 4);
      int e = p.get(at + 5);
      if (op <= ElementCode.LOAD_MASK) {
        double y = 0;
        if (op == ElementCode.LOAD_FLOAT) {
          y = f.get(a + element);
        } else if (op == ElementCode.LOAD_FLOAT_ROW) {
          y = f.get(a + column);
        } else if (op == ElementCode.LOAD_FLOAT_SCALAR) {
          y = f.get(a);
        } else if (op == ElementCode.LOAD_INTEGER) {
          y = w.get(a + element);
        } else if (op == ElementCode.LOAD_INTEGER_ROW) {
          y = w.get(a + column);
        } else if (op == ElementCode.LOAD_INTEGER_SCALAR) {
          y = w.get(a);
        } else if (op == ElementCode.LOAD_BYTE) {
          y = (w.get(a + (element >> 2)) >> ((element & 3) << 3)) & 255;
        } else {
          int safe = row;
          if (live == 0) {
            safe = 0;
          }
          int bit = (w.get(a + safe * b + (column >> 5)) >> (column & 31)) & 1;
          if (op == ElementCode.LOAD_BITS) {
            y = 1 - 2 * bit;
          } else if (bit == 1) {
            y = 1.0 / 0.0;
          }
        }
        r[target] = y;
      } else if (op <= ElementCode.STORE_INTEGER) {
        if (live == 1) {
          if (op == ElementCode.STORE_FLOAT) {
            f.set(a + element, (float) r[b]);
          } else {
            w.set(a + element, (int) r[b]);
          }
        }
      } else if (op <= ElementCode.STORE_MASK) {
        int set = 0;
        if (live == 1) {
          if (op == ElementCode.STORE_BITS) {
            if (r[b] < 0) {
              set = 1;
            }
          } else {
            set = 1;
            if (r[b] < r[e]) {
              set = 0;
            }
            if (r[b] == r[e]) {
              set = 0;
            }
          }
        }
        bits[local] = set << (local & 31);
        context.localBarrier();
        if ((local & 31) == 0) {
          if (row < rows) {
            int word = 0;
            for (int k = 0; k < 32; k++) {
              word = word | bits[local + k];
            }
            w.set(a + row * c + (own - row * items) / 32, word);
          }
        }
        context.localBarrier();
      } else {
        double x = r[a];
        double y = x;
        if (op <= ElementCode.MAX) {
          double v = r[b];
          if (op == ElementCode.ADD) {
            y = x + v;
          } else if (op == ElementCode.SUB) {
            y = x - v;
          } else if (op == ElementCode.MUL) {
            y = x * v;
          } else if (op == ElementCode.DIV) {
            y = x / v;
          } else if (op == ElementCode.MIN) {
            y = DeviceMath.min(x, v);
          } else {
            y = DeviceMath.max(x, v);
          }
        } else if (op <= ElementCode.RINT) {
          if (op == ElementCode.NEGATE) {
            y = -x;
          } else if (op == ElementCode.ABS) {
            y = Math.abs(x);
          } else if (op == ElementCode.SQUARE) {
            y = x * x;
          } else if (op == ElementCode.SQRT) {
            y = Math.sqrt(x);
          } else {
            y = DeviceMath.rint(x);
          }
        } else if (op <= ElementCode.POW) {
          // once each for all: what is called is compiled in wherever it is called
          if (op == ElementCode.TANH) {
            y = Fdlibm.tanh(x);
          } else {
            double exponent = x;
            if (op != ElementCode.EXP) {
              double size = x;
              if (op == ElementCode.POW) {
                size = Math.abs(x);
              }
              y = Fdlibm.log(size);
              exponent = y * r[b];
            }
            if (op != ElementCode.LOG) {
              y = Fdlibm.exp(exponent);
              if (op == ElementCode.POW) {
                y = DeviceMath.pow(x, r[b], y);
              }
            }
          }
        } else if (op <= ElementCode.SELECT_EQUAL) {
          double v = r[b];
          y = r[e];
          if (op == ElementCode.SELECT_LESS) {
            if (x < v) {
              y = r[c];
            }
          } else if (op == ElementCode.SELECT_LESS_EQUAL) {
            if (x < v) {
              y = r[c];
            }
            if (x == v) {
              y = r[c];
            }
          } else if (x == v) {
            y = r[c];
          }
        } else if (op <= ElementCode.THRESHOLD) {
          double limit = 0;
          if (op == ElementCode.THRESHOLD) {
            limit = r[b];
          }
          y = 1;
          if (x < limit) {
            y = -1;
          }
        } else if (op == ElementCode.SCALE) {
          y = (x * b + c) / e;
        } else if (op == ElementCode.FACTOR) {
          y = x / Math.sqrt(r[b] + r[c]);
        } else if (op == ElementCode.TO_FLOAT) {
          y = x / r[b] / c;
        } else {
          double n = DeviceMath.rint(x * r[b]);
          double clamped = 0;
          if (n > c) {
            clamped = 1;
            n = c;
          }
          if (n < -c) {
            clamped = 1;
            n = -c;
          }
          if (n != n) {
            clamped = 1;
            n = 0;
          }
          y = n;
          if (op == ElementCode.IS_CLAMPED) {
            y = clamped;
          }
        }
        r[target] = (float) y;
      }
    }
  }
}
