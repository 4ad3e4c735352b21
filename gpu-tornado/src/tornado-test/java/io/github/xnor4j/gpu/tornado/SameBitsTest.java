package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a training on integers computes in floats, on the device: bit by bit what the reference
 * gives. Whole trainings are compared in {@link TornadoConformanceTest}.
 */
final class SameBitsTest {
  private static final int CHANNELS = 33;
  private static final int PIXELS = 5;

  private static void output(Trace trace, String name, List<Value> values) {
    for (int i = 0; i < values.size(); i++) {
      trace.output(name + i, values.get(i));
    }
  }

  private static void sums(Trace trace, Value x, Value g) {
    List<Value> norm = trace.add(new Op.BatchNormStatistics(x));
    output(trace, "statistics", norm);
    Value scale = trace.constant(Tensor.full(Shape.of(CHANNELS), 0.7f));
    List<Value> slopes =
        trace.add(new Op.BatchNormGradient(x, g, norm.get(0), norm.get(1), scale, 1e-3f));
    output(trace, "gradient", slopes);
    trace.output(
        "dx",
        trace.value(
            new Op.BatchNormStatisticsGradient(x, norm.get(0), slopes.get(1), slopes.get(2))));
    Value product = trace.mul(x, g);
    trace.output("all", trace.sum(product, List.of(0, 1, 2)));
    trace.output("columns", trace.sum(product, List.of(0, 1)));
    trace.output("middle", trace.sum(x, List.of(1)));
    trace.output("pixels", trace.sum(x, List.of(0, 2)));
    trace.output("images", trace.sum(x, List.of(2)));
  }

  private static void functions(Trace trace, Value x, int batch) {
    for (Op.UnaryKind kind : Op.UnaryKind.values()) {
      trace.output(kind.name(), trace.unary(kind, x));
    }
    trace.output("power", trace.pow(trace.constant(0.999f), trace.unary(Op.UnaryKind.RINT, x)));
    Value logits = trace.reshape(x, Shape.of(batch, PIXELS * CHANNELS));
    Value labels = trace.batchInput("labels", DType.I32, Shape.of(batch));
    output(trace, "loss", trace.add(new Op.SoftmaxCrossEntropy(logits, labels)));
    trace.output("softmax", trace.value(new Op.Softmax(x)));
  }

  private static void compare(int batch) {
    Shape shape = Shape.of(batch, PIXELS, CHANNELS);
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, shape);
    Value g = trace.batchInput("g", DType.F32, shape);
    sums(trace, x, g);
    functions(trace, x, batch);
    Program program = trace.build();

    Random random = new Random(batch);
    float[] xs = new float[shape.elements()];
    float[] gs = new float[xs.length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = (float) (random.nextGaussian() * 10 + 1 / 3.0);
      gs[i] = (float) (random.nextGaussian() * 1e-3);
    }
    int[] labels = random.ints(batch, 0, PIXELS * CHANNELS).toArray();
    Tensor[] inputs = {
      Tensor.f32(shape, xs), Tensor.f32(shape, gs), Tensor.i32(Shape.of(batch), labels)
    };
    try (Session reference = new ReferenceProvider().open(SessionOptions.defaults());
        Session device = Backends.select("gpu-tornado").open(SessionOptions.defaults())) {
      Tensor[] wanted = reference.compile(program).run(inputs);
      Tensor[] actual = device.compile(program).run(inputs);
      List<String> names = List.copyOf(program.outputs().keySet());
      for (int i = 0; i < wanted.length; i++) {
        assertArrayEquals(
            wanted[i].floats(), actual[i].floats(), "batch " + batch + ", " + names.get(i));
      }
    }
  }

  @Test
  void lessThanATile() {
    compare(3);
  }

  @Test
  void aTileAndMore() {
    compare(9);
  }

  @Test
  void shardsWithoutNeighbours() {
    compare(132);
  }
}
