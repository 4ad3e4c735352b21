package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.testkit.BackendConformance;
import org.junit.jupiter.api.condition.DisabledIf;

/** Every op, the rules of variables and whole networks against the reference. */
@DisabledIf(
    value = "io.github.xnor4j.cpu.vector.Emulation#isTooSlow",
    disabledReason = "the machine has no vectors of this width")
final class CpuVectorConformanceTest extends BackendConformance {
  CpuVectorConformanceTest() {
    super("cpu-vector");
  }
}
