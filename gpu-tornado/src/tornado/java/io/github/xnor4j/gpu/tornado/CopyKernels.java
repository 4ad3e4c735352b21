package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.gpu.plan.CopyCode;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Copies between the host's side and the arenas. */
final class CopyKernels {
  private CopyKernels() {}

  /** Segments from two arrays to two others, see {@link CopyCode}. */
  static void copySegments(
      KernelContext context,
      IntArray p,
      FloatArray fromFloats,
      IntArray fromWords,
      FloatArray toFloats,
      IntArray toWords) {
    int i = context.globalIdx;
    if (i < p.get(CopyCode.ELEMENTS)) {
      int low = 0;
      int high = p.get(CopyCode.SEGMENTS) - 1;
      while (low < high) {
        int middle = (low + high + 1) >> 1;
        if (p.get(CopyCode.TABLE + CopyCode.ROW * middle) <= i) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      int row = CopyCode.TABLE + CopyCode.ROW * low;
      int at = i - p.get(row);
      int from = p.get(row + 2) + at;
      int to = p.get(row + 3) + at;
      if (p.get(row + 1) == 0) {
        toFloats.set(to, fromFloats.get(from));
      } else {
        toWords.set(to, fromWords.get(from));
      }
    }
  }

  /**
   * The few variables that the host changed between runs, such as a learning rate. One work item
   * for each of a fixed number of places; what there is to do stands in the arrays that come
   * anyway.
   */
  static void patchVariables(
      KernelContext context,
      FloatArray fromFloats,
      IntArray fromWords,
      FloatArray toFloats,
      IntArray toWords) {
    int i = context.globalIdx;
    if (i < fromWords.get(0)) {
      int row = Patches.TABLE + Patches.ROW * i;
      int from = fromWords.get(row + 1);
      int to = fromWords.get(row + 2);
      int length = fromWords.get(row + 3);
      for (int k = 0; k < length; k++) {
        if (fromWords.get(row) == 0) {
          toFloats.set(to + k, fromFloats.get(from + k));
        } else {
          toWords.set(to + k, fromWords.get(from + k));
        }
      }
    }
  }

  /** Touches the variables, so that a graph of this task alone brings them to the device. */
  static void keepVariables(KernelContext context, FloatArray floats, IntArray words) {
    int i = context.globalIdx;
    if (i < 1) {
      floats.set(i, floats.get(i));
      words.set(i, words.get(i));
    }
  }
}
