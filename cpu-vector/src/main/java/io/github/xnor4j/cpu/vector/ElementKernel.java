package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.group.Group.Form;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Stream;

/**
 * Runs an {@link ElementProgram} on rows of so many columns, for one thread at a time: by loops
 * made for it, or by an interpreter where the property {@code xnor4j.elements} says so or the JVM
 * makes no classes.
 */
abstract class ElementKernel {
  /** Name of the property; its value is "interpreted" or what else. */
  static final String PROPERTY = "xnor4j.elements";

  /** Elements of rows that are told of as one, where a row has fewer. */
  private static final int LINE = 512;

  /** Columns of which even a few rows take more scratch than they are worth. */
  private static final int LONG = 1 << 13;

  private static final int WORD = 32;

  /** Elements of rows that are swept column by column while they are in the L1 cache. */
  static final int BLOCK = 1024;

  final ElementProgram program;
  final int columns;

  ElementKernel(ElementProgram program, int columns) {
    this.program = program;
    this.columns = columns;
  }

  /**
   * Prepares a program.
   *
   * @param columns of a row, at least 1
   */
  static ElementKernel of(ElementProgram program, int columns) {
    if (!"interpreted".equals(System.getProperty(PROPERTY))) {
      try {
        return new Compiled(program, columns);
      } catch (ElementLoops.NoClassesException e) {
        ElementLoops.warn(e);
      }
    }
    return new ElementInterpreter(program, columns);
  }

  /**
   * Runs it.
   *
   * @param arrays of the operands, then of the results: floats; ints of bits and masks; doubles of
   *     sums and totals. No result lies where an operand does
   * @param offsets in them, of the first row
   */
  abstract void run(Object[] arrays, int[] offsets, int rows);

  /** What plans call it; empty if it is what one expects. */
  abstract String name();

  /** Bytes that it computes with on the way. */
  abstract long bytes();

  /** By loops that were made for the program. */
  static final class Compiled extends ElementKernel {
    private final ElementParts.Part[] parts;
    private final ElementLoop[] loops; // of parts that are loops
    private final boolean[] along; // of these, the rows
    private final int given; // operands and results: slots behind them are scratch
    private final float[][] scratch;
    private final boolean direct; // one loop over all elements
    private final int blockRows;
    private final int lineRows; // that a loop along the rows takes for one
    private final int[] strides; // of slots, from row to row
    private final float[][] lines; // operands that have one for each column, for so many rows
    // of the parts' operands and results, filled anew for each
    private final Object[][] arrays;
    private final int[][] offsets;

    Compiled(ElementProgram program, int columns) {
      super(program, columns);
      ElementParts cut = ElementParts.of(program);
      given = program.operands().size() + program.results().size();
      parts = cut.parts().toArray(ElementParts.Part[]::new);
      loops = new ElementLoop[parts.length];
      along = new boolean[parts.length];
      arrays = new Object[parts.length][];
      offsets = new int[parts.length][];
      for (int p = 0; p < parts.length; p++) {
        if (parts[p] instanceof ElementParts.Loop loop) {
          ElementProgram part = loop.program();
          along[p] = !part.hasSums() && (!part.hasWords() || columns % WORD == 0);
          loops[p] = ElementLoops.of(part, along[p]);
          arrays[p] = Scratch.references(loop.slots().length);
          offsets[p] = Scratch.ints(loop.slots().length);
        }
      }
      strides = strides(cut.scratch());
      lines = new float[program.operands().size()][];
      lineRows = Math.max(1, LINE / columns);
      if (lineRows > 1) {
        for (int k = 0; k < lines.length; k++) {
          lines[k] =
              program.operands().get(k) == Form.ROW ? Scratch.floats(lineRows * columns) : null;
        }
      }
      boolean whole = parts.length == 1 && along[0];
      direct = whole && !program.operands().contains(Form.ROW) && isAll(parts[0]);
      blockRows = whole ? Integer.MAX_VALUE : Math.max(columns < LONG ? 8 : 1, BLOCK / columns);
      scratch = new float[cut.scratch()][];
      for (int k = 0; k < scratch.length; k++) {
        scratch[k] = Scratch.floats(blockRows * columns);
      }
    }

    @Override
    String name() {
      return "";
    }

    /** Whether a loop reads and writes what the program does, in that order. */
    private boolean isAll(ElementParts.Part part) {
      return part instanceof ElementParts.Loop loop && loop.program() == program;
    }

    /** By slot, from one row to the next. */
    private int[] strides(int scratch) {
      Stream<Form> results = program.results().stream().map(ElementProgram.Result::form);
      return Stream.of(
              program.operands().stream(),
              results,
              Collections.nCopies(scratch, Form.DENSE).stream())
          .flatMap(forms -> forms)
          .mapToInt(
              form ->
                  switch (form) {
                    case DENSE -> columns;
                    case BITS, MASK -> (columns + WORD - 1) / WORD;
                    case ROW, SCALAR, SUMS, TOTAL -> 0;
                  })
          .toArray();
    }

