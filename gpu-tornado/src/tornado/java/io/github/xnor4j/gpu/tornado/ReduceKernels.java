package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.Chunks;
import io.github.xnor4j.gpu.plan.ReduceCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Reductions in two launches, see {@link ReduceCode}. */
final class ReduceKernels {
  private ReduceKernels() {}

  /** A chunk of a result; the result itself if it has one chunk. */
  static void reduceTerms(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    int item = context.globalIdx;
    int count = p.get(ReduceCode.COUNT);
    int chunks = p.get(ReduceCode.CHUNKS + Chunks.COUNT);
    if (item < count * chunks) {
      int depth = p.get(ReduceCode.DEPTH);
      int kept = p.get(ReduceCode.KEPT);
      int reduced = p.get(ReduceCode.REDUCED);
      int isMaximum = p.get(ReduceCode.IS_MAXIMUM);
      int isInteger = p.get(ReduceCode.IS_INTEGER);
      int chunk = item / count;
      int result = item - chunk * count;
      if (p.get(ReduceCode.IS_ROW) == 1) {
        result = item / chunks;
        chunk = item - result * chunks;
      }
      int base = p.get(ReduceCode.TERMS);
      int rest = result;
      for (int axis = kept - 1; axis >= 0; axis--) {
        int extent = p.get(ReduceCode.AXES + 2 * axis);
        int outer = rest / extent;
        base += (rest - outer * extent) * p.get(ReduceCode.AXES + 2 * axis + 1);
        rest = outer;
      }

      int axes = ReduceCode.AXES + 2 * kept;
      double all = 0;
      if (isMaximum == 1) {
        all = -1.0 / 0.0;
      }
      long integers = 0; // holds 2^31 integers
      int term = chunk * p.get(ReduceCode.CHUNKS + Chunks.STRIDE);
      int end = Math.min(depth, term + p.get(ReduceCode.CHUNKS + Chunks.REACH));
      int step = p.get(ReduceCode.CHUNKS + Chunks.STEP);
      if (p.get(ReduceCode.CHUNKS + Chunks.IS_ORDERED) == 1) {
        if (reduced == 1) {
          int stride = p.get(axes + 1);
          all = OrderedSums.tile(f, base + term * stride, stride, end - term);
          term = end;
        }
      }
      while (term < end) {
        int at = base;
        int left = term;
        for (int axis = reduced - 1; axis > 0; axis--) {
          int extent = p.get(axes + 2 * axis);
          int outer = left / extent;
          at += (left - outer * extent) * p.get(axes + 2 * axis + 1);
          left = outer;
        }
        if (reduced > 0) {
          at += left * p.get(axes + 1);
        }
        if (isInteger == 1) {
          integers += w.get(at);
        } else if (isMaximum == 1) {
          all = DeviceMath.max(all, f.get(at));
        } else {
          all += f.get(at);
        }
        term += step;
      }

      if (chunks == 1) {
        if (isInteger == 1) {
          w.set(p.get(ReduceCode.RESULTS) + result, (int) integers);
        } else {
          f.set(p.get(ReduceCode.RESULTS) + result, (float) all);
        }
      } else {
        if (isInteger == 1) {
          all = (int) integers;
        }
        d.set(p.get(ReduceCode.PARTIALS) + chunk * count + result, all);
      }
    }
  }

  /** A result of its chunks' numbers; a group each. */
  static void reduceChunks(
      KernelContext context, IntArray p, FloatArray f, IntArray w, DoubleArray d) {
    double[] parts = context.allocateDoubleLocalArray(ReduceCode.GROUP);
    int local = context.localIdx;
    int result = context.globalIdx / ReduceCode.GROUP;
    int count = p.get(ReduceCode.COUNT);
    int chunks = p.get(ReduceCode.CHUNKS + Chunks.COUNT);
    int isMaximum = p.get(ReduceCode.IS_MAXIMUM);
    double all = 0;
    if (isMaximum == 1) {
      all = -1.0 / 0.0;
    }
    int first = local;
    if (p.get(ReduceCode.CHUNKS + Chunks.IS_ORDERED) == 1) {
      first = chunks;
      if (local == 0) {
        if (result < count) {
          all = OrderedSums.total(d, p.get(ReduceCode.PARTIALS) + result, count, chunks);
        }
      }
    }
    if (result < count) {
      int at = p.get(ReduceCode.PARTIALS) + result;
      for (int chunk = first; chunk < chunks; chunk += ReduceCode.GROUP) {
        double part = d.get(at + chunk * count);
        if (isMaximum == 1) {
          all = DeviceMath.max(all, part);
        } else {
          all += part;
        }
      }
    }
    parts[local] = all;
    context.localBarrier();
    if (local == 0) {
      if (result < count) {
        for (int k = 1; k < ReduceCode.GROUP; k++) {
          if (isMaximum == 1) {
            all = DeviceMath.max(all, parts[k]);
          } else {
            all += parts[k];
          }
        }
        if (p.get(ReduceCode.IS_INTEGER) == 1) {
          // modulo 2^32 before the cast: a device's cast of what is no int is not Java's
          all = all - DeviceMath.rint(all / 0x1p32) * 0x1p32;
          if (all > 0x1.fffffffcp30) {
            all = all - 0x1p32;
          }
          w.set(p.get(ReduceCode.RESULTS) + result, (int) all);
        } else {
          f.set(p.get(ReduceCode.RESULTS) + result, (float) all);
        }
      }
    }
  }
}
