package io.github.xnor4j.cpu.plan;

/** What a CPU backend brings to one session: memory, and kernels that work on it. */
public interface CpuBackend {
  /** Its memory. */
  Storage storage();

  /**
   * What prepares the kernels of one plan.
   *
   * @param members threads of the team that runs them
   */
  KernelFactory factory(int members);

  /**
   * Whether kernels are compiled while they run, so that the first runs are slow unless each kernel
   * was run alone before.
   */
  default boolean needsWarmUp() {
    return true;
  }

  /** What the kernels run on, for plans and {@code probe}. */
  String describe();
}
