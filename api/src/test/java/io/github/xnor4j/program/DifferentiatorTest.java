package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.xnor4j.program.Derivative.Operand;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every rule against central differences; where there are none (ties, ops that refuse, custom
 * gradients) against what is documented.
 */
class DifferentiatorTest {
  private static final Shape CHANNELS = Shape.of(3);
  private static final Shape ROWS = Shape.of(4, 3);

  /** A use of an op that has no derivative, and why. */
  private record Refusal(
      Class<? extends Op> op, String message, Function<Trace, List<Value>> operandsAndResult) {}

  private static List<Derivative> derivatives() {
    return Stream.of(ProductDerivatives.all(), OpDerivatives.all(), customGradients())
        .flatMap(List::stream)
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    return derivatives().stream().map(c -> DynamicTest.dynamicTest(c.toString(), c::check));
  }

  /** An op that is new needs a case. */
  @Test
  void everyOpIsCovered() {
    Set<Class<?>> missing = new HashSet<>(Arrays.asList(Op.class.getPermittedSubclasses()));
    derivatives().forEach(derivative -> missing.remove(derivative.op()));
    refusals().forEach(refusal -> missing.remove(refusal.op()));
    assertEquals(Set.of(), missing, "ops without a derivative or a refusal");
  }

  @Test
  void everyKindIsCovered() {
    Set<Enum<?>> missing = new HashSet<>();
    missing.addAll(EnumSet.allOf(Op.UnaryKind.class));
    missing.addAll(EnumSet.allOf(Op.BinaryKind.class));
    missing.addAll(EnumSet.allOf(Op.Comparison.class));
    missing.addAll(EnumSet.allOf(Op.ReduceKind.class));
    missing.addAll(EnumSet.allOf(Op.PoolKind.class));
    for (Derivative derivative : derivatives()) {
      for (Node node : derivative.program().nodes()) {
        switch (node.op()) {
          case Op.Unary op -> missing.remove(op.kind());
          case Op.Binary op -> missing.remove(op.kind());
          case Op.Select op -> missing.remove(op.comparison());
          case Op.Reduce op -> missing.remove(op.kind());
          case Op.Pool op -> missing.remove(op.kind());
          default -> {}
        }
      }
    }
    assertEquals(Set.of(), missing, "kinds without a derivative");
  }

  // ---- ties

  @Test
  void ofEqualMaximaInWindowTheFirstGetsTheGradient() {
    Literal literal = new Literal();
    Value x = literal.operand(DType.F32, 1, 2, 2, 0, 2, 2);
    Value image = literal.trace.reshape(x, Shape.of(1, 1, 1, 6, 1));
    Window window = Window.of(new Extent(1, 1, 3));
    // windows 1 2 2, 2 2 0, 2 0 2, 0 2 2
    literal.check(
        literal.trace.value(new Op.Pool(Op.PoolKind.MAX, image, window)),
        new double[] {1, 10, 100, 1000},
        new double[] {0, 11, 100, 0, 1000, 0});
  }

  @Test
  void equalLargestValuesShareTheGradient() {
    Literal literal = new Literal();
    Value x = literal.operand(DType.F32, 1, 3, 3, 3);
    Value max = literal.trace.value(new Op.Reduce(Op.ReduceKind.MAX, x, List.of(0)));
    literal.check(max, new double[] {6}, new double[] {0, 2, 2, 2});
  }

  @Test
  void ofEqualOperandsOfMinAndMaxTheFirstGetsTheGradient() {
    for (Op.BinaryKind kind : List.of(Op.BinaryKind.MIN, Op.BinaryKind.MAX)) {
      Literal literal = new Literal();
      Value a = literal.operand(DType.F32, 1, 0, -2);
      Value b = literal.operand(DType.F32, 1, -0.0, -2);
      literal.check(
          literal.trace.value(new Op.Binary(kind, a, b)),
          new double[] {5, 6, 7},
          new double[] {5, 6, 7},
          new double[3]);
    }
  }

  @Test
  void absoluteValueHasNoGradientAtZero() {
    Literal literal = new Literal();
    Value x = literal.operand(DType.F32, 0, -0.0, 2, -2);
    literal.check(
        literal.trace.unary(Op.UnaryKind.ABS, x),
        new double[] {5, 6, 7, 8},
        new double[] {0, 0, 7, -8});
  }

