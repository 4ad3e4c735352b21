package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds of every op because it is a record of operands and attributes. The testkit reads the
 * text of every op's cases back, too, and exchanges their batches.
 */
class OpFormTest {
  private static final int IMAGES = 2;

  /** Of classes that {@link ProgramText} prints and reads; enums beside them. */
  private static final Set<Class<?>> ATTRIBUTES =
      Set.of(
          String.class,
          int.class,
          boolean.class,
          float.class,
          Dims.class,
          Shape.class,
          io.github.xnor4j.program.Type.class,
          Window.class,
          Tensor.class,
          Variable.class);

  private static final Variable VARIABLE =
      Variable.state("v", Tensor.zeros(DType.F32, Shape.of(IMAGES, 3)));

  /** An op and the trace of its operands. */
  private record Example(Trace trace, Op op) {
    @Override
    public String toString() {
      return op.toString();
    }
  }

  private static List<Example> examples() {
    return IntStream.range(0, ops(new Trace()).size())
        .mapToObj(
            i -> {
              Trace own = new Trace();
              return new Example(own, ops(own).get(i));
            })
        .toList();
  }

  private static List<Op> ops(Trace t) {
    Value x = t.batchInput("x", DType.F32, Shape.of(IMAGES, 3));
    Value image = t.batchInput("image", DType.F32, Shape.of(IMAGES, 1, 4, 4, 2));
    Value bytes = t.batchInput("bytes", DType.U8, Shape.of(IMAGES, 3));
    Value labels = t.batchInput("labels", DType.I32, Shape.of(IMAGES));
    Value loss = t.batchInput("loss", DType.F32, Shape.of(IMAGES));
    Value a = t.input("a", DType.F32, Shape.of(3));
    Value b = t.input("b", DType.F32, Shape.of(3));
    Value c = t.input("c", DType.F32, Shape.of(3));
    Value d = t.input("d", DType.F32, Shape.of(3));
    Value bits = t.input("bits", DType.BIT, Shape.of(3, 1, 2, 2, 1));
    Window window =
        new Window(
            new Extent(1, 2, 2),
            new Extent(1, 2, 1),
            new Extent(1, 1, 2),
            new Extent(0, 1, 0),
            new Extent(0, 0, 1));
    Value filter = t.input("filter", DType.F32, Shape.of(4, 1, 2, 2, 1));
    Value g = t.batchInput("g", DType.F32, Shape.of(IMAGES, 1, 2, 3, 4));
    Value pooled = t.batchInput("pooled", DType.F32, Shape.of(IMAGES, 1, 2, 3, 2));
    Value scale = t.input("scale", DType.F32, Shape.SCALAR);
    Value patches = t.batchInput("patches", DType.F32, Shape.of(IMAGES, 1, 2, 3, 8));
    Dims two = new Dims(Shape.of(2 * IMAGES, 3), List.of(2, 0));
    Value twice = t.value(new Op.Input("twice", io.github.xnor4j.program.Type.of(DType.F32, two)));
    Value seed = t.input("seed", DType.I32, Shape.of(2));
    Value step = t.input("step", DType.I32, Shape.SCALAR);
    Dims dims = x.type().dims();
    return List.of(
        new Op.Input("z", io.github.xnor4j.program.Type.batch(DType.U8, Shape.of(IMAGES))),
        new Op.Constant(Tensor.f32(Shape.of(2), -0f, Float.NaN)),
        new Op.Count(Op.CountKind.BESSEL, dims),
        new Op.Read(VARIABLE),
        new Op.Assign(VARIABLE, x),
        new Op.Conv(image, filter, window, 2, -1),
        new Op.ConvInputGradient(g, filter, image.shape(), window, 2),
        new Op.ConvFilterGradient(image, g, filter.shape(), window, 2, Float.NaN),
        new Op.MatMul(x, t.input("matrix", DType.BIT, Shape.of(3, 4))),
        new Op.Patches(image, window, -1),
        new Op.PatchesGradient(patches, image.type().dims(), window),
        new Op.Pad(x, List.of(0, 1), List.of(0, 2), -0f),
        new Op.Slice(x, Dims.fixed(Shape.of(1, 0)), Dims.fixed(Shape.of(1, 2))),
        new Op.Slice(
            twice, new Dims(Shape.of(IMAGES, 0), List.of(1, 0)), Dims.batch(Shape.of(IMAGES, 3))),
        new Op.Concatenate(List.of(x, x, twice), 0),
        new Op.ToInteger(x, scale, 12),
        new Op.ToFloat(labels, scale, 255),
        new Op.Threshold(labels, step),
        new Op.Random(Op.RandomKind.UNIFORM, seed, step, Integer.MAX_VALUE, dims),
        new Op.Pool(Op.PoolKind.AVERAGE, image, window),
        new Op.PoolGradient(Op.PoolKind.MAX, image, pooled, window),
        new Op.BatchNormStatistics(x),
        new Op.BatchNormStatisticsGradient(x, a, b, c),
        new Op.BatchNorm(x, a, b, c, d, 1e-3f),
        new Op.BatchNormGradient(x, x, a, b, c, Float.MIN_VALUE),
        new Op.Unary(Op.UnaryKind.RINT, x),
        new Op.Binary(Op.BinaryKind.SUB, x, a),
        new Op.Select(Op.Comparison.LESS_EQUAL, x, a, b, c),
        new Op.Scale(bytes, 2, -255, 255),
        new Op.Sign(x),
        new Op.Unpack(bits),
        new Op.Reduce(Op.ReduceKind.MAX, x, List.of(1)),
        new Op.ArgMax(x),
        new Op.Reshape(image, Shape.of(IMAGES * 4, 8)),
        new Op.Transpose(x, List.of(1, 0)),
        new Op.Broadcast(a, dims),
        new Op.Softmax(x),
        new Op.SoftmaxCrossEntropy(x, labels),
        new Op.SoftmaxCrossEntropyGradient(x, labels, loss));
  }

