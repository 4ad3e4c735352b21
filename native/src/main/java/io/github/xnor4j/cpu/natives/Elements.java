package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Result;
import io.github.xnor4j.cpu.plan.ElementProgram.Step;
import io.github.xnor4j.cpu.plan.NormFormulas;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.group.Group.Form;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Element-wise work: an interpreter in C goes through the steps, each a loop over a block of
 * elements. Functions without an instruction are the reference's; there Java takes over for a step.
 */
final class Elements extends NativeKernel {
  /** Bytes of registers, which are to stay in the L1 cache with some of what is read. */
  private static final int BYTES = 24 << 10;

  private static final int WORD = 32;
  private static final int MOST = 1024;

  private final Work.Elements work;
  private final ElementProgram program;
  private final List<Form> forms; // of operands and results
  private final TileSums[] sums; // of operands and results that are sums
  private final int block;
  private final int registers;
  private final boolean functions;
  private final MemorySegment[] scratch; // of members: pointers, then registers
  private final MemorySegment[] parts; // of members: the block that a part is about

  Elements(Work.Elements work, Context context) {
    super(context, "", function(work.program()), 0, work.operands().toArray(Buffer[]::new));
    this.work = work;
    this.program = work.program();
    this.functions = hasFunctions(program);
    this.registers = program.registers();
    this.block = block();
    this.forms =
        Stream.concat(program.operands().stream(), program.results().stream().map(Result::form))
            .toList();
    this.sums = new TileSums[forms.size()];
    boolean finished = false;
    for (int k = 0; k < sums.length; k++) {
      if (isSum(forms.get(k))) {
        finished = true;
        sums[k] = new TileSums(work.domain(), forms.get(k) == Form.SUMS ? work.columns() : 1, this);
      }
      point(pointer(k));
    }
    this.scratch = pointScratch(8L * table() + 4L * registers * block);
    this.parts = functions ? pointScratch(6 * 8) : null;
    build(struct());
    if (finished) {
      Buffer[] reads =
          work.norm() == null
              ? new Buffer[0]
              : new Buffer[] {work.norm().variance(), work.norm().scale()};
      finishBy(new JavaKernel("finish", this::addUp, reads));
    }
  }

  private static String function(ElementProgram program) {
    return hasFunctions(program) ? "element_part" : "elements";
  }

  private static boolean hasFunctions(ElementProgram program) {
    return program.steps().stream().anyMatch(step -> step.code().isFunction());
  }

  private static boolean isSum(Form form) {
    return form == Form.SUMS || form == Form.TOTAL;
  }

  private int block() {
    int fit = BYTES / 4 / Math.max(1, registers) / WORD * WORD;
    return Math.max(2 * WORD, Math.min(MOST, fit));
  }

  /** Pointers in front of the registers, as run_block has them. */
  private int table() {
    return (registers + 15) / 16 * 16;
  }

  private Pointer pointer(int k) {
    if (sums[k] != null) {
      TileSums of = sums[k];
      return functions
          ? (part, first, member) -> of.address(part)
          : (part, first, member) -> of.begin(part, first);
    }
    int operands = program.operands().size();
    Buffer buffer = k < operands ? work.operands().get(k) : work.results().get(k - operands);
    int row =
        switch (forms.get(k)) {
          case DENSE -> work.columns();
          case BITS, MASK -> (work.columns() + WORD - 1) / WORD;
          case ROW, SCALAR, SUMS, TOTAL -> 0;
        };
    return (part, first, member) -> {
      long from = buffer.isLocal() ? 0 : (long) first * unit() / work.columns();
      return NativeStorage.segment(buffer, member).address() + 4 * from * row;
    };
  }

  /** Elements of a unit of the domain. */
  private int unit() {
    return work.domain().batch() ? work.elements() / work.domain().units() : 1;
  }

