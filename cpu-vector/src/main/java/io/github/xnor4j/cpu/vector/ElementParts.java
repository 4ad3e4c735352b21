package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.cpu.plan.ElementProgram.Result;
import io.github.xnor4j.cpu.plan.ElementProgram.Step;
import io.github.xnor4j.group.Group.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A program cut into what one loop each can do: at functions that no vector instruction computes,
 * and where a loop would be longer than C2 likes. Registers that live on lie in arrays between the
 * loops. Totals, whose order is that of the elements, are added behind.
 *
 * <p>A slot is an array that a part reads or writes: first the program's operands, then its
 * results, then arrays for registers.
 */
final class ElementParts {
  /** Steps of a loop; where there are bits, of all that a word takes together. */
  private static final int LONGEST = 64;

  /** What is run on a block of elements, behind the parts before it. */
  sealed interface Part {}

  /**
   * A loop.
   *
   * @param slots of its operands, then of its results
   */
  record Loop(ElementProgram program, int[] slots) implements Part {}

  /**
   * A function on one element after the other.
   *
   * @param slots of its operands
   * @param forms DENSE, ROW or SCALAR, of each
   * @param to slot of its result, DENSE
   */
  record Function(Code code, int[] slots, Form[] forms, int to) implements Part {}

  /**
   * A sum of all elements.
   *
   * @param from slot, DENSE
   * @param to slot of the result
   */
  record Total(int from, int to) implements Part {}

  private final ElementProgram program;
  private final int operands;
  private final int firstScratch;
  private final int[] levels; // of registers: the number of the loop in which they are there
  private final int[] slots; // of registers that lie in an array, else -1
  private final List<Part> parts = new ArrayList<>();
  private int scratch;

  private ElementParts(ElementProgram program) {
    this.program = program;
    this.operands = program.operands().size();
    this.firstScratch = operands + program.results().size();
    this.levels = new int[program.registers()];
    this.slots = new int[program.registers()];
    Arrays.fill(slots, -1);
  }

  /** Cuts a program. */
  static ElementParts of(ElementProgram program) {
    ElementParts cut = new ElementParts(program);
    cut.placeSteps();
    cut.placeRegisters();
    cut.cut();
    if (cut.scratch == 0 && cut.parts.size() == 1 && cut.parts.getFirst() instanceof Loop) {
      int slots = cut.firstScratch;
      cut.parts.set(0, new Loop(program, IntStream.range(0, slots).toArray())); // as it is
    }
    return cut;
  }

  /** The parts in order. */
  List<Part> parts() {
    return parts;
  }

  /** Number of slots for registers. */
  int scratch() {
    return scratch;
  }

  private List<Integer> operands() {
    return IntStream.range(0, operands).boxed().toList();
  }

  private Step step(int register) {
    return register < operands ? null : program.steps().get(register - operands);
  }

  private boolean isFunction(int register) {
    Step step = step(register);
    return step != null && step.code().isFunction();
  }

  private int level(List<Integer> registers) {
    return registers.stream().mapToInt(r -> levels[r]).max().orElse(0);
  }

  /** A function's result is there one loop behind those of what it reads. */
  private void placeSteps() {
    Map<Integer, Integer> lengths = new HashMap<>();
    int longest = program.hasWords() ? LONGEST * Lanes.COUNT / 32 : LONGEST;
    for (int r = operands; r < levels.length; r++) {
      int level = level(step(r).sources());
      if (isFunction(r)) {
        levels[r] = level + 1;
      } else {
        while (lengths.getOrDefault(level, 0) >= longest) {
          level++;
        }
        lengths.merge(level, 1, Integer::sum);
        levels[r] = level;
      }
    }
  }

