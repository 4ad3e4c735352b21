package io.github.xnor4j.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Programs made of programs, and that a program itself never changes. */
class RewriteTest {
  private static final Variable STEPS = Variable.state("steps", Tensor.scalar(7));

  /** y = x * scale + x, and a count of runs. */
  private static Program program(int images) {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(images, 2));
    Value scale = trace.input("scale", DType.F32, Shape.SCALAR);
    Value scaled = trace.scope("scale", () -> trace.mul(x, scale));
    trace.output("y", trace.scope("sum", () -> trace.add(scaled, x)));
    trace.output("scaled", scaled);
    Value steps = trace.read(STEPS);
    trace.assign(STEPS, trace.add(steps, trace.constant(1f)));
    return trace.build();
  }

  private static List<Tensor> run(Program program, Tensor... inputs) {
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      return List.of(session.compile(program).run(inputs));
    }
  }

  private static Tensor tensor(float... values) {
    return Tensor.f32(Shape.of(values.length / 2, 2), values);
  }

  private static String refusal(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  // ---- rewrite

  @Test
  void withoutAReplacementAllStays() {
    Program program = program(2);
    Program copy = program.rewrite((trace, node, operands) -> null);
    assertEquals(program.toString(), copy.toString());
    assertEquals(Set.of(STEPS), copy.variables());
    assertFalse(copy.nodes().getFirst().output() == program.nodes().getFirst().output());
  }

  @Test
  void aResultCanBeReplaced() {
    Program program = program(2);
    Program tripled =
        program.rewrite(
            (trace, node, operands) ->
                node.op() instanceof Op.Binary b && b.kind() == Op.BinaryKind.MUL
                    ? List.of(trace.mul(operands.getFirst(), trace.constant(3f)))
                    : null);
    assertEquals(List.of("x", "scale"), List.copyOf(tripled.inputs().keySet()));
    assertEquals(List.of("y", "scaled"), List.copyOf(tripled.outputs().keySet()));
    assertEquals("scale", tripled.producer(tripled.outputs().get("scaled")).scope());
    assertEquals("sum", tripled.producer(tripled.outputs().get("y")).scope());
    assertEquals(
        List.of(tensor(4, 8, 12, 16), tensor(3, 6, 9, 12)),
        run(tripled, tensor(1, 2, 3, 4), Tensor.scalar(100)));
    assertEquals(
        List.of(tensor(101, 202, 303, 404), tensor(100, 200, 300, 400)),
        run(program, tensor(1, 2, 3, 4), Tensor.scalar(100)));
  }

  @Test
  void anAssignmentCanBeRemoved() {
    Program fixed =
        program(2)
            .rewrite((trace, node, operands) -> node.op() instanceof Op.Assign ? List.of() : null);
    assertEquals(Set.of(), fixed.variables());
    // nor is anything left that only the assignment needed
    assertEquals(
        List.of("Input", "Input", "Binary", "Binary"),
        fixed.nodes().stream().map(node -> node.op().getClass().getSimpleName()).toList());
  }

  @Test
  void anInputCanBecomeAConstant() {
    Program fixed =
        program(2)
            .rewrite(
                (trace, node, operands) ->
                    node.op() instanceof Op.Input input && input.name().equals("scale")
                        ? List.of(trace.constant(2f))
                        : null);
    assertEquals(List.of("x"), List.copyOf(fixed.inputs().keySet()));
    assertEquals(tensor(3, 6, 9, 12), run(fixed, tensor(1, 2, 3, 4)).getFirst());
  }

  /** Equal ops in stretches with gradients of their own are not shared, and stay apart. */
  @Test
  void copiesOfAnOpStay() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    for (int i = 0; i < 2; i++) {
      trace.output(
          "y" + i,
          trace.customGradient(
              List.of(x), () -> trace.unary(Op.UnaryKind.TANH, x), g -> List.of(g)));
    }
    Program program = trace.build();
    assertEquals(3, program.nodes().size());
    assertEquals(program.toString(), program.rewrite((t, node, operands) -> null).toString());
    assertEquals(program.toString(), Program.parse(program.toString()).toString());
  }

  @Test
  void asManyValuesAsResultsAreExpected() {
    Program program = program(2);
    assertTrue(
        refusal(() -> program.rewrite((trace, node, operands) -> List.of()))
            .startsWith("0 values stand for [%0 F32 [2, 2]], expected as many"));
    String two =
        refusal(
            () ->
                program.rewrite(
                    (trace, node, operands) ->
                        node.op() instanceof Op.Assign ? List.of(operands.getFirst()) : null));
    assertTrue(two.startsWith("1 values stand for [], expected as many"), two);
  }

  @Test
  void aReplacementMustFitItsReaders() {
    String message =
        refusal(
            () ->
                program(2)
                    .rewrite(
                        (trace, node, operands) ->
                            node.op() instanceof Op.Input input && input.name().equals("scale")
                                ? List.of(trace.constant(Tensor.zeros(DType.F32, Shape.of(3))))
                                : null));
    assertTrue(message.contains("[2, 2] and [3]"), message);
  }

  // ---- some outputs only

  @Test
  void outputsCanBeLeftOut() {
    Program program = program(2);
    Program part = program.withOutputs(name -> name.equals("scaled"));
    assertEquals(List.of("scaled"), List.copyOf(part.outputs().keySet()));
    assertEquals(List.of("x", "scale"), List.copyOf(part.inputs().keySet()));
    assertEquals(Set.of(STEPS), part.variables());
    assertEquals(program.nodes().size() - 1, part.nodes().size());
    assertEquals(program.toString(), program.withOutputs(name -> true).toString());
    assertEquals(Map.of(), program.withOutputs(name -> false).outputs());
  }

  // ---- other batches

  @Test
  void anotherBatchIsAnotherProgram() {
    Program program = program(2);
    assertEquals(OptionalInt.of(2), program.batch());
    for (int images : new int[] {1, 3, 65}) {
      assertEquals(program(images).toString(), program.withBatch(images).toString());
      assertEquals(program.toString(), program.withBatch(images).withBatch(2).toString());
    }
    assertSame(program, program.withBatch(2));
  }

  @Test
  void aBatchHasAnImage() {
    for (int images : new int[] {0, -1}) {
      assertTrue(
          refusal(() -> program(2).withBatch(images))
              .contains("images is " + images + ", expected 1 or more"));
    }
  }

  @Test
  void aProgramWithoutABatchStays() {
    Trace trace = new Trace();
    trace.output("y", trace.input("x", DType.F32, Shape.of(2, 2)));
    Program program = trace.build();
    assertEquals(OptionalInt.empty(), program.batch());
    assertSame(program, program.withBatch(5));
  }

  private static Program rows(int images) {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(images, 2));
    Value rows = trace.constant(Tensor.zeros(DType.F32, Shape.of(images, 2)));
    trace.output("y", trace.scope("layer", () -> trace.add(x, rows)));
    return trace.build();
  }

  /** Three rows and one image could be added; but that is another program. */
  @Test
  void aConstantWithARowForEachImageGoesWithOneBatch() {
    for (int images : new int[] {1, 2, 4}) {
      String message = refusal(() -> rows(3).withBatch(images));
      String expected =
          "no batch of " + images + ": add in 'layer' goes with this program's batch only: ";
      assertTrue(message.startsWith(expected), message);
      assertTrue(message.contains("[3, 2]"), message);
    }
    // where the row of the only image is one for all
    assertEquals("[N, 2]", rows(1).withBatch(3).outputs().get("y").type().dims().toString());
  }

  /** At a batch of one, the longer axis tells the result's shape: which it is at three, too. */
  @Test
  void aBatchOfOneMayHaveMetALongerAxis() {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(1, 2));
    trace.output("y", trace.add(x, trace.input("z", DType.F32, Shape.of(3, 2))));
    Program program = trace.build();
    assertEquals("[3, 2]", program.outputs().get("y").type().dims().toString());
    assertEquals("[N, 2]", program.withBatch(3).outputs().get("y").type().dims().toString());
    assertTrue(refusal(() -> program.withBatch(2)).startsWith("no batch of 2: add in ''"));
  }

  @Test
  void twoBatchesAreRefused() {
    Trace trace = new Trace();
    trace.batchInput("x", DType.F32, Shape.of(2, 2));
    trace.batchInput("z", DType.F32, Shape.of(3, 2));
    assertEquals(
        "batch of %1 F32 [3, 2] is 3, expected 2 as that of the values before it",
        refusal(trace::build));
  }

  @Test
  void twoVariablesOfOneNameAreRefused() {
    Trace trace = new Trace();
    trace.output("y", trace.read(STEPS));
    trace.assign(Variable.state("steps", Tensor.scalar(7)), trace.constant(1f));
    assertEquals(
        "two variables are named 'steps', expected different names", refusal(trace::build));
  }

  // ---- a program does not change

  @Test
  void tensorsThatAreHandedOverAreCopied() {
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    Tensor given = Tensor.f32(Shape.of(9), values);
    Tensor inline = Tensor.f32(Shape.of(2), 1, 2);
    Trace trace = new Trace();
    trace.output("long", trace.constant(given));
    trace.output("short", trace.constant(inline));
    Program program = trace.build();
    String text = program.toString();
    List<Tensor> expected = List.of(given.copy(), inline.copy());
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      var compiled = session.compile(program);
      Consumer<Tensor> change =
          tensor -> {
            tensor.floats()[0] = 99;
            assertEquals(text, program.toString());
            assertEquals(expected, List.of(compiled.run()));
            assertEquals(expected, run(program));
          };
      change.accept(given);
      change.accept(inline);
      for (Node node : program.nodes()) {
        change.accept(((Op.Constant) node.op()).value());
      }
      program.constants().values().forEach(change);
      for (Tensor result : compiled.run()) {
        change.accept(result);
      }
      Map<String, Tensor> constants = program.constants();
      Program read = Program.parse(text, Map.of(), constants);
      constants.values().forEach(change);
      assertEquals(expected, run(read));
    }
  }

  @Test
  void whatAProgramGivesCannotBeChanged() {
    Program program = program(2);
    Node node = program.nodes().getFirst();
    Value value = node.output();
    refusesChange(() -> program.nodes().clear());
    refusesChange(() -> program.inputs().clear());
    refusesChange(() -> program.outputs().put("z", value));
    refusesChange(() -> program.variables().clear());
    refusesChange(() -> program.consumers(value).clear());
    refusesChange(() -> node.outputs().clear());
    refusesChange(() -> node.op().outputs().clear());
    Node sum = program.producer(program.outputs().get("y"));
    refusesChange(() -> sum.op().inputs().clear());
    refusesChange(() -> value.type().dims().perImage().clear());
  }

  private static void refusesChange(org.junit.jupiter.api.function.Executable change) {
    assertThrows(UnsupportedOperationException.class, change);
  }

  /** What is traced later is no part of a program that was built before. */
  @Test
  void aTraceMayGoOn() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    trace.output("y", x);
    Program program = trace.build();
    String text = program.toString();
    trace.output("z", trace.unary(Op.UnaryKind.TANH, trace.input("w", DType.F32, Shape.of(2))));
    assertEquals(text, program.toString());
    assertEquals(Set.of("y", "z"), trace.build().outputs().keySet());
  }

  // ---- short forms of a trace

  @Test
  void aPermutationOfSomeAxesOnlyIsRefused() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2, 3));
    assertSame(x, trace.transpose(x, List.of(0, 1)));
    for (List<Integer> permutation : List.of(List.<Integer>of(), List.of(0), List.of(0, 1, 2))) {
      assertTrue(
          refusal(() -> trace.transpose(x, permutation)).contains("expected each axis once"));
    }
  }
}
