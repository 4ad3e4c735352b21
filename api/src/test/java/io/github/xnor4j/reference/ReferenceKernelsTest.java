package io.github.xnor4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReferenceKernelsTest {
  private static final long SEED = 20;

  private static final float[] SPECIALS = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -2.5f,
    1e-30f,
    -1e30f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  /** A special value now and then, else a float of any bit pattern. */
  private static float any(Random random, int i) {
    return random.nextInt(8) == 0
        ? SPECIALS[i % SPECIALS.length]
        : Float.intBitsToFloat(random.nextInt());
  }

  /** What lets the loops of element-wise ops work in float64. */
  @Test
  void elementsHaveTheBitsOfFloatOperations() {
    Random random = new Random(SEED);
    for (int i = 0; i < 1_000_000; i++) {
      float a = any(random, i);
      float b = any(random, i / SPECIALS.length);
      String what = a + " and " + b + ", seed " + SEED;
      assertEquals(a + b, ReferenceKernels.binary(Op.BinaryKind.ADD, a, b), what);
      assertEquals(a - b, ReferenceKernels.binary(Op.BinaryKind.SUB, a, b), what);
      assertEquals(a * b, ReferenceKernels.binary(Op.BinaryKind.MUL, a, b), what);
      assertEquals(a / b, ReferenceKernels.binary(Op.BinaryKind.DIV, a, b), what);
      assertEquals(Math.min(a, b), ReferenceKernels.binary(Op.BinaryKind.MIN, a, b), what);
      assertEquals(Math.max(a, b), ReferenceKernels.binary(Op.BinaryKind.MAX, a, b), what);
      assertEquals(-a, ReferenceKernels.unary(Op.UnaryKind.NEGATE, a), what);
      assertEquals(Math.abs(a), ReferenceKernels.unary(Op.UnaryKind.ABS, a), what);
      assertEquals(a * a, ReferenceKernels.unary(Op.UnaryKind.SQUARE, a), what);
      assertEquals((float) Math.sqrt(a), ReferenceKernels.unary(Op.UnaryKind.SQRT, a), what);
      assertEquals((float) Math.rint(a), ReferenceKernels.unary(Op.UnaryKind.RINT, a), what);
    }
  }

  /** Every step of the application is a float operation, as documented. */
  @Test
  void batchNormRoundsEveryStep() {
    Random random = new Random(SEED);
    Shape shape = Shape.of(1000, 3);
    Tensor[] v = new Tensor[5];
    for (int i = 0; i < 5; i++) {
      v[i] = Tensor.zeros(DType.F32, i == 0 ? shape : Shape.of(3));
      for (int k = 0; k < v[i].floats().length; k++) {
        v[i].floats()[k] = random.nextFloat() * (i == 0 ? 100 : 1);
      }
    }
    Trace trace = new Trace();
    List<Value> x = inputs(trace, v);
    Op op = new Op.BatchNorm(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), 1e-3f);
    float[] y = ReferenceKernels.evaluate(op, List.of(v)).getFirst().floats();
    for (int i = 0; i < y.length; i++) {
      int c = i % 3;
      float k = Op.BatchNorm.factor(v[3].floats()[c], v[2].floats()[c], 1e-3f);
      float wanted = (v[0].floats()[i] - v[1].floats()[c]) * k + v[4].floats()[c];
      assertEquals(wanted, y[i], "element " + i + ", seed " + SEED);
    }
  }

  /** Backends call the functions of rows on floats, the loops of ops work in float64. */
  @Test
  void rowFunctionsHaveTheBitsOfTheOps() {
    Random random = new Random(SEED);
    int rows = 300;
    int c = 7;
    Tensor x = Tensor.zeros(DType.F32, Shape.of(rows, c));
    Tensor g = Tensor.zeros(DType.F32, Shape.of(rows));
    Tensor labels = Tensor.zeros(DType.I32, Shape.of(rows));
    for (int i = 0; i < rows * c; i++) {
      x.floats()[i] = i < rows ? any(random, i) : (float) random.nextGaussian(0, 20);
      g.floats()[i / c] = (float) random.nextGaussian();
      labels.ints()[i / c] = random.nextInt(c + 2) - 1;
    }
    Trace trace = new Trace();
    List<Value> v = inputs(trace, x, labels, g);
    Tensor softmax = one(new Op.Softmax(v.get(0)), x);
    Op loss = new Op.SoftmaxCrossEntropy(v.get(0), v.get(1));
    List<Tensor> crossEntropy = ReferenceKernels.evaluate(loss, List.of(x, labels));
    Tensor p = crossEntropy.get(1);
    Tensor dx = one(new Op.SoftmaxCrossEntropyGradient(v.get(0), v.get(1), v.get(2)), p, labels, g);
    Tensor best = one(new Op.ArgMax(v.get(0)), x);
    float[] y = new float[rows * c];
    float[] d = new float[rows * c];
    double[] exp = new double[c];
    for (int row = 0; row < rows; row++) {
      String what = "row " + row + ", seed " + SEED;
      int at = row * c;
      int label = labels.ints()[row];
      RowFunctions.softmax(x.floats(), at, c, exp, y, at);
      assertEquals(
          crossEntropy.get(0).floats()[row],
          RowFunctions.crossEntropy(x.floats(), at, c, label, exp, d, at),
          what);
      RowFunctions.crossEntropyGradient(p.floats(), at, c, label, g.floats()[row], d, at);
      assertEquals(best.ints()[row], RowFunctions.argMax(x.floats(), at, c), what);
    }
    assertArrayEquals(y, softmax.floats());
    assertArrayEquals(y, p.floats());
    assertArrayEquals(d, dx.floats());
  }

  /** A grid has no integer for it, and 0 would hide that a network diverged. */
  @Test
  void nanOnGridStaysNan() {
    Trace trace = new Trace();
    Shape shape = Shape.of(1, 1, 1, 3, 1);
    Value x = trace.value(new Op.Scale(trace.input("pixels", DType.U8, shape), 2, -255, 255));
    Value w = trace.input("w", DType.BIT, Shape.of(1, 1, 1, 1, 1));
    Value g = trace.input("g", DType.F32, shape);
    Tensor in = Tensor.f32(shape, 1, Float.NaN, -1);
    Tensor plus = Tensor.zeros(DType.BIT, w.shape());
    Tensor ones = Tensor.full(shape, 1);
    assertArrayEquals(in.floats(), one(new Op.Conv(x, w, Window.point(), 1, 0), in, plus).floats());
    Op filterGradient = new Op.ConvFilterGradient(x, g, w.shape(), Window.point(), 1, 0);
    assertTrue(Float.isNaN(one(filterGradient, in, ones).scalar()));
    assertArrayEquals(
        in.floats(), one(new Op.Pool(Op.PoolKind.MAX, x, Window.of(Extent.ONE)), in).floats());
    for (Tensor statistic : ReferenceKernels.evaluate(new Op.BatchNormStatistics(x), List.of(in))) {
      assertTrue(Float.isNaN(statistic.scalar()));
    }
  }

  @Test
  void exactEvaluationRoundsNothing() {
    Trace trace = new Trace();
    Value a = trace.input("a", DType.F32, Shape.of(1));
    double[] third = {1 / 3d};
    assertArrayEquals(
        new double[] {1 / 3d + 1e-9}, exact(trace.add(a, a), trace, third, new double[] {1e-9}));
    Op batchNorm = new Op.BatchNorm(a, a, a, a, a, 0);
    assertArrayEquals(
        new double[] {(2.1 - 0.3) * (0.7 / Math.sqrt(0.49)) + 0.1},
        ReferenceKernels.evaluateExactly(
                batchNorm,
                List.of(
                    new double[] {2.1},
                    new double[] {0.3},
                    new double[] {0.49},
                    new double[] {0.7},
                    new double[] {0.1}))
            .getFirst());
  }

  private static double[] exact(Value value, Trace trace, double[]... operands) {
    return ReferenceKernels.evaluateExactly(trace.producer(value), List.of(operands)).getFirst();
  }

  /** The integers behind a grid would take back a small change. */
  @Test
  void exactEvaluationTakesValuesOnGridsAsTheyAre() {
    Trace trace = new Trace();
    Value pixels = trace.input("pixels", DType.U8, Shape.of(2, 1, 1, 1, 1));
    Value x = trace.value(new Op.Scale(pixels, 2, -255, 255));
    Value w = trace.input("w", DType.BIT, Shape.of(1, 1, 1, 1, 1));
    Value g = trace.input("g", DType.F32, Shape.of(2, 1, 1, 1, 1));
    double[] near = {1 / 255d + 1e-7, 1 / 255d};
    Value y = trace.value(new Op.Conv(x, w, Window.point(), 1, 0));
    assertArrayEquals(new double[] {-near[0], -near[1]}, exact(y, trace, near, new double[] {-1}));
    Value dw = trace.value(new Op.ConvFilterGradient(x, g, w.shape(), Window.point(), 1, 0));
    assertArrayEquals(new double[] {near[0]}, exact(dw, trace, near, new double[] {1, 0}));
    List<double[]> statistics =
        ReferenceKernels.evaluateExactly(new Op.BatchNormStatistics(x), List.of(near));
    assertEquals(1 / 255d + 5e-8, statistics.get(0)[0], 1e-15);
    assertEquals(25e-16, statistics.get(1)[0], 1e-21);
  }

  @Test
  void evaluatesPrograms() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    Variable variable = Variable.state("v", Tensor.zeros(DType.F32, Shape.of(2)));
    Value v = trace.read(variable);
    Value sum = trace.add(x, v);
    Value sign = trace.sign(sum);
    Value y = trace.mul(trace.value(new Op.Unpack(sign)), sum);
    trace.assign(variable, sum);
    trace.output("y", y);
    Program program = trace.build();
    double[] first = {1.5, -2};
    double[] second = {1e-9, 1};

    Map<Value, double[]> all =
        ReferenceKernels.evaluateExactly(program, Map.of(x, first, v, second));
    assertArrayEquals(new double[] {1.5 + 1e-9, -1}, all.get(sum));
    assertArrayEquals(new double[] {1, -1}, all.get(sign));
    assertArrayEquals(new double[] {1.5 + 1e-9, 1}, all.get(y));

    Map<Value, double[]> replaced =
        ReferenceKernels.evaluateExactly(
            program, Map.of(x, first, v, second, sign, new double[] {-1, -1}));
    assertArrayEquals(new double[] {-1.5 - 1e-9, 1}, replaced.get(y));

    Exception missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> ReferenceKernels.evaluateExactly(program, Map.of(x, first)));
    assertEquals("Read value " + v + " is not given, expected its elements", missing.getMessage());
    Exception tooShort =
        assertThrows(
            IllegalArgumentException.class,
            () -> ReferenceKernels.evaluateExactly(program, Map.of(x, new double[1], v, second)));
    assertEquals("value " + x + " is given 1 elements, expected 2", tooShort.getMessage());
  }

  private static List<Value> inputs(Trace trace, Tensor... tensors) {
    return IntStream.range(0, tensors.length)
        .mapToObj(i -> trace.input("x" + i, tensors[i].dtype(), tensors[i].shape()))
        .toList();
  }

  private static Tensor one(Op op, Tensor... operands) {
    return ReferenceKernels.evaluate(op, List.of(operands)).getFirst();
  }
}
