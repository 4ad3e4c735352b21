package io.github.xnor4j.gpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Registers are used again, and not before their last reader. */
final class ElementProgramTest {
  private static Buffer placed(int offset) {
    Buffer buffer = new Buffer(Arena.FLOATS, 1);
    buffer.place(offset);
    return buffer;
  }

  private static int[] code(ElementProgram program) {
    Task task = new Task(Kernel.ELEMENTS, "test");
    program.emit(task);
    return task.threads(1, 1).launch().parameters();
  }

  /** What a work item computes with additions alone, of elements whose value is their place. */
  private static double run(int[] code) {
    double[] r = new double[ElementCode.REGISTERS];
    double stored = Double.NaN;
    for (int s = 0; s < code[ElementCode.STEPS]; s++) {
      int at = ElementCode.HEAD + ElementCode.STEP * s;
      switch (code[at]) {
        case ElementCode.LOAD_FLOAT -> r[code[at + 1]] = code[at + 2];
        case ElementCode.ADD -> r[code[at + 1]] = r[code[at + 2]] + r[code[at + 3]];
        case ElementCode.STORE_FLOAT -> stored = r[code[at + 3]];
        default -> throw new AssertionError("step " + code[at]);
      }
    }
    return stored;
  }

  @Test
  void aLongChainNeedsFewRegisters() {
    ElementProgram program = new ElementProgram("chain", 1, 1);
    int sum = program.load(placed(0), DType.F32);
    for (int i = 1; i <= 100; i++) {
      sum = program.apply(ElementCode.ADD, sum, program.load(placed(i), DType.F32));
    }
    program.store(placed(1000), DType.F32, sum);
    assertTrue(program.fits());
    int[] code = code(program);
    int most = 0;
    for (int s = 0; s < code[ElementCode.STEPS]; s++) {
      most = Math.max(most, code[ElementCode.HEAD + ElementCode.STEP * s + 1]);
    }
    assertEquals(1, most, "two registers are enough");
    assertEquals(5050, run(code));
  }

  @Test
  void registersAreKeptForTheirLastReader() {
    ElementProgram program = new ElementProgram("wide", 1, 1);
    List<Integer> loaded = new ArrayList<>();
    for (int i = 0; i < ElementCode.REGISTERS; i++) {
      loaded.add(program.load(placed(i), DType.F32));
    }
    int sum = loaded.getFirst();
    for (int i = 1; i < loaded.size(); i++) {
      sum = program.apply(ElementCode.ADD, sum, loaded.get(i));
    }
    program.store(placed(1000), DType.F32, sum);
    assertTrue(program.fits());
    assertEquals(ElementCode.REGISTERS * (ElementCode.REGISTERS - 1) / 2, run(code(program)));
  }

  @Test
  void moreThanThereAreDoNotFit() {
    ElementProgram program = new ElementProgram("wider", 1, 1);
    List<Integer> loaded = new ArrayList<>();
    for (int i = 0; i <= ElementCode.REGISTERS; i++) {
      loaded.add(program.load(placed(i), DType.F32));
    }
    int sum = loaded.getFirst();
    for (int i = 1; i < loaded.size(); i++) {
      sum = program.apply(ElementCode.ADD, sum, loaded.get(i));
    }
    program.store(placed(1000), DType.F32, sum);
    assertFalse(program.fits());
  }

  @Test
  void rowsAreWholeWordsWhereBitsAreGiven() {
    ElementProgram floats = new ElementProgram("floats", 3, 33);
    floats.store(placed(0), DType.F32, floats.load(placed(1), DType.F32));
    assertEquals(99, floats.items());
    ElementProgram bits = new ElementProgram("bits", 3, 33);
    bits.store(placed(0), DType.BIT, bits.load(placed(1), DType.F32));
    assertEquals(3 * 64, bits.items());
  }
}
