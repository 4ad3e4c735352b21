package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.program.Grid;
import org.junit.jupiter.api.Test;

/** How the terms of sums are divided. */
final class ChunksTest {
  @Test
  void countsFollowFromSizes() {
    assertEquals(1, Chunks.inAnyOrder(1, 0).count());
    assertEquals(1, Chunks.inAnyOrder(0, 5).count());
    assertEquals(1, Chunks.inAnyOrder(1, 15).count());
    assertEquals(2, Chunks.inAnyOrder(1, 16).count());
    assertEquals(4096, Chunks.inAnyOrder(1, Integer.MAX_VALUE).count());
    assertEquals(128, Chunks.inAnyOrder(256, 50_000).count());
    assertEquals(1, Chunks.inAnyOrder(1 << 20, 1 << 10).count());
  }

  /** Every so-many-th term of all. */
  @Test
  void chunksOfTermsInAnyOrder() {
    assertArrayEquals(new int[] {3, 1, 30, 3, 0}, Chunks.inAnyOrder(1, 30).numbers());
  }

  /** Eight images a tile; less than a tile, or no batch, is one. */
  @Test
  void tilesOfImages() {
    assertArrayEquals(new int[] {1, 0, 35, 1, 1}, Chunks.inOrder(7, 35).numbers());
    assertArrayEquals(new int[] {1, 0, 1000, 1, 1}, Chunks.inOrder(1, 1000).numbers());
    assertArrayEquals(new int[] {2, 40, 40, 1, 1}, Chunks.inOrder(9, 45).numbers());
    assertArrayEquals(new int[] {8, 40, 40, 1, 1}, Chunks.inOrder(64, 320).numbers());
  }

  @Test
  void sumsOfIntegersAreExact() {
    assertTrue(Chunks.areExact(Grid.UNIT, 1, 1L << 52));
    assertFalse(Chunks.areExact(Grid.UNIT, 1, 1L << 53));
    assertTrue(Chunks.areExact(new Grid(4, 1 << 20), 2, 1 << 12));
    assertFalse(Chunks.areExact(new Grid(4, 1 << 20), 2, 1 << 13), "squares of 41 digits");
    assertFalse(Chunks.areExact(new Grid(255, 255), 1, 10), "quotients are rounded");
    assertFalse(Chunks.areExact(null, 1, 10));
  }
}
