package io.github.xnor4j.cpu.vector;

/**
 * A loop over elements in rows, made for one program. Arrays are those of its operands, then those
 * of its results, each with the offset of the first row; columns' own have one element for each
 * column, scalars one. Sums are float64, bits and masks 32-bit words.
 *
 * <p>Two methods, since what a profile has never seen is not compiled: code for the columns that
 * fill no vector would else be compiled again when such come.
 */
interface ElementLoop {
  /** As many columns as fill vectors; of a flat program, elements. */
  void vectors(Object[] arrays, int[] offsets, int rows, int columns);

  /** The columns, or elements, behind those. */
  void rest(Object[] arrays, int[] offsets, int rows, int columns);
}
