package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferTest {
  private static final long SEED = 7;

  private static Tensor random(DType dtype, Shape shape) {
    Random random = new Random(SEED);
    Tensor tensor = Tensor.zeros(dtype, shape);
    for (int i = 0; i < shape.elements(); i++) {
      switch (dtype) {
        case F32 -> tensor.floats()[i] = Float.intBitsToFloat(random.nextInt());
        case BIT -> Bits.set(tensor, i, random.nextBoolean());
        case U8 -> tensor.bytes()[i] = (byte) random.nextInt();
        case I32 -> tensor.ints()[i] = random.nextInt();
        case I16 -> tensor.shorts()[i] = (short) random.nextInt();
      }
    }
    return tensor;
  }

  private static Buffer full(DType dtype, Shape shape) {
    Buffer buffer = new Buffer(dtype, shape);
    buffer.allocate();
    return buffer;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void whatIsLoadedIsStored(DType dtype) {
    List<Shape> shapes =
        List.of(
            Shape.SCALAR,
            Shape.of(1),
            Shape.of(65),
            Shape.of(3, 5),
            Shape.of(2, 1, 3, 33),
            Shape.of(0, 4));
    for (Shape shape : shapes) {
      Tensor tensor = random(dtype, shape);
      Buffer buffer = full(dtype, shape);
      buffer.load(tensor);
      // what stands there already must go, the last word's upper half too
      Tensor stored = Tensor.zeros(dtype, shape);
      if (dtype == DType.BIT) {
        Arrays.fill(stored.words(), -1);
      }
      buffer.store(stored);
      assertEquals(tensor, stored, shape + ", seed " + SEED);
    }
  }

  /** Rows of 64-bit words become rows of 32-bit ones; those of the last half need not exist. */
  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 63, 64, 65, 100})
  void bitsLieInWordsOf32(int bits) {
    int rows = 3;
    Shape shape = Shape.of(rows, bits);
    Tensor tensor = random(DType.BIT, shape);
    Buffer buffer = full(DType.BIT, shape);
    int words = (bits + 31) / 32;
    assertEquals(words, Buffer.words(shape));
    assertEquals(rows * words, buffer.length());
    assertEquals(words, buffer.unit());
    buffer.load(tensor);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < words * 32; i++) {
        boolean set = (buffer.ints(0)[row * words + i / 32] >>> i % 32 & 1) != 0;
        boolean wanted = i < bits && Bits.isNegative(tensor, row * bits + i);
        assertEquals(wanted, set, "row " + row + ", bit " + i + ", seed " + SEED);
      }
    }
    Tensor stored = Tensor.zeros(DType.BIT, shape);
    buffer.store(stored);
    assertEquals(tensor, stored);
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
    assertSame(buffer.floats(0), buffer.floats(3));
    assertEquals(24, buffer.at(8));
    assertEquals(1024, buffer.atElement(1024));
    float[] array = buffer.floats(0);
    buffer.allocate();
    assertSame(array, buffer.floats(0), "allocated twice");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aLocalBufferHasATileForEachMember(DType dtype) {
    int tile = 8 * 3;
    Buffer buffer = new Buffer(dtype, Shape.of(20, 3));
    buffer.allocateLocal(3, tile);
    assertTrue(buffer.isLocal());
    for (int member = 0; member < 3; member++) {
      Object array = array(buffer, member);
      assertTrue(Array.getLength(array) >= tile);
      assertSame(array, array(buffer, member));
      assertNotSame(array, array(buffer, (member + 1) % 3));
    }
    assertEquals(0, buffer.at(0));
    assertEquals(0, buffer.at(16));
    assertEquals(0, buffer.atElement(1024));
  }

  private static Object array(Buffer buffer, int member) {
    return switch (buffer.dtype()) {
      case F32 -> buffer.floats(member);
      case BIT, I32 -> buffer.ints(member);
      case U8 -> buffer.bytes(member);
      case I16 -> buffer.shorts(member);
    };
  }

  @Test
  void buffersSwapTheirArrays() {
    Buffer a = Buffer.of(DType.F32, Shape.of(2), new float[] {1, 2});
    Buffer b = Buffer.of(DType.F32, Shape.of(2), new float[] {3, 4});
    float[] ofA = a.floats(0);
    float[] ofB = b.floats(0);
    a.swap(b);
    assertSame(ofB, a.floats(0));
    assertSame(ofA, b.floats(0));
  }

  /** Gather lists read a row there for an image that a shard lacks; panels read a whole vector. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 64, 100, 1000})
  void behindTheElementsAreZerosForARowAndAVector(int channels) {
    Buffer buffer = full(DType.F32, Shape.of(3, channels));
    Tensor ones = Tensor.full(buffer.shape(), 1);
    buffer.load(ones);
    assertEquals(3 * channels, buffer.zeros());
    for (int i = 0; i < channels + CpuKernels.LANES; i++) {
      assertEquals(0, buffer.floats(0)[buffer.zeros() + i]);
    }
    Tensor stored = Tensor.zeros(DType.F32, buffer.shape());
    buffer.store(stored);
    assertArrayEquals(ones.floats(), stored.floats());
  }
}
