package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Work;
import jdk.incubator.vector.FloatVector;

/** The largest of all elements, tile by tile; NaN if one is, as {@link Math#max} has it. */
final class Largest extends Prepared {
  private final Work.Largest work;
  private final float[] tiles;
  private final float[][] lanes; // of members

  Largest(Work.Largest work, int members) {
    super("largest", work.x());
    this.work = work;
    this.tiles = ownFloats(1, Math.max(1, work.domain().tiles()))[0];
    this.lanes = ownFloats(members, COUNT);
    tiles[0] = Float.NEGATIVE_INFINITY; // of nothing
    finishBy(
        new Once("finish") {
          @Override
          void run() {
            float largest = Float.NEGATIVE_INFINITY;
            for (float of : tiles) {
              largest = Math.max(largest, of);
            }
            HeapStorage.floats(work.y(), 0)[0] = largest;
          }
        });
  }

  @Override
  public void run(int tile, int first, int count, int member) {
    Domain domain = work.domain();
    Buffer x = work.x();
    tiles[tile] =
        largest(
            HeapStorage.floats(x, member),
            domain.at(x, first),
            domain.elements(x, count),
            lanes[member]);
  }

  /**
   * The largest of n elements.
   *
   * @param lanes scratch for those of a vector
   */
  static float largest(float[] x, int x0, int n, float[] lanes) {
    FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i < F.loopBound(n); i += COUNT) {
      most = most.max(FloatVector.fromArray(F, x, x0 + i));
    }
    most.intoArray(lanes, 0);
    float largest = Float.NEGATIVE_INFINITY;
    for (float lane : lanes) {
      largest = Math.max(largest, lane);
    }
    for (; i < n; i++) {
      largest = Math.max(largest, x[x0 + i]);
    }
    return largest;
  }
}
