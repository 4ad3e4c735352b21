package io.github.xnor4j.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.program.Dims;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What programs are lowered to, as the plan prints it; and the kernels that a run then calls. */
class PlannerTest {
  private static final int N = Layers.BATCH;

  /** Stages one by one, without the chains that they are in. */
  private static List<String> labels(Plans plans) {
    return plans.stages().stream()
        .flatMap(line -> Arrays.stream(line.replaceAll(" \\[.*]$| x \\d+$", "").split(" -> ")))
        .toList();
  }

  private static Program tutorial() {
    Layers layers = new Layers();
    return layers.withGradients(layers.tutorial());
  }

  private static void assertHas(List<String> lines, String... wanted) {
    for (String label : wanted) {
      assertTrue(lines.contains(label), () -> "no " + label + " in " + lines);
    }
  }

  private static void assertNone(List<String> lines, String... parts) {
    for (String part : parts) {
      for (String line : lines) {
        assertFalse(line.contains(part), () -> line + " in " + lines);
      }
    }
  }

  private static long count(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }

  // ---- groups

  @Test
  void aProductAndItsMaxPoolAreOneStage() {
    List<String> labels = labels(Plans.grouped(tutorial()));
    assertHas(labels, "fma and max-pool conv1.Conv", "popcount and max-pool conv2.Conv");
    assertNone(labels, "pool1", "pool2");
    assertEquals(1, Collections.frequency(labels, "fma and max-pool conv1.Conv"));
  }

  @Test
  void gradientsBehindAMaxPoolReadPooledGradients() {
    List<String> labels = labels(Plans.grouped(tutorial()));
    assertHas(
        labels,
        "pooled lookup conv2.ConvInputGradient",
        "pooled lookup conv2.ConvFilterGradient",
        "pooled fma conv1.ConvFilterGradient");
    assertNone(labels, "max-pool gradient");
  }

  /** Rounding leaves zeros what they are, if windows have no element in common. */
  @Test
  void integersBehindAMaxPoolAreRoundedInFrontOfIt() {
    for (int stride : new int[] {2, 1}) {
      Layers layers = new Layers();
      Trace trace = layers.trace();
      Extent size = new Extent(1, 2, 2);
      Extent step = new Extent(1, stride, stride);
      Window two = new Window(size, step, Extent.ONE, Extent.ZERO, Extent.ZERO);
      Window three = Window.of(new Extent(1, 3, 3));
      Value x = layers.input("x", DType.BIT, N, 1, 8, 8, 16);
      Value w = trace.input("w", DType.BIT, Shape.of(4, 1, 3, 3, 16));
      Value y = trace.value(new Op.Conv(x, w, three, 1, 1));
      Value pooled = trace.value(new Op.Pool(Op.PoolKind.MAX, y, two));
      Value g = trace.value(new Op.PoolGradient(Op.PoolKind.MAX, y, pooled, two));
      List<Value> rounded = trace.add(new Op.ToInteger(g, trace.constant(2), 12));
      Value q = rounded.getFirst();
      trace.output("clamped", rounded.get(1));
      trace.output("dx", trace.value(new Op.ConvInputGradient(q, w, x.shape(), three, 1)));
      trace.output("dw", trace.value(new Op.ConvFilterGradient(x, q, w.shape(), three, 1, 1)));
      Plans plans = Plans.grouped(trace.build());
      Shape of = stride == 2 ? pooled.shape() : y.shape();
      List<Shape> rounds =
          plans.works().stream()
              .filter(work -> work instanceof Work.ToInteger)
              .map(work -> ((Work.ToInteger) work).x().shape())
              .toList();
      assertEquals(List.of(of), rounds, "stride " + stride);
      List<Integer> limits =
          plans.works().stream()
              .filter(work -> work instanceof Work.InputGradient)
              .map(work -> ((Work.InputGradient) work).limit())
              .toList();
      assertEquals(List.of(2047), limits, "stride " + stride);
      String pool = stride == 2 ? "pooled " : "";
      assertHas(
          labels(plans), pool + "lookup ConvInputGradient", pool + "lookup ConvFilterGradient");
    }
  }

