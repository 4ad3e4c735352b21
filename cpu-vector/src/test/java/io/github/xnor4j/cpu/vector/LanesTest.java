package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The build runs this module's tests once for each width; this one proves that it was that width.
 */
class LanesTest {
  @Test
  void widthIsTheOneAskedFor() {
    int bits = Integer.getInteger(Lanes.PROPERTY, Lanes.BITS);
    assertEquals(bits, Lanes.F.vectorBitSize());
    assertEquals(bits, Lanes.I.vectorBitSize());
    assertEquals(Lanes.COUNT, Lanes.F.length());
    assertEquals(Lanes.HALF, Lanes.D.length());
    assertEquals(Lanes.HALF, Lanes.HALF_F.length());
  }

  @Test
  void scratchHoldsTheLargestTile() {
    assertTrue(Lookup.ROWS * 2 * Lanes.COUNT <= Lanes.SCRATCH);
  }
}
