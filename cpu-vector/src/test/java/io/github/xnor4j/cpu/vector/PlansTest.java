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
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which kernels are prepared, as plans print them. */
class PlansTest {
  private static final Window THREE = Window.of(new Extent(1, 3, 3));
  private static final Window TWO =
      new Window(new Extent(1, 2, 2), new Extent(1, 2, 2), Extent.ONE, Extent.ZERO, Extent.ZERO);

  private static String plan(Program program, int threads) {
    try (Session session = Backends.select("cpu-vector").open(new SessionOptions(threads))) {
      return session.compile(program).plan();
    }
  }

  /** A convolution of bits by bits with its gradients, a max-pool behind it or not. */
  private static Program product(int channels, boolean pool) {
    Trace trace = new Trace();
    Shape input = Shape.of(9, 1, 8, 8, channels);
    Shape filter = Shape.of(24, 1, 3, 3, channels);
    Value x = trace.batchInput("x", DType.BIT, input);
    Value w = trace.input("w", DType.BIT, filter);
    Value y = trace.value(new Op.Conv(x, w, THREE, 1, 0));
    Value result = pool ? trace.value(new Op.Pool(Op.PoolKind.MAX, y, TWO)) : y;
    Value g = trace.batchInput("g", DType.F32, result.shape());
    Value dy = pool ? trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, g, TWO)) : g;
    trace.output("y", result);
    trace.output("dx", trace.value(new Op.ConvInputGradient(dy, w, input, THREE, 1)));
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, dy, filter, THREE, 1, 0)));
    return trace.build();
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static void assertHas(String plan, String... parts) {
    for (String part : parts) {
      assertEquals(1, count(plan, part), part + " in " + plan);
    }
  }

  @Test
  void bitsAreCountedAndLookedUp() {
    assertHas(
        plan(product(32, false), 1),
        "popcount Conv",
        "lookup ConvInputGradient",
        "lookup ConvFilterGradient",
        "transpose bits for ConvFilterGradient",
        "transpose filter ConvInputGradient",
        "sum over the batch of ConvFilterGradient");
  }

  /** All products of a filter read the same panels. */
  @Test
  void aFilterIsPackedOnce() {
    for (boolean pool : List.of(true, false)) {
      assertHas(plan(product(32, pool), 1), "pack filter ");
    }
  }

  @Test
  void behindAMaxPoolAreLookupsWhereTheyPay() {
    String plan = plan(product(32, true), 1);
    assertHas(plan, "popcount and max-pool Conv");
    boolean lookups = Lanes.BITS == 512;
    String kernel = lookups ? "pooled lookup " : "pooled fma ";
    assertHas(plan, kernel + "ConvInputGradient", kernel + "ConvFilterGradient");
    assertEquals(lookups ? 1 : 0, count(plan, "winners' bits"), plan);
    assertFalse(plan.contains("max-pool gradient"), plan);
  }

  /** Of 24 channels no register is full of one tap. */
  @Test
  void oddChannelsBehindAMaxPoolAreMultiplied() {
    assertHas(
        plan(product(24, true), 1),
        "pooled fma ConvInputGradient",
        "pooled fma ConvFilterGradient",
        "rows of filter ConvInputGradient");
  }

  private static long kernelBytes(String plan) {
    Matcher matcher = Pattern.compile("([\\d,]+) in kernels").matcher(plan);
    assertTrue(matcher.find(), plan);
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }

  /** What a kernel computes with on the way is there for each thread; what it packs is not. */
  @Test
  void whatKernelsOwnIsCounted() {
    Program program = product(32, false);
    long one = kernelBytes(plan(program, 1));
    long two = kernelBytes(plan(program, 2));
    long three = kernelBytes(plan(program, 3));
    assertTrue(two > one, one + " and " + two);
    assertEquals(two - one, three - two);
    int panel = 4 * 9 * 32; // ints of the filter, 24 channels and those that a panel has more
    assertTrue(one - (two - one) > panel, one + " and " + two);
  }

  /** One channel a group, several, and filters for each of one channel. */
  @Test
  void groupsHaveKernelsOfTheirOwn() {
    for (int o : new int[] {32, 64}) {
      for (int groups : new int[] {32, 4}) {
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
        String kernel = groups == 32 && o == 32 ? "depthwise fma " : "grouped fma ";
        assertHas(
            plan(trace.build(), 1),
            kernel + "Conv ",
            kernel + "ConvInputGradient",
            kernel + "ConvFilterGradient");
      }
    }
  }

  /** {@code docs/kernels.md} has a row for each. */
  @Test
  void everyOpIsInTheTableOfKernels() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      missing.add(op.getSimpleName());
    }
    for (String line : Files.readAllLines(Path.of("..", "docs", "kernels.md"))) {
      if (line.startsWith("| ")) {
        missing.removeAll(List.of(line.substring(2, line.indexOf(" |", 2)).split(", ")));
      }
    }
    assertEquals(Set.of(), missing, "ops without a row");
  }
}