  /** Where a backend has no kernel for a product and its pool, it is asked for each. */
  @Test
  void whatIsRefusedIsAskedForInParts() {
    List<String> labels = labels(Plans.withoutPooling(tutorial()));
    assertHas(
        labels,
        "fma conv1.Conv",
        "max-pool pool1.Pool",
        "popcount conv2.Conv",
        "max-pool pool2.Pool",
        "max-pool gradient pool1.PoolGradient",
        "max-pool gradient pool2.PoolGradient",
        "lookup conv2.ConvInputGradient",
        "lookup conv2.ConvFilterGradient",
        "fma conv1.ConvFilterGradient");
    assertNone(labels, "and max-pool", "pooled");
  }

  /** The reference's pool knows of no division that waits. */
  @Test
  void nothingWaitsForAPoolThatIsRefused() {
    Layers layers = new Layers();
    Value product = layers.conv("conv", layers.pixels(9, 9, 1), 4, 2, 1);
    Program program = layers.giving(layers.pool("pool", product, 2, 2));
    Plans plans = Plans.refusing(program, work -> work instanceof Work.MaxPool);
    assertHas(labels(plans), "fma conv.Conv", "reference pool.Pool");
    assertEquals(List.of("fma / 255"), ofOneTile(plans));
  }

  /** Nor does the reference's product wait for anybody. */
  @Test
  void whatIsRefusedAsAWholeIsTheReferences() {
    Plans plans =
        Plans.refusing(
            tutorial(),
            work ->
                work instanceof Work.Convolution
                    || work instanceof Work.InputGradient
                    || work instanceof Work.FilterGradient
                    || work instanceof Work.Statistics);
    assertHas(
        labels(plans),
        "reference conv1.Conv",
        "max-pool pool1.Pool",
        "reference norm1.BatchNormStatistics",
        "reference conv2.ConvInputGradient",
        "reference dense.ConvFilterGradient");
    assertNone(plans.run(), " / 255");
  }

  @Test
  void kernelsThatAnotherNamesRunBeforeAndBehindIt() {
    List<String> calls = Plans.grouped(tutorial()).run();
    int transposed = calls.indexOf("transpose for");
    int gradient = calls.indexOf("pooled lookup");
    assertTrue(transposed >= 0 && transposed < gradient, calls.toString());
    assertTrue(calls.lastIndexOf("pooled lookup") < calls.lastIndexOf("sum"), calls.toString());
    assertEquals(3, count(calls, "transpose for"), "one for each gradient of a filter");
    assertEquals(3, Collections.frequency(calls, "sum"), calls.toString());
  }

  @Test
  void theGradientOfBatchNormIsOneSweep() {
    List<String> labels = labels(Plans.grouped(tutorial()));
    for (String norm : List.of("norm1", "norm2", "norm3")) {
      assertEquals(1, count(labels, "normalize gradient " + norm), norm);
    }
  }

  @Test
  void theMaskOfAnEstimatorIsBits() {
    Plans plans = Plans.grouped(tutorial());
    assertHas(labels(plans), "normalize norm1", "norm1.Select", "norm2.Select");
    assertNone(labels(plans), "norm1.abs", "norm2.abs", "norm1.Sign", "mask of");
    assertTrue(plans.run().contains("SUB MUL ADD ABS gives BITS MASK"));
  }

  /** And with the sums of batch norm's gradient, which reads the same. */
  @Test
  void whatPassesAMaskIsSummedAtOnce() {
    Plans plans = Plans.grouped(tutorial());
    assertTrue(plans.run().contains("PASS gives DENSE SUMS SUMS"));
    // the last norm's comes from the loss
    assertEquals(List.of("gradient sums norm3"), sums(plans));
  }

  private static List<String> sums(Plans plans) {
    return labels(plans).stream().filter(label -> label.startsWith("gradient sums")).toList();
  }

  @Test
  void anUpdateIsOneStage() {
    Layers layers = new Layers();
    Plans plans = Plans.grouped(layers.descending(layers.tutorial()));
    assertHas(labels(plans), "conv2.abs to sub");
    assertTrue(plans.run().contains("ABS LESS_EQUAL SUB gives DENSE"));
  }

