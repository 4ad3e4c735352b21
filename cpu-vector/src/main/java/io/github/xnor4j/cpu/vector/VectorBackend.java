package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.CpuBackend;
import io.github.xnor4j.cpu.plan.CpuKernels;
import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.KernelFactory;
import io.github.xnor4j.cpu.plan.Storage;
import io.github.xnor4j.cpu.plan.Work;

/** The cpu-vector backend, as the planner asks for it. */
final class VectorBackend implements CpuBackend {
  private final Storage storage = new HeapStorage();
  private final CpuKernels kernels = new VectorKernels();

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public KernelFactory factory(int members) {
    return VectorBackend::prepare;
  }

  private static Kernel prepare(Work work) {
    return switch (work) {
      case Work.MaxPool pool -> new Pools.Forward(pool);
      case Work.MaxPoolGradient gradient -> new Pools.Gradient(gradient);
    };
  }

  @Override
  public CpuKernels kernels() {
    return kernels;
  }

  @Override
  public String describe() {
    return Lanes.BITS + "-bit vectors";
  }
}
