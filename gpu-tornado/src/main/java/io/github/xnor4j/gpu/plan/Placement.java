package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.backend.BackendUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives buffers their places: two whose lives do not meet may lie at the same. A life is from the
 * first task that writes it to the last that reads it.
 */
final class Placement {
  // rows of a warp's 32 lanes begin where a line of device memory does
  private static final int ALIGNMENT = 32;

  private final int end;
  private final Map<Buffer, int[]> lives = new IdentityHashMap<>(); // first and last task

  Placement(List<Task> tasks) {
    this.end = tasks.size();
    for (int i = 0; i < end; i++) {
      int task = i;
      tasks.get(i).writes().forEach(buffer -> live(buffer, task));
      tasks.get(i).reads().forEach(buffer -> live(buffer, task));
    }
  }

  private void live(Buffer buffer, int task) {
    int[] life = lives.computeIfAbsent(buffer, b -> new int[] {task, task});
    life[0] = Math.min(life[0], task);
    life[1] = Math.max(life[1], task);
  }

  /** Says that a buffer is there before the first task. */
  void given(Buffer buffer) {
    live(buffer, -1);
  }

  /** Says that a buffer is read behind the last task. */
  void wanted(Buffer buffer) {
    live(buffer, end);
  }

  /** Says that a buffer is there from run to run. */
  void keep(Buffer buffer) {
    given(buffer);
    wanted(buffer);
  }

  /** Gives all buffers their places; returns the length of each arena. */
  Map<Arena, Integer> place() {
    Map<Arena, Integer> lengths = new EnumMap<>(Arena.class);
    for (Arena arena : Arena.values()) {
      lengths.put(arena, place(arena));
    }
    return lengths;
  }

  private int place(Arena arena) {
    List<Map.Entry<Buffer, int[]>> order =
        new ArrayList<>(
            lives.entrySet().stream().filter(e -> e.getKey().arena() == arena).toList());
    // the largest first, each as low as those that live with it let it: an identity map's order
    // is not the same from run to run, so nothing may depend on it
    order.sort(
        Comparator.<Map.Entry<Buffer, int[]>>comparingInt(e -> -e.getKey().length())
            .thenComparingInt(e -> e.getValue()[0])
            .thenComparingInt(e -> e.getValue()[1]));
    List<Map.Entry<Buffer, int[]>> placed = new ArrayList<>();
    long length = 0;
    for (Map.Entry<Buffer, int[]> each : order) {
      long at = 0;
      placed.sort(Comparator.comparingInt(e -> e.getKey().offset()));
      for (Map.Entry<Buffer, int[]> other : placed) {
        boolean meet =
            other.getValue()[0] <= each.getValue()[1] && each.getValue()[0] <= other.getValue()[1];
        if (meet
            && at < aligned(end(other))
            && other.getKey().offset() < at + each.getKey().length()) {
          at = aligned(end(other));
        }
      }
      if (at + each.getKey().length() > Integer.MAX_VALUE) {
        throw new BackendUnavailableException(
            "the program takes %,d bytes of device memory in one array, which has %,d at most:"
                    .formatted(
                        (at + each.getKey().length()) * arena.bytes(),
                        (long) Integer.MAX_VALUE * arena.bytes())
                + " a smaller batch takes less");
      }
      each.getKey().place((int) at);
      length = Math.max(length, end(each));
      placed.add(each);
    }
    return (int) length;
  }

  private static long end(Map.Entry<Buffer, int[]> placed) {
    return (long) placed.getKey().offset() + placed.getKey().length();
  }

  private static long aligned(long at) {
    return Math.ceilDiv(at, ALIGNMENT) * ALIGNMENT;
  }
}
