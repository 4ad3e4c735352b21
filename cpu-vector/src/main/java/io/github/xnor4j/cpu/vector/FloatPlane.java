package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import java.util.Arrays;

/**
 * The left operand of a float product: the value itself, or, where it is padded, made of bits or
 * stands for integers, a plane in which it is copied. The integers behind pixels are made of the
 * bytes, so that scaled pixels exist only if something else wants them.
 */
final class FloatPlane {
  private final Plane plane;
  private final int channels;
  private final Work.Source source;
  private final boolean converted;
  private final float[][] planes;
  private final float[][] unpacked;

  /**
   * A plane.
   *
   * @param images at a time
   * @param owner whose scratch it is
   */
  FloatPlane(Work.Source source, Work.Geometry geometry, int images, int members, Prepared owner) {
    this.source = source;
    this.plane = new Plane(geometry.input(), geometry.window());
    this.channels = geometry.input().dim(4);
    this.converted =
        source.pixels() != null || source.buffer().dtype() == DType.BIT || source.denominator() > 1;
    int n = images * channels;
    this.planes =
        plane.isPadded() ? owner.ownFloats(members, n * plane.pixels() + Panels.WIDTH) : null;
    this.unpacked =
        converted ? owner.ownFloats(members, n * plane.innerPixels() + Panels.WIDTH) : null;
    for (int i = 0; plane.isPadded() && i < members; i++) {
      Arrays.fill(planes[i], geometry.padValue() * source.denominator());
    }
  }

  Plane plane() {
    return plane;
  }

  int channels() {
    return channels;
  }

  /** Where image {@code i} of a tile begins in what {@link #floats} gives for it. */
  int offset(int first, int i) {
    boolean copied = converted || plane.isPadded();
    return copied ? 0 : source.buffer().at(first) + i * source.buffer().unit();
  }

  /** Images i to i + count of the tile that begins with image {@code first}. */
  float[] floats(int first, int i, int count, int member) {
    Buffer x = source.buffer();
    int at = x.at(first) + i * x.unit();
    float[] values = converted ? unpacked[member] : HeapStorage.floats(x, member);
    if (converted) {
      convert(at, count * plane.innerPixels(), member, values);
    }
    if (!plane.isPadded()) {
      return values;
    }
    copyInto(plane, channels, count, values, converted ? 0 : at, planes[member]);
    return planes[member];
  }

  private void convert(int at, int pixels, int member, float[] to) {
    Buffer x = source.buffer();
    int n = pixels * channels;
    if (source.pixels() != null) {
      int multiplier = source.pixels().multiplier();
      int offset = source.pixels().offset();
      Pixels.scale(HeapStorage.bytes(x, member), at, n, multiplier, offset, 1, to, 0);
    } else if (x.dtype() == DType.BIT) {
      int[] bits = HeapStorage.ints(x, member);
      BitKernels.unpack(bits, at, BitKernels.words(channels), pixels, channels, to, 0, channels);
    } else {
      ColumnBits.integers(HeapStorage.floats(x, member), at, n, source.denominator(), to, 0);
    }
  }

  /** Copies images of so many elements a pixel into planes. */
  static void copyInto(Plane plane, int perPixel, int images, Object x, int x0, Object padded) {
    int[] starts = plane.rowStarts();
    int row = plane.rowLength() * perPixel;
    for (int i = 0; i < images; i++) {
      int to = i * plane.pixels() * perPixel;
      int from = x0 + i * plane.innerPixels() * perPixel;
      for (int r = 0; r < starts.length; r++) {
        System.arraycopy(x, from + r * row, padded, to + starts[r] * perPixel, row);
      }
    }
  }
}
