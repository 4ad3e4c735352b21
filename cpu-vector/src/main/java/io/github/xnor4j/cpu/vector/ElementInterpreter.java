package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Result;
import io.github.xnor4j.cpu.plan.ElementProgram.Step;
import io.github.xnor4j.group.Group.Form;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program step by step, each on a block of elements: some whole rows, or a part of a long
 * one. It is what the loops that are made must equal, and what runs where none can be made.
 */
final class ElementInterpreter extends ElementKernel {
  private final float[][] registers;

  ElementInterpreter(ElementProgram program, int columns) {
    super(program, columns);
    registers = new float[program.registers()][BLOCK];
  }

  @Override
  String name() {
    return "interpreted";
  }

  @Override
  long bytes() {
    return 4L * BLOCK * registers.length;
  }

  /** The rows and columns of a block; in it elements lie row behind row. */
  private record Block(int row, int rows, int column, int columns) {
    int elements() {
      return rows * columns;
    }
  }

  @Override
  void run(Object[] arrays, int[] offsets, int rows) {
    int blockRows = Math.max(1, BLOCK / columns);
    for (int row = 0; row < rows; row += blockRows) {
      int n = Math.min(blockRows, rows - row);
      for (int column = 0; column < columns; column += BLOCK) {
        run(arrays, offsets, new Block(row, n, column, Math.min(BLOCK, columns - column)));
      }
    }
  }

  private void run(Object[] arrays, int[] offsets, Block block) {
    int operands = program.operands().size();
    for (int k = 0; k < operands; k++) {
      load(program.operands().get(k), arrays[k], offsets[k], block, registers[k]);
    }
    for (int s = 0; s < program.steps().size(); s++) {
      compute(program.steps().get(s), block.elements(), registers[operands + s]);
    }
    for (int k = 0; k < program.results().size(); k++) {
      store(program.results().get(k), arrays[operands + k], offsets[operands + k], block);
    }
  }

  private static boolean bit(int[] words, int row, int column) {
    return (words[row + column / 32] >>> column & 1) != 0;
  }

  private int words() {
    return (columns + 31) / 32;
  }

  private void load(Form form, Object array, int offset, Block block, float[] to) {
    for (int r = 0; r < block.rows; r++) {
      int at = r * block.columns;
      int row = block.row + r;
      switch (form) {
        case DENSE -> {
          int from = offset + row * columns + block.column;
          System.arraycopy(array, from, to, at, block.columns);
        }
        case ROW -> System.arraycopy(array, offset + block.column, to, at, block.columns);
        case SCALAR -> Arrays.fill(to, at, at + block.columns, ((float[]) array)[offset]);
        case BITS, MASK -> {
          for (int c = 0; c < block.columns; c++) {
            boolean set = bit((int[]) array, offset + row * words(), block.column + c);
            to[at + c] = form == Form.MASK ? (set ? 1 : 0) : set ? -1 : 1;
          }
        }
        case SUMS, TOTAL -> throw new IllegalArgumentException("an operand is no sum");
      }
    }
  }

  private void compute(Step step, int n, float[] y) {
    List<Integer> of = step.sources();
    float[] a = registers[of.get(0)];
    float[] b = of.size() < 2 ? null : registers[of.get(1)];
    float[] c = of.size() < 3 ? null : registers[of.get(2)];
    float[] d = of.size() < 4 ? null : registers[of.get(3)];
    switch (step.code()) {
      case NEGATE -> {
        for (int i = 0; i < n; i++) {
          y[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.abs(a[i]);
        }
      }
      case SQUARE -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] * a[i];
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          y[i] = (float) Math.sqrt(a[i]);
        }
      }
      case RINT -> {
        for (int i = 0; i < n; i++) {
          y[i] = (float) Math.rint(a[i]);
        }
      }
      case SIGN -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] < 0 ? -1 : 1;
        }
      }
      case ADD -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] / b[i];
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.min(a[i], b[i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.max(a[i], b[i]);
        }
      }
      case LESS -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] < b[i] ? c[i] : d[i];
        }
      }
      case LESS_EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] <= b[i] ? c[i] : d[i];
        }
      }
      case EQUAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] == b[i] ? c[i] : d[i];
        }
      }
      case PASS -> {
        for (int i = 0; i < n; i++) {
          y[i] = a[i] != 0 ? b[i] : c[i];
        }
      }
      case EXP, LOG, TANH -> {
        for (int i = 0; i < n; i++) {
          y[i] = step.code().apply(a[i], 0);
        }
      }
      case POW -> {
        for (int i = 0; i < n; i++) {
          y[i] = step.code().apply(a[i], b[i]);
        }
      }
    }
  }

  private void store(Result result, Object array, int offset, Block block) {
    float[] x = registers[result.registers().getFirst()];
    for (int r = 0; r < block.rows; r++) {
      int at = r * block.columns;
      int row = block.row + r;
      switch (result.form()) {
        case DENSE -> {
          int to = offset + row * columns + block.column;
          System.arraycopy(x, at, array, to, block.columns);
        }
        case BITS, MASK -> {
          int to = offset + row * words() + block.column / 32;
          Arrays.fill((int[]) array, to, to + (block.columns + 31) / 32, 0);
          float[] limit =
              result.form() == Form.BITS ? null : registers[result.registers().getLast()];
          for (int c = 0; c < block.columns; c++) {
            boolean set = limit == null ? x[at + c] < 0 : x[at + c] <= limit[at + c];
            ((int[]) array)[to + c / 32] |= (set ? 1 : 0) << c;
          }
        }
        case SUMS -> addUp(result.registers(), at, block, (double[]) array, offset);
        case TOTAL -> {
          for (int c = 0; c < block.columns; c++) {
            ((double[]) array)[offset] += x[at + c];
          }
        }
        case ROW, SCALAR -> throw new IllegalArgumentException("gives " + result.form());
      }
    }
  }

  private void addUp(List<Integer> of, int at, Block block, double[] sums, int offset) {
    float[] x = registers[of.getFirst()];
    for (int c = 0; c < block.columns; c++) {
      int to = offset + block.column + c;
      if (of.size() == 1) {
        sums[to] += x[at + c];
      } else {
        double y = registers[of.get(1)][at + c];
        sums[to] = Math.fma((double) x[at + c], y - registers[of.get(2)][at + c], sums[to]);
      }
    }
  }
}
