package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** How the input of a product becomes what the product reads. */
final class Sources {
  private Sources() {}

  /** Whether elements are integers of 16 bits, those of the padding too. */
  static boolean areShorts(Work.Source source, Work.Geometry geometry) {
    float padding = padding(source, geometry);
    return source.buffer().dtype() != DType.I16
        && bound(source) > 0
        && bound(source) <= Short.MAX_VALUE
        && padding == Math.rint(padding)
        && Math.abs(padding) <= Short.MAX_VALUE;
  }

  /** The largest absolute value of integers; 0 if it stands for none. */
  static long bound(Work.Source source) {
    return source.buffer().dtype() == DType.BIT ? 1 : source.bound();
  }

  private static float padding(Work.Source source, Work.Geometry geometry) {
    return geometry.window().isPadded() ? geometry.padValue() * source.denominator() : 0;
  }

  /** xn_source. */
  static void describe(Work.Source source, Struct struct) {
    if (source.pixels() != null) {
      struct.number(0).number(source.pixels().multiplier()).number(source.pixels().offset());
    } else {
      boolean bits = source.buffer().dtype() == DType.BIT;
      boolean asTheyLie = source.denominator() == 1 && source.buffer().dtype() == DType.F32;
      struct.number(bits ? 2 : asTheyLie ? 3 : 1).number(source.denominator()).number(0);
    }
  }

  /** xn_source of shorts. */
  static void describeShorts(Work.Source source, Struct struct) {
    if (source.pixels() == null && source.buffer().dtype() == DType.F32) {
      struct.number(1).number(source.denominator()).number(0);
    } else {
      describe(source, struct);
    }
  }

  /** xn_source of ints. */
  static void describeInts(Work.Source source, Struct struct) {
    if (source.pixels() != null) {
      describe(source, struct);
      return;
    }
    int kind =
        switch (source.buffer().dtype()) {
          case F32 -> 1;
          case BIT -> 2;
          case I32 -> 3;
          case I16 -> 4;
          case U8 -> throw new IllegalArgumentException(source + " has no scaling");
        };
    struct.number(kind).number(source.denominator()).number(0);
  }

  /** xn_source of what is read as it lies. */
  static void describeAsTheyLie(Struct struct) {
    struct.number(3).number(1).number(0);
  }

  /** Images whose planes are there together: see images_together in planes.inc. */
  static int together(int positions, int count) {
    return positions >= 16 ? 1 : count;
  }

  /** Fills planes of a product's input with what stands in the padding. */
  static void pad(
      MemorySegment[] planes, Work.Source source, Work.Geometry geometry, long n, boolean shorts) {
    float value = padding(source, geometry);
    for (MemorySegment plane : planes) {
      for (long i = 0; value != 0 && i < n; i++) {
        if (shorts) {
          plane.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) value);
        } else {
          plane.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
      }
    }
  }

  /** The same of planes of ints. */
  static void padInts(MemorySegment[] planes, Work.Source source, Work.Geometry geometry, long n) {
    double value = geometry.window().isPadded() ? geometry.padValue() : 0;
    int integer = (int) (value * source.denominator());
    for (MemorySegment plane : planes) {
      for (long i = 0; integer != 0 && i < n; i++) {
        plane.setAtIndex(ValueLayout.JAVA_INT, i, integer);
      }
    }
  }

  /** Where the four positions of each of a max-pool's windows begin. */
  static int[] begins(Plane plane, Work.Pooling pooling, int perPixel) {
    if (pooling == null) {
      return plane.rows(perPixel, 1);
    }
    int[] positions = Plane.windows(pooling.input(), pooling.window());
    return Arrays.stream(positions).map(p -> plane.base(p) * perPixel).toArray();
  }

  /** Whether a max-pool's windows are disjoint, without padding, and of at most four taps. */
  static boolean areDisjointAndSmall(Window window) {
    return !window.isPadded()
        && window.dilation().equals(Extent.ONE)
        && window.stride().equals(window.size())
        && window.size().volume() <= 4;
  }
}