  /** Bits of rows that end within a word lie in other words when the rows are put together. */
  @Test
  void signsOfOtherRowsAreASweepOfTheirOwn() {
    for (int channels : new int[] {10, 64}) {
      Layers layers = new Layers();
      Trace trace = layers.trace();
      Value x = layers.norm("norm", layers.input("x", DType.F32, N, 3, channels));
      Value y = trace.scope("signs", () -> layers.binary(layers.flatten(x)));
      Value z = trace.scope("more", () -> trace.value(new Op.Unpack(y)));
      Value loss = trace.scope("more", () -> trace.mean(z));
      Plans plans = Plans.grouped(layers.withGradients(loss));
      List<String> labels = labels(plans);
      boolean apart = channels == 10;
      assertEquals(apart, labels.contains("signs.Sign"), () -> "in " + labels);
      assertEquals(apart, labels.contains("mask of signs.abs"), () -> "in " + labels);
      assertEquals(
          apart ? 0 : 1, Collections.frequency(plans.run(), "SUB MUL ADD ABS gives BITS MASK") / 3);
    }
  }

  /** Rows of a batch are no rows where the batch is the only axis. */
  @Test
  void bitsOfImagesAreNotCut() {
    Layers layers = new Layers();
    Trace trace = layers.trace();
    Value y = trace.sign(layers.input("x", DType.F32, N));
    assertEquals(List.of("Sign"), Plans.grouped(layers.giving(y)).stages());
  }

  /** The gradient of a kernel is transposed back; that is the only transpose. */
  @Test
  void filtersArePackedFromLatentWeights() {
    List<String> labels = labels(Plans.grouped(tutorial()));
    assertHas(labels, "pack filter conv1.Conv", "pack filter conv2.Conv", "pack filter dense.Conv");
    assertEquals(3, count(labels, "pack filter"), "one for all products of a filter");
    for (String layer : List.of("conv1", "conv2", "dense")) {
      assertNone(labels, layer + ".Sign", "reference " + layer);
      assertEquals(1, count(labels, layer + ".Transpose"), layer);
    }
  }

  @Test
  void productsReadPixelsAsBytes() {
    Plans plans = Plans.grouped(tutorial());
    assertNone(labels(plans), "pixels.Scale");
    Work.Source source =
        plans.works().stream()
            .filter(work -> work instanceof Work.Convolution)
            .map(work -> ((Work.Convolution) work).x())
            .filter(x -> x.pixels() != null)
            .findFirst()
            .orElseThrow();
    assertEquals(DType.U8, source.buffer().dtype());
    assertEquals(255, source.denominator());
  }

  @Test
  void pixelsThatOthersReadAreScaledForThem() {
    Layers layers = new Layers();
    Value pixels = layers.pixels(4, 4, 1);
    Value y = layers.conv("conv", pixels, 1, 1, 1);
    List<String> labels = labels(Plans.grouped(layers.giving(layers.trace().add(y, pixels))));
    assertHas(labels, "pixels.Scale", "fma conv.Conv", "add");
  }

  /** Of overlapping windows, for which there is no kernel behind a product. */
  @Test
  void theDivisionOfIntegersWaitsForTheMaxPool() {
    Layers layers = new Layers();
    Value product = layers.conv("conv", layers.pixels(9, 9, 1), 4, 3, 1);
    Program program = layers.giving(layers.pool("pool", product, 3, 2));
    assertEquals(List.of("fma", "max-pool / 255"), ofOneTile(Plans.grouped(program)));
    assertEquals(List.of("scale", "fma / 255", "max-pool"), ofOneTile(Plans.single(program)));
  }

  @Test
  void theDivisionOfIntegersIsBehindAMaxPoolInTheSameStageToo() {
    Layers layers = new Layers();
    Value product = layers.conv("conv", layers.pixels(9, 9, 1), 4, 2, 1);
    Program program = layers.giving(layers.pool("pool", product, 2, 2));
    assertEquals(List.of("fma and max-pool / 255"), ofOneTile(Plans.grouped(program)));
  }

  /** Calls of one tile, which is like all others. */
  private static List<String> ofOneTile(Plans plans) {
    List<String> calls = plans.run();
    assertEquals(0, calls.size() % 3, "tiles of " + calls);
    List<String> tile = calls.subList(0, calls.size() / 3);
    for (int i = 0; i < calls.size(); i++) {
      assertEquals(tile.get(i % tile.size()), calls.get(i), "tiles of " + calls);
    }
    return tile;
  }

