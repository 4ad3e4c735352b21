package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.BackendUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers whose lives meet lie apart; others may lie at one place. */
final class PlacementTest {
  private static Task task(List<Buffer> reads, List<Buffer> writes) {
    Task task = new Task(Kernel.ELEMENTS, "test");
    reads.forEach(task::read);
    writes.forEach(task::write);
    return task.threads(1, 1);
  }

  private static Buffer floats(int length) {
    return new Buffer(Arena.FLOATS, length);
  }

  @Test
  void placesAreUsedAgain() {
    Buffer a = floats(100);
    Buffer b = floats(100);
    Buffer c = floats(100);
    Placement placement =
        new Placement(
            List.of(
                task(List.of(), List.of(a)),
                task(List.of(a), List.of(b)),
                task(List.of(b), List.of(c))));
    placement.wanted(c);
    Map<Arena, Integer> lengths = placement.place();
    assertEquals(a.offset(), c.offset(), "a is not read any more when c is written");
    assertTrue(b.offset() >= 100 || a.offset() >= b.offset() + 100, "b is written while a is read");
    assertEquals(128 + 100, lengths.get(Arena.FLOATS));
    assertEquals(0, lengths.get(Arena.WORDS));
  }

  @Test
  void whatIsGivenOrWantedOrKeptLivesOn() {
    Buffer given = floats(10);
    Buffer kept = floats(10);
    Buffer made = floats(10);
    Placement placement =
        new Placement(
            List.of(
                task(List.of(), List.of(made)), task(List.of(given, made), List.of(floats(10)))));
    placement.given(given);
    placement.keep(kept);
    placement.wanted(made);
    placement.place();
    assertTrue(apart(given, made) && apart(given, kept) && apart(made, kept));
  }

  private static boolean apart(Buffer a, Buffer b) {
    return a.offset() >= b.offset() + b.length() || b.offset() >= a.offset() + a.length();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noBufferIsOverwrittenWhileItIsRead(long seed) {
    Random random = new Random(seed);
    List<Buffer> buffers = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      Arena arena = Arena.values()[random.nextInt(3)];
      Buffer made = new Buffer(arena, 1 + random.nextInt(200));
      List<Buffer> reads = new ArrayList<>();
      for (int k = 0; k < 3 && !buffers.isEmpty(); k++) {
        // mostly what was made lately, as in a program
        int back = Math.min(buffers.size(), 1 + (int) Math.abs(random.nextGaussian() * 10));
        reads.add(buffers.get(buffers.size() - back));
      }
      tasks.add(task(reads, List.of(made)));
      buffers.add(made);
    }
    Placement placement = new Placement(tasks);
    placement.wanted(buffers.getLast());
    placement.place();
    requireKept(tasks, List.of(buffers.getLast()));
  }

  /** Runs the tasks on arenas that remember who wrote an element last. */
  static void requireKept(List<Task> tasks, List<Buffer> wanted) {
    Map<Arena, Map<Integer, Buffer>> owners = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (Buffer read : tasks.get(i).reads()) {
        requireOwned(owners, read, "task " + i);
      }
      for (Buffer write : tasks.get(i).writes()) {
        for (int k = 0; k < write.length(); k++) {
          owners
              .computeIfAbsent(write.arena(), arena -> new HashMap<>())
              .put(write.offset() + k, write);
        }
      }
      for (Buffer read : tasks.get(i).reads()) {
        requireOwned(owners, read, "task " + i + " while it runs");
      }
    }
    wanted.forEach(buffer -> requireOwned(owners, buffer, "the end"));
  }

  private static void requireOwned(
      Map<Arena, Map<Integer, Buffer>> owners, Buffer buffer, String when) {
    Map<Integer, Buffer> arena = owners.getOrDefault(buffer.arena(), Map.of());
    for (int k = 0; k < buffer.length(); k++) {
      Buffer owner = arena.get(buffer.offset() + k);
      int element = k;
      assertTrue(
          owner == null || owner == buffer,
          () -> "at " + when + " element " + element + " of a buffer is another's");
    }
  }

  @Test
  void anArenaHasAnEnd() {
    Buffer a = floats(Integer.MAX_VALUE - 10);
    Buffer b = floats(1000);
    Placement placement = new Placement(List.of(task(List.of(), List.of(a, b))));
    BackendUnavailableException e =
        assertThrows(BackendUnavailableException.class, placement::place);
    assertTrue(e.getMessage().contains("8,589,9"), e.getMessage());
  }

  @Test
  void aBufferHasNoPlaceBefore() {
    assertThrows(IllegalStateException.class, floats(1)::offset);
  }
}
