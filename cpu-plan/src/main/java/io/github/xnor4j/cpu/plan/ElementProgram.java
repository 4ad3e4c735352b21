package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.reference.ReferenceKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is computed of each element of [rows][columns]: a straight-line program over numbered
 * registers, first the operands, then one for each step. Programs that are equal are run by one
 * loop, whatever they read.
 *
 * <p>Every step is rounded to float as the op is that it stands for, and none is contracted with
 * another: a program gives the bits that its ops give one by one. (Of a NaN that is NaN, not
 * which.)
 *
 * @param operands how each meets the elements: DENSE, ROW, SCALAR, BITS (a register of +-1) or MASK
 * @param steps in order
 * @param results in order
 */
public record ElementProgram(List<Form> operands, List<Step> steps, List<Result> results) {
  /** What a step computes. */
  public enum Code {
    /** -x. */
    NEGATE,
    /** The absolute value. */
    ABS,
    /** x * x. */
    SQUARE,
    /** The square root. */
    SQRT,
    /** To the nearest integer, ties to even. */
    RINT,
    /** -1 where x is less than 0, else 1. */
    SIGN,
    /** e to the x, by the reference's function. */
    EXP,
    /** The natural logarithm, by the reference's function. */
    LOG,
    /** The hyperbolic tangent, by the reference's function. */
    TANH,
    /** a + b. */
    ADD,
    /** a - b. */
    SUB,
    /** a * b. */
    MUL,
    /** a / b. */
    DIV,
    /** The smaller; NaN if one is. */
    MIN,
    /** The larger; NaN if one is. */
    MAX,
    /** a to the power of b, by the reference's function. */
    POW,
    /** c where a is less than b, else d. */
    LESS,
    /** c where a is at most b, else d. */
    LESS_EQUAL,
    /** c where a equals b, else d. */
    EQUAL,
    /** b where the bit of the MASK operand a is set, else c. */
    PASS;

    /** Whether no vector instruction computes it, but a function on one element after the other. */
    public boolean isFunction() {
      return this == EXP || this == LOG || this == TANH || this == POW;
    }

    /** The reference's function of two floats, or of the first. */
    public float apply(float a, float b) {
      return switch (this) {
        case EXP -> ReferenceKernels.unary(Op.UnaryKind.EXP, a);
        case LOG -> ReferenceKernels.unary(Op.UnaryKind.LOG, a);
        case TANH -> ReferenceKernels.unary(Op.UnaryKind.TANH, a);
        case POW -> ReferenceKernels.binary(Op.BinaryKind.POW, a, b);
        default -> throw new IllegalArgumentException(this + " is no function");
      };
    }

    static Code of(Op.UnaryKind kind) {
      return switch (kind) {
        case NEGATE -> NEGATE;
        case ABS -> ABS;
        case SQUARE -> SQUARE;
        case SQRT -> SQRT;
        case EXP -> EXP;
        case LOG -> LOG;
        case TANH -> TANH;
        case RINT -> RINT;
      };
    }

    static Code of(Op.BinaryKind kind) {
      return switch (kind) {
        case ADD -> ADD;
        case SUB -> SUB;
        case MUL -> MUL;
        case DIV -> DIV;
        case MIN -> MIN;
        case MAX -> MAX;
        case POW -> POW;
      };
    }

    static Code of(Op.Comparison comparison) {
      return switch (comparison) {
        case LESS -> LESS;
        case LESS_EQUAL -> LESS_EQUAL;
        case EQUAL -> EQUAL;
      };
    }
  }

  /**
   * Computes a register.
   *
   * @param code what
   * @param sources registers
   */
  public record Step(Code code, List<Integer> sources) {}

