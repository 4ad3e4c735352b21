package io.github.xnor4j.cpu.plan;

/**
 * An axis that is cut into tiles of a fixed size, whatever the number of threads.
 *
 * @param units extent of the axis: images, or elements of a parameter
 * @param tile units of a tile; the last one may have fewer
 * @param batch whether it is the batch, not the elements of a parameter
 */
public record Domain(int units, int tile, boolean batch) {
  /** Number of tiles. */
  public int tiles() {
    return (units + tile - 1) / tile;
  }

  /** Whether a tile begins with a unit, so that what it leaves begins with nothing. */
  public boolean begins(int first) {
    return first % tile == 0;
  }

  /** Where in a buffer the unit {@code first} of a tile begins. */
  public int at(Buffer buffer, int first) {
    return batch ? buffer.at(first) : buffer.atElement(first);
  }

  /** How many elements (or words) of a buffer so many units are. */
  public int elements(Buffer buffer, int count) {
    return batch ? count * buffer.unit() : count;
  }
}
