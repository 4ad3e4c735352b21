package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;

/** A kernel of one task. */
abstract class Once extends Prepared {
  Once(String name, Buffer... reads) {
    super(name, 1, reads);
  }

  /** Computes all of it. */
  abstract void run();

  @Override
  public final void run(int task, int first, int count, int member) {
    run();
  }
}