  /**
   * What a program gives, by form:
   *
   * <ul>
   *   <li>DENSE: the register.
   *   <li>BITS: a bit for each element, set where the register is less than 0. Rows begin at whole
   *       words of 32 bits; bits behind a row's end are 0.
   *   <li>MASK: the same, set where the first register is at most the second.
   *   <li>SUMS: for each column the sum of the register in float64, rows ascending; or, of three
   *       registers g, x and m, of g * (x - m), where the difference is float64's and product and
   *       sum are one fused multiply-add. Added to what is there.
   *   <li>TOTAL: the sum of the register in float64, in the order of the elements. Added to what is
   *       there.
   * </ul>
   *
   * @param form one of these
   * @param registers what it is made of
   */
  public record Result(Form form, List<Integer> registers) {}

  /** Registers of an element: operands and steps. */
  public int registers() {
    return operands.size() + steps.size();
  }

  /** Whether something has a bit for each element, in words that begin with a row. */
  public boolean hasWords() {
    return operands.contains(Form.BITS)
        || operands.contains(Form.MASK)
        || results.stream().anyMatch(r -> r.form() == Form.BITS || r.form() == Form.MASK);
  }

  /** Whether something belongs to a column. */
  public boolean hasColumns() {
    return operands.contains(Form.ROW) || hasSums();
  }

  /** Whether it gives sums for each column. */
  public boolean hasSums() {
    return results.stream().anyMatch(r -> r.form() == Form.SUMS);
  }

  /** Puts a program together: registers may be named before all operands are known. */
  public static final class Builder {
    private final List<Object> registers = new ArrayList<>(); // Form or Step of others' numbers
    private final List<Result> results = new ArrayList<>();

    /** An empty program. */
    public Builder() {}

    private int add(Object register) {
      registers.add(register);
      return registers.size() - 1;
    }

    /** A register that is read. The order of calls is that of the program's operands. */
    public int operand(Form form) {
      return add(form);
    }

    /** A register that is computed. */
    public int step(Code code, int... sources) {
      return add(new Step(code, list(sources)));
    }

    /** A result. The order of calls is that of the program's results. */
    public Builder result(Form form, int... sources) {
      int[] of = sources.clone();
      if (form == Form.BITS
          && registers.get(of[0]) instanceof Step sign
          && sign.code() == Code.SIGN) {
        of[0] = sign.sources().getFirst(); // the sign of a sign
      }
      results.add(new Result(form, list(of)));
      return this;
    }

    private static List<Integer> list(int... numbers) {
      return Arrays.stream(numbers).boxed().toList();
    }

    /** The program, without steps that nothing reads. */
    public ElementProgram build() {
      Set<Integer> read = read();
      int[] numbers = new int[registers.size()];
      List<Form> operands = new ArrayList<>();
      for (int i = 0; i < numbers.length; i++) {
        if (registers.get(i) instanceof Form form) {
          numbers[i] = operands.size();
          operands.add(form);
        }
      }
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < numbers.length; i++) {
        if (registers.get(i) instanceof Step step && read.contains(i)) {
          numbers[i] = operands.size() + steps.size();
          steps.add(new Step(step.code(), renumbered(step.sources(), numbers)));
        }
      }
      List<Result> given =
          results.stream()
              .map(r -> new Result(r.form(), renumbered(r.registers(), numbers)))
              .toList();
      return new ElementProgram(List.copyOf(operands), List.copyOf(steps), given);
    }

    private Set<Integer> read() {
      Set<Integer> read = new HashSet<>();
      results.forEach(result -> read.addAll(result.registers()));
      for (int i = registers.size() - 1; i >= 0; i--) {
        if (read.contains(i) && registers.get(i) instanceof Step step) {
          read.addAll(step.sources());
        }
      }
      return read;
    }

    private static List<Integer> renumbered(List<Integer> registers, int[] numbers) {
      return registers.stream().map(r -> numbers[r]).toList();
    }
  }

  /** One line for each step, as a group's text has it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, operands.size())
        .forEach(i -> text.append("r%d = %s%n".formatted(i, operands.get(i))));
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      text.append("r%d = %s of %s%n".formatted(operands.size() + i, step.code(), step.sources()));
    }
    results.forEach(r -> text.append("%s of %s%n".formatted(r.form(), r.registers())));
    return text.toString();
  }
}
