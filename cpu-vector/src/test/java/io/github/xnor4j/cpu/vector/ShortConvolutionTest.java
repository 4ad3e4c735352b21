package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions of small integers by bits, with and without a max-pool behind, and behind that the
 * filter's gradient, against the reference: the same bits. Gradients are few multiples of 1/64, so
 * that their sums are exact, too.
 */
final class ShortConvolutionTest {
  private static final Extent TWO = new Extent(1, 2, 2);

  /** Sizes of a case, in the order of the table of cases. */
  private record Case(
      int batch, int h, int w, int c, int o, int kh, int kw, int stride, int dilation, int pad) {
    Window window() {
      Extent padding = new Extent(0, pad, pad);
      return new Window(
          new Extent(1, kh, kw),
          new Extent(1, stride, stride),
          new Extent(1, dilation, dilation),
          padding,
          padding);
    }

    Shape input() {
      return Shape.of(batch, 1, h, w, c);
    }

    Shape filter() {
      return Shape.of(o, 1, kh, kw, c);
    }

    long seed() {
      return 1000L * o + 100 * c + 10 * h + kw;
    }
  }

  @ParameterizedTest(
      name = "{0} x {1}x{2}x{3} -> {4}, {5}x{6} stride {7} dilation {8} pad {9}, pool {10}x{11}")
  @CsvSource({
    "1, 3, 3, 1, 1, 3, 3, 1, 1, 0, 0, 0",
    "9, 28, 28, 1, 32, 3, 3, 1, 1, 0, 0, 0",
    "9, 28, 28, 1, 32, 3, 3, 1, 1, 0, 2, 2",
    "3, 7, 9, 1, 3, 3, 3, 1, 1, 1, 2, 2",
    "3, 7, 9, 1, 31, 3, 3, 2, 1, 1, 0, 0",
    "2, 12, 10, 1, 33, 3, 3, 2, 1, 1, 2, 2",
    "2, 9, 9, 1, 63, 3, 3, 1, 2, 0, 2, 2",
    "2, 9, 9, 1, 64, 5, 5, 1, 1, 2, 2, 2",
    "2, 9, 9, 1, 65, 5, 5, 1, 1, 0, 0, 0",
    "1, 6, 8, 1, 127, 2, 2, 1, 1, 0, 2, 1",
    "1, 6, 8, 1, 129, 2, 2, 2, 1, 0, 1, 2",
    "1, 6, 9, 1, 17, 1, 3, 1, 1, 0, 1, 3",
    "1, 6, 9, 1, 10, 3, 1, 1, 1, 0, 1, 4",
    "2, 8, 8, 3, 33, 3, 3, 1, 1, 1, 2, 2",
    "2, 8, 8, 3, 16, 3, 3, 1, 1, 1, 0, 0",
    "2, 8, 8, 3, 65, 1, 1, 1, 1, 0, 2, 2",
    "2, 8, 8, 3, 8, 3, 3, 1, 2, 0, 0, 0",
    "2, 7, 7, 2, 40, 3, 3, 1, 1, 1, 1, 1",
    "2, 7, 7, 4, 32, 2, 2, 1, 1, 1, 2, 2",
    "1, 4, 5, 11, 9, 1, 1, 1, 1, 0, 2, 2",
    "1, 5, 4, 33, 9, 1, 1, 1, 1, 0, 0, 0",
    "1, 9, 9, 1, 32, 7, 7, 1, 1, 3, 0, 0",
    "1, 9, 9, 1, 32, 7, 7, 1, 1, 3, 2, 2",
    "2, 11, 40, 1, 12, 3, 3, 1, 9, 9, 0, 0",
    "1, 6, 6, 1, 5, 3, 3, 1, 1, 0, 3, 3"
  })
  void pixelsEqualTheReferences(
      int batch,
      int h,
      int w,
      int c,
      int o,
      int kh,
      int kw,
      int stride,
      int dilation,
      int pad,
      int ph,
      int pw) {
    Case of = new Case(batch, h, w, c, o, kh, kw, stride, dilation, pad);
    Samples samples = new Samples(of.seed());
    Trace trace = new Trace();
    Value bytes = trace.batchInput("x", DType.U8, of.input());
    Value x = trace.value(new Op.Scale(bytes, 2, -255, 255));
    Value filter = trace.input("w", DType.BIT, of.filter());
    int padValue = pad % 2 == 0 ? -1 : 1;
    Value y = trace.value(new Op.Conv(x, filter, of.window(), 1, padValue));
    Value g = null;
    if (ph > 0) {
      Extent size = new Extent(1, ph, pw);
      Window pool = new Window(size, size, Extent.ONE, Extent.ZERO, Extent.ZERO);
      Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool));
      g = trace.batchInput("g", DType.F32, pooled.shape());
      Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
      Op gradient = new Op.ConvFilterGradient(x, dy, of.filter(), of.window(), 1, padValue);
      trace.output("dw", trace.value(gradient));
      trace.output("y", pooled);
    } else {
      trace.output("y", y);
    }
    Tensor pixels = Tensor.u8(of.input(), few(samples.bytes(of.input().elements())));
    Tensor bits = bits(samples, of.filter());
    Tensor[] inputs =
        g == null
            ? new Tensor[] {pixels, bits}
            : new Tensor[] {pixels, bits, sixtyFourths(samples, g.shape())};
    assertSameAsReference(trace.build(), of.seed(), inputs);
  }

  /** Multiples of 1/4, of which products and their padding are multiples, too. */
  @ParameterizedTest(name = "{0} x {1}x{2}x{3} -> {4}, pad {5}, pool {6}")
  @CsvSource({
    "9, 6, 7, 1, 3, 0, false",
    "3, 6, 7, 1, 33, 1, true",
    "2, 5, 5, 7, 31, 1, false",
    "2, 6, 6, 11, 64, 0, true",
    "1, 4, 4, 10, 129, 1, true",
    "2, 5, 5, 65, 31, 1, false",
    "2, 6, 6, 128, 33, 1, true"
  })
  void quartersEqualTheReferences(
      int batch, int h, int w, int c, int o, int pad, boolean isPooled) {
    Case of = new Case(batch, h, w, c, o, 3, 3, 1, 1, pad);
    Samples samples = new Samples(of.seed());
    Trace trace = new Trace();
    Value in = trace.batchInput("x", DType.F32, of.input());
    Value filter = trace.input("w", DType.BIT, of.filter());
    Value low = trace.constant(-0.5f);
    Value high = trace.constant(0.75f);
    Value x = trace.select(Op.Comparison.LESS, in, trace.constant(0), low, high);
    Value y = trace.value(new Op.Conv(x, filter, of.window(), 1, 0.25f));
    Window pool = new Window(TWO, TWO, Extent.ONE, Extent.ZERO, Extent.ZERO);
    trace.output("y", isPooled ? trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool)) : y);
    Tensor values = Tensor.f32(of.input(), samples.floats(of.input().elements()));
    Program program = trace.build();
    assertSameAsReference(program, of.seed(), values, bits(samples, of.filter()));
    boolean shallow = c <= 11; // deep ones are looked up at 512 bits only
    assertEquals(shallow || Lanes.BITS == 512, plan(program).contains("16-bit lookup"));
  }

  /** Three integers up to 255 a pixel: 25 taps fit 16 bits, but not four times. */
  @Test
  void isTakenWhereSumsFit() {
    assertTrue(plan(pixels(3, 3, true)).contains("16-bit lookup and max-pool"));
    assertTrue(plan(pixels(5, 3, false)).contains("16-bit lookup"));
    assertFalse(plan(pixels(5, 3, true)).contains("16-bit"));
    assertFalse(plan(pixels(7, 3, false)).contains("16-bit"));
    assertFalse(plan(pixels(1, 3, false)).contains("16-bit"), "no table is shared");
  }

  private static Program pixels(int taps, int channels, boolean isPooled) {
    Case of = new Case(2, 12, 12, channels, 32, taps, taps, 1, 1, 0);
    Trace trace = new Trace();
    Value bytes = trace.batchInput("x", DType.U8, of.input());
    Value filter = trace.input("w", DType.BIT, of.filter());
    Value x = trace.value(new Op.Scale(bytes, 2, -255, 255));
    Value y = trace.value(new Op.Conv(x, filter, of.window(), 1, 0));
    Window pool = new Window(TWO, TWO, Extent.ONE, Extent.ZERO, Extent.ZERO);
    trace.output("y", isPooled ? trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool)) : y);
    return trace.build();
  }

  private static String plan(Program program) {
    try (Session session = Backends.select("cpu-vector").open(new SessionOptions(1))) {
      return session.compile(program).plan();
    }
  }

  /** The product with the inverse, corrected, is the quotient for all that a short can be. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 127, 255, 256, 1000, 65535, 2796203, (1 << 22) - 1})
  void dividesAsADivisionDoes(int divisor) {
    int rows = (1 << 16) / ShortLookup.WIDTH;
    short[] sums = new short[1 << 16];
    float[] expected = new float[1 << 16];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (short) i;
      expected[i] = (float) sums[i] / divisor;
    }
    float[] y = new float[1 << 16];
    int width = ShortLookup.WIDTH;
    ShortLookup.quotients(sums, rows, width, divisor, y, 0, width);
    Samples.assertSame(expected, y, "quotients by " + divisor);
    int[] argmax = new int[1 << 16];
    for (int i = 0; i < sums.length; i++) {
      expected[i] = (float) (sums[i] >> 2) / divisor;
    }
    ShortLookup.winners(sums, rows, width, divisor, y, 0, argmax, 0, width);
    Samples.assertSame(expected, y, "largest quotients by " + divisor);
    for (int i = 0; i < sums.length; i++) {
      assertEquals(3 - (i & 3), argmax[i], "winner of " + i);
    }
  }

  private static Tensor bits(Samples samples, Shape shape) {
    return Bits.pack(Tensor.f32(shape, samples.floats(shape.elements())));
  }

  /** Half of them from a few, so that many sums are equal. */
  private static byte[] few(byte[] bytes) {
    for (int i = 0; i < bytes.length; i += 2) {
      bytes[i] = (byte) (bytes[i] > 0 ? 255 : 0);
    }
    return bytes;
  }

  private static Tensor sixtyFourths(Samples samples, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (samples.below(17) - 8) / 64f;
    }
    return Tensor.f32(shape, values);
  }

  private static void assertSameAsReference(Program program, long seed, Tensor... inputs) {
    Tensor[] expected = run("reference", 1, program, inputs);
    Tensor[] actual = run("cpu-vector", 2, program, inputs);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], "output " + i + ", seed " + seed);
    }
  }

  private static Tensor[] run(String backend, int threads, Program program, Tensor... inputs) {
    try (Session session = Backends.select(backend).open(new SessionOptions(threads))) {
      return session.compile(program).run(inputs);
    }
  }
}
