package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Domain;
import java.util.Arrays;

/** What each tile adds to so many sums, in float64; {@link BatchSums} adds it up. */
final class PartialDoubles {
  private final Domain domain;
  private final double[][] tiles;
  private final double[] totals;
  private final BatchSums sums;
  private final BatchSums.Parts parts;
  private final BatchSums.Taker taker;

  /**
   * Of a kernel that works on the tiles of a domain.
   *
   * @param n number of sums
   */
  PartialDoubles(Domain domain, int n, Prepared owner) {
    this.domain = domain;
    this.tiles = owner.ownDoubles(Math.max(1, domain.tiles()), n);
    this.totals = new double[n];
    owner.owns(8L * n);
    this.sums = BatchSums.ofTiles(domain, 1, owner);
    this.parts =
        (tile, from, count, to, at, first) ->
            BatchSums.addTo(tiles[tile], from, count, to, at, first);
    this.taker = (from, count, of) -> System.arraycopy(of, 0, totals, from, count);
  }

  /** A tile's: zero where it begins. */
  double[] of(int tile, int first) {
    if (domain.begins(first)) {
      Arrays.fill(tiles[tile], 0, totals.length, 0);
    }
    return tiles[tile];
  }

  /** The sums of all tiles, which have to be there. */
  double[] addUp() {
    sums.add(parts, 0, totals.length, 0, taker);
    return totals;
  }
}
