package io.github.xnor4j.cpu.vector;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.github.xnor4j.cpu.plan.ElementProgram;
import io.github.xnor4j.cpu.plan.ElementProgram.Result;
import io.github.xnor4j.group.Group.Form;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * The class file of an {@link ElementLoop}: what one would write by hand for the program. A vector
 * is never anything but a local variable, so that C2 keeps it in a register.
 *
 * <p>Along the rows, where that can be: an index that grows by a constant needs no check of its
 * bounds in the loop, and where there are bits, a turn of the loop is a word of them. Down the
 * rows, a vector of columns at a time, where there are sums, which then stay in registers; and
 * where there are bits and rows end within a word, since then a row's last vectors are none: a
 * vector's bits are put into their word beside those of the vectors in front of it.
 */
final class ElementLoopCode extends ElementStepCode {
  private static final MethodTypeDesc LOOP =
      MethodTypeDesc.of(CD_void, ConstantDescs.CD_Object.arrayType(), INT_ARRAY, CD_int, CD_int);

  private static final int WORD = 32;
  private static final int WORD_SHIFT = 5;

  private final int operands;
  // local variables: of operands and results array and offset
  private final int[] arrays;
  private final int[] offsets;
  private final int[][] sums; // of results that are sums: one for each vector of doubles
  private final int[][] halves; // of registers, as doubles; made when they are asked for
  private final int[] bits; // of results that are words in the making
  private int row; // where an element's row begins, less the array's offset; -1 if i says it
  private int i; // the element: in its row, or less the array's offset
  private int column;
  private int word; // of bits, less the array's offset
  private int shift; // of a vector's bits in their word; -1 if a constant
  private int vector; // in its word; 0 if words are put together in memory
  private int keep; // which bits of their word are there

  private ElementLoopCode(ElementProgram program, CodeBuilder code, boolean vectors) {
    super(program, code, vectors);
    this.operands = program.operands().size();
    this.arrays = new int[operands + program.results().size()];
    this.offsets = new int[arrays.length];
    this.sums = new int[program.results().size()][];
    this.halves = new int[program.registers()][];
    this.bits = new int[program.results().size()];
  }

