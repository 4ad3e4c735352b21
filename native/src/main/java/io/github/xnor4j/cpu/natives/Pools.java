package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Kernel;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;

/** Pooling and its gradients, image by image. */
final class Pools {
  private Pools() {}

  private static Struct pool(Context context, Shape input, Window window, int divisor) {
    int channels = input.dim(4);
    Plane plane = new Plane(input, window);
    int[][] inside = plane.insideTaps(channels);
    return context
        .struct()
        .number((long) plane.innerPixels() * channels)
        .number((long) plane.positions() * channels)
        .number(channels)
        .number(plane.positions())
        .ints(inside[0])
        .ints(inside[1])
        .number(divisor);
  }

  /** The maxima and which tap each is. */
  static Kernel maxPool(Work.MaxPool work, Context context) {
    NativeKernel kernel = new NativeKernel(context, "max-pool", "max_pool", 0, work.x());
    kernel.pointTile(work.x());
    kernel.pointTile(work.y());
    kernel.pointTile(work.argmax());
    kernel.build(pool(context, work.input(), work.window(), work.divisor()));
    return kernel;
  }

  /** Each gradient where its maximum stood. */
  static Kernel maxPoolGradient(Work.MaxPoolGradient work, Context context) {
    NativeKernel kernel =
        new NativeKernel(
            context, "max-pool gradient", "max_pool_gradient", 0, work.g(), work.argmax());
    kernel.pointTile(work.g());
    kernel.pointTile(work.argmax());
    kernel.pointTile(work.dx());
    kernel.build(pool(context, work.input(), work.window(), 1));
    return kernel;
  }

  /** Means. */
  static Kernel average(Work.AveragePool work, Context context) {
    NativeKernel kernel =
        new NativeKernel(context, "average", "average_pool", 0, work.x().buffer());
    Plane inside = new Plane(work.input(), Window.point()); // no padding takes part
    int channels = work.input().dim(4);
    int[][] lists = new Plane(work.input(), work.window()).insideTaps(channels);
    kernel.pointTile(work.x().buffer());
    kernel.pointTile(work.y());
    kernel.pointScratch(4L * inside.pixels() * channels);
    kernel.pointScratch(8L * channels);
    Struct struct = context.struct().plane(inside, channels);
    Sources.describe(work.x(), struct);
    kernel.build(
        struct
            .number(lists[0].length - 1)
            .ints(lists[0])
            .ints(lists[1])
            .number(work.x().denominator()));
    return kernel;
  }

  /** Each gradient to all of its window, in equal parts. */
  static Kernel averageGradient(Work.AveragePoolGradient work, Context context) {
    NativeKernel kernel =
        new NativeKernel(context, "average gradient", "average_pool_gradient", 0, work.g());
    int channels = work.input().dim(4);
    Plane plane = new Plane(work.input(), work.window());
    int[][] inside = plane.insideTaps(1);
    int[] starts = new int[plane.innerPixels() + 1];
    for (int pixel : inside[1]) {
      starts[pixel + 1]++;
    }
    for (int i = 0; i < plane.innerPixels(); i++) {
      starts[i + 1] += starts[i];
    }
    int[] windows = new int[inside[1].length];
    int[] sizes = new int[inside[1].length];
    int[] next = starts.clone();
    for (int p = 0; p < plane.positions(); p++) {
      for (int q = inside[0][p]; q < inside[0][p + 1]; q++) {
        int at = next[inside[1][q]]++;
        windows[at] = p * channels;
        sizes[at] = inside[0][p + 1] - inside[0][p];
      }
    }
    kernel.pointTile(work.g());
    kernel.pointTile(work.dx());
    kernel.build(
        context
            .struct()
            .number((long) plane.positions() * channels)
            .number(plane.innerPixels())
            .number(channels)
            .ints(starts)
            .ints(windows)
            .ints(sizes));
    return kernel;
  }
}