  @Test
  void withoutGroupsEachOpIsAStage() {
    List<String> labels = labels(Plans.single(tutorial()));
    assertHas(
        labels,
        "pixels.Scale",
        "fma conv1.Conv",
        "max-pool pool1.Pool",
        "popcount conv2.Conv",
        "max-pool pool2.Pool",
        "conv1.Sign",
        "conv2.Sign",
        "dense.Sign",
        "conv1.Transpose",
        "norm1.abs",
        "max-pool gradient pool1.PoolGradient",
        "max-pool gradient pool2.PoolGradient",
        "lookup conv2.ConvInputGradient",
        "lookup conv2.ConvFilterGradient",
        "fma conv1.ConvFilterGradient",
        "normalize gradient norm1.BatchNormGradient",
        "normalize gradient norm1.BatchNormStatisticsGradient",
        "norm1.add");
    assertNone(labels, "and max-pool", "pooled", "mask of");
  }

  // ---- what only looks like a group

  /** Not twice a pool behind the product. */
  @Test
  void aPoolOfAPoolIsAStageOfItsOwn() {
    Layers layers = new Layers();
    Value x = layers.conv("conv", layers.pixels(10, 10, 1), 4, 3, 1);
    x = layers.pool("second", layers.pool("first", x, 2, 2), 2, 2);
    Plans plans = Plans.grouped(layers.giving(x));
    assertEquals(
        List.of("load images", "fma and max-pool conv.Conv", "max-pool second.Pool", "store y"),
        withoutFilters(plans));
    assertEquals(List.of("fma and max-pool / 255", "max-pool"), ofOneTile(plans));
  }

  private static List<String> withoutFilters(Plans plans) {
    return labels(plans).stream().filter(label -> !label.contains("pack filter")).toList();
  }

  /** Windows over other positions than the product's. */
  @Test
  void aPoolOfReshapedChannelsIsAStageOfItsOwn() {
    Layers layers = new Layers();
    Value x = layers.dense("dense", layers.flatten(layers.pixels(3, 3, 1)), 64);
    x = layers.trace().reshape(x, Shape.of(N, 1, 4, 4, 4));
    Value y = layers.flatten(layers.pool("pool", x, 2, 2));
    Value loss = layers.loss("loss", y, layers.input("labels", DType.I32, N));
    Plans plans = Plans.grouped(layers.withGradients(loss));
    assertHas(
        labels(plans),
        "fma dense.Conv",
        "max-pool pool.Pool",
        "max-pool gradient pool.PoolGradient",
        "fma dense.ConvFilterGradient");
  }

  /** The same positions in another place. */
  @Test
  void aPoolOfReshapedPositionsIsInTheProductsStage() {
    Layers layers = new Layers();
    Value x = layers.conv("conv", layers.pixels(6, 4, 1), 5, 1, 1);
    x = layers.trace().reshape(x, Shape.of(N, 1, 4, 6, 5));
    Plans plans = Plans.grouped(layers.giving(layers.pool("pool", x, 2, 2)));
    assertEquals(
        List.of("load images", "fma and max-pool conv.Conv", "store y"), withoutFilters(plans));
  }

  /** The reference divides at once, so no pool may divide again. */
  @Test
  void theReferencesProductsAreDividedOnce() {
    Layers layers = new Layers();
    Value refused = layers.conv("conv", layers.pixels(6, 6, 4), 8, 3, 1);
    assertDividedByReference(layers, refused);
    layers = new Layers();
    Value merged = layers.trace().reshape(layers.pixels(12, 10, 1), Shape.of(2 * N, 1, 6, 10, 1));
    Value product = layers.conv("conv", merged, 4, 3, 1);
    assertDividedByReference(layers, layers.trace().reshape(product, Shape.of(N, 1, 8, 8, 4)));
  }

  private static void assertDividedByReference(Layers layers, Value product) {
    Program program = layers.giving(layers.pool("pool", product, 2, 2));
    Plans plans = Plans.refusing(program, work -> work instanceof Work.Convolution);
    assertHas(labels(plans), "reference conv.Conv", "max-pool pool.Pool");
    assertNone(plans.run(), " / 255");
  }

  /** The reference's pool does not divide what waits. */
  @Test
  void productsOfTheReferencesPoolsAreDividedBefore() {
    Layers layers = new Layers();
    Value x = layers.conv("conv", layers.pixels(10, 10, 1), 4, 3, 1);
    x = layers.trace().reshape(x, Shape.of(2 * N, 1, 4, 8, 4));
    Plans plans = Plans.grouped(layers.giving(layers.pool("pool", x, 2, 2)));
    assertHas(labels(plans), "fma conv.Conv", "reference pool.Pool");
    assertTrue(plans.run().contains("fma / 255"));
  }

