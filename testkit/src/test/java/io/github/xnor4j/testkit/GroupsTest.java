package io.github.xnor4j.testkit;

import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.Bits;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That the groups of every network hold what they say. */
class GroupsTest {
  private static Stream<DynamicTest> each(BiConsumer<Network, Program> check) {
    return Network.all().stream()
        .flatMap(
            network -> {
              Map<String, Variable> variables = new LinkedHashMap<>();
              return Stream.of(
                  test(network, "training", network.step(variables, 3, false), check),
                  test(network, "all outputs", network.step(variables, 2, true), check),
                  test(network, "evaluation", network.evaluation(variables, 5), check));
            });
  }

  private static DynamicTest test(
      Network network, String what, Program program, BiConsumer<Network, Program> check) {
    return DynamicTest.dynamicTest(
        network.name() + ", " + what, () -> check.accept(network, program));
  }

  /** Each op is in one group; run one after the other, every group finds what it reads. */
  @TestFactory
  Stream<DynamicTest> groupsCanBeRunInTheirOrder() {
    return each(
        (network, program) -> {
          Groups groups = Grouper.group(program);
          Set<Value> made = Collections.newSetFromMap(new IdentityHashMap<>());
          Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
          for (Group group : groups.list()) {
            groups
                .operands(group)
                .forEach(v -> Assertions.assertTrue(made.contains(v), () -> group + " reads " + v));
            for (Node node : group.nodes()) {
              Assertions.assertTrue(seen.add(node), () -> node + " is in two groups");
              Assertions.assertSame(group, groups.of(node));
              made.addAll(node.outputs());
            }
          }
          Assertions.assertEquals(program.nodes().size(), seen.size());
        });
  }

  /** A straight-line program computes what the ops compute that it stands for. */
  @TestFactory
  Stream<DynamicTest> runsOfElementsAreTheirOps() {
    return each(
        (network, program) -> {
          Map<Value, Tensor> values = evaluate(network, program);
          Groups groups = Grouper.group(program);
          for (Group group : groups.list()) {
            if (group instanceof Group.Elements run) {
              check(network.name(), groups, run, values);
            }
          }
        });
  }

  /** So does the program of one step that an op is by itself. */
  @TestFactory
  Stream<DynamicTest> opsAloneAreRuns() {
    return each(
        (network, program) -> {
          Map<Value, Tensor> values = evaluate(network, program);
          Groups groups = Groups.single(program);
          for (Node node : program.nodes()) {
            Group.Elements run = Grouper.alone(node);
            if (run != null) {
              Assertions.assertEquals(List.of(node), run.nodes());
              check(network.name(), groups, run, values);
            }
          }
          Assertions.assertTrue(
              program.nodes().stream()
                  .filter(node -> node.op() instanceof Op.Unary)
                  .allMatch(node -> Grouper.alone(node) != null));
        });
  }

  private static Map<Value, Tensor> evaluate(Network network, Program program) {
    Map<Value, Tensor> values = new IdentityHashMap<>();
    Tensor[] inputs = network.inputs(program, 1);
    int next = 0;
    for (Value input : program.inputs().values()) {
      values.put(input, inputs[next++]);
    }
    for (Node node : program.nodes()) {
      List<Tensor> operands = node.op().inputs().stream().map(values::get).toList();
      switch (node.op()) {
        case Op.Input op -> {}
        case Op.Assign op -> {}
        case Op.Read op -> values.put(node.output(), op.variable().initial());
        default -> {
          List<Tensor> results = ReferenceKernels.evaluate(node.op(), operands);
          for (int i = 0; i < results.size(); i++) {
            values.put(node.outputs().get(i), results.get(i));
          }
        }
      }
    }
    return values;
  }

  private static void check(
      String name, Groups groups, Group.Elements run, Map<Value, Tensor> values) {
    Value swept = run.nodes().getFirst().op().inputs().getFirst();
    for (Group.Instruction step : run.instructions()) {
      swept = resultOf(run, step);
    }
    Shape shape = swept.shape();
    int last = shape.rank() == 0 ? 1 : shape.dim(-1);
    float[][] registers =
        new float[run.operands().size() + run.instructions().size()][shape.elements()];
    for (int r = 0; r < run.operands().size(); r++) {
      Group.Operand operand = run.operands().get(r);
      Tensor tensor = values.get(operand.value());
      for (int i = 0; i < shape.elements(); i++) {
        registers[r][i] =
            switch (operand.form()) {
              case DENSE, MASK -> tensor.floats()[i];
              case ROW -> tensor.floats()[i % last];
              case SCALAR -> tensor.floats()[0];
              case BITS -> Bits.isNegative(tensor, i) ? -1 : 1;
              case SUMS, TOTAL -> throw new AssertionError("no operand is " + operand.form());
            };
      }
    }
    for (Group.Instruction step : run.instructions()) {
      Assertions.assertTrue(step.sources().stream().allMatch(r -> r < step.target()));
      for (int i = 0; i < shape.elements(); i++) {
        List<Float> x = new ArrayList<>();
        for (int source : step.sources()) {
          x.add(registers[source][i]);
        }
        registers[step.target()][i] = apply(step.op(), x);
      }
    }
    for (Group.Result result : run.results()) {
      float[] register = registers[result.register()];
      Tensor wanted = values.get(result.value());
      String what = name + ", result %" + groups.program().number(result.value());
      switch (result.form()) {
        case DENSE, MASK ->
            Expected.same(wanted).check(Tensor.f32(wanted.shape(), register.clone()), what);
        case BITS ->
            Expected.same(wanted).check(Bits.pack(Tensor.f32(wanted.shape(), register)), what);
        case SUMS, TOTAL -> checkSums(result, register, wanted, what);
        case ROW, SCALAR -> throw new AssertionError("no result is " + result.form());
      }
    }
  }

