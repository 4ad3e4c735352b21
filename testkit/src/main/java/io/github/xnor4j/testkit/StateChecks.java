package io.github.xnor4j.testkit;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/** What holds of variables, inputs and outputs, whatever is computed; expectations stand here. */
final class StateChecks {
  /** One rule, checked in a session. */
  @FunctionalInterface
  interface Check {
    void run(Session session);
  }

  private StateChecks() {}

  static Map<String, Check> all() {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("a variable starts with its first value", StateChecks::firstValue);
    checks.put("an assignment takes effect after every read of its run", StateChecks::readsFirst);
    checks.put("two variables are swapped in one run", StateChecks::swap);
    checks.put("three variables change places, each twice", StateChecks::rotate);
    checks.put("a variable is assigned its own transpose", StateChecks::transposed);
    checks.put("a variable is assigned to itself", StateChecks::itself);
    checks.put("one value is assigned to two variables", StateChecks::twoOfOne);
    checks.put("a variable keeps an input that later changes", StateChecks::inputKept);
    checks.put("variables of every dtype", StateChecks::everyType);
    checks.put("programs share a session's variables", StateChecks::shared);
    checks.put("programs of several batch sizes take turns", StateChecks::batches);
    checks.put("a program of other's weights follows their changes", StateChecks::followed);
    checks.put("a warm-up changes no variable", StateChecks::warmUp);
    checks.put("write and read copy", StateChecks::copies);
    checks.put("write refuses another type", StateChecks::refusals);
    checks.put("inputs, constants and variables are outputs", StateChecks::passedThrough);
    checks.put("a program of several values and uses", StateChecks::severalUses);
    checks.put("run checks its inputs", StateChecks::checkedInputs);
    checks.put("plan and backend have text", StateChecks::texts);
    return checks;
  }

  // ---- assertions

  private static void equal(float[] expected, Tensor actual) {
    Expected.same(Tensor.f32(actual.shape(), expected)).check(actual, "tensor");
  }

  private static void equal(Tensor expected, Tensor actual) {
    Expected.same(expected).check(actual, "tensor");
  }

  private static Variable floats(String name, float... values) {
    return Variable.state(name, Tensor.f32(Shape.of(values.length), values));
  }

  private static Value plusOne(Trace trace, Value x) {
    return trace.add(x, trace.constant(1f));
  }

  // ---- assignments

  private static void firstValue(Session session) {
    Variable v = floats("v", 1, 2, 3);
    equal(new float[] {1, 2, 3}, session.read(v));
    Trace trace = new Trace();
    Variable w = floats("w", 4, 5);
    trace.output("w", trace.read(w));
    equal(new float[] {4, 5}, session.compile(trace.build()).run()[0]);
    equal(new float[] {4, 5}, session.read(w));
  }

  /** Ops behind the assignment, and outputs, still see the old content. */
  private static void readsFirst(Session session) {
    Variable v = floats("v", 1, 10);
    Trace trace = new Trace();
    Value old = trace.read(v);
    trace.assign(v, plusOne(trace, old));
    trace.output("old", old);
    trace.output("twice", trace.add(old, trace.read(v)));
    Executable executable = session.compile(trace.build());
    for (int run = 0; run < 3; run++) {
      Tensor[] out = executable.run();
      equal(new float[] {1 + run, 10 + run}, out[0]);
      equal(new float[] {2 + 2 * run, 20 + 2 * run}, out[1]);
      equal(new float[] {2 + run, 11 + run}, session.read(v));
    }
  }

  private static void swap(Session session) {
    Variable a = floats("a", 1, 2, 3, 4, 5);
    Variable b = floats("b", 6, 7, 8, 9, 10);
    Trace trace = new Trace();
    trace.assign(a, trace.read(b));
    trace.assign(b, trace.read(a));
    Executable executable = session.compile(trace.build());
    executable.run();
    equal(new float[] {6, 7, 8, 9, 10}, session.read(a));
    equal(new float[] {1, 2, 3, 4, 5}, session.read(b));
    executable.run();
    equal(new float[] {1, 2, 3, 4, 5}, session.read(a));
    equal(new float[] {6, 7, 8, 9, 10}, session.read(b));
  }

