package io.github.xnor4j.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Builder;
import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceKernels;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Loops that are made for programs, against their interpreter, and that against plain Java. */
class ElementLoopsTest {
  private static final int[] SIZES = Samples.SIZES;

  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1e-40f,
    -1e-39f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -2.5f,
    0x1p23f,
    -0x1p23f,
    0x1.000002p23f,
    0x1.fffffep22f,
    0x1p22f,
    0.1f,
    1f,
    -1f
  };

  /** Operands and results of a program, each with something in front of it and behind it. */
  private record Memory(Object[] arrays, int[] offsets) {
    static Memory of(ElementProgram program, int rows, int columns, Samples samples) {
      int words = (columns + 31) / 32;
      int operands = program.operands().size();
      Object[] arrays = new Object[operands + program.results().size()];
      int[] offsets = new int[arrays.length];
      for (int k = 0; k < arrays.length; k++) {
        Form form =
            k < operands ? program.operands().get(k) : program.results().get(k - operands).form();
        int offset = 1 + k % 3;
        offsets[k] = offset;
        arrays[k] =
            switch (form) {
              case DENSE -> floats(samples, offset + rows * columns + 2);
              case ROW -> floats(samples, offset + columns + 2);
              case SCALAR -> floats(samples, offset + 1);
              case BITS, MASK -> samples.ints(offset + rows * words + 2);
              case SUMS -> doubles(samples, offset + columns + 2);
              case TOTAL -> doubles(samples, offset + 1);
            };
      }
      return new Memory(arrays, offsets);
    }

    private static float[] floats(Samples samples, int n) {
      float[] x = samples.floats(n);
      for (int i = 0; i < n; i++) {
        if (samples.below(3) == 0) {
          x[i] = SPECIAL[samples.below(SPECIAL.length)];
        } else if (samples.below(3) == 0) {
          x[i] *= 8;
        }
      }
      return x;
    }

    private static double[] doubles(Samples samples, int n) {
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = samples.floats(1)[0];
      }
      return x;
    }

    Memory copy() {
      Object[] copies = new Object[arrays.length];
      for (int k = 0; k < arrays.length; k++) {
        copies[k] =
            switch (arrays[k]) {
              case float[] x -> x.clone();
              case int[] x -> x.clone();
              case double[] x -> x.clone();
              default -> throw new IllegalStateException();
            };
      }
      return new Memory(copies, offsets);
    }

    float[] floats(int k) {
      return (float[]) arrays[k];
    }

    private static void assertSame(Memory expected, Memory actual, String what) {
      for (int k = 0; k < expected.arrays.length; k++) {
        String at = what + ", array " + k;
        switch (expected.arrays[k]) {
          case float[] x -> Samples.assertSame(x, (float[]) actual.arrays[k], at);
          case int[] x -> Samples.assertSame(x, (int[]) actual.arrays[k], at);
          case double[] x -> assertArrayEquals(x, (double[]) actual.arrays[k], at);
          default -> throw new IllegalStateException();
        }
      }
    }
  }

  /** Runs both ways, twice, since sums are added to; gives what is there behind one. */
  private static Memory check(ElementProgram program, int rows, int columns, long seed) {
    String what = rows + " rows of " + columns + ", seed " + seed + ", program\n" + program;
    Memory compiled = Memory.of(program, rows, columns, new Samples(seed));
    Memory interpreted = compiled.copy();
    ElementKernel loops = new ElementKernel.Compiled(program, columns);
    ElementKernel interpreter = new ElementInterpreter(program, columns);
    loops.run(compiled.arrays, compiled.offsets, rows);
    interpreter.run(interpreted.arrays, interpreted.offsets, rows);
    Memory.assertSame(interpreted, compiled, what);
    Memory once = interpreted.copy();
    loops.run(compiled.arrays, compiled.offsets, rows);
    interpreter.run(interpreted.arrays, interpreted.offsets, rows);
    Memory.assertSame(interpreted, compiled, "twice " + what);
    return once;
  }

  private static int sources(Code code) {
    return switch (code) {
      case NEGATE, ABS, SQUARE, SQRT, RINT, SIGN, EXP, LOG, TANH -> 1;
      case ADD, SUB, MUL, DIV, MIN, MAX, POW -> 2;
      case LESS, LESS_EQUAL, EQUAL -> 4;
      case PASS -> 3;
    };
  }

  /** Every operation, with its operands in every form. */
  @ParameterizedTest
  @EnumSource(Code.class)
  void operations(Code code) {
    for (Form form : List.of(Form.DENSE, Form.ROW, Form.SCALAR)) {
      for (Form other : List.of(Form.DENSE, Form.ROW, Form.SCALAR)) {
        Builder builder = new Builder();
        int[] of = new int[sources(code)];
        for (int k = 0; k < of.length; k++) {
          boolean mask = code == Code.PASS && k == 0;
          of[k] = builder.operand(mask ? Form.MASK : k % 2 == 0 ? form : other);
        }
        ElementProgram program = builder.result(Form.DENSE, builder.step(code, of)).build();
        check(program, 3, 33, 1);
        check(program, 70, 64, 2);
        assertOracle(code, form, other, check(program, 2, 19, 3));
      }
    }
  }

  /** The interpreter against the reference's functions. */
  private static void assertOracle(Code code, Form form, Form other, Memory memory) {
    int operands = sources(code);
    for (int i = 0; i < 2 * 19; i++) {
      float[] x = new float[4];
      for (int k = 0; k < operands; k++) {
        Form of = k % 2 == 0 ? form : other;
        int at = memory.offsets[k] + (of == Form.DENSE ? i : of == Form.ROW ? i % 19 : 0);
        if (code == Code.PASS && k == 0) {
          int[] words = (int[]) memory.arrays[0];
          x[0] = words[memory.offsets[0] + i / 19] >>> i % 19 & 1;
        } else {
          x[k] = memory.floats(k)[at];
        }
      }
      float y = memory.floats(operands)[memory.offsets[operands] + i];
      assertEquals(
          Float.floatToIntBits(expected(code, x)),
          Float.floatToIntBits(y),
          code + " of " + x[0] + ", " + x[1] + ", " + x[2] + ", " + x[3]);
    }
  }

  private static float expected(Code code, float[] x) {
    for (Op.UnaryKind kind : Op.UnaryKind.values()) {
      if (kind.name().equals(code.name())) {
        return ReferenceKernels.unary(kind, x[0]);
      }
    }
    for (Op.BinaryKind kind : Op.BinaryKind.values()) {
      if (kind.name().equals(code.name())) {
        return ReferenceKernels.binary(kind, x[0], x[1]);
      }
    }
    return switch (code) {
      case SIGN -> x[0] < 0 ? -1 : 1;
      case LESS -> x[0] < x[1] ? x[2] : x[3];
      case LESS_EQUAL -> x[0] <= x[1] ? x[2] : x[3];
      case EQUAL -> x[0] == x[1] ? x[2] : x[3];
      case PASS -> x[0] != 0 ? x[1] : x[2];
      default -> throw new IllegalStateException(code + " is of no op");
    };
  }

  /** Adam behind a straight-through estimator, and clipping. */
  static ElementProgram adam() {
    Builder b = new Builder();
    int w = b.operand(Form.DENSE);
    int one = b.operand(Form.SCALAR);
    int gradient = b.operand(Form.DENSE);
    int nothing = b.operand(Form.SCALAR);
    int m = b.operand(Form.DENSE);
    int beta1 = b.operand(Form.SCALAR);
    int v = b.operand(Form.DENSE);
    int beta2 = b.operand(Form.SCALAR);
    int epsilon = b.operand(Form.SCALAR);
    int rate = b.operand(Form.SCALAR);
    int least = b.operand(Form.SCALAR);
    int g = b.step(Code.LESS_EQUAL, b.step(Code.ABS, w), one, gradient, nothing);
    int first = b.step(Code.ADD, m, b.step(Code.MUL, b.step(Code.SUB, g, m), beta1));
    int square = b.step(Code.SQUARE, g);
    int second = b.step(Code.ADD, v, b.step(Code.MUL, b.step(Code.SUB, square, v), beta2));
    int root = b.step(Code.ADD, b.step(Code.SQRT, second), epsilon);
    int moved = b.step(Code.SUB, w, b.step(Code.DIV, b.step(Code.MUL, first, rate), root));
    int clipped = b.step(Code.MIN, b.step(Code.MAX, moved, least), one);
    return b.result(Form.DENSE, first)
        .result(Form.DENSE, second)
        .result(Form.DENSE, clipped)
        .build();
  }

  /** Batch norm with its signs and the mask of their gradient. */
  static ElementProgram normalization() {
    Builder b = new Builder();
    int x = b.operand(Form.DENSE);
    int mean = b.operand(Form.ROW);
    int factor = b.operand(Form.ROW);
    int offset = b.operand(Form.ROW);
    int limit = b.operand(Form.SCALAR);
    int y = b.step(Code.ADD, b.step(Code.MUL, b.step(Code.SUB, x, mean), factor), offset);
    return b.result(Form.DENSE, y)
        .result(Form.BITS, b.step(Code.SIGN, y))
        .result(Form.MASK, b.step(Code.ABS, y), limit)
        .build();
  }

  /** What passes a mask, and batch norm's sums of it. */
  static ElementProgram gradientSums() {
    Builder b = new Builder();
    int mask = b.operand(Form.MASK);
    int g = b.operand(Form.DENSE);
    int nothing = b.operand(Form.SCALAR);
    int x = b.operand(Form.DENSE);
    int mean = b.operand(Form.ROW);
    int passed = b.step(Code.PASS, mask, g, nothing);
    return b.result(Form.DENSE, passed)
        .result(Form.SUMS, passed)
        .result(Form.SUMS, passed, x, mean)
        .build();
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void anOptimizersUpdate(int n) {
    check(adam(), 1, n, n);
    check(adam(), n, 1, n);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void batchNorm(int columns) {
    for (int rows : new int[] {1, 3, 40}) {
      check(normalization(), rows, columns, columns);
      check(gradientSums(), rows, columns, columns);
    }
  }

  @Test
  void theSignOfASignIsTakenOfWhatItIsOf() {
    ElementProgram program = normalization();
    assertTrue(program.steps().stream().noneMatch(step -> step.code() == Code.SIGN));
    assertEquals(4, program.steps().size());
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void bits(int columns) {
    Builder b = new Builder();
    int signs = b.operand(Form.BITS);
    int x = b.operand(Form.DENSE);
    int limit = b.operand(Form.SCALAR);
    int product = b.step(Code.MUL, signs, x);
    ElementProgram program =
        b.result(Form.BITS, product)
            .result(Form.DENSE, signs)
            .result(Form.MASK, x, limit)
            .result(Form.TOTAL, x)
            .result(Form.TOTAL, product)
            .build();
    check(program, 1, columns, columns);
    check(program, 37, columns, columns);
  }

  /** Functions without instructions, in the middle, first and last; of all forms. */
  @ParameterizedTest
  @FieldSource("SIZES")
  void functions(int columns) {
    Builder b = new Builder();
    int x = b.operand(Form.DENSE);
    int row = b.operand(Form.ROW);
    int scalar = b.operand(Form.SCALAR);
    int exp = b.step(Code.EXP, x);
    int sum = b.step(Code.ADD, exp, row);
    int log = b.step(Code.LOG, sum);
    int pow = b.step(Code.POW, log, scalar);
    int both = b.step(Code.MUL, pow, sum);
    ElementProgram program =
        b.result(Form.DENSE, b.step(Code.TANH, row))
            .result(Form.DENSE, exp)
            .result(Form.DENSE, exp)
            .result(Form.DENSE, both)
            .result(Form.SUMS, pow)
            .result(Form.TOTAL, both)
            .result(Form.TOTAL, exp)
            .result(Form.BITS, log)
            .result(Form.DENSE, b.step(Code.POW, scalar, row))
            .build();
    check(program, 1, columns, columns);
    check(program, 5, columns, columns);
    check(program, 100, columns, columns);
  }

  /** Programs of all kinds of steps, longer than one loop too. */
  @ParameterizedTest
  @FieldSource("SIZES")
  void anyProgram(int columns) {
    for (int seed = 0; seed < 12; seed++) {
      Samples samples = new Samples(1000 * columns + seed);
      check(
          any(samples, 1 + samples.below(seed == 0 ? 150 : 30)),
          1 + samples.below(9),
          columns,
          seed);
    }
  }

  private static ElementProgram any(Samples samples, int steps) {
    Builder builder = new Builder();
    List<Integer> floats = new ArrayList<>();
    Form[] forms = {Form.DENSE, Form.ROW, Form.SCALAR, Form.BITS};
    int kinds = samples.below(2) == 0 ? 1 : forms.length;
    for (int k = 0; k < 4; k++) {
      floats.add(builder.operand(forms[samples.below(kinds)]));
    }
    int mask = kinds == 1 ? -1 : builder.operand(Form.MASK);
    for (int s = 0; s < steps; s++) {
      Code code = Code.values()[samples.below(Code.values().length)];
      boolean seldom = code.isFunction() && samples.below(3) != 0;
      if (!seldom && !(code == Code.PASS && mask < 0)) {
        int[] of = new int[sources(code)];
        for (int k = 0; k < of.length; k++) {
          boolean isMask = code == Code.PASS && k == 0;
          of[k] = isMask ? mask : floats.get(samples.below(floats.size()));
        }
        floats.add(builder.step(code, of));
      }
    }
    Form[] results = {Form.DENSE, Form.TOTAL, Form.SUMS, Form.BITS, Form.MASK, Form.SUMS};
    for (int k = 0; k < 4; k++) {
      Form form = k == 0 ? Form.DENSE : results[samples.below(kinds == 1 ? 2 : 6)];
      int x = floats.get(floats.size() - 1 - samples.below(Math.min(4, floats.size())));
      int y = floats.get(samples.below(floats.size()));
      int z = floats.get(samples.below(floats.size()));
      switch (form) {
        case MASK -> builder.result(form, x, y);
        case SUMS -> {
          if (samples.below(2) == 0) {
            builder.result(form, x);
          } else {
            builder.result(form, x, y, z);
          }
        }
        default -> builder.result(form, x);
      }
    }
    return builder.build();
  }

  @Test
  void equalProgramsHaveOneLoop() {
    ElementLoop loop = ElementLoops.of(adam(), true);
    int made = ElementLoops.made();
    assertSame(loop, ElementLoops.of(adam(), true));
    assertEquals(made, ElementLoops.made());
  }

  private static <T> T interpreted(Supplier<T> action) {
    String before = System.getProperty(ElementKernel.PROPERTY);
    System.setProperty(ElementKernel.PROPERTY, "interpreted");
    try {
      return action.get();
    } finally {
      if (before == null) {
        System.clearProperty(ElementKernel.PROPERTY);
      } else {
        System.setProperty(ElementKernel.PROPERTY, before);
      }
    }
  }

  @Test
  void aPropertyChoosesTheInterpreter() {
    assertInstanceOf(ElementInterpreter.class, interpreted(() -> ElementKernel.of(adam(), 1)));
    assertInstanceOf(ElementKernel.Compiled.class, ElementKernel.of(adam(), 1));
  }

  /** Of images in tiles, with all that a run may give; and of a parameter. */
  @Test
  void sessionsGiveTheSameBothWays() {
    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.F32, Shape.of(20, 3, 5, 33));
    Value row = trace.input("row", DType.F32, Shape.of(33));
    Value y = trace.mul(trace.add(x, row), trace.unary(Op.UnaryKind.TANH, x));
    trace.output("y", y);
    trace.output("signs", trace.sign(y));
    trace.output("sums", trace.sum(y, List.of(0, 1, 2)));
    trace.output("total", trace.sum(y, List.of(0, 1, 2, 3)));
    Value w = trace.input("w", DType.F32, Shape.of(7, 333));
    trace.output("root", trace.unary(Op.UnaryKind.SQRT, trace.unary(Op.UnaryKind.ABS, w)));
    Value none = trace.input("none", DType.F32, Shape.of(0, 3));
    trace.output("nothing", trace.unary(Op.UnaryKind.ABS, none));
    trace.output("no sums", trace.sum(none, List.of(0)));
    trace.output("no total", trace.sum(none, List.of(0, 1)));
    trace.output("no bits", trace.sign(trace.input("no rows", DType.F32, Shape.of(4, 0))));
    Program program = trace.build();
    Samples samples = new Samples(5);
    Tensor[] inputs = {
      Tensor.f32(Shape.of(20, 3, 5, 33), samples.floats(20 * 3 * 5 * 33)),
      Tensor.f32(Shape.of(33), samples.floats(33)),
      Tensor.f32(Shape.of(7, 333), samples.specials(7 * 333)),
      Tensor.f32(Shape.of(0, 3)),
      Tensor.f32(Shape.of(4, 0))
    };
    Tensor[] compiled = run(program, inputs, false);
    Tensor[] interpreted = interpreted(() -> run(program, inputs, true));
    for (int i = 0; i < compiled.length; i++) {
      if (compiled[i].dtype() == DType.BIT) {
        assertArrayEquals(interpreted[i].words(), compiled[i].words());
      } else {
        Samples.assertSame(interpreted[i].floats(), compiled[i].floats(), "output " + i);
      }
    }
  }

  private static Tensor[] run(Program program, Tensor[] inputs, boolean interpreted) {
    try (Session session = Backends.select("cpu-vector").open(new SessionOptions(2))) {
      Executable executable = session.compile(program);
      assertEquals(interpreted, executable.plan().contains("interpreted "), executable::plan);
      Tensor[] outputs = program.newOutputs();
      executable.run(inputs, outputs);
      executable.run(inputs, outputs);
      return outputs;
    }
  }
}
