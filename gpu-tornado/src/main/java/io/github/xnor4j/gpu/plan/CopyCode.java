package io.github.xnor4j.gpu.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel reads that copies between the arrays of the host's side (inputs, variables,
 * outputs) and the arenas: the number of segments, the number of elements in all, then for each
 * segment four numbers: elements before it, its arena, where it comes from, where it goes.
 */
public final class CopyCode {
  /** Number of segments. */
  public static final int SEGMENTS = 0;

  /** Elements of all. */
  public static final int ELEMENTS = 1;

  /** Where the segments begin. */
  public static final int TABLE = 2;

  /** Numbers of a segment. */
  public static final int ROW = 4;

  /** Work items of a group. */
  public static final int GROUP = 64;

  private final List<int[]> segments = new ArrayList<>();
  private int elements;

  /** Adds a segment: all of a buffer, from or to its place. */
  public void add(Buffer buffer, int from, int to) {
    if (buffer.length() > 0) {
      segments.add(new int[] {elements, buffer.arena().ordinal(), from, to});
      elements = Math.addExact(elements, buffer.length());
    }
  }

  /** Whether nothing is copied. */
  public boolean isEmpty() {
    return elements == 0;
  }

  /** The launch, of a kernel that is no {@link Kernel}: it has the host's arrays as arguments. */
  public int[] parameters() {
    int[] out = new int[TABLE + ROW * segments.size()];
    out[SEGMENTS] = segments.size();
    out[ELEMENTS] = elements;
    for (int i = 0; i < segments.size(); i++) {
      System.arraycopy(segments.get(i), 0, out, TABLE + ROW * i, ROW);
    }
    return out;
  }

  /** Work items. */
  public int threads() {
    return Math.ceilDiv(Math.max(1, elements), GROUP) * GROUP;
  }
}
