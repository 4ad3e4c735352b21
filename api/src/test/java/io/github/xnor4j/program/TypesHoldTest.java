package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.nn.Quantizers;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges and grids: what types say of values, and that what the reference computes is so. */
class TypesHoldTest {
  private static final long SEED = 20261;
  private static final int CASES = 400;
  private static final List<Integer> DENOMINATORS = List.of(1, 2, 4, 255, 3, 7);
  private static final List<Integer> BOUNDS = List.of(0, 1, 3, 127, 4095, (1 << 22) - 1);
  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(2, 3), Shape.of(3), Shape.of(1, 3), Shape.of(2, 1), Shape.of(1), Shape.SCALAR);
  private static final List<Float> SPECIAL =
      List.of(
          0f,
          -0f,
          1f,
          -0.5f,
          2.5f,
          Float.MIN_VALUE,
          -Float.MIN_NORMAL,
          Float.MAX_VALUE,
          -Float.MAX_VALUE,
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY,
          Float.NaN);

  private final Random random = new Random(SEED);
  private final Trace trace = new Trace();
  private int declared;

  /** A value, and what it is in one run. */
  private record Known(Value value, Tensor tensor) {}

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  // ---- operands

  private Known input(Grid grid, Range range, Tensor tensor) {
    Type type = new Type(tensor.dtype(), Dims.fixed(tensor.shape()), grid, range);
    return new Known(trace.value(new Op.Input("x" + declared++, type)), tensor);
  }

  private Known operand(Shape shape) {
    return random.nextInt(3) == 0 ? floats(shape) : integers(shape, pick(DENOMINATORS));
  }

  /** On no grid, in any range or in the least that holds them. */
  private Known floats(Shape shape) {
    float[] values = new float[shape.elements()];
    float scale = pick(List.of(1f, 1000f, 0x1p100f));
    float least = random.nextBoolean() ? Float.NEGATIVE_INFINITY : Float.MIN_VALUE;
    for (int i = 0; i < values.length; i++) {
      boolean special = random.nextInt(3) == 0;
      float x = special ? pick(SPECIAL) : (float) random.nextGaussian() * scale;
      values[i] = Math.max(x, least);
    }
    return input(null, range(values), Tensor.f32(shape, values));
  }

  private Range range(float[] values) {
    Range range = null;
    for (float value : values) {
      if (!Float.isNaN(value)) {
        Range own = new Range(value, value);
        range = range == null ? own : range.or(own);
      }
    }
    return range == null || random.nextBoolean() ? Range.ALL : range;
  }

  /** On a grid; now and then a single number, a negative zero, a NaN. */
  private Known integers(Shape shape, int denominator) {
    Grid grid = new Grid(denominator, pick(BOUNDS));
    int bound = (int) grid.bound();
    int low = random.nextInt(4) == 0 ? bound : between(-bound, bound);
    int high = random.nextInt(4) == 0 ? low : between(low, bound);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      float x = grid.value(pick(List.of(low, high, between(low, high))));
      values[i] = random.nextInt(40) == 0 ? Float.NaN : x == 0 && random.nextBoolean() ? -0f : x;
    }
    Range range = random.nextInt(3) == 0 ? Range.ALL : new Range(grid.value(low), grid.value(high));
    return input(grid, range, Tensor.f32(shape, values));
  }

  private Known bits(Shape shape) {
    Tensor tensor = Tensor.zeros(DType.BIT, shape);
    for (int i = 0; i < shape.elements(); i++) {
      Bits.set(tensor, i, random.nextBoolean());
    }
    return input(null, Range.ALL, tensor);
  }

  // ---- what is checked

  private Known check(Op op, Known... operands) {
    List<Tensor> tensors = new ArrayList<>();
    StringBuilder text = new StringBuilder("seed " + SEED + ": " + op);
    for (Known operand : operands) {
      tensors.add(operand.tensor);
      text.append("\n  of ").append(typeText(operand.value.type()));
      text.append(contentText(operand.tensor));
    }
    Tensor result = ReferenceKernels.evaluate(op, tensors).getFirst();
    Value value = trace.append(op).getFirst();
    Type type = value.type();
    text.append("\n  gives ").append(typeText(type)).append(contentText(result));
    assertEquals(type.shape(), result.shape(), text::toString);
    assertEquals(type.dtype(), result.dtype(), text::toString);
    if (type.dtype() == DType.F32) {
      for (float x : result.floats()) {
        assertTrue(Float.isNaN(x) || holds(type, x), () -> x + "\n" + text);
      }
    }
    return new Known(value, result);
  }

  private static boolean holds(Type type, float x) {
    Grid grid = type.grid();
    boolean inRange = type.range().low() <= x && x <= type.range().high();
    return inRange
        && (grid == null
            || Math.abs(grid.integer(x)) <= grid.bound() && grid.value(grid.integer(x)) == x);
  }

  private static String typeText(Type type) {
    return type + ", " + type.grid() + ", " + type.range();
  }

  private static String contentText(Tensor tensor) {
    return tensor.dtype() == DType.F32 && tensor.shape().elements() <= 32
        ? " " + Arrays.toString(tensor.floats())
        : "";
  }

  // ---- each op on random operands

  @ParameterizedTest
  @EnumSource
  void unary(Op.UnaryKind kind) {
    for (int i = 0; i < CASES; i++) {
      Known x = operand(pick(SHAPES));
      check(new Op.Unary(kind, x.value), x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void binary(Op.BinaryKind kind) {
    for (int i = 0; i < CASES; i++) {
      Known a = operand(pick(SHAPES));
      Known b = random.nextInt(8) == 0 ? a : operand(pick(SHAPES));
      check(new Op.Binary(kind, a.value, b.value), a, b);
    }
  }

  @ParameterizedTest
  @EnumSource
  void select(Op.Comparison comparison) {
    for (int i = 0; i < CASES; i++) {
      Known a = operand(pick(SHAPES));
      Known b = random.nextInt(4) == 0 ? a : operand(pick(SHAPES));
      Known c = operand(pick(SHAPES));
      Known d = operand(pick(SHAPES));
      check(new Op.Select(comparison, a.value, b.value, c.value, d.value), a, b, c, d);
    }
  }

  @ParameterizedTest
  @EnumSource
  void reduce(Op.ReduceKind kind) {
    for (int i = 0; i < CASES; i++) {
      Known x = operand(Shape.of(between(1, 3), between(1, 40), between(1, 3)));
      List<Integer> axes =
          IntStream.range(0, 3).filter(axis -> random.nextBoolean()).boxed().toList();
      check(new Op.Reduce(kind, x.value, axes), x);
    }
  }

  @Test
  void maxPool() {
    for (int i = 0; i < CASES; i++) {
      pool(Op.PoolKind.MAX, DENOMINATORS);
    }
  }

  @Test
  void averagePool() {
    for (int i = 0; i < CASES; i++) {
      pool(Op.PoolKind.AVERAGE, DENOMINATORS);
    }
  }

  private void pool(Op.PoolKind kind, List<Integer> denominators) {
    Shape shape = Shape.of(2, between(1, 2), between(1, 6), between(1, 6), 2);
    Known x = random.nextInt(4) == 0 ? floats(shape) : integers(shape, pick(denominators));
    Window window = window();
    if (everyWindowMeets(shape, window)) {
      check(new Op.Pool(kind, x.value, window), x);
    }
  }

  private Extent extent(int least, int most) {
    return new Extent(least, between(least, most), between(least, most));
  }

  private Window window() {
    return new Window(extent(1, 3), extent(1, 2), extent(1, 2), extent(0, 2), extent(0, 2));
  }

  /** No op says what pooling gives where all taps lie in the padding. */
  private static boolean everyWindowMeets(Shape shape, Window window) {
    for (int axis = 0; axis < 3; axis++) {
      for (int i = 0; i < window.output(axis, shape.dim(axis + 1)); i++) {
        boolean met = false;
        for (int tap = 0; tap < window.size().get(axis); tap++) {
          int at = window.source(axis, i, tap);
          met |= at >= 0 && at < shape.dim(axis + 1);
        }
        if (!met) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void convolution() {
    for (int i = 0; i < CASES; i++) {
      Shape shape = Shape.of(2, 1, between(3, 6), between(3, 6), 4);
      Window window = window();
      int groups = between(1, 2);
      Extent size = window.size();
      Shape filter = Shape.of(2, size.depth(), size.height(), size.width(), 4 / groups);
      Known x = random.nextBoolean() ? bits(shape) : integers(shape, pick(DENOMINATORS));
      Known w = random.nextBoolean() ? bits(filter) : integers(filter, pick(List.of(1, 1, 2)));
      float pad = pick(List.of(0f, 1f, -1f, 0.5f, 3f));
      boolean fits = window.outputs(shape).volume() > 0;
      // a NaN stands for no integer
      if (fits && !hasNan(x.tensor) && !hasNan(w.tensor)) {
        check(new Op.Conv(x.value, w.value, window, groups, pad), x, w);
      }
    }
  }

  @Test
  void transposedConvolution() {
    for (int i = 0; i < CASES; i++) {
      Shape shape = Shape.of(2, 1, between(3, 6), between(3, 6), 4);
      Window window = window();
      int groups = between(1, 2);
      Extent size = window.size();
      Extent out = window.outputs(shape);
      Shape filter = Shape.of(2, size.depth(), size.height(), size.width(), 4 / groups);
      Shape given = Shape.of(2, out.depth(), out.height(), out.width(), 2);
      if (out.volume() > 0) {
        Known g = random.nextBoolean() ? bits(given) : integers(given, pick(DENOMINATORS));
        Known w = random.nextBoolean() ? bits(filter) : integers(filter, pick(List.of(1, 1, 2)));
        if (!hasNan(g.tensor) && !hasNan(w.tensor)) {
          check(new Op.ConvInputGradient(g.value, w.value, shape, window, groups), g, w);
        }
      }
    }
  }

  @Test
  void matrices() {
    for (int i = 0; i < CASES; i++) {
      int depth = between(1, 40);
      Shape first = Shape.of(2, 3, depth);
      Shape second = Shape.of(2, depth, 2);
      Known a = random.nextBoolean() ? bits(first) : integers(first, pick(DENOMINATORS));
      Known b = random.nextBoolean() ? bits(second) : integers(second, pick(List.of(1, 1, 2, 255)));
      if (!hasNan(a.tensor) && !hasNan(b.tensor)) {
        check(new Op.MatMul(a.value, b.value), a, b);
      }
    }
  }

  private static boolean hasNan(Tensor tensor) {
    boolean found = false;
    if (tensor.dtype() == DType.F32) {
      for (float x : tensor.floats()) {
        found |= Float.isNaN(x);
      }
    }
    return found;
  }

  @Test
  void shapes() {
    for (int i = 0; i < CASES; i++) {
      Known x = operand(Shape.of(2, 3, 2));
      check(new Op.Reshape(x.value, pick(List.of(Shape.of(12), Shape.of(4, 3)))), x);
      List<Integer> axes = new ArrayList<>(List.of(0, 1, 2));
      Collections.shuffle(axes, random);
      check(new Op.Transpose(x.value, axes), x);
      check(new Op.Broadcast(x.value, Shape.of(2, 2, 3, 2)), x);
    }
  }

  @Test
  void parts() {
    for (int i = 0; i < CASES; i++) {
      Known x = operand(Shape.of(2, 3, 2));
      Known y = operand(Shape.of(2, 1, 2));
      check(new Op.Slice(x.value, List.of(0, 1, 0), Shape.of(2, 2, 1)), x);
      check(new Op.Pad(x.value, List.of(0, 1, 0), List.of(0, 0, 2), pick(SPECIAL)), x);
      check(new Op.Concatenate(List.of(x.value, y.value), 1), x, y);
      Shape shape = Shape.of(2, 1, between(1, 4), between(1, 4), 2);
      Known image = operand(shape);
      Window window = window();
      if (window.outputs(shape).volume() > 0) {
        check(new Op.Patches(image.value, window, pick(SPECIAL)), image);
      }
    }
  }

  @Test
  void constants() {
    for (int i = 0; i < CASES; i++) {
      check(new Op.Constant(operand(pick(SHAPES)).tensor));
    }
  }

  @Test
  void scale() {
    byte[] pixels = new byte[256];
    IntStream.range(0, 256).forEach(i -> pixels[i] = (byte) i);
    Known x = input(null, Range.ALL, Tensor.u8(Shape.of(256), pixels));
    for (int i = 0; i < CASES; i++) {
      int most = pick(List.of(1, 2, 255, 8000));
      int divisor = between(1, pick(List.of(1, 3, 255, 1 << 22)));
      check(new Op.Scale(x.value, between(-most, most), between(-most, most), divisor), x);
    }
  }

  @Test
  void signsAndProbabilities() {
    for (int i = 0; i < CASES; i++) {
      Known x = operand(Shape.of(2, 3));
      Known sign = check(new Op.Sign(x.value), x);
      check(new Op.Unpack(sign.value), sign);
      check(new Op.Softmax(x.value), x);
    }
  }

  /** What one op says of its result is what the next builds on. */
  @Test
  void opsInRow() {
    for (int i = 0; i < CASES; i++) {
      List<Known> made = new ArrayList<>();
      for (int operand = 0; operand < 4; operand++) {
        made.add(operand(pick(SHAPES)));
      }
      for (int step = 0; step < 20; step++) {
        Known a = pick(made);
        Known b = pick(made);
        made.add(
            switch (random.nextInt(4)) {
              case 0 -> check(new Op.Unary(pick(List.of(Op.UnaryKind.values())), a.value), a);
              case 1 -> {
                Op.Comparison kind = pick(List.of(Op.Comparison.values()));
                yield check(new Op.Select(kind, a.value, b.value, b.value, a.value), a, b, b, a);
              }
              default -> {
                Op.BinaryKind kind = pick(List.of(Op.BinaryKind.values()));
                yield check(new Op.Binary(kind, a.value, b.value), a, b);
              }
            });
      }
    }
  }

  // ---- what is known of some values

  private Value unknown(int... shape) {
    return trace.input("x" + declared++, DType.F32, Shape.of(shape));
  }

  private Value onGrid(int denominator, long bound, int... shape) {
    Grid grid = new Grid(denominator, bound);
    Dims dims = Dims.fixed(Shape.of(shape));
    return trace.value(new Op.Input("x" + declared++, new Type(DType.F32, dims, grid, Range.ALL)));
  }

  private static void assertKnown(Grid grid, Range range, Value value) {
    assertEquals(grid, value.type().grid());
    assertEquals(range, value.type().range());
  }

  @Test
  void heavisideGivesZeroAndOne() {
    Value y = Quantizers.steHeaviside().quantize(trace, unknown(4));
    assertKnown(new Grid(2, 2), new Range(0, 1), y);
  }

  @Test
  void ternaryGivesThreeIntegers() {
    Value y = Quantizers.steTern(0.05f, 1).quantize(trace, unknown(4));
    assertKnown(Grid.UNIT, new Range(-1, 1), y);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void doReFaActivationsAreSteps(int bits) {
    int n = (1 << bits) - 1;
    Value y = Quantizers.doReFaActivations(bits).quantize(trace, unknown(4));
    assertKnown(new Grid(n, n), new Range(0, 1), y);
  }

  /** [2, 1, 7, 7, 3]: sums of 72 products of +-1. */
  private Value counts() {
    Value x = trace.input("x" + declared++, DType.BIT, Shape.of(2, 1, 9, 9, 8));
    Value filter = trace.input("x" + declared++, DType.BIT, Shape.of(3, 1, 3, 3, 8));
    Window window = Window.of(new Extent(1, 3, 3));
    return trace.value(new Op.Conv(x, filter, window, 1, 0));
  }

  @Test
  void clippedCountsAreIntegers() {
    Value counts = counts();
    assertKnown(new Grid(1, 72), Range.ALL, counts);
    Value zero = trace.constant(0f);
    Value relu = trace.max(counts, zero);
    assertKnown(new Grid(1, 72), new Range(0, Float.POSITIVE_INFINITY), relu);
    assertKnown(new Grid(1, 72), new Range(0, 6), trace.min(relu, trace.constant(6f)));
    assertKnown(new Grid(1, 144), Range.ALL, trace.sub(counts, relu));
  }

  @Test
  void meansOfCountsAreFractions() {
    Extent two = new Extent(1, 2, 2);
    Window plain = new Window(two, two, Extent.ONE, Extent.ZERO, Extent.ZERO);
    assertEquals(
        new Grid(4, 4 * 72),
        trace.value(new Op.Pool(Op.PoolKind.AVERAGE, counts(), plain)).type().grid());
    // 2 or 3 taps of each axis lie inside
    Extent border = new Extent(0, 1, 1);
    Window padded = new Window(new Extent(1, 3, 3), two, Extent.ONE, border, border);
    assertEquals(
        new Grid(36, 36 * 72),
        trace.value(new Op.Pool(Op.PoolKind.AVERAGE, counts(), padded)).type().grid());
    assertEquals(
        new Grid(1, 72), trace.value(new Op.Pool(Op.PoolKind.MAX, counts(), padded)).type().grid());
  }

  @Test
  void otherFunctionsOfCountsAreNoIntegers() {
    Value counts = counts();
    assertNull(trace.unary(Op.UnaryKind.TANH, counts).type().grid());
    assertNull(trace.div(counts, trace.constant(2.5f)).type().grid());
    assertNull(trace.div(counts, trace.constant(0f)).type().grid());
    assertNull(trace.div(counts, counts).type().grid());
    assertNull(trace.mul(counts, trace.constant(0.1f)).type().grid());
    assertNull(trace.add(counts, unknown(1)).type().grid());
    assertEquals(new Grid(3, 72), trace.div(counts, trace.constant(-3f)).type().grid());
  }

  /** A third is rounded, so sums and products of thirds are not thirds of integers any more. */
  @Test
  void whatWasRoundedIsNotSummed() {
    Value thirds = onGrid(3, 5, 4);
    assertNull(trace.add(thirds, thirds).type().grid());
    assertNull(trace.mul(thirds, thirds).type().grid());
    assertNull(trace.mul(thirds, trace.constant(2f)).type().grid());
    assertNull(trace.sum(thirds, List.of(0)).type().grid());
    assertNull(trace.div(thirds, trace.constant(2f)).type().grid());
    assertEquals(new Grid(3, 5), trace.mul(thirds, trace.constant(-1f)).type().grid());
    assertEquals(new Grid(6, 10), trace.max(thirds, onGrid(2, 3, 4)).type().grid());
  }

  @Test
  void boundsEndBelowTheLimit() {
    Value half = onGrid(1, Grid.LIMIT / 2, 1);
    Value less = onGrid(1, Grid.LIMIT / 2 - 1, 1);
    assertNull(trace.add(half, half).type().grid());
    assertEquals(new Grid(1, Grid.LIMIT - 1), trace.add(half, less).type().grid());
    assertNull(trace.sum(onGrid(1, 1 << 10, 1 << 12), List.of(0)).type().grid());
    Grid most = new Grid(1, ((1 << 10) - 1) << 12);
    assertEquals(most, trace.sum(onGrid(1, (1 << 10) - 1, 1 << 12), List.of(0)).type().grid());
    assertNull(trace.mul(onGrid(1, 1 << 11, 1), onGrid(1, 1 << 11, 1)).type().grid());
    assertNull(trace.mul(onGrid(1 << 11, 1, 1), onGrid(1 << 11, 1, 1)).type().grid());
    assertNull(trace.max(onGrid(3, Grid.LIMIT / 2, 1), trace.constant(0.5f)).type().grid());
  }

  @Test
  void constantsKnowTheirNumbers() {
    assertKnown(new Grid(4, 8), new Range(-0.25f, 2), constant(-0.25f, 2));
    assertKnown(new Grid(1, 0), new Range(-0f, 0), constant(-0f, 0));
    assertKnown(null, new Range(0.1f, 0.1f), constant(0.1f));
    assertKnown(null, new Range(1, Float.POSITIVE_INFINITY), constant(1, Float.POSITIVE_INFINITY));
    assertKnown(null, Range.ALL, constant(1, Float.NaN));
    assertKnown(null, new Range(1, 0x1p22f), constant(1, 0x1p22f));
  }

  @Test
  void gridsOfNoUseAreRefused() {
    int limit = (int) Grid.LIMIT;
    for (int denominator : new int[] {0, -1, limit}) {
      assertThrows(IllegalArgumentException.class, () -> new Grid(denominator, 1));
    }
    for (long bound : new long[] {-1, limit, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> new Grid(1, bound));
      assertNull(Grid.orNull(1, bound));
    }
    assertEquals(limit - 1, new Grid(limit - 1, limit - 1).bound());
  }

  @Test
  void rangesHoldANumber() {
    assertThrows(IllegalArgumentException.class, () -> new Range(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Range(Float.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> new Range(0, Float.NaN));
    assertTrue(new Range(0, -0f).isConstant());
  }

  /** Whose bound, times the number of products, is more than a long holds. */
  @Test
  void greatPaddingIsOnNoGrid() {
    Value x = trace.input("x" + declared++, DType.BIT, Shape.of(1, 1, 2, 2, 1));
    Value filter = trace.input("x" + declared++, DType.BIT, Shape.of(1, 1, 2, 2, 1));
    Extent one = new Extent(0, 1, 1);
    Window window = new Window(new Extent(1, 2, 2), Extent.ONE, Extent.ONE, one, one);
    for (float pad : new float[] {2e6f, 1e30f, Float.POSITIVE_INFINITY, Float.NaN}) {
      assertNull(trace.value(new Op.Conv(x, filter, window, 1, pad)).type().grid());
    }
  }

  /** Of counts up to 4, tap by tap: 12 is a multiple of each, and the least one divides it. */
  @Test
  void commonTapsAreThoseInside() {
    for (int i = 0; i < CASES; i++) {
      Window window =
          new Window(extent(1, 4), extent(1, 2), extent(1, 3), extent(0, 4), extent(0, 4));
      int input = between(1, 9);
      List<Integer> counts = new ArrayList<>();
      for (int position = 0; position < window.output(2, input); position++) {
        int at = position;
        IntStream taps = IntStream.range(0, window.size().width());
        counts.add(
            (int)
                taps.map(tap -> window.source(2, at, tap))
                    .filter(source -> source >= 0 && source < input)
                    .count());
      }
      int least =
          IntStream.rangeClosed(1, 12)
              .filter(n -> counts.stream().allMatch(count -> count == 0 || n % count == 0))
              .findFirst()
              .orElseThrow();
      assertEquals(least, window.commonTaps(2, input), window + " on " + input);
    }
  }

  /** Types are told without a loop over a thousand million positions, or taps. */
  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void windowsMayBeOfAnySize() {
    int most = Integer.MAX_VALUE;
    assertEquals(new Grid(1, 1), pooled(1 << 30, 1, 1 << 30).grid());
    assertNull(pooled(1, 1, (1 << 30) - 1).grid());
    assertEquals(Shape.of(1, 1, 1, 2, 1), pooled(1 << 30, 1, 1 << 30).shape());
    assertEquals(Shape.of(1, 1, 1, 1 << 30, 1), pooled(1, 1, (1 << 30) - 1).shape());
    // as wide as four times what an int holds: no position
    assertEquals(Shape.of(1, 1, 1, 0, 1), pooled(most, 4, 0).shape());
    assertEquals(new Grid(1, 1), pooled(1, most, 5).grid());
    String message =
        assertThrows(IllegalArgumentException.class, () -> pooled(1, 1, most)).getMessage();
    assertTrue(message.contains("window gives 2147483648 positions on spatial axis 2"), message);
  }

  private Type pooled(int size, int dilation, int before) {
    Window window =
        new Window(
            new Extent(1, 1, size),
            Extent.ONE,
            new Extent(1, 1, dilation),
            new Extent(0, 0, before),
            Extent.ZERO);
    Value x = onGrid(1, 1, 1, 1, 1, 1, 1);
    return new Op.Pool(Op.PoolKind.AVERAGE, x, window).outputs().getFirst();
  }

  private Value constant(float... values) {
    return trace.constant(Tensor.f32(Shape.of(values.length), values));
  }
}
