package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.List;

/**
 * What the planner asks a backend for: operands, results, geometry and how the work may be divided,
 * never how it is computed. A backend may refuse work, but for what is said here to be wanted
 * always. A kernel may be asked for and never run. A buffer's leading axis is the batch where the
 * domain is the batch. Shapes are given beside buffers since a change of shape moves no element: a
 * buffer may have the shape that its value had before one.
 */
public sealed interface Work {
  // ---- operands

  /**
   * What a product reads of its input.
   *
   * @param buffer F32, BIT, or the bytes of pixels
   * @param pixels how bytes become values: the product takes {@code multiplier * v + offset}; null
   *     if the buffer holds no bytes
   * @param denominator what to multiply F32 by, and then to round, before it meets the filter: of
   *     values that stand for integers; else 1. Where there are pixels, these are the integers
   * @param bound largest absolute value of such integers; 0 if it stands for none
   */
  record Source(Buffer buffer, Op.Scale pixels, int denominator, long bound) {}

  /**
   * A filter.
   *
   * @param buffer F32 or BIT [O, D, H, W, C]; or F32 latent weights [D, H, W, C, O], of which the
   *     filter is the sign
   * @param latent whether it holds latent weights
   * @param shape [O, D, H, W, C]
   * @param denominator as a source's
   */
  record Filter(Buffer buffer, boolean latent, Shape shape, int denominator) {
    /** Whether its elements are +-1. */
    public boolean isBits() {
      return latent || buffer.dtype() == DType.BIT;
    }
  }

  /**
   * Where a convolution's operands meet.
   *
   * @param input shape of the input, [N, D, H, W, C]
   * @param padValue what stands in the padding
   */
  record Geometry(Shape input, Window window, int groups, float padValue) {}

  /**
   * A max-pool behind a convolution, each of whose positions is a position of the pool's input.
   *
   * @param input shape of what is pooled, maybe the convolution's result in another shape
   * @param argmax for each pooled element the ordinal of its tap among those that are no padding,
   *     I32
   */
  record Pooling(Shape input, Window window, Buffer argmax) {}

  // ---- convolutions

  /**
   * A convolution over the batch, and where there is a pool, its max-pool. Sums of products of
   * integers, of +-1 too, are exact.
   *
   * @param divisor of all sums: 1, or what integers are divided by in the end
   * @param y F32, the product or what was pooled of it
   * @param pooling null if there is none
   */
  record Convolution(
      Source x,
      Filter filter,
      Geometry geometry,
      int divisor,
      Domain domain,
      Buffer y,
      Pooling pooling)
      implements Work {}

  /**
   * The gradient of a convolution's input over the batch.
   *
   * @param g gradient of the product, or where there was a pool behind it of what was pooled; F32
   * @param dx F32 of the shape of the geometry's input
   * @param pooling null if g is the product's
   */
  record InputGradient(
      Buffer g, Filter filter, Geometry geometry, Domain domain, Buffer dx, Pooling pooling)
      implements Work {}

  /**
   * The gradient of a convolution's filter, summed over the batch.
   *
   * @param g gradient of the product, or where there was a pool behind it of what was pooled; F32
   * @param dw F32 [O, D, H, W, C]
   * @param pooling null if g is the product's
   */
  record FilterGradient(
      Source x, Buffer g, Geometry geometry, Domain domain, Buffer dw, Pooling pooling)
      implements Work {}

  // ---- max-pools

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

  // ---- batch normalization; a row has the C channels of the last axis

  /**
   * Mean and variance of each channel over all rows.
   *
   * @param x F32 [N, ..., C]
   * @param denominator of the integers that x stands for, whose sums are exact; 0 if it stands for
   *     none
   * @param mean F32 [C]
   * @param variance F32 [C], the mean of squares less the square of the mean, at least 0
   */
  record Statistics(Buffer x, int denominator, Domain domain, Buffer mean, Buffer variance)
      implements Work {}

  /**
   * {@link Op.BatchNorm#factor} of each channel. Wanted always.
   *
   * @param scale F32 [C]
   * @param variance F32 [C]
   * @param factor F32 [C]
   */
  record NormFactor(Buffer scale, Buffer variance, float epsilon, Buffer factor) implements Work {}

  /**
   * Per channel slope = 2 dVariance / rows and constant = dMean / rows. Wanted always.
   *
   * @param rows over which the statistics were taken
   */
  record NormGradientTerms(Buffer dMean, Buffer dVariance, int rows, Buffer slope, Buffer constant)
      implements Work {}

  // ---- element by element

  /**
   * A program on each element. Wanted always.
   *
   * @param operands buffers of the program's, in order; none is a result
   * @param results buffers of the program's; what is summed is rounded to float once, at its end.
   *     Without those of {@code norm}, which are the last
   * @param elements of what is swept
   * @param columns of a row, in all of it; 1 if that is the same to the program
   * @param domain the batch, or the elements in whole rows
   * @param norm what becomes of the last two results, else null
   */
  record Elements(
      ElementProgram program,
      List<Buffer> operands,
      List<Buffer> results,
      int elements,
      int columns,
      Domain domain,
      NormSums norm)
      implements Work {}

  /**
   * What the sums for each channel of g and of g (x - mean) become, the gradients of batch norm's
   * application: each is computed in float64 and rounded once.
   *
   * @param variance of each channel
   * @param scale of each channel
   * @param epsilon added to the variance
   * @param results gradients of mean, variance, scale and offset
   */
  record NormSums(Buffer variance, Buffer scale, float epsilon, List<Buffer> results) {}

  /**
   * For each element one of two floats, as integers compare.
   *
   * @param a I32, b of the same shape
   * @param ifTrue one F32, ifFalse another
   */
  record SelectIntegers(
      Op.Comparison comparison, Buffer a, Buffer b, Buffer ifTrue, Buffer ifFalse, Buffer y)
      implements Work {}

  /** Bytes to floats. */
  record Scale(Buffer x, Op.Scale scaling, Domain domain, Buffer y) implements Work {}

  // ---- rows

  /**
   * Softmax, crossentropy or its gradient, as the reference computes them.
   *
   * @param operands and results as the op has them, each with the batch in front
   */
  record RowFunction(Op op, List<Buffer> operands, List<Buffer> results, Domain domain)
      implements Work {}

  /** The index of the largest of each row, as the reference finds it: I32. */
  record ArgMax(Buffer x, Domain domain, Buffer y) implements Work {}

  // ---- shapes

  /** One float for all. */
  record Fill(Buffer x, Buffer y) implements Work {}

  /**
   * A transposed matrix of floats.
   *
   * @param x [rows, columns]
   */
  record Transpose(Buffer x, int rows, int columns, Buffer y) implements Work {}
}
