package io.github.xnor4j.cpu.plan;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of threads that runs a list of parallel parts with a barrier behind each. The caller
 * is member 0. Each member begins with tasks of its own, the same in every run, so that it finds in
 * its cache what it wrote in the part before; when it has none left it helps the others. Who takes
 * which task is a matter of speed only: tasks write to places of their own.
 *
 * <p>Two processors may be far apart, on chiplets or sockets of their own. A cache line then takes
 * some 200 ns from one to the other, four times as long as between neighbours. So no line is shared
 * that is written for every task.
 */
final class Team implements AutoCloseable {
  /** A part of a run: independent tasks. */
  interface Part {
    /** Number of tasks. */
    int tasks();

    /**
     * The first of a member's own tasks. They end where the next member's begin, the last one's
     * with all.
     *
     * @param member of the team
     * @param members in the team
     */
    default int begin(int member, int members) {
      return (int) (((long) tasks() * member + members - 1) / members);
    }

    /** Runs one task as a member of the team. */
    void run(int task, int member);
  }

  // spinning covers the gaps between the parts of a step; parking keeps an idle session off the
  // cores
  private static final int SPINS_BEFORE_YIELD = 1 << 10;
  private static final int YIELDS_BEFORE_PARK = 200;

  // so many elements lie two cache lines apart: processors fetch them in pairs
  private static final int LONGS = 16;
  private static final int INTS = 32;

  private final Thread[] helpers;

  // of each member: number of the part << 32 | next of its own tasks there. The number of an
  // earlier part says that nobody has taken from it yet, so nobody has to reset it
  private final AtomicLongArray next;

  // of each member: the last part whose tasks it found all taken
  private final AtomicIntegerArray done;

  // of each helper: 1 while it is parked or about to be
  private final AtomicIntegerArray asleep;

  // a part; published by its number, which has a line of its own since helpers look at it all the
  // time
  private Part part;
  private final AtomicIntegerArray number;

  private volatile Throwable failure;
  private volatile boolean closed;

  Team(int threads) {
    next = new AtomicLongArray((threads + 1) * LONGS);
    done = new AtomicIntegerArray((threads + 1) * INTS);
    asleep = new AtomicIntegerArray((threads + 1) * INTS);
    number = new AtomicIntegerArray(2 * INTS);
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int member = i + 1;
      helpers[i] = new Thread(() -> help(member), "xnor4j-" + member);
      helpers[i].setDaemon(true);
      helpers[i].start();
    }
  }

  int size() {
    return helpers.length + 1;
  }

  /** Runs all parts, each after the one before it is complete. */
  void run(Part[] parts) {
    if (closed) {
      throw new IllegalStateException("the session is closed"); // helpers would not come
    }
    for (Part each : parts) {
      run(each);
    }
  }

  private void run(Part each) {
    int tasks = each.tasks();
    if (helpers.length == 0 || tasks == 1) {
      for (int task = 0; task < tasks; task++) {
        each.run(task, 0);
      }
      return;
    }
    part = each;
    int now = number.get(INTS) + 1;
    number.set(INTS, now);
    for (int i = 0; i < helpers.length; i++) {
      if (asleep.get(slot(i + 1)) != 0) {
        LockSupport.unpark(helpers[i]);
      }
    }
    work(each, now, 0);
    for (int i = 0; i < helpers.length; i++) {
      for (int spins = 0; done.get(slot(i + 1)) != now; spins++) {
        pause(spins);
      }
    }
    if (failure != null) {
      Throwable thrown = failure;
      failure = null;
      throw new IllegalStateException("a task of " + each + " failed", thrown);
    }
  }

  /** Where a member's int stands. */
  private static int slot(int member) {
    return (member + 1) * INTS;
  }

  /** Runs a member's own tasks, then those that others have left. */
  private void work(Part each, int now, int member) {
    int members = size();
    try {
      for (int i = 0; i < members; i++) {
        int owner = (member + i) % members;
        int begin = each.begin(owner, members);
        int end = owner + 1 == members ? each.tasks() : each.begin(owner + 1, members);
        int task = take(owner, now, begin, end);
        while (task >= 0) {
          each.run(task, member);
          task = take(owner, now, begin, end);
        }
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /** The next of a member's own tasks, or -1. */
  private int take(int owner, int now, int begin, int end) {
    int at = (owner + 1) * LONGS;
    while (true) {
      long seen = next.get(at);
      int task = (int) (seen >> 32) == now ? (int) seen : begin;
      if (task >= end) {
        return -1;
      }
      if (next.compareAndSet(at, seen, (long) now << 32 | task + 1)) {
        return task;
      }
    }
  }

  private void help(int member) {
    int at = slot(member);
    int seen = 0;
    while (true) {
      for (int spins = 0; number.get(INTS) == seen; spins++) {
        if (closed) {
          return;
        }
        if (spins < SPINS_BEFORE_YIELD + YIELDS_BEFORE_PARK) {
          pause(spins);
          continue;
        }
        asleep.set(at, 1);
        if (number.get(INTS) == seen && !closed) {
          LockSupport.park(this);
        }
        asleep.set(at, 0);
      }
      seen = number.get(INTS);
      work(part, seen, member);
      done.set(at, seen);
    }
  }

  private static void pause(int spins) {
    if (spins < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
