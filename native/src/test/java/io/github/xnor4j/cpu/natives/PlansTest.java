package io.github.xnor4j.cpu.natives;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which kernels are prepared, as plans print them. */
final class PlansTest {
  private static final Window THREE = Window.of(new Extent(1, 3, 3));
  private static final Window TWO =
      new Window(new Extent(1, 2, 2), new Extent(1, 2, 2), Extent.ONE, Extent.ZERO, Extent.ZERO);

  private static String plan(Program program) {
    NativeProvider provider = new NativeProvider();
    assumeTrue(provider.probe().isAvailable(), () -> provider.probe().toString());
    try (Session session = provider.open(new SessionOptions(2))) {
      return session.compile(program).plan();
    }
  }

  /** A convolution of bits by bits with its gradients, on integers or not, behind a pool or not. */
  private static Program product(boolean integers, boolean pool) {
    Trace trace = new Trace();
    Shape input = Shape.of(9, 1, 8, 8, 32);
    Shape filter = Shape.of(24, 1, 3, 3, 32);
    Value x = trace.batchInput("x", DType.BIT, input);
    Value w = trace.input("w", DType.BIT, filter);
    Value y = trace.value(new Op.Conv(x, w, THREE, 1, 0));
    Value result = pool ? trace.value(new Op.Pool(Op.PoolKind.MAX, y, TWO)) : y;
    Value g = trace.batchInput("g", DType.F32, result.shape());
    Value dy = pool ? trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, TWO)) : g;
    if (integers) {
      Value scale = trace.input("scale", DType.F32, Shape.SCALAR);
      dy = trace.add(new Op.ToInteger(dy, scale, 12)).getFirst();
    }
    trace.output("y", result);
    trace.output("dx", trace.value(new Op.ConvInputGradient(dy, w, input, THREE, 1)));
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, dy, filter, THREE, 1, 0)));
    return trace.build();
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, pooled integers, pooled integers",
    "true, false, integer lookup, integers",
    "false, true, pooled fma, pooled fma",
    "false, false, lookup, fma"
  })
  void productsAndTheirGradientsHaveKernels(
      boolean integers, boolean pool, String permuting, String other)
      throws Library.NotLoadedException {
    String plan = plan(product(integers, pool));
    String kernel = Library.kernels().tier().lanes() > 0 ? permuting : other;
    assertTrue(plan.contains(pool ? "popcount and max-pool Conv" : "popcount Conv"), plan);
    assertTrue(plan.contains(kernel + " ConvInputGradient"), plan);
    assertTrue(plan.contains(kernel + " ConvFilterGradient"), plan);
    assertFalse(plan.contains("reference"), plan);
  }

  /** One channel a group, several, and filters for each of one channel. */
  @ParameterizedTest
  @CsvSource({
    "32, 32, depthwise fma",
    "32, 4, grouped fma",
    "64, 32, grouped fma",
    "64, 4, grouped fma"
  })
  void groupsHaveKernelsOfTheirOwn(int o, int groups, String kernel) {
    Trace trace = new Trace();
    Shape input = Shape.of(9, 1, 8, 8, 32);
    Shape filter = Shape.of(o, 1, 3, 3, 32 / groups);
    Value x = trace.batchInput("x", DType.BIT, input);
    Value w = trace.input("w", DType.BIT, filter);
    Value y = trace.value(new Op.Conv(x, w, THREE, groups, 0));
    Value g = trace.batchInput("g", DType.F32, y.shape());
    trace.output("y", y);
    trace.output("dx", trace.value(new Op.ConvInputGradient(g, w, input, THREE, groups)));
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, g, filter, THREE, groups, 0)));
    String plan = plan(trace.build());
    for (String op : List.of(" Conv ", " ConvInputGradient", " ConvFilterGradient")) {
      assertTrue(plan.contains(kernel + op), plan);
    }
  }

  /** Values of other kinds than the tutorial's network has. */
  @Test
  void elementsMoveInKernels() {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.BIT, Shape.of(9, 1, 8, 8, 24));
    trace.output("patches", trace.value(new Op.Patches(x, THREE, 0)));
    trace.output("flat", trace.reshape(x, Shape.of(9, 1536)));
    trace.output("turned", trace.value(new Op.Transpose(x, List.of(0, 3, 2, 1, 4))));
    Value f = trace.batchInput("f", DType.F32, Shape.of(9, 1, 8, 8, 3));
    trace.output("means", trace.value(new Op.Pool(Op.PoolKind.AVERAGE, f, TWO)));
    trace.output("both", trace.value(new Op.Concatenate(List.of(f, f), 4)));
    Value m = trace.batchInput("m", DType.F32, Shape.of(9, 5, 5));
    trace.output("products", trace.value(new Op.MatMul(m, m)));
    assertFalse(plan(trace.build()).contains("reference"), plan(trace.build()));
  }

  /** What has no kernel is computed all the same, and the plan says by whom. */
  @Test
  void theReferenceComputesTheRest() {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(2, 4, 3));
    trace.output("y", trace.value(new Op.Reduce(Op.ReduceKind.MAX, x, List.of(1))));
    assertTrue(plan(trace.build()).contains("reference Reduce"));
  }
}
