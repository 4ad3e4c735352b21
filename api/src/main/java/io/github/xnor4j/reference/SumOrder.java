package io.github.xnor4j.reference;

/**
 * The one order in which sums over the images of a batch are taken, in float64: those of {@link
 * io.github.xnor4j.program.Op.Reduce} and of batch normalization, on every backend. Whoever keeps
 * to it gives the same bits.
 *
 * <ul>
 *   <li>Images are added in their order, and of an image the elements in row-major order, within a
 *       <i>tile</i> of eight images.
 *   <li>Tiles are added in their order within a <i>shard</i> of 32 images.
 *   <li>Shards are added in a tree: each two neighbours, then each two neighbouring sums, and so
 *       on; one without a neighbour waits.
 * </ul>
 *
 * <p>What a tile or a shard contributes follows from its images alone, so that any thread or
 * machine may compute it, and the sum from the number of images alone. Sums over values that have
 * no batch in front are those of one tile. Whoever takes a sum rounds it once.
 */
public final class SumOrder {
  /** Images whose elements are added one by one. */
  public static final int TILE = 8;

  /** Images whose tiles are added one by one: as many as share a word of bits. */
  public static final int SHARD = 32;

  private SumOrder() {}

  /** Adds up elements. */
  @FunctionalInterface
  interface Elements {
    /** Adds the elements of images from {@code from} to {@code to} to sums, in their order. */
    void addTo(double[] sums, int from, int to);
  }

  /**
   * So many sums at a time.
   *
   * @param images of the batch; 1 if there is none
   * @param n number of sums
   */
  static double[] sums(int images, int n, Elements elements) {
    double[][] shards = new double[Math.max(1, (images + SHARD - 1) / SHARD)][n];
    for (int from = 0; from < images; from += TILE) {
      double[] tile = new double[n];
      elements.addTo(tile, from, Math.min(images, from + TILE));
      add(tile, shards[from / SHARD]);
    }
    for (int step = 1; step < shards.length; step *= 2) {
      for (int s = 0; s + step < shards.length; s += 2 * step) {
        add(shards[s + step], shards[s]);
      }
    }
    return shards[0];
  }

  private static void add(double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }
}
