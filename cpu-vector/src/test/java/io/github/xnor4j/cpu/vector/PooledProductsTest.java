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
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both gradients of a convolution behind a max-pool against the reference: disjoint windows take
 * kernels of their own.
 *
 * <p>An element that is a sum of n terms may differ by 2^-24 * (4 + 2 * sqrt(n)) times the sum of
 * the terms' absolute values, as in the testkit: rounding errors of a float sum in any order are
 * independent of each other and grow with the root of their number; 4 is for the terms' own. So one
 * term that is missing, doubled or of the wrong sign shows.
 */
final class PooledProductsTest {
  private static final int SEED = 7;

  @ParameterizedTest(name = "floats: batch {0}, {1}x{2}x{3} -> {4}, pool {5}x{6}, pad {7}")
  @CsvSource({
    "1, 6, 6, 1, 1, 2, 2, 0",
    "3, 7, 9, 1, 16, 2, 2, 0",
    "9, 28, 28, 1, 32, 2, 2, 0",
    "8, 7, 7, 3, 33, 2, 2, 1",
    "17, 6, 7, 4, 64, 2, 1, 1",
    "2, 5, 6, 31, 65, 1, 3, 0",
    "2, 5, 6, 7, 129, 1, 1, 0"
  })
  void productsOfFloatsEqualTheReferences(
      int batch, int height, int width, int c, int o, int ph, int pw, int pad) {
    Extent padding = new Extent(0, pad, pad);
    Window conv = new Window(new Extent(1, 3, 3), Extent.ONE, Extent.ONE, padding, padding);
    Extent size = new Extent(1, ph, pw);
    Window pool = new Window(size, size, Extent.ONE, Extent.ZERO, Extent.ZERO);
    Shape input = Shape.of(batch, 1, height, width, c);
    Shape filter = Shape.of(o, 1, 3, 3, c);

    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, input);
    Value w = trace.input("w", DType.BIT, filter);
    Value y = trace.value(new Op.Conv(x, w, conv, 1, 0));
    Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool));
    Value g = trace.batchInput("g", DType.F32, pooled.shape());
    Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
    trace.output("pooled", pooled);
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, dy, filter, conv, 1, 0)));
    Program program = trace.build();
    // Multiples of 1/256: sums of the forward pass are exact, so that the winners must be the same.
    Tensor[] inputs = {
      rounded(random(input, 0)), Bits.pack(random(filter, 1)), random(g.shape(), 2)
    };

    Tensor[] expected = run("reference", 1, program, inputs);
    Tensor[] actual = run("cpu-vector", 2, program, inputs);

    assertEquals(expected[0], actual[0], "pooled, seed " + SEED);
    Tensor[] sums = absoluteSums(x, w, conv, pool, 0, inputs);
    close("dw", expected[1], actual[1], sums[1], pooled.shape().elements() / o);
    assertEquals(
        List.of(run("cpu-vector", 1, program, inputs)), List.of(actual), "threads, seed " + SEED);
  }

  private static Tensor rounded(Tensor x) {
    float[] values = x.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(values[i] * 256) / 256f;
    }
    return Tensor.f32(x.shape(), values);
  }

  @ParameterizedTest(
      name = "batch {0}, {1}x{2}x{3} -> {4}, filter {9}x{9}, pool {5}x{6} stride {7}, pad {8}")
  @CsvSource({
    "1, 6, 6, 16, 1, 2, 2, 2, 0, 3",
    "3, 7, 9, 16, 3, 2, 2, 2, 0, 3",
    "31, 5, 5, 32, 33, 2, 2, 2, 0, 3",
    "33, 6, 7, 48, 64, 2, 2, 2, 1, 3",
    "64, 6, 6, 64, 65, 2, 2, 2, 0, 3",
    "65, 5, 6, 144, 17, 2, 1, 0, 1, 3",
    "2, 8, 8, 128, 127, 1, 2, 0, 1, 3",
    "9, 20, 20, 16, 5, 2, 2, 2, 0, 3",
    "4, 9, 9, 33, 8, 2, 2, 2, 0, 3",
    "4, 9, 9, 32, 8, 3, 3, 3, 0, 3",
    "4, 9, 9, 32, 8, 2, 2, 1, 0, 3",
    "3, 4, 6, 16, 31, 2, 2, 2, 0, 1",
    "33, 4, 4, 64, 7, 2, 2, 2, 0, 1",
    "5, 7, 6, 32, 63, 2, 2, 2, 1, 2",
    "2, 8, 8, 16, 9, 2, 2, 2, 0, 5"
  })
  void gradientsEqualTheReferences(
      int batch, int height, int width, int c, int o, int ph, int pw, int stride, int pad, int k) {
    gradientsEqualTheReferences(batch, height, width, c, o, ph, pw, stride, pad, 1, k);
    if (pad > 0) {
      gradientsEqualTheReferences(batch, height, width, c, o, ph, pw, stride, pad, 0, k);
    }
  }

  private static void gradientsEqualTheReferences(
      int batch,
      int height,
      int width,
      int c,
      int o,
      int ph,
      int pw,
      int stride,
      int pad,
      float padValue,
      int k) {
    Extent padding = new Extent(0, pad, pad);
    Window conv = new Window(new Extent(1, k, k), Extent.ONE, Extent.ONE, padding, padding);
    Extent size = new Extent(1, ph, pw);
    Extent step = stride == 0 ? size : new Extent(1, stride, stride);
    Window pool = new Window(size, step, Extent.ONE, Extent.ZERO, Extent.ZERO);
    Shape input = Shape.of(batch, 1, height, width, c);
    Shape filter = Shape.of(o, 1, k, k, c);

    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.BIT, input);
    Value w = trace.input("w", DType.BIT, filter);
    Value y = trace.value(new Op.Conv(x, w, conv, 1, padValue));
    Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, pool));
    Value g = trace.batchInput("g", DType.F32, pooled.shape());
    Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
    trace.output("pooled", pooled);
    trace.output("dx", trace.value(new Op.ConvInputGradient(dy, w, input, conv, 1)));
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, dy, filter, conv, 1, padValue)));
    Program program = trace.build();
    Tensor[] inputs = {
      Bits.pack(random(input, 0)), Bits.pack(random(filter, 1)), random(g.shape(), 2)
    };

    Tensor[] expected = run("reference", 1, program, inputs);
    Tensor[] actual = run("cpu-vector", 2, program, inputs);
    Tensor[] alone = run("cpu-vector", 1, program, inputs);

    assertEquals(expected[0], actual[0], "pooled, seed " + SEED);
    Tensor[] sums = absoluteSums(x, w, conv, pool, 1, inputs);
    close("dx", expected[1], actual[1], sums[0], k * k * o);
    close("dw", expected[2], actual[2], sums[1], pooled.shape().elements() / o);
    assertEquals(List.of(alone), List.of(actual), "one and two threads, seed " + SEED);
  }

  /**
   * For each element of dx and dw the sum of its terms' absolute values. Winners are those of the
   * forward pass, which is exact; the padding of bits counts, since a kernel may count it as +1 and
   * take it back.
   */
  private static Tensor[] absoluteSums(
      Value x, Value w, Window conv, Window pool, float padValue, Tensor[] inputs) {
    Trace trace = new Trace();
    Value y =
        trace.value(
            new Op.Conv(
                trace.input("x", x.dtype(), x.shape()),
                trace.input("w", w.dtype(), w.shape()),
                conv,
                1,
                padValue));
    Value g = trace.input("|g|", DType.F32, inputs[2].shape());
    Value dy = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, pool));
    Value absoluteX = trace.input("|x|", DType.F32, x.shape());
    Value absoluteW = trace.input("|w|", DType.F32, w.shape());
    trace.output("dx", trace.value(new Op.ConvInputGradient(dy, absoluteW, x.shape(), conv, 1)));
    trace.output(
        "dw",
        trace.value(
            new Op.ConvFilterGradient(absoluteX, dy, w.shape(), conv, 1, Math.abs(padValue))));
    return run(
        "reference",
        1,
        trace.build(),
        inputs[0],
        inputs[1],
        absolute(inputs[2]),
        absolute(inputs[0]),
        absolute(inputs[1]));
  }

  private static Tensor absolute(Tensor x) {
    float[] values = new float[x.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = x.dtype() == DType.BIT ? 1 : Math.abs(x.floats()[i]);
    }
    return Tensor.f32(x.shape(), values);
  }

  private static void close(String what, Tensor expected, Tensor actual, Tensor sums, int terms) {
    double error = 0x1p-24 * (4 + 2 * Math.sqrt(terms));
    for (int i = 0; i < expected.floats().length; i++) {
      double bound = error * sums.floats()[i] + terms * (double) Float.MIN_NORMAL;
      double difference = Math.abs((double) expected.floats()[i] - actual.floats()[i]);
      int at = i;
      assertTrue(
          difference <= bound,
          () ->
              "%s[%d], seed %d: expected %s within %s, got %s"
                  .formatted(what, at, SEED, expected.floats()[at], bound, actual.floats()[at]));
    }
  }

  private static Tensor[] run(String backend, int threads, Program program, Tensor... inputs) {
    try (Session session = Backends.select(backend).open(new SessionOptions(threads))) {
      return session.compile(program).run(inputs);
    }
  }

  private static Tensor random(Shape shape, int stream) {
    Philox random = new Philox(SEED, stream);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.uniform(i) - 0.5f;
    }
    return Tensor.f32(shape, values);
  }
}