  private static Stream<Class<?>> classes() {
    return Arrays.stream(Op.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("classes")
  void everyComponentIsAnOperandOrHasAText(Class<?> op) {
    List<OpForm.Part> parts = OpForm.of(op).parts();
    RecordComponent[] components = op.getRecordComponents();
    assertEquals(components.length, parts.size());
    for (int i = 0; i < components.length; i++) {
      Class<?> type = components[i].getType();
      boolean isValue = type == Value.class;
      boolean isValues = type == List.class && element(components[i]) == Value.class;
      boolean isIntegers = type == List.class && element(components[i]) == Integer.class;
      boolean isAttribute = isIntegers || type.isEnum() || ATTRIBUTES.contains(type);
      OpForm.Part part = parts.get(i);
      assertTrue(
          isValue || isValues || isAttribute,
          () ->
              part.name() + " is of " + type + ", expected one that ProgramText reads and writes");
      assertEquals(isValue, part.isValue(), part.name());
      assertEquals(isValues, part.isValues(), part.name());
      assertEquals(isAttribute, part.isAttribute(), part.name());
    }
  }

  private static Type element(RecordComponent component) {
    return ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
  }

  @ParameterizedTest
  @MethodSource("examples")
  void onItsOwnOperandsAnOpIsItself(Example example) {
    Op op = example.op;
    assertEquals(op, op.withInputs(op.inputs()));
    assertEquals(op.outputs(), op.withInputs(op.inputs()).outputs());
    assertEquals(op, op.withBatch(op.inputs(), IMAGES));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void onOtherOperandsAllAttributesStay(Example example) {
    Op op = example.op;
    Trace other = new Trace();
    List<Value> operands = new ArrayList<>();
    for (Value value : op.inputs()) {
      operands.add(other.value(new Op.Input("x" + operands.size(), value.type())));
    }
    Op changed = op.withInputs(operands);
    assertEquals(operands, changed.inputs());
    for (OpForm.Part part : OpForm.of(op).parts()) {
      if (part.isAttribute()) {
        assertEquals(part.get(op), part.get(changed), part.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anotherNumberOfOperandsIsRefused(Example example) {
    Op op = example.op;
    List<Value> more = new ArrayList<>(op.inputs());
    more.add(example.trace.nodes().getFirst().output());
    List<List<Value>> wrong = new ArrayList<>(List.of(more));
    if (!op.inputs().isEmpty()) {
      wrong.add(op.inputs().subList(1, op.inputs().size()));
    }
    for (List<Value> operands : wrong) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> op.withInputs(operands)).getMessage();
      String expected = operands.size() + " operands, expected " + op.inputs().size();
      assertTrue(message.contains(expected), message);
    }
  }

  /** Ops may look at an axis before they ask for the rank. */
  @Test
  void missingAxesAreRefused() {
    Trace trace = new Trace();
    Value scalar = trace.input("x", DType.F32, Shape.SCALAR);
    Value c = trace.input("c", DType.F32, Shape.of(3));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> OpForm.of(Op.BatchNorm.class).make(scalar, c, c, c, c, 1f))
            .getMessage();
    assertTrue(message.startsWith("BatchNorm: "), message);
    Dims one = Dims.fixed(Shape.of(1));
    Value x = trace.input("g", DType.F32, Shape.of(1, 1, 1, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> OpForm.of(Op.ConvInputGradient.class).make(x, x, one, Window.point(), 1));
  }

  /** Through the text, and so does a program with it for another batch. */
  @ParameterizedTest
  @MethodSource("examples")
  void everyOpIsReadBack(Example example) {
    Trace trace = example.trace;
    List<Value> results = trace.append(example.op);
    for (int i = 0; i < results.size(); i++) {
      trace.output("y" + i, results.get(i));
    }
    Program program = trace.build();
    assertTrue(program.nodes().stream().anyMatch(node -> node.op() == example.op));
    for (Program each : List.of(program, scaled(program))) {
      Program read = Program.parse(each.toString(), Map.of("v", VARIABLE), each.constants());
      assertEquals(each.toString(), read.toString());
    }
  }

  /** The same for another batch, if its variables do not have this one's rows. */
  private static Program scaled(Program program) {
    boolean rows = program.nodes().stream().anyMatch(node -> node.op() instanceof Op.Assign);
    return rows ? program : program.withBatch(5);
  }
}
