package io.github.xnor4j.gpu.plan;

/**
 * What the kernel of element-wise runs reads: programs of simple steps over registers in float64,
 * of which a work item runs one for one element. A float operation computed in float64 and rounded
 * to float is the float operation (float64 has more than twice a float's digits), on every device,
 * and no compiler can contract two of them.
 *
 * <p>Parameters: the number of programs, then for each its first work item and where its code
 * begins; a program begins at a work group. Code: {@link #ROWS} to {@link #STEPS}, then the steps
 * of {@link #STEP} numbers each: what is done, the target register, four sources.
 */
public final class ElementCode {
  /** Number of programs. */
  public static final int PROGRAMS = 0;

  /** Where the table of programs begins; two numbers each. */
  public static final int TABLE = 1;

  /** Rows of the swept extent. */
  public static final int ROWS = 0;

  /** Elements of a row. */
  public static final int LAST = 1;

  /** Work items of a row: those of whole words, if bits are given, else one for each element. */
  public static final int ITEMS = 2;

  /** Number of steps. */
  public static final int STEPS = 3;

  /** Numbers in front of the steps. */
  public static final int HEAD = 4;

  /** Numbers of a step. */
  public static final int STEP = 6;

  /** Registers of a work item. */
  public static final int REGISTERS = 32;

  /** Work items of a group. */
  public static final int GROUP = 64;

  // ---- loads: source 0 is where the value begins

  /** F32, an element each. */
  public static final int LOAD_FLOAT = 0;

  /** F32, one for each column. */
  public static final int LOAD_FLOAT_ROW = 1;

  /** F32, one for all. */
  public static final int LOAD_FLOAT_SCALAR = 2;

  /** I32 or I16, an element each. */
  public static final int LOAD_INTEGER = 3;

  /** I32 or I16, one for each column. */
  public static final int LOAD_INTEGER_ROW = 4;

  /** I32 or I16, one for all. */
  public static final int LOAD_INTEGER_SCALAR = 5;

  /** U8, an element each. */
  public static final int LOAD_BYTE = 6;

  /** +-1 of bits; source 1: words of a row. */
  public static final int LOAD_BITS = 7;

  /** 0 of a mask's bit that is clear, else infinity; source 1: words of a row. */
  public static final int LOAD_MASK = 8;

  // ---- stores: source 0 is where the value begins, source 1 the register

  /** F32, an element each. */
  public static final int STORE_FLOAT = 9;

  /** I32 or I16, an element each. */
  public static final int STORE_INTEGER = 10;

  /** A bit each, set where the register is less than 0; source 2: words of a row. */
  public static final int STORE_BITS = 11;

  /** A bit each, clear where it is at most the limit in register source 3; source 2 as above. */
  public static final int STORE_MASK = 12;

  // ---- functions of registers, rounded to float

  /** a + b. */
  public static final int ADD = 13;

  /** a - b. */
  public static final int SUB = 14;

  /** a * b. */
  public static final int MUL = 15;

  /** a / b. */
  public static final int DIV = 16;

  /** The smaller, NaN if one is; -0 is less than 0. */
  public static final int MIN = 17;

  /** The larger, NaN if one is; 0 is more than -0. */
  public static final int MAX = 18;

  /** -a. */
  public static final int NEGATE = 19;

  /** |a|. */
  public static final int ABS = 20;

  /** a * a. */
  public static final int SQUARE = 21;

  /** The square root. */
  public static final int SQRT = 22;

  /** The nearest integer, ties to even. */
  public static final int RINT = 23;

  /** e to the a. */
  public static final int EXP = 24;

  /** The natural logarithm. */
  public static final int LOG = 25;

  /** The hyperbolic tangent. */
  public static final int TANH = 26;

  /** a to the power of b. */
  public static final int POW = 27;

  /** c where a is less than b, else d. */
  public static final int SELECT_LESS = 28;

  /** c where a is at most b, else d. */
  public static final int SELECT_LESS_EQUAL = 29;

  /** c where a is b, else d. */
  public static final int SELECT_EQUAL = 30;

  /** -1 where a is less than 0, else 1. */
  public static final int SIGN = 31;

  /** -1 where a is less than b, else 1. */
  public static final int THRESHOLD = 32;

  /** (a m + n) / d; sources 1 to 3 are the integers m, n, d. */
  public static final int SCALE = 33;

  /** a / sqrt(b + c), rounded once: batch norm's factor. */
  public static final int FACTOR = 34;

  /** a b to the nearest integer, ties to even, clamped to +-n; source 2 is the integer n. */
  public static final int TO_INTEGER = 35;

  /** 1 where {@link #TO_INTEGER} of the same sources clamps, else 0. */
  public static final int IS_CLAMPED = 36;

  /** a / b / n, rounded once; source 2 is the integer n. */
  public static final int TO_FLOAT = 37;

  private ElementCode() {}

  /** Whether a step stores; its target is no register. */
  static boolean isStore(int op) {
    return op >= STORE_FLOAT && op <= STORE_MASK;
  }
}