  private Struct struct() {
    List<Integer> codes = new ArrayList<>();
    for (Step step : program.steps()) {
      codes.add(step.code().ordinal());
      for (int i = 0; i < 4; i++) {
        codes.add(i < step.sources().size() ? step.sources().get(i) : 0);
      }
    }
    List<Integer> sources = new ArrayList<>();
    for (Result result : program.results()) {
      for (int i = 0; i < 3; i++) {
        sources.add(i < result.registers().size() ? result.registers().get(i) : -1);
      }
    }
    return context()
        .struct()
        .number(program.operands().size())
        .ints(forms.stream().mapToInt(Form::ordinal).toArray())
        .number(program.steps().size())
        .ints(ints(codes))
        .number(program.results().size())
        .ints(ints(sources))
        .number(work.columns())
        .number(block)
        .number(work.domain().units() == 0 ? 0 : unit())
        .flag(!functions);
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void run(int part, int first, int count, int member) {
    if (functions) {
      runParts(part, first, count, member);
    } else {
      super.run(part, first, count, member);
    }
  }

  private void runParts(int part, int first, int count, int member) {
    for (int k = 0; k < sums.length; k++) {
      if (sums[k] != null) {
        sums[k].begin(part, first);
      }
    }
    int columns = work.columns();
    int rows = count * unit() / columns;
    int ofBlock = Math.max(1, block / columns);
    for (int row = 0; row < rows; row += ofBlock) {
      int n = Math.min(ofBlock, rows - row);
      for (int column = 0; column < columns; column += block) {
        int wide = Math.min(block, columns - column);
        long[] of = {row, n, column, wide, 0, 0};
        runBlock(of, n * wide, part, first, member);
      }
    }
  }

  private void runBlock(long[] of, int elements, int part, int first, int member) {
    List<Step> steps = program.steps();
    int from = 0;
    for (int s = 0; s <= steps.size(); s++) {
      boolean function = s < steps.size() && steps.get(s).code().isFunction();
      if (s < steps.size() && !function) {
        continue;
      }
      of[4] = from;
      of[5] = s;
      MemorySegment.copy(of, 0, parts[member], ValueLayout.JAVA_LONG, 0, of.length);
      // operands are read with the first steps, results stored behind the last: also if those are 0
      if (from == 0 || s > from || s == steps.size()) {
        super.run(part, first, 1, member);
      }
      if (function) {
        compute(steps.get(s), program.operands().size() + s, elements, member);
        from = s + 1;
      }
    }
  }

  private void compute(Step step, int to, int n, int member) {
    MemorySegment memory = scratch[member];
    long a = register(step.sources().getFirst());
    long b = register(step.sources().getLast());
    for (int i = 0; i < n; i++) {
      float x = memory.getAtIndex(ValueLayout.JAVA_FLOAT, a + i);
      float y = memory.getAtIndex(ValueLayout.JAVA_FLOAT, b + i);
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, register(to) + i, step.code().apply(x, y));
    }
  }

  private long register(int number) {
    return 2L * table() + (long) number * block;
  }

  /** Adds the tiles up, and rounds. */
  private void addUp() {
    int operands = program.operands().size();
    for (int k = 0; k < work.results().size(); k++) {
      if (sums[operands + k] != null) {
        MemorySegment totals = sums[operands + k].addUp();
        Buffer y = work.results().get(k);
        for (int c = 0; c < y.length(); c++) {
          JavaKernel.set(y, c, (float) JavaKernel.getDouble(totals, c));
        }
      }
    }
    if (work.norm() != null) {
      finishNorm(sums[sums.length - 2].addUp(), sums[sums.length - 1].addUp());
    }
  }

  private void finishNorm(MemorySegment total, MemorySegment products) {
    Work.NormSums norm = work.norm();
    for (int c = 0; c < work.columns(); c++) {
      float variance = JavaKernel.get(norm.variance(), c);
      float scale = JavaKernel.get(norm.scale(), c);
      for (int k = 0; k < norm.results().size(); k++) {
        JavaKernel.set(
            norm.results().get(k),
            c,
            NormFormulas.gradient(
                k,
                variance,
                scale,
                norm.epsilon(),
                JavaKernel.getDouble(total, c),
                JavaKernel.getDouble(products, c)));
      }
    }
  }
}
