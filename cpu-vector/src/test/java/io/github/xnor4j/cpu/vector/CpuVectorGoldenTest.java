package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.testkit.GoldenSuite;
import org.junit.jupiter.api.condition.DisabledIf;

/** What Larq and TensorFlow computed. */
@DisabledIf(
    value = "io.github.xnor4j.cpu.vector.Emulation#isTooSlow",
    disabledReason = "the machine has no vectors of this width")
final class CpuVectorGoldenTest extends GoldenSuite {
  CpuVectorGoldenTest() {
    super("cpu-vector");
  }
}
