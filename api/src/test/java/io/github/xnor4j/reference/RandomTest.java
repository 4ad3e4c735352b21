package io.github.xnor4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Dims;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Random numbers in programs, and what is made of them. */
class RandomTest {
  private static final Dims DIMS = Dims.batch(Shape.of(5, 1000));

  private static Tensor run(
      int low, int high, int step, int stream, BiFunction<Trace, Value[], Value> function) {
    Trace t = new Trace();
    Value seed = t.input("seed", DType.I32, Shape.of(2));
    Value count = t.input("step", DType.I32, Shape.SCALAR);
    Value bits = t.random(Op.RandomKind.BITS, seed, count, stream, DIMS);
    Value uniform = t.random(Op.RandomKind.UNIFORM, seed, count, stream, DIMS);
    t.output("y", function.apply(t, new Value[] {bits, uniform}));
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      return session.compile(t.build())
          .run(Tensor.i32(Shape.of(2), low, high), Tensor.i32(Shape.SCALAR, step))[0];
    }
  }

  private static Tensor bits(int low, int high, int step, int stream) {
    return run(low, high, step, stream, (t, v) -> v[0]);
  }

  @Test
  void elementsAreThoseOfTheCounter() {
    Philox philox = new Philox(0xFFFF_FFFE_8000_0001L, 0x0000_0007_8000_0003L);
    Tensor bits = bits(0x8000_0001, -2, 7, 3);
    Tensor uniform = run(0x8000_0001, -2, 7, 3, (t, v) -> v[1]);
    for (int i = 0; i < bits.ints().length; i++) {
      assertEquals(philox.bits(i), bits.ints()[i]);
      assertEquals(philox.uniform(i), uniform.floats()[i]);
    }
  }

  @Test
  void eachWordOfTheCounterCounts() {
    Tensor bits = bits(1, 2, 3, 4);
    assertEquals(bits, bits(1, 2, 3, 4));
    assertNotEquals(bits, bits(0, 2, 3, 4));
    assertNotEquals(bits, bits(1, 0, 3, 4));
    assertNotEquals(bits, bits(1, 2, 0, 4));
    assertNotEquals(bits, bits(1, 2, 3, 0));
  }

  @Test
  void anImagesNumbersDoNotDependOnTheBatch() {
    Trace t = new Trace();
    Value seed = t.constant(Tensor.i32(Shape.of(2), 1, 2));
    Value step = t.constant(Tensor.i32(Shape.SCALAR, 3));
    t.output("y", t.random(Op.RandomKind.BITS, seed, step, 4, DIMS));
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      Program five = t.build();
      int[] all = session.compile(five).run()[0].ints();
      int[] three = session.compile(five.withBatch(3)).run()[0].ints();
      assertArrayEquals(Arrays.copyOf(all, 3000), three);
    }
  }

  /** Dropout: of 5000 elements about a quarter is 0, the others are scaled. */
  @Test
  void aBernoulliMaskIsASelection() {
    Tensor mask =
        run(
            1,
            2,
            3,
            4,
            (t, v) ->
                t.select(
                    Op.Comparison.LESS,
                    v[1],
                    t.constant(0.25f),
                    t.constant(0f),
                    t.constant(1 / 0.75f)));
    int zeros = 0;
    for (float x : mask.floats()) {
      zeros += x == 0 ? 1 : 0;
    }
    assertEquals(0.25, zeros / 5000.0, 0.02);
  }

  @Test
  void randomSignsAreAThreshold() {
    Tensor signs =
        run(1, 2, 3, 4, (t, v) -> t.threshold(v[0], t.constant(Tensor.i32(Shape.SCALAR, 0))));
    Tensor bits = bits(1, 2, 3, 4);
    int negative = 0;
    for (int i = 0; i < 5000; i++) {
      assertEquals(bits.ints()[i] < 0, Bits.isNegative(signs, i));
      negative += Bits.isNegative(signs, i) ? 1 : 0;
    }
    assertEquals(0.5, negative / 5000.0, 0.03);
  }
}