  @Test
  void aProductThatAnotherReadsIsWritten() {
    Layers layers = new Layers();
    Value x = layers.conv("conv", layers.pixels(5, 5, 1), 4, 2, 1);
    Value pooled = layers.flatten(layers.pool("pool", x, 2, 2));
    Value all = layers.trace().unary(Op.UnaryKind.ABS, layers.flatten(x));
    layers.trace().output("pooled", pooled);
    List<String> labels = labels(Plans.grouped(layers.giving(all)));
    assertHas(labels, "fma conv.Conv", "max-pool pool.Pool", "abs");
  }

  // ---- the reference's kernels

  @TestFactory
  Stream<DynamicTest> opsWithoutAKernelSayReference() {
    Map<String, Function<Layers, Value>> ops = new LinkedHashMap<>();
    ops.put("add", l -> op(l, new Op.Binary(Op.BinaryKind.ADD, rows(l), l.weight("w", 3, 1))));
    ops.put("Reduce", l -> op(l, new Op.Reduce(Op.ReduceKind.MAX, rows(l), List.of(0, 1))));
    ops.put("Softmax", l -> op(l, new Op.Softmax(l.weight("w", 3, 4))));
    ops.put("ArgMax", l -> op(l, new Op.ArgMax(l.weight("w", 3, 4))));
    ops.put(
        "Broadcast", l -> op(l, new Op.Broadcast(l.trace().sign(l.weight("w", 1)), Shape.of(4))));
    return ops.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Layers layers = new Layers();
                      Program program = layers.giving(entry.getValue().apply(layers));
                      Plans plans = Plans.grouped(program);
                      assertHas(labels(plans), "reference op." + entry.getKey());
                      plans.run();
                    }));
  }

  @Test
  void theLargestOfAllRunsAlongTheBatch() {
    Layers layers = new Layers();
    Value all = op(layers, new Op.Reduce(Op.ReduceKind.MAX, rows(layers), List.of(0, 1, 2)));
    Plans plans = Plans.grouped(layers.giving(all));
    assertEquals(
        List.of("load x -> largest op.Reduce [3 tiles of 8]", "finish op.Reduce"), plans.stages());
    plans.run();
  }

  private static Value op(Layers layers, Op op) {
    return layers.trace().scope("op", () -> layers.trace().value(op));
  }

  private static Value images(Layers layers) {
    return layers.input("x", DType.F32, N, 1, 4, 4, 2);
  }

  private static Value rows(Layers layers) {
    return layers.input("x", DType.F32, N, 3, 4);
  }

  /** What layers are made of runs along the batch, or as tasks where it is not in front. */
  @TestFactory
  Stream<DynamicTest> opsOfABatchAreNeverTheReferences() {
    Map<String, Function<Layers, Op>> ops = new LinkedHashMap<>();
    Window two = Window.of(new Extent(1, 2, 2));
    Dims image = Dims.batch(Shape.of(N, 1, 4, 4, 2));
    ops.put("Pool", l -> new Op.Pool(Op.PoolKind.AVERAGE, images(l), two));
    ops.put(
        "PoolGradient",
        l -> {
          Value g = l.input("g", DType.F32, N, 1, 3, 3, 2);
          return new Op.PoolGradient(Op.PoolKind.AVERAGE, images(l), g, two);
        });
    ops.put("Patches", l -> new Op.Patches(images(l), two, 0));
    ops.put(
        "PatchesGradient",
        l -> new Op.PatchesGradient(l.input("g", DType.F32, N, 1, 3, 3, 8), image, two));
    ops.put("MatMul", l -> new Op.MatMul(l.flatten(images(l)), l.weight("w", 32, 5)));
    ops.put("Transpose", l -> new Op.MatMul(across(l), l.weight("w", 3, 4, 5)));
    ops.put("Pad", l -> new Op.Pad(rows(l), List.of(0, 1, 0), List.of(0, 0, 2), 1));
    ops.put("Slice", l -> new Op.Slice(rows(l), List.of(0, 1, 0), Shape.of(N, 2, 3)));
    ops.put(
        "Concatenate",
        l -> new Op.Concatenate(List.of(rows(l), l.input("z", DType.F32, N, 1, 4)), 1));
    ops.put("Broadcast", l -> new Op.Broadcast(l.weight("w", 4), Dims.batch(Shape.of(N, 3, 4))));
    ops.put("Reshape", l -> new Op.Reshape(l.trace().sign(rows(l)), Shape.of(N, 12)));
    ops.put(
        "Random",
        l ->
            new Op.Random(
                Op.RandomKind.UNIFORM,
                l.trace().constant(Tensor.i32(Shape.of(2), 1, 2)),
                l.trace().constant(Tensor.i32(Shape.SCALAR, 3)),
                0,
                image));
    ops.put(
        "Threshold",
        l ->
            new Op.Threshold(
                l.input("x", DType.I32, N, 3, 4), l.trace().constant(Tensor.i32(Shape.SCALAR, 3))));
    ops.put("Reduce", l -> new Op.Reduce(Op.ReduceKind.MAX, rows(l), List.of(0, 1, 2)));
    ops.put("ToInteger", l -> new Op.ToInteger(rows(l), l.trace().constant(2f), 12));
    ops.put(
        "ToFloat",
        l -> new Op.ToFloat(l.input("x", DType.I16, N, 3, 4), l.trace().constant(2f), 255));
    ops.put(
        "Conv", l -> new Op.Conv(l.input("x", DType.I16, N, 1, 4, 4, 2), bits(l, 3), two, 1, 0));
    ops.put(
        "ConvInputGradient",
        l ->
            new Op.ConvInputGradient(
                l.input("g", DType.I16, N, 1, 3, 3, 3), bits(l, 3), image, two, 1));
    ops.put(
        "ConvFilterGradient",
        l ->
            new Op.ConvFilterGradient(
                l.trace().sign(images(l)),
                l.input("g", DType.I16, N, 1, 3, 3, 3),
                Shape.of(3, 1, 2, 2, 2),
                two,
                1,
                0));
    return ops.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Layers layers = new Layers();
                      Trace trace = layers.trace();
                      trace.output("y", trace.add(entry.getValue().apply(layers)).getFirst());
                      Plans plans = Plans.grouped(trace.build());
                      assertNone(labels(plans), "reference");
                      plans.run();
                    }));
  }

  private static Value across(Layers layers) {
    return layers.trace().transpose(rows(layers), List.of(1, 0, 2));
  }

  private static Value bits(Layers layers, int o) {
    return layers.trace().sign(layers.weight("bits", o, 1, 2, 2, 2));
  }

  @Test
  void aGroupedProductIsOneKernelAndSoAreItsGradients() {
    Layers layers = new Layers();
    Value x = layers.conv("first", images(layers), 4, 1, 1);
    x = layers.flatten(layers.conv("grouped", x, 4, 2, 2));
    Value loss = layers.loss("loss", x, layers.input("labels", DType.I32, N));
    assertHas(
        labels(Plans.grouped(layers.withGradients(loss))),
        "fma grouped.Conv",
        "lookup grouped.ConvInputGradient",
        "fma grouped.ConvFilterGradient");
  }

  // ---- the batch

  /** Tiles of images are cut from the leading axis only; here images are not along it alone. */
  @Test
  void whatIsMergedWithTheBatchIsNeverTiledOverIt() {
    for (Function<Program, Plans> planner :
        List.<Function<Program, Plans>>of(Plans::grouped, Plans::withoutPooling, Plans::single)) {
      Layers layers = new Layers();
      Trace trace = layers.trace();
      Value frames = layers.input("x", DType.F32, N, 2, 6, 6, 3);
      Value x = trace.reshape(frames, Shape.of(2 * N, 1, 6, 6, 3));
      x = layers.conv("merged conv1", x, 16, 3, 1);
      x = layers.binaryNorm("merged norm1", layers.pool("merged pool", x, 2, 2));
      x = layers.conv("merged conv2", x, 32, 2, 1);
      x = layers.binaryNorm("merged norm2", layers.flatten(x));
      x = layers.norm("merged norm3", layers.dense("merged dense", x, 5));
      Value labels = trace.reshape(layers.input("labels", DType.I32, N, 2), Shape.of(2 * N));
      Value y = x;
      trace.output("classes", trace.scope("merged", () -> trace.value(new Op.ArgMax(y))));
      trace.output("softmax", trace.scope("merged", () -> trace.value(new Op.Softmax(y))));
      Plans plans = planner.apply(layers.withGradients(layers.loss("merged loss", x, labels)));
      assertWhole(plans, 40);
    }
  }

  @Test
  void aBatchOnTheSecondAxisIsNeverTiled() {
    for (Function<Program, Plans> planner :
        List.<Function<Program, Plans>>of(Plans::grouped, Plans::single)) {
      Layers layers = new Layers();
      Trace trace = layers.trace();
      Value x = layers.input("x", DType.F32, N, 5);
      Value across = trace.transpose(x, List.of(1, 0));
      Value y =
          trace.scope(
              "merged",
              () -> {
                Value z = trace.unary(Op.UnaryKind.ABS, across);
                z = trace.add(z, layers.weight("column", 5, 1));
                z = trace.mul(z, trace.constant(3f));
                z = trace.value(new Op.Unpack(trace.sign(z)));
                z = trace.max(z, trace.sum(across, List.of(1)));
                return trace.sub(z, trace.sum(across, List.of(0)));
              });
      Value loss = trace.scope("merged", () -> trace.mean(layers.norm("merged norm", y)));
      assertWhole(planner.apply(layers.withGradients(loss)), 8);
    }
  }

  private static void assertWhole(Plans plans, int least) {
    List<String> merged = plans.stages().stream().filter(s -> s.contains("merged")).toList();
    assertNone(merged, " tiles of 8]");
    assertTrue(count(labels(plans), "merged") >= least, () -> "lost: " + merged);
    plans.run();
  }

  /** Where nothing is a batch, nothing is tiled over one. */
  @Test
  void unbatchedProgramsPlanToo() {
    for (Function<Program, Plans> planner :
        List.<Function<Program, Plans>>of(Plans::grouped, Plans::withoutPooling, Plans::single)) {
      Layers layers = new Layers(false);
      Plans plans = planner.apply(layers.withGradients(layers.tutorial()));
      assertNone(plans.stages(), " tiles of 8]", " 0 tiles");
      assertHas(
          labels(plans),
          "reference conv1.Conv",
          "reference norm1.BatchNorm",
          "reference pool1.Pool",
          "reference pool1.PoolGradient",
          "reference conv2.ConvInputGradient",
          "reference conv2.ConvFilterGradient",
          "reference norm1.BatchNormStatisticsGradient",
          "reference loss.SoftmaxCrossEntropy");
      plans.run();
    }
  }

  // ---- time

  @Test
  void whatFollowsFromVariablesAloneRunsWhenTheyChange() {
    Plans plans = Plans.grouped(tutorial());
    String fixed = Plans.stages(plans.plan().fixed()).toString();
    assertTrue(fixed.contains("pack filter"), fixed);
    assertNone(Plans.stages(plans.plan().parts()), "pack filter");
    assertNone(Plans.stages(plans.plan().fixed()), "norm", "fma", "popcount", "loss.Softmax");
  }

  @Test
  void aProgramThatAssignsHasNoFixedSchedule() {
    Layers layers = new Layers();
    Plans plans = Plans.grouped(layers.descending(layers.tutorial()));
    assertEquals(List.of(), plans.plan().fixed());
    assertEquals(3, count(labels(plans), "pack filter"));
    assertEquals(6, plans.plan().assignments().size());
  }

  /** Nothing of the batch is in a program of variables only. */
  @Test
  void aProgramOfVariablesIsFixed() {
    Layers layers = new Layers();
    Value w = layers.weight("w", 3, 4);
    Plans plans = Plans.grouped(layers.giving(layers.trace().unary(Op.UnaryKind.SQUARE, w)));
    assertEquals(List.of("square"), Plans.stages(plans.plan().fixed()));
    assertEquals(List.of(), plans.plan().parts());
  }

  // ---- buffers

  /** What leaves a chain is whole, in bytes of [20, 6] floats; inputs and outputs need not. */
  @Test
  void valuesThatStayInAChainAreNeverWhole() {
    Layers layers = new Layers();
    Trace trace = layers.trace();
    Value x = trace.unary(Op.UnaryKind.ABS, layers.input("x", DType.F32, N, 6));
    Value y = trace.value(new Op.Softmax(x));
    Plans plans = Plans.grouped(layers.giving(y));
    // tiles of eight images and a row: the input's, which is the result's later, and that of x; and
    // 1000 bytes of each kernel
    assertEquals(new Plan.Memory(0, 432, 2000), plans.plan().memory());
    assertTrue(plans.plan().outputs().getFirst().buffer().isLocal());
    trace.output("transposed", trace.transpose(x, List.of(1, 0)));
    plans = Plans.grouped(trace.build());
    assertEquals(new Plan.Memory(2 * 480, 216, 3000), plans.plan().memory());
    assertEquals(
        "memory: 960 bytes for whole values, 216 for values that exist tile by tile,"
            + " 3,000 in kernels",
        plans.plan().memory().toString());
  }

  /** An input waits with its copy for who reads it first, behind what that waits for. */
  @Test
  void inputsAreLoadedInTheChainThatReadsThemFirst() {
    Layers layers = new Layers();
    Trace trace = layers.trace();
    Variable w = variable("w", 1, 2, 3, 4, 5, 6);
    Value doubled = trace.mul(trace.read(w), trace.constant(2));
    Value x = layers.input("x", DType.F32, N, 6);
    trace.output("y", trace.mul(x, trace.broadcast(doubled, x.shape())));
    trace.assign(w, doubled);
    List<String> parts = Plans.stages(Plans.grouped(trace.build()).plan().parts());
    assertEquals("load x -> mul -> store y [3 tiles of 8]", parts.getLast(), parts.toString());
    assertEquals(1, parts.stream().filter(part -> part.contains("load x")).count());
  }

  private static Variable variable(String name, float... values) {
    return Variable.state(name, Tensor.f32(Shape.of(values.length), values));
  }

  private static float[] floats(Buffer buffer) {
    return (float[]) buffer.memory(0);
  }

  private static void assign(Plan plan) {
    plan.assignments().forEach(assignment -> assignment.stage(new Heap()));
    plan.assignments().forEach(Plan.Assignment::commit);
  }

  /** All reads are of what was before the run. */
  @Test
  void variablesMayChangePlaces() {
    Variable a = variable("a", 1, 2);
    Variable b = variable("b", 3, 4);
    Trace trace = new Trace();
    trace.assign(a, trace.read(b));
    trace.assign(b, trace.read(a));
    Plan plan = Plans.grouped(trace.build()).plan();
    Buffer ofA = plan.assignments().get(0).to();
    Buffer ofB = plan.assignments().get(1).to();
    assign(plan);
    assertEquals(List.of(3f, 4f), List.of(floats(ofA)[0], floats(ofA)[1]));
    assertEquals(List.of(1f, 2f), List.of(floats(ofB)[0], floats(ofB)[1]));
    assign(plan);
    assertEquals(List.of(1f, 2f), List.of(floats(ofA)[0], floats(ofA)[1]));
  }

  /** An array is given away once; constants and inputs are needed again. */
  @Test
  void aValueIsGivenToOneVariableAndCopiedToOthers() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    Value y = trace.unary(Op.UnaryKind.ABS, x);
    trace.assign(variable("a", 0, 0), y);
    trace.assign(variable("b", 0, 0), y);
    trace.assign(variable("c", 0, 0), x);
    trace.assign(variable("d", 0, 0), trace.constant(Tensor.f32(Shape.of(2), 5, 6)));
    Plan plan = Plans.grouped(trace.build()).plan();
    List<Plan.Assignment> assignments = plan.assignments();
    assertSame(assignments.get(0).from(), assignments.get(0).staging());
    for (Plan.Assignment copied : assignments.subList(1, 4)) {
      assertNotSame(copied.from(), copied.staging());
    }
    Heap heap = new Heap();
    for (int run = 0; run < 3; run++) {
      heap.load(Tensor.f32(Shape.of(2), run, -run), plan.inputs().getFirst().buffer());
      heap.load(Tensor.f32(Shape.of(2), run + 10, run), assignments.getFirst().from());
      assign(plan);
      assertEquals(run + 10, floats(assignments.get(0).to())[0]);
      assertEquals(run + 10, floats(assignments.get(1).to())[0]);
      assertEquals(-run, floats(assignments.get(2).to())[1]);
      assertEquals(6, floats(assignments.get(3).to())[1]);
    }
    assertEquals(4, Set.copyOf(assignments.stream().map(Plan.Assignment::to).toList()).size());
  }
}
