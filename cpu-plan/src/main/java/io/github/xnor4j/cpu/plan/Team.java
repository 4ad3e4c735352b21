package io.github.xnor4j.cpu.plan;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of threads that runs a list of parallel parts with a barrier behind each. The caller
 * is member 0. Which member takes which task is left to chance; tasks write to places of their own,
 * so results do not depend on it.
 */
final class Team implements AutoCloseable {
  /** A part of a run: independent tasks. */
  interface Part {
    /** Number of tasks. */
    int tasks();

    /** Runs one task as a member of the team. */
    void run(int task, int member);
  }

  // spinning covers the gaps between the parts of a step; parking keeps an idle session off the
  // cores
  private static final int SPINS_BEFORE_YIELD = 1 << 10;
  private static final int YIELDS_BEFORE_PARK = 200;

  private final Thread[] helpers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int generation;
  private volatile Part part;
  private volatile Throwable failure;
  private volatile boolean closed;

  Team(int threads) {
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
    next.set(0);
    arrived.set(0);
    generation++;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    work(each, 0);
    for (int spins = 0; arrived.get() < helpers.length; spins++) {
      pause(spins);
    }
    if (failure != null) {
      Throwable thrown = failure;
      failure = null;
      throw new IllegalStateException("a task of " + each + " failed", thrown);
    }
  }

  private void work(Part each, int member) {
    int tasks = each.tasks();
    try {
      for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
        each.run(task, member);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void help(int member) {
    int seen = 0;
    while (true) {
      for (int spins = 0; generation == seen; spins++) {
        if (closed) {
          return;
        }
        if (spins > SPINS_BEFORE_YIELD + YIELDS_BEFORE_PARK) {
          LockSupport.park(this);
        } else {
          pause(spins);
        }
      }
      seen = generation;
      work(part, member);
      arrived.incrementAndGet();
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
