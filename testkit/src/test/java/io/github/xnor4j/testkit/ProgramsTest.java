package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a program says of itself, on every network: other batches, its text. */
class ProgramsTest {
  private static final int[] BATCHES = {1, 3, 32, 65};

  /** A program of a network for any batch. */
  private record Traced(String name, Network network, IntFunction<Program> program) {}

  private static Stream<Traced> programs() {
    return Network.all().stream()
        .flatMap(
            network -> {
              Map<String, Variable> variables = new LinkedHashMap<>();
              return Stream.of(
                  new Traced(
                      network.name() + ", training",
                      network,
                      n -> network.step(variables, n, false)),
                  new Traced(
                      network.name() + ", every value an output",
                      network,
                      n -> network.step(variables, n, true)),
                  new Traced(
                      network.name() + ", evaluation",
                      network,
                      n -> network.evaluation(variables, n)));
            });
  }

  private static Stream<DynamicTest> each(Consumer<Traced> check) {
    return programs().map(t -> DynamicTest.dynamicTest(t.name, () -> check.accept(t)));
  }

  @TestFactory
  Stream<DynamicTest> anotherBatchIsWhatTracingGives() {
    return each(
        traced -> {
          for (int from : BATCHES) {
            Program program = traced.program.apply(from);
            Assertions.assertEquals(from, program.batch().orElse(0));
            for (int to : BATCHES) {
              Assertions.assertEquals(
                  traced.program.apply(to).toString(),
                  program.withBatch(to).toString(),
                  "from " + from + " images to " + to);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> textIsReadBack() {
    return each(
        traced -> {
          for (int batch : BATCHES) {
            Program program = traced.program.apply(batch);
            Assertions.assertEquals(program.toString(), readBack(program).toString());
          }
        });
  }

  private static Program readBack(Program program) {
    Map<String, Variable> variables = new LinkedHashMap<>();
    program.variables().forEach(variable -> variables.put(variable.name(), variable));
    return Program.parse(program.toString(), variables, program.constants());
  }

  @TestFactory
  Stream<DynamicTest> whatWasReadRunsToTheSameBits() {
    return each(
        traced -> {
          Program program = traced.program.apply(3);
          Tensor[] inputs = traced.network.inputs(program, 1);
          Tensor[] expected = run(program, inputs);
          Tensor[] actual = run(readBack(program), inputs);
          int i = 0;
          for (String output : program.outputs().keySet()) {
            Expected.same(expected[i]).check(actual[i], traced.name + ", output " + output);
            i++;
          }
        });
  }

  private static Tensor[] run(Program program, Tensor[] inputs) {
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      return session.compile(program).run(inputs);
    }
  }
}
