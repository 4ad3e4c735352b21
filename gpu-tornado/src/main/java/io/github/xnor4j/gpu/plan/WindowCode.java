package io.github.xnor4j.gpu.plan;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;

/** What the kernels read that move a window over an input: pooling, patches and their gradients. */
public final class WindowCode {
  /** Work items that have something to do. */
  public static final int ITEMS = 0;

  /** The input, an operand; of {@code PATCHES_GRADIENT} the gradient of the patches. */
  public static final int X = 1;

  /**
   * What lies around the input, of {@code PATCHES}: of F32 its place, of bits 1 for -1, else the
   * integer. Of pooling whether means are taken: 0 for maxima.
   */
  public static final int VARIANT = X + OperandCode.SIZE;

  /** Three spatial extents of the input. */
  public static final int INPUT = VARIANT + 1;

  /** Of the result of the window's op. */
  public static final int OUTPUT = INPUT + 3;

  /** Taps on each axis. */
  public static final int TAPS = INPUT + 6;

  /** Distance of windows. */
  public static final int STRIDE = INPUT + 9;

  /** Distance of taps. */
  public static final int DILATION = INPUT + 12;

  /** Padding before each axis. */
  public static final int BEFORE = INPUT + 15;

  /** Channels of the input. */
  public static final int CHANNELS = INPUT + 18;

  /** The result, an operand. */
  public static final int RESULT = CHANNELS + 1;

  /** Elements of the result, of {@code PATCHES}; where the gradient lies, of pooling's. */
  public static final int LAST = RESULT + OperandCode.SIZE;

  /** Work items of a group. */
  public static final int GROUP = 64;

  private WindowCode() {}

  /** Puts the numbers from {@link #INPUT} to {@link #CHANNELS}. */
  static void put(Task task, Shape input, Window window) {
    task.put(input.dim(1), input.dim(2), input.dim(3));
    for (Extent each :
        new Extent[] {
          window.outputs(input), window.size(), window.stride(), window.dilation(), window.before()
        }) {
      task.put(each.depth(), each.height(), each.width());
    }
    task.put(input.dim(4));
  }
}
