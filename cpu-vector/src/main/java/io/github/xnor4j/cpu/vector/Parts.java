package io.github.xnor4j.cpu.vector;

import io.github.xnor4j.cpu.plan.AxisSteps;
import io.github.xnor4j.cpu.plan.BlockRuns;
import io.github.xnor4j.cpu.plan.Buffer;
import io.github.xnor4j.cpu.plan.Plane;
import io.github.xnor4j.cpu.plan.Work;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Elements moved: blocks put elsewhere, axes in another order, what windows see side by side. */
final class Parts {
  private Parts() {}

  /** Blocks, in runs of elements that are neighbours in both values. */
  static final class Blocks extends Units {
    private final Buffer y;
    private final Shape shape;
    private final float rest;
    private final DType dtype;
    private final boolean bits;
    private final boolean fills;
    private final int unit;
    private final List<BlockRuns.Runs> blocks;
    private final Buffer[] sources;
    private final int[] units; // of these

    Blocks(Work.Blocks work) {
      super(
          "",
          work.domain(),
          work.shape().dim(0),
          work.blocks().stream().map(Work.Block::x).toArray(Buffer[]::new));
      this.y = work.y();
      this.shape = work.shape();
      this.rest = work.rest();
      this.dtype = y.dtype();
      this.unit = unit(dtype, shape);
      BlockRuns all = BlockRuns.of(work);
      this.bits = all.bits();
      this.fills = all.fills();
      this.blocks = all.blocks();
      this.sources = work.blocks().stream().map(Work.Block::x).toArray(Buffer[]::new);
      this.units = work.blocks().stream().mapToInt(block -> unit(dtype, block.shape())).toArray();
    }

    @Override
    void units(int first, int count, int member) {
      Object out = y.memory(member);
      int y0 = at(y, unit, first);
      if (fills && dtype == DType.BIT) {
        int rows = count * (shape.rows() / shape.dim(0));
        Moves.fillRows((int[]) out, y0, rows, shape.dim(-1), rest);
      } else if (fills) {
        Moves.fill(out, y0, count * unit, dtype, rest);
      }
      for (int b = 0; b < sources.length; b++) {
        copy(b, first, count, member, out, y0);
      }
    }

    private void copy(int b, int at, int n, int member, Object out, int y0) {
      BlockRuns.Runs runs = blocks.get(b);
      int begin = Math.max(at, runs.to());
      int end = Math.min(at + n, runs.to() + runs.count());
      Object in = sources[b].memory(member);
      // of a tile's buffer the first index is the tile's
      int x0 = (sources[b].isLocal() ? -at : runs.first() - runs.to()) * units[b];
      for (int i = begin; i < end; i++) {
        run(runs, in, x0 + i * units[b], out, y0 + (i - at) * unit);
      }
    }

    private void run(BlockRuns.Runs runs, Object in, int source, Object out, int target) {
      int[] from = runs.from();
      int[] into = runs.into();
      for (int r = 0; r < from.length; r++) {
        if (bits) {
          Moves.copyBits((int[]) in, source, from[r], (int[]) out, target, into[r], runs.length());
        } else {
          System.arraycopy(in, source + from[r], out, target + into[r], runs.length());
        }
      }
    }
  }

  /** Axes in another order, or along which nothing changes. */
  static final class Along extends Units {
    private final Buffer x;
    private final Buffer y;
    private final int unitOfX;
    private final int unitOfY;
    private final int leading; // step in x of the result's leading axis, if not along its own
    private final boolean inFront;
    private final int last;
    private final int step;
    private final int[] rows; // where the rows of a leading index begin in x

    Along(Work.Along work) {
      super("", work.domain(), work.to().dim(0), work.x());
      this.x = work.x();
      this.y = work.y();
      Shape to = work.to();
      AxisSteps steps = AxisSteps.of(work);
      this.inFront = work.domain() != null;
      this.unitOfX = work.shape().rank() == 0 ? 1 : unit(x.dtype(), work.shape());
      this.unitOfY = to.rank() == 1 ? 1 : unit(y.dtype(), to);
      this.leading = steps.leading();
      this.last = steps.last();
      this.step = steps.step();
      this.rows = steps.rows();
    }

    @Override
    void units(int first, int count, int member) {
      for (int i = first; i < first + count; i++) {
        int from = inFront ? 0 : i * leading;
        int x0 = inFront ? at(x, unitOfX, first) + (i - first) * unitOfX : 0;
        unit(from, x0, i - first, first, member);
      }
    }

    private void unit(int from, int x0, int i, int first, int member) {
      if (x.dtype() == DType.BIT) {
        bits(from, x0, i, first, member);
        return;
      }
      int y0 = at(y, unitOfY, first) + i * unitOfY;
      for (int r = 0; r < rows.length; r++) {
        row(x.memory(member), x0 + from + rows[r], step, y.memory(member), y0 + r * last, last);
      }
    }

    private void bits(int from, int x0, int i, int first, int member) {
      int[] in = HeapStorage.ints(x, member);
      int[] out = HeapStorage.ints(y, member);
      int ofRow = BitKernels.words(last);
      int y0 = at(y, unitOfY, first) + i * unitOfY;
      Arrays.fill(out, y0, y0 + unitOfY, 0);
      for (int r = 0; r < rows.length; r++) {
        for (int c = 0; c < last; c++) {
          Moves.copyBits(in, x0, from + rows[r] + c * step, out, y0 + r * ofRow, c, 1);
        }
      }
    }

