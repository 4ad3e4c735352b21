package io.github.xnor4j.cpu.vector;

import static io.github.xnor4j.cpu.vector.Lanes.COUNT;
import static io.github.xnor4j.cpu.vector.Lanes.F;

import io.github.xnor4j.cpu.plan.Work;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The largest of all elements, as {@link Math#max} has it. No order of comparisons shows in it. */
final class Largest extends Prepared {
  private final Work.Largest work;
  private final float[][] largest; // of each tile

  Largest(Work.Largest work) {
    super("largest", work.x());
    this.work = work;
    this.largest = ownFloats(Math.max(1, work.domain().tiles()), 1);
    largest[0][0] = Float.NEGATIVE_INFINITY; // of nothing
    finishBy(
        new Once("finish") {
          @Override
          void run() {
            float max = Float.NEGATIVE_INFINITY;
            for (float[] tile : largest) {
              max = Math.max(max, tile[0]);
            }
            HeapStorage.floats(work.y(), 0)[0] = max;
          }
        });
  }

  @Override
  public void run(int tile, int first, int count, int member) {
    int from = work.domain().at(work.x(), first);
    int n = work.domain().elements(work.x(), count);
    float found = largest(HeapStorage.floats(work.x(), member), from, n);
    boolean begins = work.domain().begins(first);
    largest[tile][0] = begins ? found : Math.max(largest[tile][0], found);
  }

  /** The largest of elements that lie behind one another; NaN if one is. */
  static float largest(float[] x, int from, int n) {
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    FloatVector second = largest; // so that no turn waits for the one before
    int i = 0;
    for (; i + 2 * COUNT <= n; i += 2 * COUNT) {
      largest = FloatVector.fromArray(F, x, from + i).max(largest);
      second = FloatVector.fromArray(F, x, from + i + COUNT).max(second);
    }
    float max = largest.max(second).reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[from + i]);
    }
    return max;
  }
}
