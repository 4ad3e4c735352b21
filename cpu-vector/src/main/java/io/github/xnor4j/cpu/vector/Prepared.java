package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A kernel of this backend. What it says of itself is gathered while it is made; its loops are
 * static methods of other classes, which the compiler sees called from one place each.
 */
abstract class Prepared implements Kernel {
  private final String name;
  private final int tasks;
  private final List<Buffer> reads;
  private final List<Kernel> before = new ArrayList<>();
  private Kernel finish;
  private long bytes;

  /**
   * A kernel of tasks.
   *
   * @param reads besides what kernels before it make for it
   */
  Prepared(String name, int tasks, Buffer... reads) {
    this.name = name;
    this.tasks = tasks;
    this.reads = List.of(reads);
  }

  /** A kernel that works on tiles. */
  Prepared(String name, Buffer... reads) {
    this(name, 0, reads);
  }

  /** Declares that another kernel runs first; gives it back. */
  final <K extends Kernel> K first(K kernel) {
    before.add(kernel);
    return kernel;
  }

  /** Declares what adds up what the parts leave. */
  final void finishBy(Kernel kernel) {
    finish = kernel;
  }

  /** Declares bytes that it owns besides. */
  final void owns(long more) {
    bytes += more;
  }

  // what each takes is counted without what keeps them apart

  /** Floats for each of so many members, or tiles. */
  final float[][] ownFloats(int arrays, int n) {
    bytes += 4L * arrays * n;
    float[][] own = new float[arrays][];
    Arrays.setAll(own, i -> Scratch.floats(n));
    return own;
  }

  /** Ints for each of so many members. */
  final int[][] ownInts(int arrays, int n) {
    bytes += 4L * arrays * n;
    int[][] own = new int[arrays][];
    Arrays.setAll(own, i -> Scratch.ints(n));
    return own;
  }

  /** Shorts for each of so many members. */
  final short[][] ownShorts(int arrays, int n) {
    bytes += 2L * arrays * n;
    short[][] own = new short[arrays][];
    Arrays.setAll(own, i -> Scratch.shorts(n));
    return own;
  }

  /** Doubles for each of so many members, or tiles. */
  final double[][] ownDoubles(int arrays, int n) {
    bytes += 8L * arrays * n;
    double[][] own = new double[arrays][];
    Arrays.setAll(own, i -> Scratch.doubles(n));
    return own;
  }

  /** Longs for each of so many members, or tiles. */
  final long[][] ownLongs(int arrays, int n) {
    bytes += 8L * arrays * n;
    long[][] own = new long[arrays][];
    Arrays.setAll(own, i -> Scratch.longs(n));
    return own;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int tasks() {
    return tasks;
  }

  @Override
  public final List<Buffer> reads() {
    return reads;
  }

  @Override
  public final List<Kernel> before() {
    return before;
  }

  @Override
  public final Kernel finish() {
    return finish;
  }

  @Override
  public final long bytes() {
    return bytes;
  }
}