  @Test
  void selectPassesTheGradientToWhatItChose() {
    for (Op.Comparison comparison : Op.Comparison.values()) {
      Literal literal = new Literal();
      Value a = literal.operand(DType.F32, 1, 2, 3, Double.NaN);
      Value b = literal.operand(DType.F32, 2, 2, 2, 2);
      Value ifTrue = literal.operand(DType.F32, 0, 0, 0, 0);
      Value ifFalse = literal.operand(DType.F32, 0, 0, 0, 0);
      double less = comparison == Op.Comparison.EQUAL ? 0 : 1;
      double equal = comparison == Op.Comparison.LESS ? 0 : 1;
      literal.check(
          literal.trace.select(comparison, a, b, ifTrue, ifFalse),
          new double[] {1, 1, 1, 1},
          new double[4],
          new double[4],
          new double[] {less, equal, 0, 0},
          new double[] {1 - less, 1 - equal, 1, 1});
    }
  }

  // ---- refusals

  private static List<Refusal> refusals() {
    String second = " is itself a gradient: expected a first derivative only";
    List<Refusal> all = new ArrayList<>();
    for (int operand = 0; operand < 4; operand++) {
      int wrt = operand;
      all.add(
          new Refusal(
              Op.BatchNormStatisticsGradient.class,
              "BatchNormStatisticsGradient" + second,
              trace -> {
                List<Value> v = inputs(trace, ROWS, CHANNELS, CHANNELS, CHANNELS);
                Op op = new Op.BatchNormStatisticsGradient(v.get(0), v.get(1), v.get(2), v.get(3));
                return List.of(v.get(wrt), trace.value(op));
              }));
    }
    for (int operand = 0; operand < 5; operand++) {
      for (int result = 0; result < 5; result++) {
        int wrt = operand;
        int y = result;
        all.add(
            new Refusal(
                Op.BatchNormGradient.class,
                "BatchNormGradient" + second,
                trace -> {
                  List<Value> v = inputs(trace, ROWS, ROWS, CHANNELS, CHANNELS, CHANNELS);
                  Op op =
                      new Op.BatchNormGradient(
                          v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), 1e-3f);
                  return List.of(v.get(wrt), trace.add(op).get(y));
                }));
      }
    }
    for (int operand = 0; operand < 2; operand++) {
      int wrt = operand;
      all.add(
          new Refusal(
              Op.SoftmaxCrossEntropyGradient.class,
              "SoftmaxCrossEntropyGradient" + second,
              trace -> {
                List<Value> v = inputs(trace, ROWS, Shape.of(4));
                Value labels = trace.input("labels", DType.I32, Shape.of(4));
                Op op = new Op.SoftmaxCrossEntropyGradient(v.get(0), labels, v.get(1));
                return List.of(v.get(wrt), trace.value(op));
              }));
      all.add(
          new Refusal(
              Op.PoolGradient.class,
              "PoolGradient" + second,
              trace -> {
                Shape image = Shape.of(1, 1, 2, 2, 1);
                List<Value> v = inputs(trace, image, image);
                Window window = Window.of(Extent.ONE);
                Op op = new Op.PoolGradient(Op.PoolKind.MAX, v.get(0), v.get(1), window);
                return List.of(v.get(wrt), trace.value(op));
              }));
    }
    all.add(
        new Refusal(
            Op.SoftmaxCrossEntropy.class,
            "the probabilities of SoftmaxCrossEntropy have no gradient: expected Softmax for that",
            trace -> {
              Value logits = trace.input("x", DType.F32, ROWS);
              Value labels = trace.input("labels", DType.I32, Shape.of(4));
              List<Value> results = trace.add(new Op.SoftmaxCrossEntropy(logits, labels));
              return List.of(logits, trace.mul(results.get(1), logits));
            }));
    return all;
  }

  private static List<Value> inputs(Trace trace, Shape... shapes) {
    List<Value> values = new ArrayList<>();
    for (Shape shape : shapes) {
      values.add(trace.input("x" + values.size(), DType.F32, shape));
    }
    return values;
  }

  @Test
  void refuses() {
    for (Refusal refusal : refusals()) {
      Trace trace = new Trace();
      List<Value> values = refusal.operandsAndResult.apply(trace);
      Value y = values.get(1);
      Value g = trace.input("g", DType.F32, y.shape());
      List<Value> wrt = values.subList(0, 1);
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> Differentiator.gradients(trace, y, g, wrt),
              refusal.message);
      assertEquals(refusal.message, e.getMessage());
    }
  }

  @Test
  void refusesLossThatIsNoScalar() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Differentiator.gradients(trace, x, List.of(x)));
    assertEquals("loss is " + x.type() + ", expected one F32 element", e.getMessage());
  }

  @Test
  void refusesIntegers() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    Value q = trace.add(new Op.ToInteger(x, trace.constant(1f), 12)).getFirst();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Differentiator.gradients(trace, q, x, List.of(x)));
    assertEquals("y is " + q.type() + ", expected dtype F32 or BIT", e.getMessage());
  }

  // ---- the way of gradients through a trace

  @Test
  void gradientOfLossIsThatOfItsSum() {
    Literal literal = new Literal();
    Value x = literal.operand(DType.F32, 1, 2, 3);
    Value other = literal.operand(DType.F32, 4);
    Value loss = literal.trace.mean(literal.trace.unary(Op.UnaryKind.SQUARE, x));
    List<Value> d = Differentiator.gradients(literal.trace, loss, List.of(x, other));
    literal.compare(d, new double[] {2 / 3d, 4 / 3d, 2}, new double[1]);
  }

  /** With respect to what lies between, too. */
  @Test
  void gradientsOfAllUsesAreAdded() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 3);
    Value square = trace.mul(x, x);
    Value y = trace.add(trace.mul(square, x), trace.sub(square, x));
    Value g = literal.operand(DType.F32, 1);
    List<Value> d = Differentiator.gradients(trace, y, g, List.of(x, square, y));
    literal.compare(d, new double[] {27 + 6 - 1}, new double[] {4}, new double[] {1});
  }

  // ---- custom gradients

  /** Rules that are the true derivative of what they replace, so that differences apply. */
  private static List<Derivative> customGradients() {
    List<Operand> two = List.of(Operand.floats(2, 3), Operand.floats(2, 3));
    return List.of(
        custom("of two operands", two, (trace, v) -> product(trace, v.get(0), v.get(1), 1)),
        custom(
            "used twice",
            two,
            (trace, v) -> {
              Value y = product(trace, v.get(0), v.get(1), 1);
              return trace.mul(y, trace.add(y, product(trace, y, v.get(0), 1)));
            }),
        // the inner rule is wrong and must not be asked
        custom(
            "around another",
            two,
            (trace, v) ->
                trace.customGradient(
                    v,
                    () -> product(trace, product(trace, v.get(0), v.get(1), 77), v.get(1), 77),
                    g -> {
                      Value twice = trace.mul(trace.constant(2), trace.mul(v.get(0), v.get(1)));
                      return List.of(
                          trace.mul(g, trace.unary(Op.UnaryKind.SQUARE, v.get(1))),
                          trace.mul(g, twice));
                    })),
        custom(
            "beside another",
            two,
            (trace, v) ->
                trace.sub(
                    product(trace, v.get(0), v.get(1), 1), product(trace, v.get(1), v.get(0), 1))),
        custom(
            "of what was recorded before",
            two,
            (trace, v) -> {
              Value before = trace.mul(v.get(0), v.get(1));
              Value y = trace.customGradient(List.of(before), () -> before, List::of);
              return trace.mul(y, before);
            }));
  }

  private static Derivative custom(
      String name, List<Operand> operands, BiFunction<Trace, List<Value>, Value> function) {
    return new Derivative(Op.Binary.class, "custom gradient " + name, operands, function);
  }

  /** a * b with a rule that is wrong by a factor. */
  private static Value product(Trace trace, Value a, Value b, float factor) {
    return trace.customGradient(
        List.of(a, b),
        () -> trace.mul(a, b),
        g -> {
          Value scaled = trace.mul(g, trace.constant(factor));
          return List.of(trace.mul(scaled, b), trace.mul(scaled, a));
        });
  }

  @Test
  void customGradientReplacesTheRules() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 1, -2);
    Value w = literal.operand(DType.F32, 3, 4);
    Value unused = literal.operand(DType.F32, 5, 6);
    // straight through the sign, nothing for w although it is multiplied, something for the unused
    Value y =
        trace.customGradient(
            Arrays.asList(x, w, unused),
            () -> trace.mul(trace.value(new Op.Unpack(trace.sign(x))), w),
            g -> Arrays.asList(g, null, trace.add(g, g)));
    literal.check(
        trace.mul(y, w),
        new double[] {1, 10},
        new double[] {3, 40},
        new double[] {3, -40},
        new double[] {6, 80});
  }

  @Test
  void customGradientReplacesOneThatIsAllOfIt() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 1, 2);
    Value y = trace.customGradient(List.of(x), () -> product(trace, x, x, 77), List::of);
    literal.check(y, new double[] {3, 4}, new double[] {3, 4});
  }

  /** A rule may send a gradient where its stretch reads nothing. */
  @Test
  void customGradientOfAnOperandThatIsNotRead() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 2, 5);
    Value y =
        trace.customGradient(
            List.of(x), () -> trace.constant(Tensor.f32(Shape.of(2), 3, 4)), List::of);
    literal.check(trace.mul(y, y), new double[] {1, 1}, new double[] {6, 8});
  }

  /** TensorFlow's rule: an exponent of what is not above 0 gets no gradient. */
  @Test
  void powersOfNumbersThatAreNotAboveZero() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value a = literal.operand(DType.F32, 0, -2);
    Value b = literal.operand(DType.F32, 2, 3);
    Value y = trace.pow(a, b);
    literal.check(y, new double[] {1, 1}, new double[] {0, 12}, new double[] {0, 0});
  }

  /** Only what the loss is differentiated by asks for a rule. */
  @Test
  void customGradientIsNotAskedForConstants() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 2);
    Value constant = trace.constant(Tensor.f32(Shape.of(1), 5));
    Value y =
        trace.customGradient(
            List.of(constant),
            () -> trace.mul(constant, constant),
            g -> {
              throw new AssertionError("asked for a constant's gradient");
            });
    literal.check(trace.mul(x, y), new double[] {1}, new double[] {25});
  }

  @Test
  void refusesRulesOfOtherCountsAndShapes() {
    Literal literal = new Literal();
    Trace trace = literal.trace;
    Value x = literal.operand(DType.F32, 1, 2);
    Value count = trace.customGradient(List.of(x), () -> trace.mul(x, x), g -> List.of(g, g));
    Value shape =
        trace.customGradient(
            List.of(x), () -> trace.mul(x, x), g -> List.of(trace.sum(g, List.of(0))));
    assertEquals(
        "custom gradient gave 2 gradients, expected 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> Differentiator.gradients(trace, count, x, List.of(x)))
            .getMessage());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Differentiator.gradients(trace, shape, x, List.of(x)))
            .getMessage();
    assertEquals("gradient is F32 [1], expected the shape of its operand, " + x.type(), message);
  }

  /** A small trace with given content, and what its gradients must be. */
  private static final class Literal {
    private final Trace trace = new Trace();
    private final List<Value> operands = new ArrayList<>();
    private final Map<Value, double[]> content = new IdentityHashMap<>();

    Value operand(DType dtype, double... elements) {
      Value value = trace.input("x" + operands.size(), dtype, Shape.of(elements.length));
      operands.add(value);
      content.put(value, elements);
      return value;
    }

    /** With a gradient of y, the operands' must be these. */
    void check(Value y, double[] g, double[]... expected) {
      Value upstream = trace.input("g", DType.F32, y.shape());
      content.put(upstream, g);
      compare(Differentiator.gradients(trace, y, upstream, operands), expected);
    }

    void compare(List<Value> gradients, double[]... expected) {
      assertEquals(expected.length, gradients.size());
      for (int i = 0; i < expected.length; i++) {
        trace.output("d" + i, gradients.get(i));
      }
      Map<Value, double[]> all = ReferenceKernels.evaluateExactly(trace.build(), content);
      for (int i = 0; i < expected.length; i++) {
        // -0.0 is as good as 0
        double[] actual = Arrays.stream(all.get(gradients.get(i))).map(d -> d + 0.0).toArray();
        assertArrayEquals(expected[i], actual, 1e-15, "gradient " + i);
      }
    }
  }
}
