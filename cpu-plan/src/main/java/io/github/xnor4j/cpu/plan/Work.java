package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Shape;

/**
 * What the planner asks a backend for: operands, results, geometry and how the work may be divided,
 * never how it is computed. A kernel may be asked for and never run. A buffer's leading axis is the
 * batch where the domain is the batch. Shapes are given beside buffers since a change of shape
 * moves no element: a buffer may have the shape that its value had before one.
 */
public sealed interface Work {
  /**
   * Max-pooling over the batch: starts at the first tap that is no padding; only a greater value
   * replaces it.
   *
   * @param x F32 [N, D, H, W, C]
   * @param input its shape
   * @param divisor of the maxima: 1, or what integers have still to be divided by
   * @param y the maxima, F32
   * @param argmax for each of them the ordinal of its tap among those that are no padding, I32
   */
  record MaxPool(
      Buffer x, Shape input, Window window, int divisor, Domain domain, Buffer y, Buffer argmax)
      implements Work {}

  /**
   * The gradient of a max-pool: each gradient is added to the element that it came from, all others
   * are zero. A backend that has one of the two has both.
   *
   * @param g gradients of the maxima, F32
   * @param argmax from {@link MaxPool}, or from a convolution with a pool behind it
   * @param input shape of what was pooled
   * @param dx F32 of that shape
   */
  record MaxPoolGradient(
      Buffer g, Buffer argmax, Shape input, Window window, Domain domain, Buffer dx)
      implements Work {}
}
