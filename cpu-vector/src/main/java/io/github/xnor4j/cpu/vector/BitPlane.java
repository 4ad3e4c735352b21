package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;

/** The left operand of a count of bits: the value itself, or, where it is padded, a copy. */
final class BitPlane {
  private final Plane plane;
  private final int words;
  private final Buffer x;
  private final int[][] planes;

  BitPlane(Buffer x, Work.Geometry geometry, Domain domain, int members, Prepared owner) {
    this.x = x;
    this.plane = new Plane(geometry.input(), geometry.window());
    this.words = Buffer.words(geometry.input());
    int tile = domain.tile() * plane.pixels() * words;
    this.planes = plane.isPadded() ? owner.ownInts(members, tile) : null;
  }

  Plane plane() {
    return plane;
  }

  /** Words of a pixel. */
  int words() {
    return words;
  }

  /** Where image {@code first} lies in what {@link #ints} gives. */
  int offset(int first) {
    return plane.isPadded() ? 0 : x.at(first);
  }

  /** The images of a tile. */
  int[] ints(int first, int count, int member) {
    int[] bits = HeapStorage.ints(x, member);
    if (!plane.isPadded()) {
      return bits;
    }
    FloatPlane.copyInto(plane, words, count, bits, x.at(first), planes[member]);
    return planes[member];
  }
}
