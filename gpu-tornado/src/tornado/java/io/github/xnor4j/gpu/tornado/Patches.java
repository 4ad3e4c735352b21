package io.github.xnor4j.gpu.tornado;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Small changes of variables that travel with a run's inputs: in front of these stand how many
 * there are, a table of what goes where, and the values.
 */
final class Patches {
  /** Where the table begins; in front of it the number of its rows. */
  static final int TABLE = 1;

  /** Numbers of a row: arena, from, to, length. */
  static final int ROW = 4;

  /** Most changes of a run. */
  static final int MOST = 64;

  /** Most elements of all changes of one arena. */
  private static final int VALUES = 256;

  /** Words in front of a run's inputs. */
  static final int WORDS = TABLE + ROW * MOST + VALUES;

  /** Floats in front of a run's inputs. */
  static final int FLOATS = VALUES;

  private final int[] words = new int[WORDS];
  private final float[] floats = new float[FLOATS];
  private int nextFloat;
  private int nextWord;

  Patches() {
    clear();
  }

  void clear() {
    words[0] = 0;
    nextFloat = 0;
    nextWord = TABLE + ROW * MOST;
  }

  int count() {
    return words[0];
  }

  /** Adds a change of floats; false if there is no room. */
  boolean add(float[] values, int to) {
    if (count() == MOST || nextFloat + values.length > FLOATS) {
      return false;
    }
    System.arraycopy(values, 0, floats, nextFloat, values.length);
    row(0, nextFloat, to, values.length);
    nextFloat += values.length;
    return true;
  }

  /** Adds a change of words; false if there is no room. */
  boolean add(int[] values, int to) {
    if (count() == MOST || nextWord + values.length > WORDS) {
      return false;
    }
    System.arraycopy(values, 0, words, nextWord, values.length);
    row(1, nextWord, to, values.length);
    nextWord += values.length;
    return true;
  }

  private void row(int arena, int from, int to, int length) {
    int row = TABLE + ROW * words[0]++;
    words[row] = arena;
    words[row + 1] = from;
    words[row + 2] = to;
    words[row + 3] = length;
  }

  /** Writes all in front of a run's inputs. */
  void store(MemorySegment toFloats, MemorySegment toWords) {
    MemorySegment.copy(floats, 0, toFloats, ValueLayout.JAVA_FLOAT, 0, nextFloat);
    MemorySegment.copy(words, 0, toWords, ValueLayout.JAVA_INT, 0, count() == 0 ? 1 : nextWord);
  }

  /** Makes the changes in arrays of the host. */
  void apply(MemorySegment toFloats, MemorySegment toWords) {
    for (int i = 0; i < count(); i++) {
      int row = TABLE + ROW * i;
      if (words[row] == 0) {
        MemorySegment.copy(
            floats,
            words[row + 1],
            toFloats,
            ValueLayout.JAVA_FLOAT,
            4L * words[row + 2],
            words[row + 3]);
      } else {
        MemorySegment.copy(
            words,
            words[row + 1],
            toWords,
            ValueLayout.JAVA_INT,
            4L * words[row + 2],
            words[row + 3]);
      }
    }
  }
}
