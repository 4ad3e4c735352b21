package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import java.util.Arrays;

/**
 * Sums of a filter's gradient behind a max-pool, an image at a time, where a pixel has few
 * channels: lanes are output channels, and each picks from its window's four elements.
 */
final class PooledWindows {
  private final FloatGradient g;
  private final Buffer argmax;
  private final FloatPlane source;
  private final int o;
  private final int ld;
  private final int[] rows;
  private final int[] pieces;
  private final int run;
  private final int[] steps = new int[4];
  private final int elements;
  private final float[][] tables;
  private final float[][] sums;

  /**
   * Sums of [depth, ld].
   *
   * @param ld output channels, up to whole vectors at least
   */
  PooledWindows(Work.FilterGradient work, int ld, int members, Prepared owner) {
    Work.Pooling pooling = work.pooling();
    this.g = new FloatGradient(work.g(), 1, members, owner);
    this.argmax = pooling.argmax();
    this.source = new FloatPlane(work.x(), work.geometry(), 1, members, owner);
    this.o = work.dw().shape().dim(0);
    this.ld = ld;
    this.run = source.plane().runLength() * source.channels();
    this.pieces = pieces(source.plane().runs(source.channels()), run);
    int[] windows = Plane.windows(pooling.input(), pooling.window());
    int[] four = InputGradients.pixels(source.plane(), windows, source.channels());
    this.rows = new int[four.length / 4];
    Arrays.setAll(rows, i -> four[4 * i]);
    Arrays.setAll(steps, p -> four[p] - four[0]);
    this.elements = rows[rows.length - 1] + Arrays.stream(pieces).max().orElse(0) + 3;
    this.tables = owner.ownFloats(members, 4 * elements + Panels.WIDTH);
    this.sums = owner.ownFloats(members, 3 * pieces.length * ld);
  }

  /** The first elements of each three that are side by side; a run's last may lie behind it. */
  private static int[] pieces(int[] runs, int length) {
    int perRun = (length + 2) / 3;
    int[] pieces = new int[runs.length * perRun];
    Arrays.setAll(pieces, i -> runs[i / perRun] + i % perRun * 3);
    return pieces;
  }

  /** Windows of an image. */
  int count() {
    return rows.length;
  }

  void clear(int member) {
    Arrays.fill(sums[member], 0, 3 * pieces.length * ld, 0);
  }

  /** Puts windows' elements side by side; gives the gradients of image i of a tile. */
  float[] image(int first, int i, int member) {
    float[] a = source.floats(first, i, 1, member);
    PooledGemm.windows(a, source.offset(first, i), steps, elements, tables[member]);
    return g.floats(first, i, 1, member);
  }

  /** Adds what some windows of that image give. */
  void add(float[] dy, int first, int i, int w0, int w1, int member) {
    PooledGemm.filterGradient(
        tables[member],
        rows,
        w0,
        w1,
        pieces,
        dy,
        g.offset(first, i),
        HeapStorage.ints(argmax, member),
        argmax.at(first) + i * argmax.unit(),
        o,
        sums[member],
        ld);
  }

  /** Writes the sums. */
  void copyTo(float[] to, int member) {
    for (int r = 0; r < runs(); r++) {
      System.arraycopy(sums[member], r * perRun(), to, r * run * ld, run * ld);
    }
  }

  /** Adds the sums, which are integers, to such ints. */
  void addTo(int[] to, int member) {
    for (int r = 0; r < runs(); r++) {
      IntegerProducts.add(sums[member], r * perRun(), to, r * run * ld, run * ld);
    }
  }

  private int runs() {
    return 3 * pieces.length * ld / perRun();
  }

  /** Sums of a run, with those that lie behind it. */
  private int perRun() {
    return (run + 2) / 3 * 3 * ld;
  }
}
