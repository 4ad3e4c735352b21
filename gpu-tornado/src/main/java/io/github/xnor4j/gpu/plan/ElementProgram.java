package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A straight-line program over the elements of one extent, in rows. Each step gives a new register;
 * {@link #emit} finds which of the machine's may be used again.
 */
final class ElementProgram {
  private final String label;
  private final int rows;
  private final int last;
  private final List<Step> steps = new ArrayList<>();
  private final List<Buffer> reads = new ArrayList<>();
  private final List<Buffer> writes = new ArrayList<>();
  private boolean givesBits;

  /** A step; sources that are registers are marked, others are numbers. */
  private record Step(int op, int target, Object[] sources) {}

  /** A source that is a register. */
  private record Register(int number) {}

  /**
   * A program.
   *
   * @param rows of the swept extent
   * @param last elements of a row
   */
  ElementProgram(String label, int rows, int last) {
    this.label = label;
    this.rows = rows;
    this.last = last;
  }

  String label() {
    return label;
  }

  List<Buffer> reads() {
    return reads;
  }

  List<Buffer> writes() {
    return writes;
  }

  private int rowWords() {
    return (last + Layout.WORD - 1) / Layout.WORD;
  }

  // ---- steps

  private int step(int op, Object... sources) {
    Object[] all = Arrays.copyOf(sources, 4);
    Arrays.fill(all, sources.length, 4, 0);
    steps.add(new Step(op, steps.size(), all));
    return steps.size() - 1;
  }

  private int load(int op, Buffer from, int second) {
    reads.add(from);
    return step(op, from, second);
  }

  /** Loads an element for each element of a value that is not of bits. */
  int load(Buffer from, DType dtype) {
    int op =
        switch (dtype) {
          case F32 -> ElementCode.LOAD_FLOAT;
          case I32, I16 -> ElementCode.LOAD_INTEGER;
          case U8 -> ElementCode.LOAD_BYTE;
          case BIT -> ElementCode.LOAD_BITS;
        };
    return load(op, from, rowWords());
  }

  /** Loads one for each column. */
  int loadRow(Buffer from, DType dtype) {
    return load(
        dtype == DType.F32 ? ElementCode.LOAD_FLOAT_ROW : ElementCode.LOAD_INTEGER_ROW, from, 0);
  }

  /** Loads one for all. */
  int loadScalar(Buffer from, DType dtype) {
    return load(
        dtype == DType.F32 ? ElementCode.LOAD_FLOAT_SCALAR : ElementCode.LOAD_INTEGER_SCALAR,
        from,
        0);
  }

  /** Loads 0 or infinity. */
  int loadMask(Buffer from) {
    return load(ElementCode.LOAD_MASK, from, rowWords());
  }

  /** A function of registers. */
  int apply(int op, int... registers) {
    return step(op, Arrays.stream(registers).mapToObj(Register::new).toArray());
  }

  /** A function of registers and, behind those, numbers. */
  int applyWith(int op, int[] registers, int... numbers) {
    Object[] sources = new Object[registers.length + numbers.length];
    for (int i = 0; i < registers.length; i++) {
      sources[i] = new Register(registers[i]);
    }
    for (int i = 0; i < numbers.length; i++) {
      sources[registers.length + i] = numbers[i];
    }
    return step(op, sources);
  }

  /** Stores an element for each element: floats, integers or signs as bits. */
  void store(Buffer to, DType dtype, int register) {
    writes.add(to);
    switch (dtype) {
      case F32 -> step(ElementCode.STORE_FLOAT, to, new Register(register));
      case I32, I16 -> step(ElementCode.STORE_INTEGER, to, new Register(register));
      case BIT -> {
        givesBits = true;
        step(ElementCode.STORE_BITS, to, new Register(register), rowWords());
      }
      case U8 -> throw new IllegalArgumentException(label + ": no element-wise op gives bytes");
    }
  }

  /** Stores a bit for each element: whether it passes a limit, a register too. */
  void storeMask(Buffer to, int register, int limit) {
    writes.add(to);
    givesBits = true;
    step(ElementCode.STORE_MASK, to, new Register(register), rowWords(), new Register(limit));
  }

  // ---- code

  /** Work items. */
  long items() {
    return (long) rows * itemsOfRow();
  }

  private int itemsOfRow() {
    return givesBits ? rowWords() * Layout.WORD : last;
  }

  /** Puts the code behind a task's parameters. */
  void emit(Task task) {
    int[] machine = registers();
    task.put(rows, last, itemsOfRow(), steps.size());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      task.put(step.op, machine[i]);
      for (Object source : step.sources) {
        switch (source) {
          case Register r -> task.put(machine[r.number]);
          case Buffer b when ElementCode.isStore(step.op) -> task.write(b);
          case Buffer b -> task.read(b);
          default -> task.put((int) source);
        }
      }
    }
  }

  /** Whether the machine has registers enough. */
  boolean fits() {
    return Arrays.stream(registers()).max().orElse(0) < ElementCode.REGISTERS;
  }

  /** For each step the machine's register of its result: free ones are used again. */
  private int[] registers() {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Object source : steps.get(i).sources) {
        if (source instanceof Register r) {
          lastUse.put(r.number, i);
        }
      }
    }
    int[] machine = new int[steps.size()];
    List<Integer> owners = new ArrayList<>(); // which step's result each holds, -1 for none
    for (int i = 0; i < steps.size(); i++) {
      for (int k = 0; k < owners.size(); k++) {
        int owner = owners.get(k);
        if (owner >= 0 && lastUse.getOrDefault(owner, owner) <= i) {
          owners.set(k, -1); // a step may overwrite its own source
        }
      }
      if (!ElementCode.isStore(steps.get(i).op)) {
        int free = owners.indexOf(-1);
        if (free < 0) {
          free = owners.size();
          owners.add(-1);
        }
        owners.set(free, i);
        machine[i] = free;
      }
    }
    return machine;
  }
}