  private static void rotate(Session session) {
    Variable a = floats("a", 1);
    Variable b = floats("b", 2);
    Variable c = floats("c", 3);
    Trace trace = new Trace();
    trace.assign(a, trace.read(b));
    trace.assign(b, plusOne(trace, trace.read(c)));
    trace.assign(c, trace.read(a));
    Executable executable = session.compile(trace.build());
    executable.run();
    executable.run();
    equal(new float[] {4}, session.read(a));
    equal(new float[] {2}, session.read(b));
    equal(new float[] {2}, session.read(c));
  }

  private static void transposed(Session session) {
    Variable v = Variable.state("v", Tensor.f32(Shape.of(2, 2), 1, 2, 3, 4));
    Trace trace = new Trace();
    trace.assign(v, trace.transpose(trace.read(v), List.of(1, 0)));
    Executable executable = session.compile(trace.build());
    executable.run();
    equal(new float[] {1, 3, 2, 4}, session.read(v));
    executable.run();
    equal(new float[] {1, 2, 3, 4}, session.read(v));
  }

  private static void itself(Session session) {
    Variable v = floats("v", 5, -0f, Float.NaN);
    Trace trace = new Trace();
    trace.assign(v, trace.read(v));
    session.compile(trace.build()).run();
    equal(new float[] {5, -0f, Float.NaN}, session.read(v));
  }

  private static void twoOfOne(Session session) {
    Variable a = floats("a", 1, 1);
    Variable b = floats("b", 2, 2);
    Trace trace = new Trace();
    Value sum = trace.add(trace.read(a), trace.read(b));
    trace.assign(a, sum);
    trace.assign(b, sum);
    trace.output("sum", sum);
    Executable executable = session.compile(trace.build());
    executable.run();
    equal(new float[] {6, 6}, executable.run()[0]);
    session.write(a, Tensor.f32(Shape.of(2), 0, 1));
    equal(new float[] {6, 6}, session.read(b));
    equal(new float[] {6, 7}, executable.run()[0]);
  }

  private static void inputKept(Session session) {
    Variable v = floats("v", 0, 0);
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    trace.assign(v, x);
    trace.output("x", x);
    Tensor in = Tensor.f32(Shape.of(2), 3, 4);
    Tensor out = session.compile(trace.build()).run(in)[0];
    in.floats()[0] = -1;
    out.floats()[1] = -1;
    equal(new float[] {3, 4}, session.read(v));
    equal(new float[] {3, -1}, out);
  }

  private static void everyType(Session session) {
    Random random = Data.random("every type", 0);
    Shape shape = Shape.of(3, 67);
    for (DType dtype : DType.values()) {
      Data.Filler filler = filler(dtype);
      Tensor first = filler.fill(shape, random, 1);
      Tensor second = filler.fill(shape, random, 1);
      Variable v = new Variable("v", Type.of(dtype, shape), false, first::copy);
      Trace trace = new Trace();
      Value x = trace.input("x", dtype, shape);
      trace.output("old", trace.read(v));
      trace.output("constant", trace.constant(first));
      trace.assign(v, x);
      Executable executable = session.compile(trace.build());
      Tensor[] out = executable.run(second);
      equal(first, out[0]);
      equal(first, out[1]);
      equal(second, session.read(v));
      equal(second, executable.run(first)[0]);
      session.write(v, second);
      equal(second, session.read(v));
    }
  }

  private static Data.Filler filler(DType dtype) {
    return switch (dtype) {
      case F32 -> Data::numbers;
      case BIT -> Data::bits;
      case U8 -> Data::bytes;
      case I32 -> Data.integers(-1000, 1000);
      case I16 -> Data::shorts;
    };
  }

  // ---- several programs

