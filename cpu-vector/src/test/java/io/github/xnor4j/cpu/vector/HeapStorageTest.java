package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapStorageTest {
  private static final long SEED = 7;

  private final HeapStorage storage = new HeapStorage();

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

  private Buffer full(DType dtype, Shape shape) {
    Buffer buffer = new Buffer(dtype, shape);
    buffer.allocate(storage);
    return buffer;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void whatIsLoadedIsStoredAndCopied(DType dtype) {
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
      storage.load(tensor, buffer);
      Buffer copy = full(dtype, shape);
      storage.copy(buffer, copy);
      for (Buffer each : List.of(buffer, copy)) {
        // what stands there already must go, the last word's upper half too
        Tensor stored = Tensor.zeros(dtype, shape);
        if (dtype == DType.BIT) {
          Arrays.fill(stored.words(), -1);
        }
        storage.store(each, stored);
        assertEquals(tensor, stored, shape + ", seed " + SEED);
      }
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
    storage.load(tensor, buffer);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < words * 32; i++) {
        int word = HeapStorage.ints(buffer, 0)[row * words + i / 32];
        boolean wanted = i < bits && Bits.isNegative(tensor, row * bits + i);
        assertEquals(
            wanted, (word >>> i % 32 & 1) != 0, "row " + row + ", bit " + i + ", seed " + SEED);
      }
    }
    Tensor stored = Tensor.zeros(DType.BIT, shape);
    storage.store(buffer, stored);
    assertEquals(tensor, stored);
  }

  /** Gather lists read a row there for an image that a shard lacks; panels read a whole vector. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 64, 100, 1000})
  void behindTheElementsAreZerosForARowAndAVector(int channels) {
    Buffer buffer = full(DType.F32, Shape.of(3, channels));
    Tensor ones = Tensor.full(buffer.shape(), 1);
    storage.load(ones, buffer);
    float[] floats = HeapStorage.floats(buffer, 0);
    for (int i = 0; i < channels + 16; i++) {
      assertEquals(0, floats[3 * channels + i]);
    }
    Tensor stored = Tensor.zeros(DType.F32, buffer.shape());
    storage.store(buffer, stored);
    assertArrayEquals(ones.floats(), stored.floats());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void memoryIsCountedWithWhatLiesBehind(DType dtype) {
    long bytes = storage.bytes(full(dtype, Shape.of(30, 32)).memory(0));
    int each = dtype == DType.U8 ? 1 : dtype == DType.I16 ? 2 : 4;
    int elements = dtype == DType.BIT ? 30 : 30 * 32;
    assertEquals(elements, bytes / each, dtype == DType.BIT ? 64 : 64 + 32, dtype.toString());
  }
}