  /**
   * The class file.
   *
   * @param program without functions and totals
   * @param along the rows, not down them: it has no sums, and no bits if a row may end within a
   *     word
   */
  static byte[] of(ElementProgram program, boolean along) {
    ClassDesc name = desc(ElementLoopCode.class).nested("Loop");
    return ClassFile.of()
        .build(
            name,
            type ->
                type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                    .withInterfaceSymbols(desc(ElementLoop.class))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        ConstantDescs.MTD_void,
                        0,
                        code ->
                            code.aload(0)
                                .invokespecial(
                                    ConstantDescs.CD_Object,
                                    ConstantDescs.INIT_NAME,
                                    ConstantDescs.MTD_void)
                                .return_())
                    .withMethodBody(
                        "vectors",
                        LOOP,
                        ClassFile.ACC_PUBLIC,
                        code -> new ElementLoopCode(program, code, true).method(along))
                    .withMethodBody(
                        "rest",
                        LOOP,
                        ClassFile.ACC_PUBLIC,
                        code -> new ElementLoopCode(program, code, false).method(along)));
  }

  private void method(boolean along) {
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = code.allocateLocal(TypeKind.REFERENCE);
      offsets[k] = code.allocateLocal(TypeKind.INT);
      code.aload(1).loadConstant(k).aaload().checkcast(arrayType(k)).astore(arrays[k]);
      code.aload(2).loadConstant(k).iaload().istore(offsets[k]);
    }
    if (vectors) {
      constants();
    }
    for (int k = 0; k < operands; k++) {
      if (program.operands().get(k) == Form.SCALAR) {
        code.aload(arrays[k]).iload(offsets[k]).faload();
        broadcast();
        values[k] = store();
      }
    }
    if (along) {
      along();
    } else {
      down();
    }
    code.return_();
  }

  private ClassDesc arrayType(int k) {
    Form form =
        k < operands ? program.operands().get(k) : program.results().get(k - operands).form();
    return switch (form) {
      case DENSE, ROW, SCALAR -> FLOAT_ARRAY;
      case BITS, MASK -> INT_ARRAY;
      case SUMS -> DOUBLE_ARRAY;
      case TOTAL -> throw new IllegalArgumentException("a total is no part of a loop");
    };
  }

  // ---- loops

  /** Row behind row. */
  private void along() {
    if (!vectors && program.hasWords()) {
      return; // rows are whole words
    }
    code.iload(4);
    if (vectors) {
      code.loadConstant(
          program.hasWords() ? WORD_SHIFT : Integer.numberOfTrailingZeros(Lanes.COUNT));
      code.ishr();
    } else {
      code.loadConstant(-Lanes.COUNT).iand();
    }
    int whole = variable(); // turns, or elements that are in vectors
    code.iconst_0();
    row = variable();
    code.iconst_0();
    int rowWord = variable();
    code.iconst_0();
    int r = variable();
    loop(
        r,
        3,
        1,
        () -> {
          if (vectors) {
            code.iconst_0();
          } else {
            code.iload(whole);
          }
          int turn = variable();
          loop(turn, vectors ? whole : 4, 1, () -> turn(turn, rowWord));
          code.iload(row).iload(4).iadd().istore(row);
          code.iload(rowWord).iload(4).loadConstant(WORD_SHIFT).ishr().iadd().istore(rowWord);
        });
  }

  /** A vector, those of a word, or an element. */
  private void turn(int turn, int rowWord) {
    if (!vectors) {
      i = turn;
      element();
      return;
    }
    shift = -1;
    int turnShift = Integer.numberOfTrailingZeros(Lanes.COUNT);
    int copies = 1;
    if (program.hasWords()) {
      turnShift = WORD_SHIFT;
      copies = WORD / Lanes.COUNT;
      code.iload(rowWord).iload(turn).iadd();
      word = variable();
    }
    for (vector = 0; vector < copies; vector++) {
      code.iload(turn).loadConstant(turnShift).ishl();
      if (vector > 0) {
        code.loadConstant(vector * Lanes.COUNT).iadd();
      }
      i = variable();
      element();
    }
  }

  /** Column behind column. */
  private void down() {
    row = -1;
    code.iload(4).loadConstant(-Lanes.COUNT).iand();
    int whole = variable();
    code.iload(4).loadConstant(WORD - 1).iadd().loadConstant(WORD_SHIFT).ishr();
    int words = variable();
    if (vectors) {
      code.iconst_0();
    } else {
      code.iload(whole);
    }
    column = variable();
    loop(column, vectors ? whole : 4, vectors ? Lanes.COUNT : 1, () -> columns(words));
  }

  private void columns(int words) {
    for (int k = 0; k < operands; k++) {
      if (program.operands().get(k) == Form.ROW) {
        load(k, column, false);
      }
    }
    for (int k = 0; k < sums.length; k++) {
      if (program.results().get(k).form() == Form.SUMS) {
        loadSums(k);
        program.results().get(k).registers().stream().filter(this::isRow).forEach(this::doubles);
      }
    }
    code.iload(column);
    i = variable();
    code.iload(column).loadConstant(WORD_SHIFT).ishr();
    word = variable();
    code.iload(column).loadConstant(WORD - 1).iand();
    shift = variable();
    // the first bits of a word take it as nothing
    Label first = code.newLabel();
    code.iconst_0().iload(shift).ifeq(first).pop().iconst_m1().labelBinding(first);
    keep = variable();
    code.iconst_0();
    int r = variable();
    loop(
        r,
        3,
        1,
        () -> {
          element();
          code.iload(i).iload(4).iadd().istore(i);
          code.iload(word).iload(words).iadd().istore(word);
        });
    for (int k = 0; k < sums.length; k++) {
      if (sums[k] != null) {
        storeSums(k);
      }
    }
  }

  private boolean is(int register, Form form) {
    return register < operands && program.operands().get(register) == form;
  }

  private boolean isRow(int register) {
    return is(register, Form.ROW);
  }

  // ---- a vector, or an element

  private void element() {
    boolean[] read = new boolean[operands];
    program.steps().forEach(step -> step.sources().forEach(r -> mark(read, r)));
    for (Result result : program.results()) {
      // halves of dense ones are loaded by themselves
      boolean halves = vectors && result.form() == Form.SUMS;
      result.registers().stream()
          .filter(r -> !halves || !is(r, Form.DENSE))
          .forEach(r -> mark(read, r));
    }
    for (int k = 0; k < operands; k++) {
      if (read[k]) {
        switch (program.operands().get(k)) {
          case DENSE -> load(k, i, true);
          case ROW -> {
            if (row >= 0) {
              load(k, i, false); // down the rows it is there
            }
          }
          case BITS -> signs(k);
          case MASK, SCALAR -> {}
          case SUMS, TOTAL -> throw new IllegalArgumentException("an operand is no sum");
        }
      }
    }
    for (int s = 0; s < program.steps().size(); s++) {
      step(program.steps().get(s));
      values[operands + s] = store();
    }
    for (boolean dense : new boolean[] {true, false}) {
      for (int k = 0; k < program.results().size(); k++) {
        Result result = program.results().get(k);
        if ((result.form() == Form.DENSE) == dense) {
          result(k, result);
        }
      }
    }
    for (int r = 0; r < halves.length; r++) {
      halves[r] = isRow(r) ? halves[r] : null;
    }
  }

  private void mark(boolean[] read, int register) {
    if (register < operands) {
      read[register] = true;
    }
  }

  private void index(int k, int at) {
    code.iload(offsets[k]).iload(at).iadd();
  }

  /** Index of the element in what has one for each. */
  private void denseIndex(int k) {
    index(k, i);
    if (row >= 0) {
      code.iload(row).iadd();
    }
  }

  private void loadIndex(int k, int at, boolean dense) {
    if (dense) {
      denseIndex(k);
    } else {
      index(k, at);
    }
  }

  /** Loads an operand from where a variable says. */
  private void load(int k, int at, boolean dense) {
    if (vectors) {
      code.getstatic(LANES, "F", SPECIES).aload(arrays[k]);
      loadIndex(k, at, dense);
      code.invokestatic(
          FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int));
    } else {
      code.aload(arrays[k]);
      loadIndex(k, at, dense);
      code.faload();
    }
    values[k] = store();
  }

  @Override
  void bits(int k) {
    code.aload(arrays[k]);
    index(k, word);
    code.iaload();
    if (shift >= 0) {
      code.iload(shift).iushr();
    } else if (vector > 0) {
      code.loadConstant(vector * Lanes.COUNT).iushr();
    }
  }

  @Override
  void broadcastBits(int k) {
    code.getstatic(LANES, "I", SPECIES);
    bits(k);
    code.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
  }

  /** +-1: a bit becomes the sign of 1. */
  private void signs(int k) {
    if (vectors) {
      broadcastBits(k);
      code.getstatic(OPERATORS, "LSHR", BINARY).aload(lane);
      code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
      code.getstatic(OPERATORS, "LSHL", BINARY).loadConstant(31);
      code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
      code.loadConstant(Float.floatToRawIntBits(1));
      code.invokevirtual(INTS, "or", MethodTypeDesc.of(INTS, CD_int));
      code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    } else {
      code.iconst_1();
      bits(k);
      code.iconst_1().iand().iconst_1().ishl().isub().i2f();
    }
    values[k] = store();
  }

  // ---- results

  private void result(int k, Result result) {
    List<Integer> of = result.registers();
    switch (result.form()) {
      case DENSE -> dense(operands + k, of.get(0));
      case BITS -> {
        get(of.get(0));
        if (vectors) {
          code.aload(zero);
        } else {
          code.fconst_0();
        }
        putBits(operands + k, "LT", Opcode.IFGE);
      }
      case MASK -> {
        get(of.get(0));
        get(of.get(1));
        putBits(operands + k, "LE", Opcode.IFGT);
      }
      case SUMS -> sum(sums[k], of);
      case ROW, SCALAR, TOTAL -> throw new IllegalArgumentException("gives " + result.form());
    }
  }

  private void dense(int k, int register) {
    if (vectors) {
      get(register);
      code.aload(arrays[k]);
      denseIndex(k);
      code.invokevirtual(FLOATS, "intoArray", MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int));
    } else {
      code.aload(arrays[k]);
      denseIndex(k);
      get(register);
      code.fastore();
    }
  }

  /** Puts the bits of a comparison of what lies on the stack into their word. */
  private void putBits(int k, String comparison, Opcode fails) {
    if (vectors) {
      compare(comparison);
      code.invokevirtual(MASK, "toLong", MethodTypeDesc.of(CD_long)).l2i();
    } else {
      code.fcmpg();
      choose(fails, code::iconst_1, code::iconst_0);
    }
    if (shift >= 0) {
      code.iload(shift).ishl();
      int made = variable();
      code.aload(arrays[k]);
      index(k, word);
      code.dup2().iaload().iload(keep).iand().iload(made).ior().iastore();
      return;
    }
    if (vector > 0) {
      code.loadConstant(vector * Lanes.COUNT).ishl().iload(bits[k - operands]).ior();
    }
    bits[k - operands] = variable();
    if (vector == WORD / Lanes.COUNT - 1) {
      code.aload(arrays[k]);
      index(k, word);
      code.iload(bits[k - operands]).iastore();
    }
  }

  // ---- sums, in float64

  private void halfIndex(int k, int at, int half) {
    index(k, at);
    if (half != 0) {
      code.loadConstant(Lanes.HALF).iadd();
    }
  }

  private void loadSums(int k) {
    sums[k] = new int[doublesOf()];
    int array = operands + k;
    for (int half = 0; half < sums[k].length; half++) {
      if (vectors) {
        code.getstatic(LANES, "D", SPECIES).aload(arrays[array]);
        halfIndex(array, column, half);
        code.invokestatic(
            DOUBLES, "fromArray", MethodTypeDesc.of(DOUBLES, SPECIES, DOUBLE_ARRAY, CD_int));
      } else {
        code.aload(arrays[array]);
        index(array, column);
        code.daload();
      }
      sums[k][half] = storeDoubles();
    }
  }

  private void storeSums(int k) {
    int array = operands + k;
    for (int half = 0; half < sums[k].length; half++) {
      if (vectors) {
        code.aload(sums[k][half]).aload(arrays[array]);
        halfIndex(array, column, half);
        code.invokevirtual(DOUBLES, "intoArray", MethodTypeDesc.of(CD_void, DOUBLE_ARRAY, CD_int));
      } else {
        code.aload(arrays[array]);
        index(array, column);
        code.dload(sums[k][half]).dastore();
      }
    }
  }

  /** The array that a register was loaded from or has been stored to; -1 if there is none. */
  private int arrayOf(int register) {
    if (is(register, Form.DENSE) || isRow(register)) {
      return register;
    }
    Result stored = new Result(Form.DENSE, List.of(register));
    int k = program.results().indexOf(stored);
    return k < 0 ? -1 : operands + k;
  }

  /**
   * A register as doubles. Halves of what lies in memory are loaded from there; of others the upper
   * half is moved down first, since a conversion of it would be no instruction.
   */
  private int[] doubles(int register) {
    if (halves[register] != null) {
      return halves[register];
    }
    int[] made = new int[doublesOf()];
    for (int half = 0; half < made.length; half++) {
      if (!vectors) {
        get(register);
        code.f2d();
      } else {
        int array = arrayOf(register);
        if (array >= 0) {
          code.getstatic(LANES, "HALF_F", SPECIES).aload(arrays[array]);
          halfIndex(array, isRow(register) ? column : i, half);
          code.invokestatic(
              FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int));
        } else {
          get(register);
          if (half != 0) {
            code.getstatic(LANES, "UPPER", SHUFFLE);
            code.invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE));
          }
        }
        code.getstatic(OPERATORS, "F2D", CONVERSION).getstatic(LANES, "D", SPECIES).iconst_0();
        code.invokevirtual(
            FLOATS, "convertShape", MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int));
        code.checkcast(DOUBLES);
      }
      made[half] = storeDoubles();
    }
    halves[register] = made;
    return made;
  }

  private void sum(int[] into, List<Integer> of) {
    int[] x = doubles(of.get(0));
    int[] y = of.size() == 1 ? null : doubles(of.get(1));
    int[] m = of.size() == 1 ? null : doubles(of.get(2));
    for (int half = 0; half < into.length; half++) {
      if (y == null) {
        getDoubles(x[half]); // the one whose type C2 knows: a sum's comes from the turn before
        getDoubles(into[half]);
        addDoubles("add", code::dadd);
      } else {
        getDoubles(x[half]);
        getDoubles(y[half]);
        getDoubles(m[half]);
        addDoubles("sub", code::dsub);
        getDoubles(into[half]);
        if (vectors) {
          code.invokevirtual(DOUBLES, "fma", MethodTypeDesc.of(DOUBLES, VECTOR, VECTOR));
        } else {
          function("fma", CD_double, 3);
        }
      }
      setDoubles(into[half]);
    }
  }
}