    private static void row(Object x, int x0, int step, Object y, int y0, int n) {
      if (step == 1) {
        System.arraycopy(x, x0, y, y0, n);
        return;
      }
      switch (x) {
        case float[] in -> floats(in, x0, step, (float[]) y, y0, n);
        case int[] in -> ints(in, x0, step, (int[]) y, y0, n);
        case short[] in -> shorts(in, x0, step, (short[]) y, y0, n);
        case byte[] in -> bytes(in, x0, step, (byte[]) y, y0, n);
        default -> throw new IllegalArgumentException(x + " is no array of elements");
      }
    }

    private static void floats(float[] x, int x0, int step, float[] y, int y0, int n) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = x[x0 + i * step];
      }
    }

    private static void ints(int[] x, int x0, int step, int[] y, int y0, int n) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = x[x0 + i * step];
      }
    }

    private static void shorts(short[] x, int x0, int step, short[] y, int y0, int n) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = x[x0 + i * step];
      }
    }

    private static void bytes(byte[] x, int x0, int step, byte[] y, int y0, int n) {
      for (int i = 0; i < n; i++) {
        y[y0 + i] = x[x0 + i * step];
      }
    }
  }

  /** What windows see. */
  static final class Patches extends Units {
    private final Work.Patches work;
    private final int[][] pixels;
    private final int channels;
    private final int unitOfX;
    private final int unitOfY;

    Patches(Work.Patches work) {
      super("", work.domain(), work.input().dim(0), work.x());
      this.work = work;
      this.pixels = new Plane(work.input(), work.window()).tapPixels();
      this.channels = work.input().dim(4);
      DType dtype = work.x().dtype();
      this.unitOfX = unit(dtype, work.input());
      int ofRow = pixels.length * channels;
      this.unitOfY = pixels[0].length * (dtype == DType.BIT ? BitKernels.words(ofRow) : ofRow);
    }

    @Override
    void units(int first, int count, int member) {
      int x0 = at(work.x(), unitOfX, first);
      int y0 = at(work.y(), unitOfY, first);
      for (int i = 0; i < count; i++) {
        Object in = work.x().memory(member);
        Object out = work.y().memory(member);
        if (work.x().dtype() == DType.BIT) {
          bits((int[]) in, x0 + i * unitOfX, (int[]) out, y0 + i * unitOfY);
        } else {
          elements(in, x0 + i * unitOfX, out, y0 + i * unitOfY);
        }
      }
    }

    private void elements(Object x, int x0, Object y, int y0) {
      int at = y0;
      for (int p = 0; p < pixels[0].length; p++) {
        for (int[] ofTap : pixels) {
          if (ofTap[p] >= 0) {
            System.arraycopy(x, x0 + ofTap[p] * channels, y, at, channels);
          } else {
            Moves.fill(y, at, channels, work.x().dtype(), work.padValue());
          }
          at += channels;
        }
      }
    }

    private void bits(int[] x, int x0, int[] y, int y0) {
      int ofPixel = BitKernels.words(channels);
      int ofRow = unitOfY / pixels[0].length;
      Moves.fillRows(y, y0, pixels[0].length, pixels.length * channels, work.padValue());
      for (int p = 0; p < pixels[0].length; p++) {
        for (int t = 0; t < pixels.length; t++) {
          if (pixels[t][p] >= 0) {
            int from = x0 + pixels[t][p] * ofPixel;
            Moves.copyBits(x, from, 0, y, y0 + p * ofRow, t * channels, channels);
          }
        }
      }
    }
  }

  /** To each pixel what shows it. */
  static final class PatchesGradient extends Units {
    private final Work.PatchesGradient work;
    private final int[][] pixels;
    private final int channels;
    private final int unitOfG;
    private final int unitOfX;

    PatchesGradient(Work.PatchesGradient work) {
      super("", work.domain(), work.input().dim(0), work.g());
      this.work = work;
      this.pixels = new Plane(work.input(), work.window()).tapPixels();
      this.channels = work.input().dim(4);
      this.unitOfX = unit(DType.F32, work.input());
      this.unitOfG = pixels[0].length * pixels.length * channels;
    }

    @Override
    void units(int first, int count, int member) {
      float[] g = HeapStorage.floats(work.g(), member);
      float[] dx = HeapStorage.floats(work.dx(), member);
      int g0 = at(work.g(), unitOfG, first);
      int x0 = at(work.dx(), unitOfX, first);
      Arrays.fill(dx, x0, x0 + count * unitOfX, 0);
      for (int i = 0; i < count; i++) {
        image(g, g0 + i * unitOfG, dx, x0 + i * unitOfX);
      }
    }

    private void image(float[] g, int g0, float[] dx, int x0) {
      int at = g0;
      for (int p = 0; p < pixels[0].length; p++) {
        for (int[] ofTap : pixels) {
          if (ofTap[p] >= 0) {
            int to = x0 + ofTap[p] * channels;
            Elementwise.add(dx, to, g, at, dx, to, channels);
          }
          at += channels;
        }
      }
    }
  }
}
