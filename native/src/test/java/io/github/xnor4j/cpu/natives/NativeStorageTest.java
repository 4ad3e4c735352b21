package io.github.xnor4j.cpu.natives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of a session: what goes in comes out, and nothing is there when it is closed. */
final class NativeStorageTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 63, 64, 65, 127, 129})
  void bitsComeBack(int columns) {
    try (NativeStorage storage = new NativeStorage()) {
      Shape shape = Shape.of(3, columns);
      Tensor tensor = Tensor.zeros(DType.BIT, shape);
      Random random = new Random(columns);
      long[] words = tensor.words();
      for (int i = 0; i < words.length; i++) {
        int rest = columns - i % shape.wordsPerRow() * 64;
        words[i] = random.nextLong() & (rest >= 64 ? -1 : (1L << rest) - 1);
      }
      Buffer buffer = new Buffer(DType.BIT, shape);
      buffer.allocate(storage);
      storage.load(tensor, buffer);
      Buffer second = new Buffer(DType.BIT, shape);
      second.allocate(storage);
      storage.copy(buffer, second);
      Tensor back = Tensor.zeros(DType.BIT, shape);
      storage.store(second, back);
      assertArrayEquals(words, back.words());
    }
  }

  @Test
  void memoryIsAlignedAndZero() {
    try (NativeStorage storage = new NativeStorage()) {
      for (int n = 1; n < 200; n += 7) {
        MemorySegment memory = storage.allocate(n);
        assertEquals(0, memory.address() % 64);
        for (int i = 0; i < n + NativeStorage.GUARD; i++) {
          assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, i));
        }
      }
    }
  }

  @Test
  void memoryThatIsNotThereIsTold() {
    try (NativeStorage storage = new NativeStorage()) {
      OutOfMemoryError e =
          assertThrows(OutOfMemoryError.class, () -> storage.allocate(Long.MAX_VALUE / 4));
      assertTrue(e.getMessage().contains("outside of the Java heap"), e.getMessage());
    }
  }

  @Test
  void aClosedSessionRefuses() {
    NativeProvider provider = new NativeProvider();
    assumeTrue(provider.probe().isAvailable(), () -> provider.probe().toString());
    Trace trace = new Trace();
    Variable variable = Variable.state("v", Tensor.f32(Shape.of(4), 1, 2, 3, 4));
    Value read = trace.value(new Op.Read(variable));
    trace.output("y", trace.value(new Op.Unary(Op.UnaryKind.NEGATE, read)));
    Session session = provider.open(new SessionOptions(2));
    Executable executable = session.compile(trace.build());
    Tensor[] outputs = {Tensor.zeros(DType.F32, Shape.of(4))};
    executable.run(new Tensor[0], outputs);
    assertArrayEquals(new float[] {-1, -2, -3, -4}, outputs[0].floats());
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> executable.run(new Tensor[0], outputs));
    assertThrows(IllegalStateException.class, () -> executable.warmUp(new Tensor[0]));
    assertThrows(IllegalStateException.class, () -> session.read(variable));
    assertThrows(IllegalStateException.class, () -> session.compile(executable.program()));
    Tensor value = Tensor.zeros(DType.F32, Shape.of(4));
    assertThrows(IllegalStateException.class, () -> session.write(variable, value));
  }
}
