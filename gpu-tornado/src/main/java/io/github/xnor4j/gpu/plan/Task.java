package io.github.xnor4j.gpu.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A launch in the making: its parameters are numbers, and buffers that have no place yet. A
 * lowering puts them in the order in which the kernel reads them.
 */
final class Task {
  private final Kernel kernel;
  private final String label;
  private final List<Object> parameters = new ArrayList<>(); // Integer or Buffer
  private final List<Buffer> reads = new ArrayList<>();
  private final List<Buffer> writes = new ArrayList<>();
  private int threads;
  private int group;

  Task(Kernel kernel, String label) {
    this.kernel = kernel;
    this.label = label;
  }

  /** Puts numbers. */
  Task put(int... values) {
    for (int value : values) {
      parameters.add(value);
    }
    return this;
  }

  /** Puts the place of a buffer that is read. */
  Task read(Buffer buffer) {
    parameters.add(buffer);
    reads.add(buffer);
    return this;
  }

  /** Puts the place of a buffer that is written; read too, if that was said before. */
  Task write(Buffer buffer) {
    parameters.add(buffer);
    writes.add(buffer);
    return this;
  }

  /** How many parameters there are so far. */
  int size() {
    return parameters.size();
  }

  /** Replaces a number that was put. */
  void set(int index, int value) {
    parameters.set(index, value);
  }

  /** Says how many work items there are, at least; they are made a multiple of the group. */
  Task threads(long atLeast, int groupSize) {
    long rounded = Math.ceilDiv(Math.max(1, atLeast), groupSize) * groupSize;
    if (rounded > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          label + " takes " + rounded + " work items, expected " + Integer.MAX_VALUE + " or less");
    }
    threads = (int) rounded;
    group = groupSize;
    return this;
  }

  List<Buffer> reads() {
    return reads;
  }

  List<Buffer> writes() {
    return writes;
  }

  /** The launch, now that all buffers have their places. */
  Launch launch() {
    if (group == 0) {
      throw new IllegalStateException(label + " has no number of work items");
    }
    int[] encoded =
        parameters.stream().mapToInt(p -> p instanceof Buffer b ? b.offset() : (int) p).toArray();
    return new Launch(kernel, label, encoded, threads, group);
  }
}
