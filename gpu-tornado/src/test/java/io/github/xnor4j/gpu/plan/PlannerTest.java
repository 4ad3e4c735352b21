package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Groups;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs as launches. */
final class PlannerTest {
  /** The tutorial's forward pass and all gradients. */
  private static Program tutorial(int batch) {
    Trace trace = new Trace();
    var model = Networks.mnistTutorial();
    Value output = model.trace(trace, batch, true).output();
    List<Value> weights =
        model.weights().stream()
            .filter(weight -> weight.variable().isTrainable())
            .map(weight -> trace.read(weight.variable()))
            .toList();
    List<Value> gradients = Differentiator.gradients(trace, trace.mean(output), weights);
    for (int i = 0; i < gradients.size(); i++) {
      trace.output("gradient " + i, gradients.get(i));
    }
    return trace.build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noValueIsOverwrittenWhileItIsRead(boolean grouped) {
    Program program = tutorial(5);
    Planner planner = new Planner(grouped ? Grouper.group(program) : Groups.single(program));
    GpuPlan plan = planner.plan();
    PlacementTest.requireKept(
        planner.tasks(), plan.outputs().stream().map(GpuPlan.Slot::buffer).toList());
    assertEquals(planner.tasks().size(), plan.launches().size());
  }

  @Test
  void groupsTakeFewerLaunches() {
    Program program = tutorial(5);
    int grouped = Planner.plan(Grouper.group(program)).launches().size();
    int single = Planner.plan(Groups.single(program)).launches().size();
    assertTrue(grouped < single, grouped + " grouped, " + single + " op by op");
  }

  @Test
  void plansAreTheSameEachTime() {
    List<String> texts =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    Planner.plan(Grouper.group(tutorial(3))).launches().stream()
                        .map(l -> l.kernel() + l.label() + List.of(l.threads(), l.group()))
                        .toList()
                        .toString())
            .distinct()
            .toList();
    assertEquals(1, texts.size(), () -> String.join("\n", texts));
  }

  @Test
  void updatesThatDoNotWaitForEachOtherAreOneLaunch() {
    Trace trace = new Trace();
    for (int i = 0; i < 7; i++) {
      Variable v = Variable.state("v" + i, Tensor.full(Shape.of(3 + i), 1));
      trace.assign(v, trace.add(trace.read(v), trace.constant(1f)));
    }
    GpuPlan plan = Planner.plan(Grouper.group(trace.build()));
    assertEquals(1, plan.launches().size(), plan.launches()::toString);
    assertEquals(7, plan.launches().getFirst().parameters()[ElementCode.PROGRAMS]);
    assertEquals(7, plan.assignments().size());
  }

  @Test
  void whoReadsAnothersResultComesBehindIt() {
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2, 3));
    Value y = trace.add(x, x);
    Value sum = trace.sum(y, List.of(0, 1));
    trace.output("z", trace.add(y, sum));
    List<String> kernels =
        Planner.plan(Grouper.group(trace.build())).launches().stream()
            .map(launch -> launch.kernel().name())
            .toList();
    assertEquals("ELEMENTS", kernels.getFirst(), kernels::toString);
    assertEquals("ELEMENTS", kernels.getLast(), kernels::toString);
    assertTrue(kernels.size() > 2, kernels::toString);
  }

  @Test
  void aRunThatTakesTooManyRegistersIsComputedOpByOp() {
    Trace trace = new Trace();
    List<Value> squares = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Value x = trace.input("x" + i, DType.F32, Shape.of(5));
      squares.add(trace.mul(x, x));
    }
    // read from both ends, so that all are alive in the middle
    Value sum = squares.getFirst();
    for (int i = 1; i < 40; i++) {
      sum = trace.add(sum, squares.get(i));
    }
    for (int i = 39; i >= 0; i--) {
      sum = trace.mul(sum, squares.get(i));
    }
    trace.output("y", sum);
    GpuPlan plan = Planner.plan(Grouper.group(trace.build()));
    assertFalse(plan.launches().isEmpty());
    assertTrue(plan.launches().size() > 1, plan.launches()::toString);
  }
}
