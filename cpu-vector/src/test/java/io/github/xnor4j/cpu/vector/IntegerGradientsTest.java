package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both gradients of a convolution from integers, of any number of bits or as an input of 16,
 * against the reference: the same integers for any number of threads.
 */
final class IntegerGradientsTest {
  private static final int[] BITS = {2, 10, 11, 12, 13, 16, 0};

  private static Window window(int k, int stride, int pad) {
    Extent padding = new Extent(0, pad, pad);
    Extent step = new Extent(1, stride, stride);
    return new Window(new Extent(1, k, k), step, Extent.ONE, padding, padding);
  }

  @ParameterizedTest(name = "batch {0}, {1}x{2}x{3} -> {4}, {5}x{5} stride {6}, pad {7} of {8}")
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 1, 0, 0",
    "3, 1, 1, 31, 33, 1, 1, 0, 0",
    "33, 1, 1, 1000, 10, 1, 1, 0, 0",
    "64, 1, 1, 129, 127, 1, 1, 0, 0",
    "9, 6, 6, 64, 64, 3, 1, 0, 0",
    "65, 4, 5, 33, 65, 3, 1, 1, 1",
    "31, 5, 4, 16, 3, 3, 2, 1, -1",
    "2, 7, 7, 65, 129, 3, 2, 1, 0",
    "33, 5, 5, 32, 17, 5, 1, 2, 1",
    "4, 6, 6, 3, 300, 2, 1, 0, 0"
  })
  void gradientsEqualTheReferences(
      int batch, int h, int w, int c, int o, int k, int stride, int pad, int padValue) {
    Window window = window(k, stride, pad);
    Shape input = Shape.of(batch, 1, h, w, c);
    Shape filter = Shape.of(o, 1, k, k, c);
    for (int bits : BITS) {
      Samples samples = new Samples(batch * 1000L + o + bits);
      Trace trace = new Trace();
      Value x = trace.batchInput("x", DType.BIT, input);
      Value weights = trace.input("w", DType.BIT, filter);
      Shape result = trace.value(new Op.Conv(x, weights, window, 1, padValue)).shape();
      Value g = trace.batchInput("g", bits == 0 ? DType.I16 : DType.F32, result);
      Value q = bits == 0 ? g : trace.add(new Op.ToInteger(g, trace.constant(1), bits)).getFirst();
      trace.output("dx", trace.value(new Op.ConvInputGradient(q, weights, input, window, 1)));
      trace.output("dw", trace.value(new Op.ConvFilterGradient(x, q, filter, window, 1, padValue)));
      Program program = trace.build();
      Tensor[] inputs = {
        Bits.pack(Tensor.f32(input, samples.floats(input.elements()))),
        Bits.pack(Tensor.f32(filter, samples.floats(filter.elements()))),
        gradients(samples, result, bits)
      };
      assertSameAsReference(program, bits + " bits, seed " + samples.seed, inputs);
      String plan = plan(program);
      assertTrue(plan.contains("integer lookup ConvInputGradient"), plan);
      assertTrue(plan.contains("integer lookup ConvFilterGradient"), plan);
    }
  }

  /**
   * Behind a max-pool what was pooled is rounded, and only that is multiplied, if its windows have
   * no element in common. Whoever reads all of the integers still can, and as many are clamped.
   */
  @ParameterizedTest(
      name = "batch {0}, {1}x{2}x{3} -> {4}, pool {5}x{5} stride {6}, pad {7} of {8}")
  @CsvSource({
    "1, 6, 6, 16, 1, 2, 2, 0, 0",
    "3, 7, 9, 16, 33, 2, 2, 0, 0",
    "33, 6, 7, 48, 64, 2, 2, 1, 1",
    "33, 6, 7, 48, 65, 2, 2, 1, 0",
    "3, 5, 7, 16, 9, 2, 2, 2, 0",
    "4, 6, 6, 32, 7, 2, 2, 1, -1",
    "65, 5, 6, 32, 17, 2, 2, 1, 1",
    "4, 9, 9, 33, 8, 2, 2, 0, 0",
    "4, 9, 9, 32, 8, 3, 3, 0, 0",
    "4, 9, 9, 32, 8, 2, 1, 0, 0",
    "2, 8, 8, 3, 129, 2, 2, 0, 0"
  })
  void gradientsBehindAMaxPoolEqualTheReferences(
      int batch, int h, int w, int c, int o, int size, int stride, int pad, int padValue) {
    Window window = window(3, 1, pad);
    Window pool = window(size, stride, 0);
    Shape input = Shape.of(batch, 1, h, w, c);
    Shape filter = Shape.of(o, 1, 3, 3, c);
    for (int bits : new int[] {10, 12, 16}) {
      for (boolean whole : new boolean[] {false, true}) {
        Samples samples = new Samples(batch * 1000L + o + bits);
        Trace trace = new Trace();
        Value x = trace.batchInput("x", DType.BIT, input);
        Value weights = trace.input("w", DType.BIT, filter);
        Value y = trace.value(new Op.Conv(x, weights, window, 1, padValue));
        Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool));
        Value g = trace.batchInput("g", DType.F32, pooled.shape());
        Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
        Value scale = trace.constant(2);
        List<Value> rounded = trace.add(new Op.ToInteger(dy, scale, bits));
        Value q = rounded.getFirst();
        trace.output("maxima", pooled);
        if (whole) {
          trace.output("q", trace.value(new Op.ToFloat(q, scale, 1)));
        }
        trace.output("clamped", rounded.get(1));
        trace.output("dx", trace.value(new Op.ConvInputGradient(q, weights, input, window, 1)));
        trace.output(
            "dw", trace.value(new Op.ConvFilterGradient(x, q, filter, window, 1, padValue)));
        Program program = trace.build();
        assertSameAsReference(
            program,
            bits + " bits, seed " + samples.seed,
            Bits.pack(Tensor.f32(input, samples.floats(input.elements()))),
            Bits.pack(Tensor.f32(filter, samples.floats(filter.elements()))),
            gradients(samples, pooled.shape(), bits));
        if (bits < 16) { // others are multiplied so where sums are small enough
          String plan = plan(program);
          boolean fused = size == 2 && stride == 2;
          assertEquals(fused, plan.contains("pooled"), plan);
          assertEquals(!fused || whole, plan.contains("max-pool gradient"), plan);
        }
      }
    }
  }

  /** Of pixels behind a max-pool: no sum of them is a float. */
  @ParameterizedTest(name = "batch {0}, {1}x{2}x{3} -> {4}, {5}x{5}, pool {6}x{7}, pad {8}")
  @CsvSource({
    "1, 3, 3, 1, 1, 2, 2, 2, 0",
    "9, 28, 28, 1, 32, 3, 2, 2, 0",
    "3, 7, 9, 3, 33, 3, 2, 2, 1",
    "2, 9, 9, 1, 127, 5, 1, 2, 2",
    "33, 5, 5, 2, 31, 2, 3, 1, 0",
    "2, 7, 7, 1, 65, 2, 3, 3, 0"
  })
  void filterGradientsOfPixelsBehindAMaxPoolEqualTheReferences(
      int batch, int h, int w, int c, int o, int k, int ph, int pw, int pad) {
    Window window = window(k, 1, pad);
    Extent size = new Extent(1, ph, pw);
    Window pool = new Window(size, size, Extent.ONE, Extent.ZERO, Extent.ZERO);
    Shape input = Shape.of(batch, 1, h, w, c);
    Shape filter = Shape.of(o, 1, k, k, c);
    for (int bits : new int[] {10, 12, 16}) {
      Samples samples = new Samples(batch * 1000L + o + bits);
      Trace trace = new Trace();
      Value bytes = trace.batchInput("bytes", DType.U8, input);
      Value x = trace.value(new Op.Scale(bytes, 2, -255, 255));
      Value weights = trace.input("w", DType.BIT, filter);
      Value y = trace.value(new Op.Conv(x, weights, window, 1, 1));
      Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool));
      Value g = trace.batchInput("g", DType.F32, pooled.shape());
      Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
      Value q = trace.add(new Op.ToInteger(dy, trace.constant(1), bits)).getFirst();
      trace.output("pooled", pooled);
      trace.output("dw", trace.value(new Op.ConvFilterGradient(x, q, filter, window, 1, 1)));
      Program program = trace.build();
      assertSameAsReference(
          program,
          bits + " bits, seed " + samples.seed,
          Tensor.u8(input, samples.bytes(input.elements())),
          Bits.pack(Tensor.f32(filter, samples.floats(filter.elements()))),
          gradients(samples, pooled.shape(), bits));
      String plan = plan(program);
      boolean fused = ph * pw <= 4;
      // of 12 bits a float holds sums of 32 windows, of 16 bits of two
      String kernel = bits < 16 && k * c < 32 ? "pooled fma" : "pooled integers";
      assertEquals(fused, plan.contains(kernel + " ConvFilterGradient"), plan);
    }
  }

  /** Of pixels, whose integers are up to 255, and of quarters, up to 3. */
  @ParameterizedTest(name = "batch {0}, {1}x{2}x{3} -> {4}, {5}x{5} stride {6}, pad {7}")
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 1, 0",
    "9, 28, 28, 1, 32, 3, 1, 0",
    "3, 7, 9, 3, 33, 3, 2, 1",
    "2, 9, 9, 1, 127, 5, 1, 2",
    "33, 1, 1, 65, 31, 1, 1, 0",
    "2, 5, 6, 4, 64, 2, 1, 1"
  })
  void filterGradientsOfIntegersEqualTheReferences(
      int batch, int h, int w, int c, int o, int k, int stride, int pad) {
    Window window = window(k, stride, pad);
    Shape input = Shape.of(batch, 1, h, w, c);
    Shape filter = Shape.of(o, 1, k, k, c);
    for (int bits : new int[] {12, 0}) {
      Samples samples = new Samples(batch * 1000L + o + bits);
      Trace trace = new Trace();
      Value bytes = trace.batchInput("bytes", DType.U8, input);
      Value pixels = trace.value(new Op.Scale(bytes, 2, -255, 255));
      Value floats = trace.batchInput("floats", DType.F32, input);
      Value low = trace.constant(-0.5f);
      Value high = trace.constant(0.75f);
      Value quarters = trace.select(Op.Comparison.LESS, floats, trace.constant(0), low, high);
      Value weights = trace.input("w", DType.BIT, filter);
      Shape result = trace.value(new Op.Conv(pixels, weights, window, 1, 1)).shape();
      Value g = trace.batchInput("g", bits == 0 ? DType.I16 : DType.F32, result);
      Value q = bits == 0 ? g : trace.add(new Op.ToInteger(g, trace.constant(1), bits)).getFirst();
      trace.output(
          "of pixels", trace.value(new Op.ConvFilterGradient(pixels, q, filter, window, 1, 1)));
      trace.output(
          "of quarters", trace.value(new Op.ConvFilterGradient(quarters, q, filter, window, 1, 1)));
      assertSameAsReference(
          trace.build(),
          bits + " bits, seed " + samples.seed,
          Tensor.u8(input, samples.bytes(input.elements())),
          Tensor.f32(input, samples.floats(input.elements())),
          Bits.pack(Tensor.f32(filter, samples.floats(filter.elements()))),
          gradients(samples, result, bits));
    }
  }

  /** One third as large as they may be. */
  private static Tensor gradients(Samples samples, Shape shape, int bits) {
    int limit = bits == 0 ? 32768 : (1 << bits - 1) - 1;
    short[] values = samples.shorts(shape.elements(), limit);
    if (bits == 0) {
      return Tensor.i16(shape, values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return Tensor.f32(shape, floats);
  }

  private static String plan(Program program) {
    try (Session session = Backends.select("cpu-vector").open(new SessionOptions(1))) {
      return session.compile(program).plan();
    }
  }

  private static void assertSameAsReference(Program program, String what, Tensor... inputs) {
    List<Tensor> expected = List.of(run("reference", 1, program, inputs));
    for (int threads : new int[] {1, 3}) {
      List<Tensor> actual = List.of(run("cpu-vector", threads, program, inputs));
      assertEquals(expected, actual, what + ", " + threads + " threads");
    }
  }

  private static Tensor[] run(String backend, int threads, Program program, Tensor... inputs) {
    try (Session session = Backends.select(backend).open(new SessionOptions(threads))) {
      return session.compile(program).run(inputs);
    }
  }
}
