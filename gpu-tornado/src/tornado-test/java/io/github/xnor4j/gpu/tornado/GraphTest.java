package io.github.xnor4j.gpu.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.xnor4j.backend.BackendUnavailableException;
import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a run moves between host and device, and what it leaves to the garbage collector. */
final class GraphTest {
  private static final int RUNS = 20;
  private static final int BATCH = 50;

  /** Weights that follow the mean of a batch, at a rate that the host may change. */
  private static final class Following {
    final Variable weights;
    final Variable rate = Variable.state("rate", Tensor.f32(Shape.of(1), 0.5f));
    final Program program;

    Following(int elements) {
      weights = Variable.state("weights", Tensor.zeros(DType.F32, Shape.of(elements)));
      Trace trace = new Trace();
      Value x = trace.batchInput("x", DType.F32, Shape.of(BATCH, 1));
      Value old = trace.read(weights);
      Value far = trace.sub(trace.reshape(trace.mean(x), Shape.of(1)), old);
      trace.assign(weights, trace.add(old, trace.mul(far, trace.read(rate))));
      trace.output("mean", trace.mean(x));
      program = trace.build();
    }

    static Tensor[] batch() {
      return new Tensor[] {Tensor.full(Shape.of(BATCH, 1), 8)};
    }
  }

  private static Session open(boolean profile) {
    return Backends.select("gpu-tornado").open(SessionOptions.defaults().profile(profile));
  }

  @Test
  void whatIsCopiedDoesNotFollowTheNumberOfWeights() {
    long[] few = copied(100);
    long[] many = copied(1_000_000);
    assertEquals(few[0], many[0], "bytes in");
    assertEquals(few[1], many[1], "bytes out");
    assertTrue(many[0] < 8192 && many[1] <= 512, many[0] + " bytes in, " + many[1] + " out");
  }

  private static long[] copied(int elements) {
    try (Session session = open(true)) {
      Following following = new Following(elements);
      Executable step = session.compile(following.program);
      for (int run = 0; run < RUNS; run++) {
        session.write(following.rate, Tensor.f32(Shape.of(1), 1f / (run + 2)));
        step.run(Following.batch());
      }
      Matcher numbers =
          Pattern.compile("copied in ([\\d,]+) bytes a run, out ([\\d,]+)").matcher(step.plan());
      assertTrue(numbers.find(), step.plan());
      return new long[] {number(numbers.group(1)), number(numbers.group(2))};
    }
  }

  @Test
  void aProfiledPlanTellsTheTimeOfEachTask() {
    try (Session session = open(true)) {
      Executable step = session.compile(new Following(3).program);
      step.run(Following.batch());
      String plan = step.plan();
      Matcher all = Pattern.compile("a graph of (\\d+) tasks").matcher(plan);
      assertTrue(all.find(), plan);
      List<Double> times =
          Pattern.compile("^.* / \\d+ .*?([\\d.]+) us$", Pattern.MULTILINE)
              .matcher(plan)
              .results()
              .map(line -> Double.parseDouble(line.group(1)))
              .toList();
      assertEquals(Integer.parseInt(all.group(1)), times.size(), plan);
      assertTrue(times.stream().allMatch(time -> time > 0), plan);
    }
  }

