package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.PreparedKernel;
import java.util.Arrays;

/**
 * A kernel of this backend, with the arrays that it owns. Its loops are static methods of other
 * classes, which the compiler sees called from one place each.
 */
abstract class Prepared extends PreparedKernel {
  /**
   * A kernel of tasks.
   *
   * @param reads besides what kernels before it make for it
   */
  Prepared(String name, int tasks, Buffer... reads) {
    super(name, tasks, reads);
  }

  /** A kernel that works on tiles. */
  Prepared(String name, Buffer... reads) {
    this(name, 0, reads);
  }

  // what each takes is counted without what keeps them apart

  /** Floats for each of so many members, or tiles. */
  final float[][] ownFloats(int arrays, int n) {
    owns(4L * arrays * n);
    float[][] own = new float[arrays][];
    Arrays.setAll(own, i -> Scratch.floats(n));
    return own;
  }

  /** Ints for each of so many members. */
  final int[][] ownInts(int arrays, int n) {
    owns(4L * arrays * n);
    int[][] own = new int[arrays][];
    Arrays.setAll(own, i -> Scratch.ints(n));
    return own;
  }

  /** Shorts for each of so many members. */
  final short[][] ownShorts(int arrays, int n) {
    owns(2L * arrays * n);
    short[][] own = new short[arrays][];
    Arrays.setAll(own, i -> Scratch.shorts(n));
    return own;
  }

  /** Doubles for each of so many members, or tiles. */
  final double[][] ownDoubles(int arrays, int n) {
    owns(8L * arrays * n);
    double[][] own = new double[arrays][];
    Arrays.setAll(own, i -> Scratch.doubles(n));
    return own;
  }

  /** Longs for each of so many members, or tiles. */
  final long[][] ownLongs(int arrays, int n) {
    owns(8L * arrays * n);
    long[][] own = new long[arrays][];
    Arrays.setAll(own, i -> Scratch.longs(n));
    return own;
  }
}