  private static void shared(Session session) {
    Variable v = floats("v", 1, 2, 3);
    Trace step = new Trace();
    Value x = step.input("x", DType.F32, Shape.of(3));
    step.assign(v, step.add(step.read(v), x));
    Trace double_ = new Trace();
    double_.assign(v, double_.add(double_.read(v), double_.read(v)));
    Trace read = new Trace();
    read.output("v", read.read(v));
    Executable add = session.compile(step.build());
    Executable twice = session.compile(double_.build());
    Executable reader = session.compile(read.build());
    add.run(Tensor.f32(Shape.of(3), 1, 1, 1));
    twice.run();
    equal(new float[] {4, 6, 8}, reader.run()[0]);
    session.write(v, Tensor.f32(Shape.of(3), 0, 0, 1));
    add.run(Tensor.f32(Shape.of(3), 5, 6, 7));
    equal(new float[] {5, 6, 8}, reader.run()[0]);
    equal(new float[] {5, 6, 8}, session.read(v));
    Executable late = session.compile(read.build());
    equal(new float[] {5, 6, 8}, late.run()[0]);
  }

  /** A binary dense layer whose weights change from run to run. */
  private static void batches(Session session) {
    int k = 37;
    Tensor first = Tensor.full(Shape.of(1, 1, 1, 1, k), 0.5f);
    Variable w = Variable.state("w", first);
    List<Integer> sizes = List.of(33, 1, 64);
    List<Executable> executables =
        sizes.stream().map(n -> session.compile(product(w, n, k, true))).toList();
    float sign = 1;
    for (int run = 0; run < 7; run++) {
      int n = sizes.get(run % sizes.size());
      Tensor x = Tensor.full(Shape.of(n, 1, 1, 1, k), 1);
      Tensor y = executables.get(run % sizes.size()).run(x)[0];
      equal(Tensor.full(Shape.of(n, 1, 1, 1, 1), sign * k), y);
      sign = -sign;
    }
  }

  private static void followed(Session session) {
    int k = 33;
    Shape shape = Shape.of(1, 1, 1, 1, k);
    Variable w = Variable.state("w", Tensor.full(shape, 0.5f));
    Executable reader = session.compile(product(w, 3, k, false));
    Executable writer = session.compile(product(w, 3, k, true));
    Tensor ones = Tensor.full(Shape.of(3, 1, 1, 1, k), 1);
    Tensor others = Tensor.full(Shape.of(3, 1, 1, 1, k), -1);
    float sign = 1;
    for (int run = 0; run < 3; run++) {
      equal(Tensor.full(Shape.of(3, 1, 1, 1, 1), sign * k), reader.run(ones)[0]);
      equal(Tensor.full(Shape.of(3, 1, 1, 1, 1), -sign * k), reader.run(others)[0]);
      writer.run(ones);
      sign = -sign;
    }
    session.write(w, Tensor.full(shape, 2));
    equal(Tensor.full(Shape.of(3, 1, 1, 1, 1), k), reader.run(ones)[0]);
  }

  private static void warmUp(Session session) {
    Variable w = Variable.state("w", Tensor.full(Shape.of(1, 1, 1, 1, 37), 0.5f));
    Executable step = session.compile(product(w, 9, 37, true));
    Tensor x = Tensor.full(Shape.of(9, 1, 1, 1, 37), 1);
    float sign = 1;
    for (int run = 0; run < 3; run++) {
      step.warmUp(new Tensor[] {x});
      equal(Tensor.full(Shape.of(9, 1, 1, 1, 1), sign * 37), step.run(x)[0]);
      sign = -sign;
    }
  }

