package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * Where the gradient of an input is added up: in the value itself, or, where the input is padded or
 * integers are added as floats, in a plane whose inner pixels are copied in the end.
 */
final class GradientPlane {
  private final Plane plane;
  private final int channels;
  private final Buffer dx;
  private final DType dtype; // of the sums
  private final Object[] planes; // null if dx holds the sums

  /**
   * A plane.
   *
   * @param dtype of the sums, F32 or I32
   */
  GradientPlane(Work.InputGradient work, DType dtype, int members, Prepared owner) {
    this.plane = new Plane(work.geometry().input(), work.geometry().window());
    this.channels = work.geometry().input().dim(4);
    this.dx = work.dx();
    int tile = work.domain().tile() * image();
    this.dtype = dtype;
    if (!plane.isPadded() && dx.dtype() == dtype) {
      this.planes = null;
    } else if (dtype == DType.F32) {
      this.planes = owner.ownFloats(members, tile);
    } else {
      this.planes = owner.ownInts(members, tile);
    }
  }

  Plane plane() {
    return plane;
  }

  int channels() {
    return channels;
  }

  /** Elements of an image. */
  int image() {
    return plane.pixels() * channels;
  }

  int offset(int first) {
    return planes != null ? 0 : dx.at(first);
  }

  float[] floats(int member) {
    return (float[]) array(member);
  }

  int[] ints(int member) {
    return (int[]) array(member);
  }

  private Object array(int member) {
    return planes != null ? planes[member] : dx.memory(member);
  }

  void clear(int first, int count, int member) {
    int from = offset(first);
    int to = from + count * image();
    if (dtype == DType.F32) {
      Arrays.fill(floats(member), from, to, 0);
    } else {
      Arrays.fill(ints(member), from, to, 0);
    }
  }

  /** Brings a tile to where it belongs. */
  void finish(int first, int count, int member) {
    if (planes == null) {
      return;
    }
    Object padded = planes[member];
    Object x = dx.memory(member);
    int x0 = dx.at(first);
    int[] starts = plane.rowStarts();
    int row = plane.rowLength() * channels;
    for (int i = 0; i < count; i++) {
      int from = i * image();
      int to = x0 + i * plane.innerPixels() * channels;
      for (int r = 0; r < starts.length; r++) {
        int start = from + starts[r] * channels;
        if (dx.dtype() == dtype) {
          System.arraycopy(padded, start, x, to + r * row, row);
        } else {
          integers((float[]) padded, start, row, (int[]) x, to + r * row);
        }
      }
    }
  }

  private static void integers(float[] x, int x0, int n, int[] y, int y0) {
    for (int i = 0; i < n; i++) {
      y[y0 + i] = (int) x[x0 + i];
    }
  }
}
