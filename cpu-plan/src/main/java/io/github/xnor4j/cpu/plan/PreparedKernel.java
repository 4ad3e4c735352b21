package io.github.xnor4j.cpu.plan;

import java.util.ArrayList;
import java.util.List;

/** A kernel whose answers to what the planner asks are gathered while it is made. */
public abstract class PreparedKernel implements Kernel {
  private final String name;
  private final int tasks;
  private final List<Buffer> reads;
  private final List<Kernel> before = new ArrayList<>();
  private Kernel finish;
  private long bytes;

  /**
   * A kernel.
   *
   * @param name what the plan calls it
   * @param tasks number of independent tasks; 0 if it works on tiles
   * @param reads besides what kernels before it make for it
   */
  protected PreparedKernel(String name, int tasks, Buffer... reads) {
    this.name = name;
    this.tasks = tasks;
    this.reads = List.of(reads);
  }

  /** Declares that another kernel runs first; gives it back. */
  public final <K extends Kernel> K first(K kernel) {
    before.add(kernel);
    return kernel;
  }

  /** Declares what adds up what the parts leave. */
  public final void finishBy(Kernel kernel) {
    finish = kernel;
  }

  /** Declares bytes that it owns besides. */
  public final void owns(long more) {
    bytes += more;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int tasks() {
    return tasks;
  }

  @Override
  public final List<Buffer> reads() {
    return reads;
  }

  @Override
  public final List<Kernel> before() {
    return before;
  }

  @Override
  public final Kernel finish() {
    return finish;
  }

  @Override
  public final long bytes() {
    return bytes;
  }
}