  private static Program product(Variable w, int n, int k, boolean negates) {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(n, 1, 1, 1, k));
    Value filter = trace.sign(trace.read(w));
    trace.output("y", trace.value(new Op.Conv(trace.sign(x), filter, Window.point(), 1, 0)));
    if (negates) {
      trace.assign(w, trace.unary(Op.UnaryKind.NEGATE, trace.read(w)));
    }
    return trace.build();
  }

  // ---- reading, writing, handing over

  private static void copies(Session session) {
    Variable v = floats("v", 1, 2);
    Tensor written = Tensor.f32(Shape.of(2), 3, 4);
    session.write(v, written);
    written.floats()[0] = 99;
    Tensor read = session.read(v);
    read.floats()[1] = 99;
    equal(new float[] {3, 4}, session.read(v));
    Trace trace = new Trace();
    trace.output("v", trace.read(v));
    Executable executable = session.compile(trace.build());
    executable.run()[0].floats()[0] = 99;
    equal(new float[] {3, 4}, executable.run()[0]);
  }

  private static void refusals(Session session) {
    Variable v = floats("v", 1, 2);
    for (Tensor wrong :
        List.of(
            Tensor.f32(Shape.of(3), 1, 2, 3),
            Tensor.f32(Shape.of(1, 2), 1, 2),
            Tensor.i32(Shape.of(2), 1, 2))) {
      Assertions.assertThrows(
          IllegalArgumentException.class, () -> session.write(v, wrong), wrong.describe());
    }
    equal(new float[] {1, 2}, session.read(v));
  }

  private static void passedThrough(Session session) {
    Variable v = floats("v", 7, 8);
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(2));
    trace.input("unused", DType.U8, Shape.of(3));
    Value sum = trace.add(x, trace.read(v));
    trace.output("input", x);
    trace.output("input again", x);
    trace.output("variable", trace.read(v));
    trace.output("constant", trace.constant(Tensor.i32(Shape.of(2), 5, 6)));
    trace.output("sum", sum);
    trace.output("sum again", sum);
    trace.output("column", trace.reshape(sum, Shape.of(2, 1)));
    Executable executable = session.compile(trace.build());
    for (int run = 1; run <= 2; run++) {
      Tensor[] out =
          executable.run(Tensor.f32(Shape.of(2), run, 2), Tensor.u8(Shape.of(3), new byte[3]));
      equal(new float[] {run, 2}, out[0]);
      equal(new float[] {run, 2}, out[1]);
      equal(new float[] {7, 8}, out[2]);
      equal(Tensor.i32(Shape.of(2), 5, 6), out[3]);
      equal(new float[] {run + 7, 10}, out[4]);
      equal(new float[] {run + 7, 10}, out[5]);
      equal(Tensor.f32(Shape.of(2, 1), run + 7, 10), out[6]);
    }
  }

  /** Buffers that are used again must not be while somebody still reads them. */
  private static void severalUses(Session session) {
    int n = 200;
    Trace trace = new Trace();
    Value x = trace.input("x", DType.F32, Shape.of(n));
    Value chain = x;
    Value total = x;
    for (int i = 0; i < 20; i++) {
      Value next = plusOne(trace, chain);
      total = trace.add(total, trace.mul(next, chain));
      chain = i % 3 == 0 ? trace.unary(Op.UnaryKind.NEGATE, next) : next;
    }
    trace.output("total", trace.add(total, x));
    Executable executable = session.compile(trace.build());
    for (float start : new float[] {1, -3, 1}) {
      Tensor in = Tensor.full(Shape.of(n), start);
      equal(Tensor.full(Shape.of(n), chainOf(start)), executable.run(in)[0]);
    }
  }

  private static float chainOf(float x) {
    float chain = x;
    float total = x;
    for (int i = 0; i < 20; i++) {
      float next = chain + 1;
      total += next * chain;
      chain = i % 3 == 0 ? -next : next;
    }
    return total + x;
  }

  private static void checkedInputs(Session session) {
    Trace trace = new Trace();
    trace.output("y", plusOne(trace, trace.input("x", DType.F32, Shape.of(2))));
    Executable executable = session.compile(trace.build());
    for (Tensor[] wrong :
        List.of(
            new Tensor[0],
            new Tensor[] {Tensor.f32(Shape.of(3), 1, 2, 3)},
            new Tensor[] {Tensor.i32(Shape.of(2), 1, 2)})) {
      Assertions.assertThrows(
          IllegalArgumentException.class, () -> executable.run(wrong), Arrays.toString(wrong));
    }
    equal(new float[] {2, 3}, executable.run(Tensor.f32(Shape.of(2), 1, 2))[0]);
  }

  private static void texts(Session session) {
    Trace trace = new Trace();
    trace.output("y", plusOne(trace, trace.input("x", DType.F32, Shape.of(2))));
    Program program = trace.build();
    Executable executable = session.compile(program);
    Assertions.assertSame(program, executable.program());
    Assertions.assertFalse(executable.plan().isBlank(), "plan is blank, expected a text");
    Assertions.assertFalse(session.backend().isBlank(), "backend is blank, expected its name");
  }
}
