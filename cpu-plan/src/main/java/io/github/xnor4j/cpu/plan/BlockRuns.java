package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/**
 * Blocks as runs of elements that are neighbours in both values: of bits whole words, where all
 * blocks are whole rows, else bits of words.
 *
 * @param bits whether runs are counted in bits
 * @param fills whether something is left between the blocks, or between bits
 * @param blocks in their order
 */
public record BlockRuns(boolean bits, boolean fills, List<Runs> blocks) {
  /**
   * A block.
   *
   * @param first leading index of the block's first in x
   * @param to leading index of it in the result
   * @param count leading indices
   * @param from where runs begin in x, of each leading index
   * @param into where they begin in the result
   * @param length of each
   */
  public record Runs(int first, int to, int count, int[] from, int[] into, int length) {}

  /** Those of a work. */
  public static BlockRuns of(Work.Blocks work) {
    Shape shape = work.shape();
    boolean isBits = work.y().dtype() == DType.BIT;
    boolean words = isBits && work.blocks().stream().allMatch(block -> hasWholeRows(block, shape));
    boolean bits = isBits && !words;
    long covered = work.blocks().stream().mapToLong(block -> block.size().elements()).sum();
    return new BlockRuns(
        bits,
        bits || covered < shape.elements(),
        work.blocks().stream().map(block -> runs(block, shape, words, bits)).toList());
  }

  private static boolean hasWholeRows(Work.Block block, Shape shape) {
    return block.size().dim(-1) == block.shape().dim(-1) && block.size().dim(-1) == shape.dim(-1);
  }

  private static Runs runs(Work.Block block, Shape whole, boolean words, boolean bits) {
    int[] x = extents(block.shape(), words, bits);
    int[] y = extents(whole, words, bits);
    int[] size = extents(block.size(), words, false);
    int axis = size.length - 1; // from which on a run goes
    while (!bits && axis > 1 && size[axis] == x[axis] && size[axis] == y[axis]) {
      axis--;
    }
    int length = 1;
    for (int i = axis; i < size.length; i++) {
      length *= size[i];
    }
    return new Runs(
        block.from().dim(0),
        block.to().dim(0),
        block.size().dim(0),
        starts(size, axis, x, block.from()),
        starts(size, axis, y, block.to()),
        length);
  }

  /** Extents in what is counted: elements, words of whole rows, or the bits of words. */
  private static int[] extents(Shape shape, boolean words, boolean bits) {
    int[] extents = shape.dims().clone();
    int last = extents.length - 1;
    if (words) {
      extents[last] = Buffer.words(shape);
    } else if (bits) {
      extents[last] = 32 * Buffer.words(shape);
    }
    return extents;
  }

  private static int[] starts(int[] size, int axis, int[] extents, Shape origin) {
    int n = 1;
    for (int i = 1; i < axis; i++) {
      n *= size[i];
    }
    int[] starts = new int[n];
    for (int r = 0; r < n; r++) {
      int stride = 1;
      int rest = r;
      for (int i = extents.length - 1; i > 0; i--) {
        int index = i < axis ? rest % size[i] : 0;
        rest = i < axis ? rest / size[i] : rest;
        starts[r] += (origin.dim(i) + index) * stride;
        stride *= extents[i];
      }
    }
    return starts;
  }
}
