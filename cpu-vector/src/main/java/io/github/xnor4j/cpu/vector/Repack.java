package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;

/** Bits in rows of another length: each row begins with a word of its own. Others are copied. */
final class Repack extends Units {
  private final Work.Repack work;
  private final boolean whole;

  Repack(Work.Repack work) {
    super("", work.domain(), work.domain() == null ? 1 : work.to().dim(0), work.x());
    this.work = work;
    this.whole = work.domain() == null;
  }

  private int unit(Shape shape) {
    DType dtype = work.x().dtype();
    if (whole) {
      return dtype == DType.BIT
          ? shape.rows() * BitKernels.words(columns(shape))
          : shape.elements();
    }
    return unit(dtype, shape);
  }

  private static int columns(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  @Override
  void units(int first, int count, int member) {
    int unitOfX = unit(work.from());
    int unitOfY = unit(work.to());
    int x0 = at(work.x(), unitOfX, first);
    int y0 = at(work.y(), unitOfY, first);
    if (work.x().dtype() != DType.BIT) {
      System.arraycopy(work.x().memory(member), x0, work.y().memory(member), y0, count * unitOfX);
      return;
    }
    int[] x = HeapStorage.ints(work.x(), member);
    int[] y = HeapStorage.ints(work.y(), member);
    Arrays.fill(y, y0, y0 + count * unitOfY, 0);
    for (int i = 0; i < count; i++) {
      repack(
          x,
          x0 + i * unitOfX,
          columns(work.from()),
          unitOfX,
          y,
          y0 + i * unitOfY,
          columns(work.to()));
    }
  }

  private static void repack(int[] x, int x0, int cx, int words, int[] y, int y0, int cy) {
    int wordsOfX = BitKernels.words(cx);
    int wordsOfY = BitKernels.words(cy);
    int row = 0;
    int column = 0;
    for (int from = x0; from < x0 + words; from += wordsOfX) {
      for (int done = 0; done < cx; ) {
        int some = Math.min(cx - done, cy - column);
        Moves.copyBits(x, from, done, y, y0 + row * wordsOfY, column, some);
        done += some;
        column += some;
        if (column == cy) {
          column = 0;
          row++;
        }
      }
    }
  }
}
