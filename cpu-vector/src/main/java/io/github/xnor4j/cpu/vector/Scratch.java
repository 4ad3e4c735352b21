package io.github.xnor4j.cpu.vector;

/**
 * Arrays that one member of a team writes while others are at work. Behind the elements lie two
 * cache lines that nobody writes (processors fetch lines in pairs). Without them an array's last
 * elements share a line with the next object's header, which holds the length that every access to
 * that one reads: each write here would take the line from the member that works there, and cost
 * more than what is computed with so little memory. So an array's length says nothing: whoever uses
 * it knows how many elements it has.
 */
final class Scratch {
  private static final int APART = 128; // bytes

  private Scratch() {}

  static float[] floats(int n) {
    return new float[n + APART / Float.BYTES];
  }

  static double[] doubles(int n) {
    return new double[n + APART / Double.BYTES];
  }

  static int[] ints(int n) {
    return new int[n + APART / Integer.BYTES];
  }

  static long[] longs(int n) {
    return new long[n + APART / Long.BYTES];
  }

  static short[] shorts(int n) {
    return new short[n + APART / Short.BYTES];
  }

  /** References, which have 4 or 8 bytes. */
  static Object[] references(int n) {
    return new Object[n + APART / Integer.BYTES];
  }
}
