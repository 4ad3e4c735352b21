package io.github.xnor4j.cpu.natives;

import io.github.xnor4j.cpu.plan.Domain;
import io.github.xnor4j.reference.SumOrder;
import java.lang.foreign.MemorySegment;

/**
 * What each tile leaves of so many sums in float64, and their sum in the order of {@link SumOrder}.
 */
final class TileSums {
  private final Domain domain;
  private final MemorySegment tiles;
  private final long bytes;
  private final MemorySegment function;
  private final MemorySegment self;
  private final MemorySegment table;

  /**
   * Sums of a kernel that works on the tiles of a domain.
   *
   * @param n number of sums
   */
  TileSums(Domain domain, int n, NativeKernel owner) {
    Context context = owner.context();
    this.domain = domain;
    int number = Math.max(1, domain.tiles()); // of nothing the sum is zero
    this.bytes = 8L * n;
    this.tiles = owner.own(bytes * number);
    this.function = context.function("sum_tiles");
    this.self =
        context
            .struct()
            .number(number)
            .number(Math.max(1, SumOrder.SHARD / domain.tile()))
            .number(n)
            .build();
    this.table = context.storage().allocate(8);
    table.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, tiles.address());
  }

  /** Where a tile adds to its sums. */
  long address(int tile) {
    return tiles.address() + tile * bytes;
  }

  /** The same, zero where the tile begins. */
  long begin(int tile, int first) {
    if (domain.begins(first)) {
      tiles.asSlice(tile * bytes, bytes).fill((byte) 0);
    }
    return address(tile);
  }

  /** What all tiles leave, one behind the other. */
  MemorySegment tiles() {
    return tiles;
  }

  /** Those of all tiles, which have to be there. */
  MemorySegment addUp() {
    Kernels.call(function, self.address(), table.address(), 0, 1);
    return tiles;
  }
}
