package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.lang.reflect.Array;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BufferTest {
  private static Buffer full(DType dtype, Shape shape) {
    Buffer buffer = new Buffer(dtype, shape);
    buffer.allocate(new Heap());
    return buffer;
  }

  @Test
  void unitIsOneIndexOfTheLeadingAxis() {
    assertEquals(15, new Buffer(DType.F32, Shape.of(4, 3, 5)).unit());
    assertEquals(1, new Buffer(DType.I32, Shape.of(4)).unit());
    assertEquals(1, new Buffer(DType.F32, Shape.SCALAR).unit());
    assertEquals(6, new Buffer(DType.BIT, Shape.of(4, 3, 33)).unit());
    assertEquals(0, new Buffer(DType.F32, Shape.of(0, 3)).unit());
  }

  @Test
  void aWholeBufferHasOneArrayForAllMembers() {
    Buffer buffer = full(DType.F32, Shape.of(20, 3));
    assertFalse(buffer.isLocal());
    assertSame(buffer.memory(0), buffer.memory(3));
    assertEquals(24, buffer.at(8));
    assertEquals(1024, buffer.atElement(1024));
    Object array = buffer.memory(0);
    buffer.allocate(new Heap());
    assertSame(array, buffer.memory(0), "allocated twice");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aLocalBufferHasATileForEachMember(DType dtype) {
    int tile = 8 * 3;
    Buffer buffer = new Buffer(dtype, Shape.of(20, 3));
    buffer.allocateLocal(new Heap(), 3, tile);
    assertTrue(buffer.isLocal());
    for (int member = 0; member < 3; member++) {
      Object array = buffer.memory(member);
      assertTrue(Array.getLength(array) >= tile);
      assertSame(array, buffer.memory(member));
      assertNotSame(array, buffer.memory((member + 1) % 3));
    }
    assertEquals(0, buffer.at(0));
    assertEquals(0, buffer.at(16));
    assertEquals(0, buffer.atElement(1024));
  }

  @Test
  void buffersSwapTheirMemories() {
    Buffer a = full(DType.F32, Shape.of(2));
    Buffer b = full(DType.F32, Shape.of(2));
    Object ofA = a.memory(0);
    Object ofB = b.memory(0);
    a.swap(b);
    assertSame(ofB, a.memory(0));
    assertSame(ofA, b.memory(0));
  }

  @Test
  void allMemoriesAreCounted() {
    Heap heap = new Heap();
    assertEquals(240, full(DType.F32, Shape.of(20, 3)).bytes(heap));
    Buffer local = new Buffer(DType.U8, Shape.of(20, 3));
    local.allocateLocal(heap, 3, 24);
    assertEquals(72, local.bytes(heap));
  }
}