  /** Gives arrays to registers that a loop leaves for a later one, a function or a total. */
  private void placeRegisters() {
    for (int k = 0; k < program.results().size(); k++) {
      Result result = program.results().get(k);
      int r = result.registers().getFirst();
      if (result.form() == Form.DENSE && r >= operands && slots[r] < 0) {
        slots[r] = operands + k;
      }
    }
    for (int r = operands; r < slots.length; r++) {
      if (isFunction(r)) {
        keep(r);
      }
      int level = isFunction(r) ? levels[r] - 1 : levels[r];
      for (int source : step(r).sources()) {
        boolean later = source >= operands && (isFunction(r) || levels[source] < level);
        if (later || isFunction(r) && isBits(source)) {
          keep(source);
        }
      }
    }
    for (Result result : program.results()) {
      for (int source : result.registers()) {
        if (source >= operands && levels[source] < level(result.registers())) {
          keep(source);
        }
      }
      if (result.form() == Form.TOTAL && !isDense(result.registers().getFirst())) {
        keep(result.registers().getFirst());
      }
    }
  }

  private boolean isDense(int register) {
    return register < operands && program.operands().get(register) == Form.DENSE;
  }

  private boolean isBits(int register) {
    return register < operands && program.operands().get(register) == Form.BITS;
  }

  private void keep(int register) {
    if (slots[register] < 0) {
      slots[register] = firstScratch + scratch++;
    }
  }

  private void cut() {
    Map<Integer, List<Integer>> steps = new TreeMap<>();
    Map<Integer, List<Integer>> functions = new TreeMap<>();
    int last = 0;
    for (int r = operands; r < levels.length; r++) {
      int level = isFunction(r) ? levels[r] - 1 : levels[r];
      (isFunction(r) ? functions : steps).computeIfAbsent(level, l -> new ArrayList<>()).add(r);
      last = Math.max(last, levels[r]);
    }
    for (int level = 0; level <= last; level++) {
      loop(level, steps.getOrDefault(level, List.of()));
      functions.getOrDefault(level, List.of()).forEach(this::function);
    }
    for (int k = 0; k < program.results().size(); k++) {
      Result result = program.results().get(k);
      if (result.form() == Form.TOTAL) {
        int r = result.registers().getFirst();
        parts.add(new Total(isDense(r) ? r : slots[r], operands + k));
      }
    }
  }

  private void function(int register) {
    Step step = step(register);
    int[] from = step.sources().stream().mapToInt(r -> slots[r] < 0 ? r : slots[r]).toArray();
    Form[] forms =
        step.sources().stream()
            .map(r -> slots[r] < 0 ? program.operands().get(r) : Form.DENSE)
            .toArray(Form[]::new);
    parts.add(new Function(step.code(), from, forms, slots[register]));
  }

  /** The loop of some steps and of the results that are there behind them. */
  private void loop(int level, List<Integer> steps) {
    ElementProgram.Builder builder = new ElementProgram.Builder();
    Map<Integer, Integer> registers = new HashMap<>();
    List<Integer> from = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (int r : steps) {
      int[] sources = sources(step(r).sources(), builder, registers, from);
      registers.put(r, builder.step(step(r).code(), sources));
    }
    Stream<Integer> there =
        level > 0 ? steps.stream() : Stream.concat(operands().stream(), steps.stream());
    for (int r : there.filter(r -> slots[r] >= firstScratch).toList()) {
      builder.result(Form.DENSE, sources(List.of(r), builder, registers, from));
      to.add(slots[r]);
    }
    for (int k = 0; k < program.results().size(); k++) {
      Result result = program.results().get(k);
      int first = result.registers().getFirst();
      boolean here = level(result.registers()) == level && result.form() != Form.TOTAL;
      boolean byFunction = isFunction(first) && slots[first] == operands + k;
      if (here && !byFunction) {
        builder.result(result.form(), sources(result.registers(), builder, registers, from));
        to.add(operands + k);
      }
    }
    if (!to.isEmpty()) {
      from.addAll(to);
      parts.add(new Loop(builder.build(), from.stream().mapToInt(slot -> slot).toArray()));
    }
  }

  private int[] sources(
      List<Integer> wanted,
      ElementProgram.Builder builder,
      Map<Integer, Integer> registers,
      List<Integer> from) {
    for (int r : wanted) {
      if (!registers.containsKey(r)) {
        registers.put(r, builder.operand(r < operands ? program.operands().get(r) : Form.DENSE));
        from.add(r < operands ? r : slots[r]);
      }
    }
    return wanted.stream().mapToInt(registers::get).toArray();
  }
}
