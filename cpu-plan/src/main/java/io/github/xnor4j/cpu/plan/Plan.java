package io.github.xnor4j.cpu.plan;

import java.util.List;

/**
 * A lowered program.
 *
 * @param inputs buffers of the inputs, in order
 * @param outputs buffers of the outputs, in order
 * @param assignments what becomes of variables when all parts have run
 * @param fixed what runs first if a variable has changed since it last ran, each behind a barrier
 * @param parts what runs every time, each behind a barrier
 * @param buffers a line about memory
 */
record Plan(
    List<Slot> inputs,
    List<Slot> outputs,
    List<Assignment> assignments,
    List<SchedulePart> fixed,
    List<SchedulePart> parts,
    String buffers) {

  /**
   * The buffer of an input or output.
   *
   * @param buffer of the value's type
   */
  record Slot(Buffer buffer) {}

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

  /** Parts, their stages, and memory. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (SchedulePart part : fixed) {
      text.append("once for the same variables\n").append(part).append('\n');
    }
    for (int i = 0; i < parts.size(); i++) {
      text.append("part ").append(i + 1).append('\n').append(parts.get(i)).append('\n');
    }
    return text.append(buffers).append('\n').toString();
  }
}
