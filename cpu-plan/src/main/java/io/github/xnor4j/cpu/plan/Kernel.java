package io.github.xnor4j.cpu.plan;

import java.util.List;

/**
 * One piece of a plan, prepared: it has all its lists of offsets, its tables and what it computes
 * with on the way, for each member of the team. A run is told only which part of the work it is.
 *
 * <p>A kernel is either cut into the tiles of a {@link Domain}, in a chain with others of that
 * domain, or into tasks of its own making. Which tile or task is computed when and by which member
 * must not show in any result.
 */
public interface Kernel {
  /** What the plan calls it, such as "popcount"; empty where the op's name says all. */
  String name();

  /** Number of independent tasks; 0 if it works on tiles. */
  int tasks();

  /**
   * Computes a part and writes all of it: what stands in a result before is undefined, since
   * buffers share memory. Nothing is written behind a buffer's end, nothing is allocated.
   *
   * <p>A tile may come in pieces, one behind the other and all to one member, so that what a chain
   * makes of large images stays in the cache. What a tile leaves (its part of a sum) then goes on
   * from piece to piece, and begins anew where {@link Domain#begins} says so.
   *
   * @param part number of the tile or task
   * @param first the first unit of the tile or of a piece of it; of a task its number
   * @param count units of the tile or piece; of a task 1
   * @param member of the team, at least 0 and below the number that it was prepared for
   */
  void run(int part, int first, int count, int member);

  /** The buffers that it reads: it runs when they are there, and they live as long. */
  List<Buffer> reads();

  /**
   * Kernels of tasks that run before any part of it, such as one that packs its filter. Kernels of
   * one plan may name the same: it runs once.
   */
  default List<Kernel> before() {
    return List.of();
  }

  /**
   * A kernel of tasks that runs behind all its parts and gives the result, such as the sum of what
   * they leave; or null if they give it themselves.
   */
  default Kernel finish() {
    return null;
  }

  /** Bytes of what it owns: tables, partial sums, what it computes with on the way. */
  default long bytes() {
    return 0;
  }
}
