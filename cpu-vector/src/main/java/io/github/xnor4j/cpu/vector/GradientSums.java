package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * The gradient of an input, added up tap by tap: in the value itself, or, where the input is padded
 * or integers are added as floats, in a plane whose inner pixels are copied in the end. So many
 * images at a time that the sums stay in the L2 cache, to which every tap comes back.
 */
abstract class GradientSums extends Prepared {
  /** Elements that lie in half an L2 cache of 512 KiB. */
  private static final int CACHED = 1 << 16;

  private final Plane plane;
  private final int channels;
  private final Buffer dx;
  private final DType dtype; // of the sums
  private final int images;
  private final boolean adds;
  private final Object[] planes; // null if dx holds the sums

  /**
   * A kernel.
   *
   * @param dtype of the sums, F32 or I32
   * @param most images at a time
   */
  GradientSums(
      String name, Work.InputGradient work, DType dtype, int most, int members, Buffer... reads) {
    super(name, reads);
    this.plane = new Plane(work.geometry().input(), work.geometry().window());
    this.channels = work.geometry().input().dim(4);
    this.dx = work.dx();
    this.dtype = dtype;
    this.images = Math.clamp(CACHED / image(), 1, Math.min(most, work.domain().tile()));
    // in a product of one tap each pixel has one sum, which is written
    this.adds = !plane.isPoint() || work.pooling() != null || work.geometry().groups() > 1;
    if (!plane.isPadded() && dx.dtype() == dtype) {
      this.planes = null;
    } else if (dtype == DType.F32) {
      this.planes = ownFloats(members, images * image());
    } else {
      this.planes = ownInts(members, images * image());
    }
  }

  /** Adds the gradients of images {@code i} to {@code i + count} of the tile to their sums. */
  abstract void add(int first, int i, int count, int member);

  @Override
  public final void run(int tile, int first, int count, int member) {
    for (int i = 0; i < count; i += images) {
      int n = Math.min(images, count - i);
      if (adds) {
        clear(first, i, n, member);
      }
      add(first, i, n, member);
      finish(first, i, n, member);
    }
  }

  final Plane plane() {
    return plane;
  }

  final int channels() {
    return channels;
  }

  /** Whether sums begin with zeros, to which all is added. */
  final boolean adds() {
    return adds;
  }

  /** Images at a time, at most. */
  final int images() {
    return images;
  }

  /** Elements of an image's sums. */
  final int image() {
    return plane.pixels() * channels;
  }

  /** Where the sums of image {@code i} of a tile begin while it is in work. */
  final int offset(int first, int i) {
    return planes != null ? 0 : dx.at(first) + i * image();
  }

  final float[] floats(int member) {
    return (float[]) array(member);
  }

  final int[] ints(int member) {
    return (int[]) array(member);
  }

  private Object array(int member) {
    return planes != null ? planes[member] : dx.memory(member);
  }

  private void clear(int first, int i, int count, int member) {
    int from = offset(first, i);
    int to = from + count * image();
    if (dtype == DType.F32) {
      Arrays.fill(floats(member), from, to, 0);
    } else {
      Arrays.fill(ints(member), from, to, 0);
    }
  }

  /** Brings images to where they belong. */
  private void finish(int first, int i, int count, int member) {
    if (planes == null) {
      return;
    }
    Object padded = planes[member];
    Object x = dx.memory(member);
    int x0 = dx.at(first) + i * dx.unit();
    int[] starts = plane.rowStarts();
    int row = plane.rowLength() * channels;
    for (int image = 0; image < count; image++) {
      int from = image * image();
      int to = x0 + image * dx.unit();
      for (int r = 0; r < starts.length; r++) {
        int start = from + starts[r] * channels;
        if (dx.dtype() == dtype) {
          System.arraycopy(padded, start, x, to + r * row, row);
        } else {
          FloatGradient.integers((float[]) padded, start, row, (int[]) x, to + r * row);
        }
      }
    }
  }
}
