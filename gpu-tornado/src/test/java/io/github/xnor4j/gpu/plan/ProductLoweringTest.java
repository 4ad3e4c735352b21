package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which kernels products become. */
final class ProductLoweringTest {
  private static final Shape X = Shape.of(2, 1, 6, 6, 8);
  private static final Window VALID = Window.of(new Extent(1, 3, 3));
  private static final Window SAME =
      new Window(VALID.size(), Extent.ONE, Extent.ONE, new Extent(0, 1, 1), new Extent(0, 1, 1));

  private final Trace trace = new Trace();

  private List<Kernel> kernels(Value result) {
    trace.output("y", result);
    return Planner.plan(Grouper.group(trace.build())).launches().stream()
        .map(Launch::kernel)
        .toList();
  }

  private Value input(String name, DType dtype, Shape shape) {
    return trace.input(name, dtype, shape);
  }

  private Value conv(DType x, DType filter, Window window, int groups, float pad) {
    Value w = input("w", filter, Shape.of(4, 1, 3, 3, 8 / groups));
    return trace.value(new Op.Conv(input("x", x, X), w, window, groups, pad));
  }

  // ---- convolutions

  @Test
  void bitsAreCounted() {
    assertEquals(List.of(Kernel.BIT_TILES), kernels(conv(DType.BIT, DType.BIT, VALID, 1, 0)));
  }

  @Test
  void paddingOfOneCostsNothing() {
    assertEquals(List.of(Kernel.BIT_TILES), kernels(conv(DType.BIT, DType.BIT, SAME, 1, 1)));
  }

  @Test
  void otherPaddingIsCorrected() {
    assertEquals(
        List.of(Kernel.BIT_TILES, Kernel.TAP_SUMS, Kernel.BIT_PADDING),
        kernels(conv(DType.BIT, DType.BIT, SAME, 1, 0)));
  }

  @Test
  void floatsAreTiles() {
    assertEquals(List.of(Kernel.TILES), kernels(conv(DType.F32, DType.BIT, SAME, 1, 0)));
  }

  @Test
  void groupsAreComputedElementByElement() {
    assertEquals(List.of(Kernel.CONV), kernels(conv(DType.BIT, DType.BIT, SAME, 2, 0)));
  }

  @Test
  void integersAreComputedElementByElement() {
    assertEquals(List.of(Kernel.CONV), kernels(conv(DType.I16, DType.BIT, SAME, 1, 0)));
  }

  // ---- gradients

  @Test
  void gradientToX() {
    Value g = input("g", DType.F32, X.with(4, 4));
    Value w = input("w", DType.BIT, Shape.of(4, 1, 3, 3, 8));
    Value dx = trace.value(new Op.ConvInputGradient(g, w, X, SAME, 1));
    assertEquals(List.of(Kernel.TILES), kernels(dx));
  }

  private Value filterGradient(int images) {
    Value x = input("x", DType.BIT, X.with(0, images));
    Value g = input("g", DType.F32, X.with(0, images).with(4, 4));
    return trace.value(new Op.ConvFilterGradient(x, g, Shape.of(4, 1, 3, 3, 8), SAME, 1, 0));
  }

  @Test
  void shortGradientToTheFilterIsOneSum() {
    assertEquals(List.of(Kernel.TILES), kernels(filterGradient(2)));
  }

  @Test
  void longGradientToTheFilterIsCutIntoParts() {
    assertEquals(List.of(Kernel.TILES, Kernel.SUM_PARTS), kernels(filterGradient(64)));
  }

  @Test
  void partsCoverTheSum() {
    for (int depth : new int[] {1, 16, 511, 512, 513, 1025, 100_000}) {
      for (int rows : new int[] {1, 65, 100_000}) {
        TileLowering.Sum sum = new TileLowering.Sum(rows, 33, depth);
        assertTrue(sum.parts() * (long) sum.part() >= depth);
        assertTrue((sum.parts() - 1L) * sum.part() < depth);
        assertEquals(0, sum.part() % TileCode.TILE_DEPTH);
        assertTrue(sum.steps() >= 1);
      }
    }
  }

  // ---- matrices

  private Value matMul(int matrices) {
    Value a = input("a", DType.F32, Shape.of(matrices, 5, 7));
    return trace.matMul(a, input("b", DType.BIT, Shape.of(matrices, 7, 3)));
  }

  @Test
  void oneMatrixIsTiles() {
    assertEquals(List.of(Kernel.TILES), kernels(matMul(1)));
  }

  @Test
  void manyMatricesAreComputedElementByElement() {
    assertEquals(List.of(Kernel.MAT_MUL), kernels(matMul(2)));
  }

  // ---- filters

  @Test
  void filtersArePackedForEachShapeThatIsRead() {
    Value latent = input("latent", DType.F32, Shape.of(3, 3, 8, 4));
    Value filter = trace.transpose(trace.sign(latent), List.of(3, 0, 1, 2));
    trace.output("flat", trace.reshape(filter, Shape.of(4, 72)));
    Value shaped = trace.reshape(filter, Shape.of(4, 1, 3, 3, 8));
    Value y = trace.value(new Op.Conv(input("x", DType.BIT, X), shaped, VALID, 1, 0));
    assertEquals(List.of(Kernel.BINARY_FILTER, Kernel.BINARY_FILTER, Kernel.BIT_TILES), kernels(y));
  }
}