    @Override
    long bytes() {
      return bytes(scratch) + bytes(lines);
    }

    private static long bytes(float[][] arrays) {
      return Arrays.stream(arrays).mapToLong(x -> x == null ? 0 : 4L * x.length).sum();
    }

    @Override
    void run(Object[] of, int[] at, int rows) {
      if (direct) {
        turn(0, of, at, 1, rows * columns);
        return;
      }
      for (int k = 0; k < lines.length; k++) {
        if (lines[k] != null) {
          for (int r = 0; r < Math.min(lineRows, rows); r++) {
            System.arraycopy(of[k], at[k], lines[k], r * columns, columns);
          }
        }
      }
      for (int row = 0; row < rows; row += Math.min(blockRows, rows - row)) {
        int n = Math.min(blockRows, rows - row);
        for (int p = 0; p < parts.length; p++) {
          switch (parts[p]) {
            case ElementParts.Loop loop -> {
              if (along[p]) {
                along(p, loop, of, at, row, n);
              } else {
                bind(p, loop, of, at, row, 0);
                turn(p, arrays[p], offsets[p], n, columns);
              }
            }
            case ElementParts.Function function -> function(function, of, at, row, n);
            case ElementParts.Total total -> total(total, of, at, row, n);
          }
        }
      }
    }

    /** Several rows as one, so that the loop has some turns between its beginning and its end. */
    private void along(int p, ElementParts.Loop loop, Object[] of, int[] at, int row, int n) {
      boolean columnsMatter = loop.program().operands().contains(Form.ROW);
      int together = columnsMatter ? lineRows : n;
      int whole = n / together;
      if (whole > 0) {
        bind(p, loop, of, at, row, 0);
        turn(p, arrays[p], offsets[p], whole, together * columns);
      }
      if (n % together != 0) {
        bind(p, loop, of, at, row, whole * together);
        turn(p, arrays[p], offsets[p], 1, n % together * columns);
      }
    }

    private void turn(int p, Object[] arrays, int[] offsets, int rows, int wide) {
      if (wide >= Lanes.COUNT) {
        loops[p].vectors(arrays, offsets, rows, wide);
      }
      if (wide % Lanes.COUNT != 0) {
        loops[p].rest(arrays, offsets, rows, wide);
      }
    }

    /** Says where a loop's operands and results lie: so many rows behind the first of a block. */
    private void bind(int p, ElementParts.Loop loop, Object[] of, int[] at, int row, int behind) {
      Object[] arrays = this.arrays[p];
      int[] offsets = this.offsets[p];
      for (int k = 0; k < loop.slots().length; k++) {
        int slot = loop.slots()[k];
        boolean line = along[p] && slot < lines.length && lines[slot] != null;
        Object array = line ? lines[slot] : array(slot, of);
        if (arrays[k] != array) { // a collector hears of every reference that is written
          arrays[k] = array;
        }
        offsets[k] = line ? 0 : offset(slot, at, row, behind);
      }
    }

    private Object array(int slot, Object[] of) {
      return slot < given ? of[slot] : scratch[slot - given];
    }

    private int offset(int slot, int[] at, int row) {
      return offset(slot, at, row, 0);
    }

    /** Where a slot's part of a block begins. */
    private int offset(int slot, int[] at, int block, int behind) {
      int rows = slot < given ? at[slot] + block * strides[slot] : 0;
      return rows + behind * strides[slot];
    }

    private void function(ElementParts.Function f, Object[] of, int[] at, int row, int n) {
      float[] a = (float[]) array(f.slots()[0], of);
      int a0 = offset(f.slots()[0], at, row);
      float[] y = (float[]) array(f.to(), of);
      int y0 = offset(f.to(), at, row);
      float[] b = f.slots().length == 1 ? a : (float[]) array(f.slots()[1], of);
      int b0 = f.slots().length == 1 ? a0 : offset(f.slots()[1], at, row);
      for (int i = 0; i < n * columns; i++) {
        float x = a[a0 + index(f.forms()[0], i)];
        y[y0 + i] = f.code().apply(x, b[b0 + index(f.forms()[f.forms().length - 1], i)]);
      }
    }

    private int index(Form form, int i) {
      return form == Form.DENSE ? i : form == Form.ROW ? i % columns : 0;
    }

    private void total(ElementParts.Total total, Object[] of, int[] at, int row, int n) {
      float[] x = (float[]) array(total.from(), of);
      int x0 = offset(total.from(), at, row);
      double[] y = (double[]) array(total.to(), of);
      double sum = y[at[total.to()]];
      for (int i = 0; i < n * columns; i++) {
        sum += x[x0 + i];
      }
      y[at[total.to()]] = sum;
    }
  }
}
