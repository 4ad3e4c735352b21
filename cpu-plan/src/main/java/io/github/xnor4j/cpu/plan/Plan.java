package io.github.xnor4j.cpu.plan;

import java.util.List;

/**
 * A lowered program.
 *
 * @param inputs in order
 * @param outputs in order
 * @param assignments what becomes of variables when all parts have run
 * @param fixed what runs first if a variable has changed since it last ran, each behind a barrier
 * @param parts what runs every time, each behind a barrier
 * @param memory what all of it takes
 */
record Plan(
    List<Port> inputs,
    List<Port> outputs,
    List<Assignment> assignments,
    List<SchedulePart> fixed,
    List<SchedulePart> parts,
    Memory memory) {

  /**
   * New content of a variable.
   *
   * @param from where the value lies
   * @param staging memory that may become the variable's: {@code from} itself where nothing else
   *     needs it
   * @param to the variable
   */
  record Assignment(Buffer from, Buffer staging, Buffer to) {
    /** Copies values that are not ours to give away, before any variable changes. */
    void stage(Storage storage) {
      if (staging != from) {
        storage.copy(from, staging);
      }
    }

    /** Makes the staged memory the variable's. */
    void commit() {
      staging.swap(to);
    }
  }

  /**
   * Bytes, without those of variables, which are the session's.
   *
   * @param whole of buffers for whole values, inputs and constants among them
   * @param tiles of buffers that hold the tile in work only, for all threads
   * @param kernels of what kernels own: packed filters, tables, partial sums, what they compute
   *     with on the way
   */
  record Memory(long whole, long tiles, long kernels) {
    @Override
    public String toString() {
      return "memory: %,d bytes for whole values, %,d for values that exist tile by tile, %,d in kernels"
          .formatted(whole, tiles, kernels);
    }
  }

  /** Parts, their stages, and memory. */
  String describe() {
    PlanText text = new PlanText();
    for (SchedulePart part : fixed) {
      text.add("once", part.pieces());
    }
    for (int i = 0; i < parts.size(); i++) {
      text.add(String.valueOf(i + 1), parts.get(i).pieces());
    }
    return text + memory.toString() + '\n';
  }
}
