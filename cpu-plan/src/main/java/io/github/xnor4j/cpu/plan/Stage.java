package io.github.xnor4j.cpu.plan;

/**
 * A kernel's place in a schedule. It is cut into tiles of a domain, or has tasks of its own.
 *
 * @param label what the plan prints: kernel and purpose
 * @param tasks number of independent tasks; 0 if it is cut into tiles
 * @param body computes one of them
 */
record Stage(String label, int tasks, Body body) {
  /** Computes a part of the work. */
  @FunctionalInterface
  interface Body {
    /** See {@link Kernel#run}. */
    void run(int part, int first, int count, int member);
  }

  /** Whether it is cut into the tiles of a domain. */
  boolean isTiled() {
    return tasks == 0;
  }

  /** The only tile of a domain, as a task. */
  Stage whole(Domain domain) {
    return new Stage(
        label, 1, (part, first, count, member) -> body.run(0, 0, domain.units(), member));
  }

  /** Runs one task. */
  void run(int task, int member) {
    body.run(task, task, 1, member);
  }
}
