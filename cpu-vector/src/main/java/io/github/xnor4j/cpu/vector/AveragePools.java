package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;

/** Average pooling and its gradient, image by image. */
final class AveragePools {
  private AveragePools() {}

  /** The means. */
  static final class Forward extends Prepared {
    private final Buffer y;
    private final FloatPlane source;
    private final int denominator;
    private final int[] starts;
    private final int[] taps;

    Forward(Work.AveragePool work, int members) {
      super("average", work.x().buffer());
      this.y = work.y();
      // what lies inside, as floats or integers: no padding takes part
      Work.Geometry inside = new Work.Geometry(work.input(), Window.point(), 1, 0);
      this.source = new FloatPlane(work.x(), inside, 1, members, this);
      this.denominator = work.x().denominator();
      int[][] lists = new Plane(work.input(), work.window()).insideTaps(source.channels());
      this.starts = lists[0];
      this.taps = lists[1];
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      for (int i = 0; i < count; i++) {
        AveragePool.forward(
            source.floats(first, i, 1, member),
            source.offset(first, i),
            starts,
            taps,
            denominator,
            source.channels(),
            HeapStorage.floats(y, member),
            y.at(first) + i * (starts.length - 1) * source.channels());
      }
    }
  }

  /** Each gradient to all of its window, in equal parts. */
  static final class Gradient extends Prepared {
    private final Buffer g;
    private final Buffer dx;
    private final int channels;
    private final int positions;
    private final int[] starts;
    private final int[] windows;
    private final float[] sizes;

    Gradient(Work.AveragePoolGradient work) {
      super("average gradient", work.g());
      this.g = work.g();
      this.dx = work.dx();
      this.channels = work.input().dim(4);
      Plane plane = new Plane(work.input(), work.window());
      this.positions = plane.positions();
      int[][] inside = plane.insideTaps(1);
      this.starts = new int[plane.innerPixels() + 1];
      for (int pixel : inside[1]) {
        starts[pixel + 1]++;
      }
      for (int i = 0; i < plane.innerPixels(); i++) {
        starts[i + 1] += starts[i];
      }
      this.windows = new int[inside[1].length];
      this.sizes = new float[inside[1].length];
      int[] next = starts.clone();
      for (int p = 0; p < positions; p++) {
        for (int q = inside[0][p]; q < inside[0][p + 1]; q++) {
          int at = next[inside[1][q]]++;
          windows[at] = p * channels;
          sizes[at] = inside[0][p + 1] - inside[0][p];
        }
      }
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      for (int i = 0; i < count; i++) {
        AveragePool.backward(
            HeapStorage.floats(g, member),
            g.at(first) + i * positions * channels,
            starts,
            windows,
            sizes,
            channels,
            HeapStorage.floats(dx, member),
            dx.at(first) + i * (starts.length - 1) * channels);
      }
    }
  }
}
