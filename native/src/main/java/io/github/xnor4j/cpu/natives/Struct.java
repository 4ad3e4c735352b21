package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Plane;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A kernel's struct in the making: fields of eight bytes each, in the order of xnor.h. */
final class Struct {
  private final NativeStorage storage;
  private final List<Long> fields = new ArrayList<>();
  private long bytes;

  Struct(NativeStorage storage) {
    this.storage = storage;
  }

  Struct number(long value) {
    fields.add(value);
    return this;
  }

  Struct flag(boolean value) {
    return number(value ? 1 : 0);
  }

  Struct real(double value) {
    return number(Double.doubleToRawLongBits(value));
  }

  /** A pointer to memory that lives as long as the session; null for none. */
  Struct pointer(MemorySegment to) {
    return number(to == null ? 0 : to.address());
  }

  /** A pointer to a list. */
  Struct ints(int... list) {
    MemorySegment copy = storage.allocate(4L * list.length);
    MemorySegment.copy(list, 0, copy, ValueLayout.JAVA_INT, 0, list.length);
    bytes += 4L * list.length;
    return pointer(copy);
  }

  /** xn_plane. */
  Struct plane(Plane plane, int perPixel) {
    int[] starts = plane.rowStarts();
    return number(plane.pixels())
        .number(plane.innerPixels())
        .number(starts.length)
        .number(plane.rowLength())
        .ints(starts)
        .number(perPixel)
        .flag(plane.isPadded());
  }

  /** xn_windows, from where each begins in a plane. */
  Struct windows(Plane plane, int[] begins, int perPixel) {
    int[] runs = plane.runs(perPixel);
    return number(begins.length)
        .ints(begins)
        .number(runs.length)
        .ints(runs)
        .number((long) plane.runLength() * perPixel);
  }

  /** Bytes of it and its lists. */
  long bytes() {
    return bytes + 8L * fields.size();
  }

  MemorySegment build() {
    MemorySegment struct = storage.allocate(8L * fields.size());
    for (int i = 0; i < fields.size(); i++) {
      struct.setAtIndex(ValueLayout.JAVA_LONG, i, fields.get(i));
    }
    return struct;
  }
}
