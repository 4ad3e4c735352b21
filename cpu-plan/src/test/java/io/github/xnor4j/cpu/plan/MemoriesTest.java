package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import org.junit.jupiter.api.Test;

class MemoriesTest {
  private static final Domain BATCH = new Domain(20, 8, true);

  private final Memories memories = new Memories(new Heap(), 2);

  private Ready stage(int time, Domain domain) {
    Ready ready = new Ready(time, domain, false);
    memories.added(ready);
    return ready;
  }

  /** What a stage makes of others. */
  private Buffer made(DType dtype, Shape shape, Ready ready, Buffer... reads) {
    for (Buffer read : reads) {
      memories.read(read, ready);
    }
    Buffer buffer = new Buffer(dtype, shape);
    memories.made(buffer, ready);
    return buffer;
  }

  private Buffer floats(Ready ready, Buffer... reads) {
    return made(DType.F32, Shape.of(20, 3), ready, reads);
  }

  private static void assertShared(Buffer a, Buffer b) {
    assertSame(a.memory(0), b.memory(0));
    assertSame(a.memory(1), b.memory(1));
  }

  private static void assertApart(Buffer a, Buffer b) {
    assertNotSame(a.memory(0), b.memory(0));
  }

  @Test
  void tilesShareWithThoseThatAreReadNoMore() {
    Buffer a = floats(stage(0, BATCH));
    Buffer b = floats(stage(0, BATCH), a);
    Buffer c = floats(stage(0, BATCH), b);
    Buffer d = floats(stage(0, BATCH), c, b);
    memories.allocate();
    for (Buffer each : new Buffer[] {a, b, c, d}) {
      assertTrue(each.isLocal());
      assertNotSame(each.memory(0), each.memory(1));
    }
    assertApart(a, b);
    assertShared(a, c);
    assertApart(d, b);
    assertApart(d, c);
    // a tile of eight rows and one row behind it, three times for each of two members
    assertEquals(3 * 2 * 4 * 27, memories.tiles());
    assertEquals(0, memories.whole());
  }

  /** A member is in one chain at a time; but a chain may be planned in pieces. */
  @Test
  void tilesShareWithThoseOfOtherChains() {
    Buffer a = floats(stage(0, BATCH));
    Buffer other = floats(stage(2, BATCH));
    Buffer b = floats(stage(0, BATCH), a);
    floats(stage(2, BATCH), other);
    floats(stage(0, BATCH), a, b);
    memories.allocate();
    assertShared(a, other);
    assertApart(a, b);
    assertApart(other, b);
  }

  @Test
  void tilesOfOtherSizesShareWhatIsLargeEnough() {
    Buffer a = made(DType.F32, Shape.of(20, 100), stage(0, BATCH));
    Buffer b = floats(stage(0, BATCH), a);
    Buffer c = made(DType.F32, Shape.of(20, 200), stage(0, BATCH), b);
    memories.allocate();
    assertShared(a, c);
    assertEquals(9 * 200, ((float[]) a.memory(0)).length);
  }

  /** Indices behind the last element of which are read must be indices. */
  @Test
  void indicesShareNothing() {
    Buffer a = made(DType.I32, Shape.of(20, 3), stage(0, BATCH));
    Buffer b = floats(stage(0, BATCH), a);
    Buffer c = made(DType.I32, Shape.of(20, 3), stage(0, BATCH), b);
    Buffer d = made(DType.BIT, Shape.of(20, 3), stage(0, BATCH), c);
    memories.allocate();
    assertApart(a, c);
    assertApart(a, d);
    assertApart(c, d);
  }

  @Test
  void wholeFloatsOfOneShapeOfRowsShareOneAfterTheOther() {
    Buffer a = floats(stage(0, BATCH));
    Buffer b = floats(stage(1, null), a);
    Buffer c = floats(stage(3, null), b);
    Buffer d = made(DType.F32, Shape.of(10, 6), stage(5, null), c);
    Buffer e = floats(stage(7, null), d);
    memories.allocate();
    assertFalse(a.isLocal());
    assertApart(a, b);
    assertShared(a, c);
    assertApart(d, a);
    assertApart(d, b);
    assertTrue(e.memory(0) == a.memory(0) || e.memory(0) == b.memory(0));
    assertEquals(3 * 240, memories.whole());
  }

  /** The last reader may run beside the writer. */
  @Test
  void whatIsReadAtATimeIsNotWrittenAtIt() {
    Buffer a = floats(stage(1, null));
    Ready later = stage(3, null);
    memories.read(a, later);
    Buffer b = floats(stage(3, null));
    memories.allocate();
    assertApart(a, b);
  }

  @Test
  void whatOutlivesTheRunSharesNothing() {
    Ready fixed = new Ready(1, null, true);
    memories.added(fixed);
    Buffer packed = floats(fixed);
    Buffer output = floats(stage(1, null));
    memories.pin(output);
    Buffer last = floats(stage(5, null));
    memories.allocate();
    assertApart(packed, output);
    assertApart(packed, last);
    assertApart(output, last);
  }

  /** What is pinned is whole even in a chain. */
  @Test
  void whatIsPinnedIsWhole() {
    Buffer a = floats(stage(0, BATCH));
    floats(stage(0, BATCH), a);
    memories.pin(a);
    memories.allocate();
    assertFalse(a.isLocal());
  }
}