  private static Value resultOf(Group.Elements run, Group.Instruction step) {
    return run.nodes().stream()
        .filter(node -> node.op() == step.op())
        .findFirst()
        .orElseThrow()
        .output();
  }

  private static void checkSums(Group.Result result, float[] register, Tensor wanted, String what) {
    int n = wanted.shape().elements();
    Assertions.assertTrue(result.form() == Group.Form.SUMS || n == 1, what);
    double[] sums = new double[n];
    for (int i = 0; i < register.length; i++) {
      sums[i % n] += register[i];
    }
    for (int c = 0; c < n; c++) {
      Assertions.assertEquals(wanted.floats()[c], (float) sums[c], what);
    }
  }

  private static float apply(Op op, List<Float> x) {
    return switch (op) {
      case Op.Unary o -> ReferenceKernels.unary(o.kind(), x.get(0));
      case Op.Binary o -> ReferenceKernels.binary(o.kind(), x.get(0), x.get(1));
      case Op.Select o -> {
        boolean holds =
            switch (o.comparison()) {
              case LESS -> x.get(0) < x.get(1);
              case LESS_EQUAL -> x.get(0) <= x.get(1);
              case EQUAL -> x.get(0).floatValue() == x.get(1);
            };
        yield holds ? x.get(2) : x.get(3);
      }
      case Op.Sign o -> x.getFirst() < 0 ? -1 : 1;
      case Op.Unpack o -> x.getFirst();
      default -> throw new AssertionError(op.name() + " is no step of a run");
    };
  }

  /** No kind of group goes untested: networks are trained in groups and op by op. */
  @Test
  void everyKindOccurs() {
    Set<Class<?>> missing = new HashSet<>(List.of(Group.class.getPermittedSubclasses()));
    for (Network network : Network.all()) {
      Groups groups = Grouper.group(network.step(new LinkedHashMap<>(), 3, false));
      groups.list().forEach(group -> missing.remove(group.getClass()));
    }
    Assertions.assertEquals(Set.of(), missing, "kinds of groups that no network has");
  }

  /** No form of operands or results goes untested here. */
  @Test
  void everyFormOccurs() {
    Set<Group.Form> operands = EnumSet.noneOf(Group.Form.class);
    Set<Group.Form> results = EnumSet.noneOf(Group.Form.class);
    for (Network network : Network.all()) {
      Groups groups = Grouper.group(network.step(new LinkedHashMap<>(), 3, false));
      for (Group group : groups.list()) {
        if (group instanceof Group.Elements run) {
          run.operands().forEach(operand -> operands.add(operand.form()));
          run.results().forEach(result -> results.add(result.form()));
        }
      }
    }
    Assertions.assertEquals(
        EnumSet.of(
            Group.Form.DENSE, Group.Form.ROW, Group.Form.SCALAR, Group.Form.BITS, Group.Form.MASK),
        operands);
    Assertions.assertEquals(
        EnumSet.of(
            Group.Form.DENSE, Group.Form.BITS, Group.Form.MASK, Group.Form.SUMS, Group.Form.TOTAL),
        results);
  }

  /** Masks stand for values that nothing else reads. */
  @TestFactory
  Stream<DynamicTest> masksAreAllThatIsReadOfTheirValues() {
    return each(
        (network, program) -> {
          Groups groups = Grouper.group(program);
          for (Node node : program.nodes()) {
            for (Value value : node.outputs()) {
              if (groups.mask(value) != null) {
                Assertions.assertFalse(program.outputs().containsValue(value));
                for (Node reader : program.consumers(value)) {
                  Op.Select select = (Op.Select) reader.op();
                  Assertions.assertSame(value, select.a());
                  Assertions.assertEquals(DType.F32, select.ifTrue().dtype());
                }
              }
            }
          }
        });
  }
}
