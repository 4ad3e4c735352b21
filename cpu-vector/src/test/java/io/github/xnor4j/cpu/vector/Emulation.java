package io.github.xnor4j.cpu.vector;

/**
 * Whole networks at a width that the machine lacks: the JVM then computes each vector operation in
 * plain Java, a hundred times as slow. Kernel tests run so nevertheless, at every width on every
 * machine; the long suites only with {@code -Dxnor4j.emulate=true}.
 */
final class Emulation {
  private Emulation() {}

  /** Whether a long suite shall be left out. */
  static boolean isTooSlow() {
    boolean skip =
        Lanes.emulation(Lanes.BITS, Lanes.MOST).isPresent()
            && !Boolean.getBoolean("xnor4j.emulate");
    if (skip) {
      System.out.printf(
          "SKIPPED: cpu-vector's whole networks at %d bits: vectors have %d bits on this machine;"
              + " -Dxnor4j.emulate=true runs them all the same%n",
          Lanes.BITS, Lanes.MOST);
    }
    return skip;
  }
}
