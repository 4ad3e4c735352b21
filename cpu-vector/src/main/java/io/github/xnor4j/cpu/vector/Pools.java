package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import java.util.Arrays;

/** Max-pooling and its gradient, image by image. */
final class Pools {
  private Pools() {}

  /**
   * Whether windows are disjoint, without padding, and of at most four taps: then there are kernels
   * that compute a product and its pool, or a gradient through both.
   */
  static boolean areDisjointAndSmall(Window window) {
    return !window.isPadded()
        && window.dilation().equals(Extent.ONE)
        && window.stride().equals(window.size())
        && window.size().volume() <= 4;
  }

  /** The maxima and which tap each is. */
  static final class Forward extends Prepared {
    private final Work.MaxPool work;
    private final int channels;
    private final int[] starts;
    private final int[] taps;

    Forward(Work.MaxPool work) {
      super("max-pool", work.x());
      this.work = work;
      this.channels = work.input().dim(4);
      int[][] inside = new Plane(work.input(), work.window()).insideTaps(channels);
      this.starts = inside[0];
      this.taps = inside[1];
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      int in = work.x().unit();
      int out = work.y().unit();
      float[] x = HeapStorage.floats(work.x(), member);
      float[] y = HeapStorage.floats(work.y(), member);
      int[] argmax = HeapStorage.ints(work.argmax(), member);
      int x0 = work.x().at(first);
      int y0 = work.y().at(first);
      int m0 = work.argmax().at(first);
      for (int i = 0; i < count; i++) {
        MaxPool.forward(
            x,
            x0 + i * in,
            starts,
            taps,
            0,
            starts.length - 1,
            channels,
            y,
            y0 + i * out,
            argmax,
            m0 + i * out);
      }
      if (work.divisor() > 1) {
        Elementwise.div(y, y0, work.divisor(), y, y0, count * out);
      }
    }
  }

  /** Each gradient where its maximum stood. */
  static final class Gradient extends Prepared {
    private final Work.MaxPoolGradient work;
    private final int channels;
    private final int[] starts;
    private final int[] taps;

    Gradient(Work.MaxPoolGradient work) {
      super("max-pool gradient", work.g(), work.argmax());
      this.work = work;
      this.channels = work.input().dim(4);
      int[][] inside = new Plane(work.input(), work.window()).insideTaps(channels);
      this.starts = inside[0];
      this.taps = inside[1];
    }

    @Override
    public void run(int tile, int first, int count, int member) {
      Buffer dx = work.dx();
      int positions = starts.length - 1;
      int in = dx.unit();
      int out = positions * channels;
      float[] g = HeapStorage.floats(work.g(), member);
      int[] argmax = HeapStorage.ints(work.argmax(), member);
      float[] to = HeapStorage.floats(dx, member);
      int g0 = work.g().at(first);
      int m0 = work.argmax().at(first);
      int x0 = dx.at(first);
      for (int i = 0; i < count; i++) {
        int at = x0 + i * in;
        Arrays.fill(to, at, at + in, 0);
        MaxPool.backward(
            g, g0 + i * out, argmax, m0 + i * out, starts, taps, 0, positions, channels, to, at);
      }
    }
  }
}
