package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A team that waits for itself would hang the build: hence the limits, which nothing comes near.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TeamTest {
  private static final int ROUNDS = 20;

  /** The work of a task. */
  @FunctionalInterface
  private interface Body {
    void run(int task, int member);
  }

  private static Team.Part part(int tasks, Body body) {
    return new Team.Part() {
      @Override
      public int tasks() {
        return tasks;
      }

      @Override
      public void run(int task, int member) {
        body.run(task, member);
      }

      @Override
      public String toString() {
        return "part of " + tasks;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16})
  void everyTaskRunsOnce(int members) {
    try (Team team = new Team(members)) {
      assertEquals(members, team.size());
      for (int round = 0; round < ROUNDS; round++) {
        for (int tasks : new int[] {0, 1, 2, 3, 15, 16, 17, 100}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
          team.run(
              new Team.Part[] {
                part(
                    tasks,
                    (task, member) -> {
                      assertTrue(member >= 0 && member < members);
                      runs.incrementAndGet(task);
                    })
              });
          for (int task = 0; task < tasks; task++) {
            assertEquals(1, runs.get(task), "task " + task + " of " + tasks);
          }
        }
      }
    }
  }

  /** Scratch arrays are by member: no two threads may be one, nor one thread two. */
  @Test
  void aMemberIsAThread() {
    Set<String> pairs = ConcurrentHashMap.newKeySet();
    try (Team team = new Team(3)) {
      Team.Part part =
          part(50, (task, member) -> pairs.add(member + " " + Thread.currentThread().threadId()));
      for (int round = 0; round < ROUNDS; round++) {
        team.run(new Team.Part[] {part});
      }
    }
    Set<String> members = new HashSet<>();
    Set<String> threads = new HashSet<>();
    for (String pair : pairs) {
      assertTrue(members.add(pair.split(" ")[0]), () -> "one member is two threads: " + pairs);
      assertTrue(threads.add(pair.split(" ")[1]), () -> "one thread is two members: " + pairs);
    }
  }

  /** Plain arrays: what a part writes must be seen by the next one on whatever thread. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16})
  void aPartSeesAllOfTheOneBefore(int members) {
    int n = 64;
    int[][] values = new int[5][n];
    Team.Part[] parts = new Team.Part[values.length - 1];
    for (int i = 0; i < parts.length; i++) {
      int[] from = values[i];
      int[] to = values[i + 1];
      parts[i] =
          part(
              n,
              (task, member) -> {
                int sum = 0;
                for (int value : from) {
                  sum += value;
                }
                to[task] = sum % 1000 + task;
              });
    }
    try (Team team = new Team(members)) {
      for (int round = 0; round < ROUNDS; round++) {
        int first = round;
        Arrays.setAll(values[0], task -> first + task);
        team.run(parts);
        int[] expected = values[0].clone();
        for (int i = 0; i < parts.length; i++) {
          int sum = Arrays.stream(expected).sum() % 1000;
          Arrays.setAll(expected, task -> sum + task);
          assertArrayEquals(expected, values[i + 1]);
        }
      }
    }
  }

  /** Whoever runs the failing task, the caller hears of it, and later parts do not run. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16})
  void aFailureReachesTheCallerAndTheTeamGoesOn(int members) {
    try (Team team = new Team(members)) {
      for (int failing : new int[] {0, 7, 19}) {
        RuntimeException thrown = new ArithmeticException("task " + failing);
        Team.Part failure =
            part(
                20,
                (task, member) -> {
                  if (task == failing) {
                    throw thrown;
                  }
                });
        Set<Integer> later = Collections.synchronizedSet(new HashSet<>());
        Team.Part next = part(20, (task, member) -> later.add(task));
        RuntimeException caught =
            assertThrows(RuntimeException.class, () -> team.run(new Team.Part[] {failure, next}));
        assertTrue(caught == thrown || caught.getCause() == thrown, caught::toString);
        assertEquals(Set.of(), later);
        team.run(new Team.Part[] {next});
        assertEquals(20, later.size());
      }
    }
  }

  @Test
  void anErrorReachesTheCallerToo() {
    try (Team team = new Team(2)) {
      Team.Part failure =
          part(
              8,
              (task, member) -> {
                throw new LinkageError("of task " + task);
              });
      IllegalStateException caught =
          assertThrows(IllegalStateException.class, () -> team.run(new Team.Part[] {failure}));
      assertTrue(caught.getMessage().contains("part of 8"), caught::getMessage);
      assertTrue(caught.getCause() instanceof LinkageError);
    }
  }

  @Test
  void closingEndsTheThreads() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Team team = new Team(4);
    Thread caller = Thread.currentThread();
    // a task waits until all members have one, so that each shows its thread
    team.run(
        new Team.Part[] {
          part(
              4,
              (task, member) -> {
                threads.add(Thread.currentThread());
                while (threads.size() < 4) {
                  Thread.onSpinWait();
                }
              })
        });
    assertTrue(threads.remove(caller));
    assertEquals(3, threads.size());
    assertTrue(threads.stream().allMatch(Thread::isAlive));
    team.close();
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(60));
      assertFalse(thread.isAlive());
    }
  }

  /** Its helpers would never come to the barrier. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aClosedTeamRefusesToRun(int members) {
    Team team = new Team(members);
    team.close();
    Team.Part[] parts = {part(8, (task, member) -> {})};
    assertThrows(IllegalStateException.class, () -> team.run(parts));
    team.close();
  }

  /** Helpers that have parked must hear of the end as well as of work. */
  @Test
  void parkedThreadsWakeUp() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Team team = new Team(2);
    Team.Part part =
        part(
            2,
            (task, member) -> {
              threads.add(Thread.currentThread());
              while (threads.size() < 2) {
                Thread.onSpinWait();
              }
            });
    team.run(new Team.Part[] {part});
    threads.remove(Thread.currentThread());
    Thread helper = threads.iterator().next();
    awaitParked(helper);
    team.run(new Team.Part[] {part});
    awaitParked(helper);
    team.close();
    assertTrue(helper.join(Duration.ofSeconds(60)));
  }

  private static void awaitParked(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }
}