  /** More tasks than one of TornadoVM's graphs has room for, with a variable and a profile. */
  @Test
  void aLongProgramIsSeveralGraphs() {
    int ops = 150;
    Variable steps = Variable.state("steps", Tensor.f32(Shape.of(1), 0));
    Trace trace = new Trace();
    Value old = trace.read(steps);
    Value x = old;
    for (int i = 0; i < ops; i++) {
      x = trace.add(x, trace.constant(i + 1));
    }
    trace.assign(steps, trace.add(old, trace.constant(1)));
    trace.output("sum", x);
    Program program = trace.build();
    SessionOptions options = SessionOptions.defaults().profile(true).grouped(false);
    try (Session session = Backends.select("gpu-tornado").open(options)) {
      Executable executable = session.compile(program);
      Tensor[] outputs = {Tensor.zeros(DType.F32, Shape.of(1))};
      for (int run = 0; run < 3; run++) {
        executable.run(new Tensor[0], outputs);
        assertEquals(ops * (ops + 1) / 2 + run, outputs[0].floats()[0]);
      }
      assertEquals(3, session.read(steps).floats()[0]);
      session.write(steps, Tensor.f32(Shape.of(1), 10));
      executable.run(new Tensor[0], outputs);
      assertEquals(ops * (ops + 1) / 2 + 10, outputs[0].floats()[0]);
      assertTrue(executable.plan().contains("profile: 4 runs"), executable.plan());
    }
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  @Test
  void whatIsAllocatedDoesNotFollowTheNumberOfWeights() {
    long few = allocated(100);
    long many = allocated(1_000_000);
    assertTrue(Math.max(few, many) < 100_000, few + " and " + many + " bytes a run");
    assertTrue(Math.abs(few - many) < 10_000, few + " and " + many + " bytes a run");
  }

  /** Bytes of the heap a run, of all threads that TornadoVM may use. */
  private static long allocated(int elements) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Session session = open(false)) {
      Following following = new Following(elements);
      Executable step = session.compile(following.program);
      Tensor[] inputs = Following.batch();
      Tensor[] outputs = following.program.newOutputs();
      for (int run = 0; run < RUNS; run++) {
        step.run(inputs, outputs);
      }
      long before = threads.getTotalThreadAllocatedBytes();
      for (int run = 0; run < RUNS; run++) {
        step.run(inputs, outputs);
      }
      return (threads.getTotalThreadAllocatedBytes() - before) / RUNS;
    }
  }

  @Test
  void smallChangesByTheHostTravelWithTheRun() {
    try (Session session = open(false)) {
      Following following = new Following(3);
      Executable step = session.compile(following.program);
      float expected = 0;
      for (float rate : new float[] {0.5f, 0.25f, 0.25f, 1f}) {
        session.write(following.rate, Tensor.f32(Shape.of(1), rate));
        assertEquals(8, step.run(Following.batch())[0].scalar());
        expected += (8 - expected) * rate;
      }
      assertEquals(expected, session.read(following.weights).floats()[2]);
      session.write(following.weights, Tensor.f32(Shape.of(3), 1, 2, 4));
      step.run(Following.batch());
      assertEquals(8, session.read(following.weights).floats()[1]); // the rate is 1
    }
  }

  @Test
  void aVariableThatComesLateMakesRoom() {
    try (Session session = open(false)) {
      Following first = new Following(3);
      Executable step = session.compile(first.program);
      step.run(Following.batch());
      Following second = new Following(100_000);
      Executable other = session.compile(second.program);
      other.run(Following.batch());
      step.run(Following.batch());
      assertEquals(6, session.read(first.weights).floats()[0]);
      assertEquals(4, session.read(second.weights).floats()[99_999]);
    }
  }

  @Test
  void aProgramThatWasCompiledIsNotCompiledAgain() {
    try (Session session = open(false)) {
      Following following = new Following(3);
      TornadoExecutable first = (TornadoExecutable) session.compile(following.program);
      Program again =
          Program.parse(
              following.program.toString(),
              Map.of("weights", following.weights, "rate", following.rate),
              Map.of());
      TornadoExecutable second = (TornadoExecutable) session.compile(again);
      assertSame(first.graph(), second.graph());
      assertSame(again, second.program());
      // other variables of the same name are others
      TornadoExecutable third = (TornadoExecutable) session.compile(new Following(3).program);
      assertNotSame(first.graph(), third.graph());
    }
  }

  @Test
  void aClosedSessionRunsNothing() {
    Session session = open(false);
    Executable step = session.compile(new Following(3).program);
    step.run(Following.batch());
    session.close();
    assertThrows(IllegalStateException.class, () -> step.run(Following.batch()));
  }

  @Test
  void whatDoesNotFitSaysHowMuchItNeeds() {
    try (Session session = open(false)) {
      Trace trace = new Trace();
      Value x = trace.input("x", DType.F32, Shape.of(1 << 15));
      Value rows = trace.broadcast(x, Shape.of(1 << 15, 1 << 15));
      Value sum = trace.add(rows, trace.transpose(rows, List.of(1, 0)));
      trace.output("y", trace.sum(trace.unary(Op.UnaryKind.EXP, sum), List.of(0)));
      Program program = trace.build();
      BackendUnavailableException e =
          assertThrows(BackendUnavailableException.class, () -> session.compile(program));
      assertTrue(
          e.getMessage().matches(".*takes [\\d,]{12,} bytes of device memory.*"), e.getMessage());
    }
  }
}
