package io.github.xnor4j.cpu.plan;

/** What a CPU backend brings: memory, and kernels that work on it. */
public interface CpuBackend {
  /** Its memory. */
  Storage storage();

  /**
   * What prepares the kernels of one plan.
   *
   * @param members threads of the team that runs them
   */
  KernelFactory factory(int members);

  /** What the kernels run on, for plans and {@code probe}. */
  String describe();
}
