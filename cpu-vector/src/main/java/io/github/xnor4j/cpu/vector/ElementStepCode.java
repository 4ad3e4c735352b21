package io.github.xnor4j.cpu.vector;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.cpu.plan.ElementProgram.Step;
import io.github.xnor4j.group.Group.Form;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Bytecode of a program's steps: each leaves its result on the stack. */
abstract class ElementStepCode extends LaneCode {
  /** From here on all floats are integers. */
  private static final float WHOLE = 0x1p23f;

  final ElementProgram program;
  final int[] values; // local variables of registers
  int lane; // vector of ints, the number of each lane
  int zero; // vector
  private int laneBit; // vector of ints, a bit for each lane
  private int one; // vector
  private int whole; // vector

  ElementStepCode(ElementProgram program, CodeBuilder code, boolean vectors) {
    super(code, vectors);
    this.program = program;
    this.values = new int[program.registers()];
  }

  /** Puts the word of an element's bit on the stack, shifted so that the bit is the lowest. */
  abstract void bits(int operand);

  /** Puts a vector of that word on the stack. */
  abstract void broadcastBits(int operand);

  final void get(int register) {
    push(values[register]);
  }

  private boolean has(Code step) {
    return program.steps().stream().anyMatch(s -> s.code() == step);
  }

  /** Vectors that some steps need. */
  final void constants() {
    if (program.operands().contains(Form.MASK)) {
      laneBit = lanes("LANE_BIT");
    }
    if (program.operands().contains(Form.BITS)) {
      lane = lanes("LANE");
    }
    if (program.results().stream().anyMatch(r -> r.form() == Form.BITS) || has(Code.SIGN)) {
      zero = constant(0);
    }
    if (has(Code.SIGN)) {
      one = constant(1);
    }
    if (has(Code.RINT)) {
      whole = constant(WHOLE);
    }
  }

  private int constant(float value) {
    code.loadConstant(value);
    broadcast();
    return store();
  }

  private int lanes(String name) {
    code.getstatic(LANES, "I", SPECIES).getstatic(LANES, name, INT_ARRAY).iconst_0();
    code.invokestatic(INTS, "fromArray", MethodTypeDesc.of(INTS, SPECIES, INT_ARRAY, CD_int));
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  final void step(Step step) {
    List<Integer> of = step.sources();
    switch (step.code()) {
      case NEGATE -> unary(of.get(0), "neg", code::fneg);
      case ABS -> unary(of.get(0), "abs", () -> function("abs", CD_float, 1));
      case SQRT -> unary(of.get(0), "sqrt", () -> rounded("sqrt"));
      case RINT -> rint(of.get(0));
      case SQUARE -> binary(of.get(0), of.get(0), "mul", code::fmul);
      case ADD -> binary(of.get(0), of.get(1), "add", code::fadd);
      case SUB -> binary(of.get(0), of.get(1), "sub", code::fsub);
      case MUL -> binary(of.get(0), of.get(1), "mul", code::fmul);
      case DIV -> binary(of.get(0), of.get(1), "div", code::fdiv);
      case MIN -> binary(of.get(0), of.get(1), "min", () -> function("min", CD_float, 2));
      case MAX -> binary(of.get(0), of.get(1), "max", () -> function("max", CD_float, 2));
      case LESS -> select(of, "LT", Opcode.IFGE);
      case LESS_EQUAL -> select(of, "LE", Opcode.IFGT);
      case EQUAL -> select(of, "EQ", Opcode.IFNE);
      case SIGN -> sign(of.get(0));
      case PASS -> pass(of);
      case EXP, LOG, TANH, POW ->
          throw new IllegalArgumentException(step.code() + " is no part of a loop");
    }
  }

  private void unary(int x, String vector, Runnable scalar) {
    get(x);
    if (vectors) {
      code.invokevirtual(FLOATS, vector, MethodTypeDesc.of(FLOATS));
    } else {
      scalar.run();
    }
  }

  private void binary(int a, int b, String vector, Runnable scalar) {
    get(a);
    get(b);
    if (vectors) {
      code.invokevirtual(FLOATS, vector, MethodTypeDesc.of(FLOATS, VECTOR));
    } else {
      scalar.run();
    }
  }

  private void select(List<Integer> of, String comparison, Opcode fails) {
    if (vectors) {
      get(of.get(3));
      get(of.get(2));
      get(of.get(0));
      get(of.get(1));
      compare(comparison);
      blend(FLOATS);
    } else {
      get(of.get(0));
      get(of.get(1));
      code.fcmpg(); // of a NaN 1: neither less nor equal
      choose(fails, () -> get(of.get(2)), () -> get(of.get(3)));
    }
  }

  private void sign(int x) {
    if (vectors) {
      code.aload(one).aload(one);
      code.invokevirtual(FLOATS, "neg", MethodTypeDesc.of(FLOATS));
      get(x);
      code.aload(zero);
      compare("LT");
      blend(FLOATS);
    } else {
      get(x);
      code.fconst_0().fcmpg();
      choose(Opcode.IFGE, () -> code.loadConstant(-1f), code::fconst_1);
    }
  }

  /**
   * Adding 2^23 to a smaller number leaves no digits behind the point. The sign is put back, of
   * zeros too.
   */
  private void rint(int x) {
    if (!vectors) {
      get(x);
      rounded("rint");
      return;
    }
    get(x);
    code.invokevirtual(FLOATS, "abs", MethodTypeDesc.of(FLOATS));
    int size = store();
    code.aload(size).aload(whole);
    code.invokevirtual(FLOATS, "add", MethodTypeDesc.of(FLOATS, VECTOR));
    code.aload(whole);
    code.invokevirtual(FLOATS, "sub", MethodTypeDesc.of(FLOATS, VECTOR));
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    get(x);
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    code.loadConstant(Integer.MIN_VALUE);
    code.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, CD_int));
    code.invokevirtual(INTS, "or", MethodTypeDesc.of(INTS, VECTOR));
    code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    int rounded = store();
    get(x);
    code.aload(rounded).aload(size).aload(whole);
    compare("LT");
    blend(FLOATS);
  }

  /** Chooses by a bit; as integers, since the comparison gives a mask of those. */
  private void pass(List<Integer> of) {
    int mask = of.get(0);
    if (vectors) {
      get(of.get(2));
      code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
      get(of.get(1));
      code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
      broadcastBits(mask);
      code.aload(laneBit);
      code.invokevirtual(INTS, "and", MethodTypeDesc.of(INTS, VECTOR));
      code.getstatic(OPERATORS, "NE", COMPARISON).iconst_0();
      code.invokevirtual(INTS, "compare", MethodTypeDesc.of(MASK, COMPARISON, CD_int));
      blend(INTS);
      code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    } else {
      bits(mask);
      code.iconst_1().iand();
      choose(Opcode.IFEQ, () -> get(of.get(1)), () -> get(of.get(2)));
    }
  }
}
