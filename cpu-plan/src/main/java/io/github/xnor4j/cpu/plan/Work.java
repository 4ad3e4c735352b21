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
  record Source(Buffer buffer, Op.Scale pixels, int denominator, long bound) {
    /** Largest absolute value of the integers that it holds, of bits too; 0 if it holds none. */
    public long largest() {
      return buffer.dtype() == DType.BIT ? 1 : bound;
    }
  }

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
   * @param g gradient of the product, or where there was a pool behind it of what was pooled; F32,
   *     or I16, of which sums are modulo 2^32
   * @param limit the largest absolute value of I16; 0 of F32
   * @param dx F32, or I32, of the shape of the geometry's input
   * @param pooling null if g is the product's
   */
  record InputGradient(
      Buffer g,
      int limit,
      Filter filter,
      Geometry geometry,
      Domain domain,
      Buffer dx,
      Pooling pooling)
      implements Work {}

  /**
   * The gradient of a convolution's filter, summed over the batch.
   *
   * @param g gradient of the product, or where there was a pool behind it of what was pooled; F32,
   *     or I16, of which sums are modulo 2^32
   * @param limit the largest absolute value of I16; 0 of F32
   * @param dw F32, or I32, [O, D, H, W, C]
   * @param pooling null if g is the product's
   */
  record FilterGradient(
      Source x, Buffer g, int limit, Geometry geometry, Domain domain, Buffer dw, Pooling pooling)
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

  /**
   * Means over windows, of what lies inside the input. Sums of integers are exact and divided once.
   *
   * @param x F32
   * @param input its shape, [N, D, H, W, C]
   * @param y F32
   */
  record AveragePool(Source x, Shape input, Window window, Domain domain, Buffer y)
      implements Work {}

  /**
   * The gradient of means over windows: to each element the sum of its windows' gradients, each
   * over the number of elements that it has.
   *
   * @param g F32
   * @param input shape of what was pooled
   * @param dx F32 of that shape
   */
  record AveragePoolGradient(Buffer g, Shape input, Window window, Domain domain, Buffer dx)
      implements Work {}

  // ---- other products

  /**
   * Matrix products, one for each index of the leading axes. Sums of integers are exact.
   *
   * @param a its shape is {@code left}, [..., M, K]
   * @param b its shape is {@code right}, [..., K, P]
   * @param divisor of all sums: 1, or what integers are divided by in the end
   * @param domain null if the work is not divided along the batch, which may be any axis
   * @param y F32; or I32 where operands stand for integers, whose sums are modulo 2^32
   */
  record MatMul(Source a, Source b, Shape left, Shape right, int divisor, Domain domain, Buffer y)
      implements Work {}

  /**
   * A convolution of integers or one of its gradients: sums modulo 2^32.
   *
   * @param op which one, with its geometry
   * @param a its first operand, I16, BIT, bytes, or F32 that stands for integers
   * @param b its second
   * @param y I32
   */
  record IntegerProduct(Op op, Source a, Source b, Domain domain, Buffer y) implements Work {}

  /**
   * What each position of a window sees, as {@link Op.Patches} has it; any dtype.
   *
   * @param x its shape is {@code input}, [N, D, H, W, C]
   * @param domain null if the leading axis is not the batch
   */
  record Patches(Buffer x, Shape input, Window window, float padValue, Domain domain, Buffer y)
      implements Work {}

  /**
   * To each element the sum of what shows it.
   *
   * @param g F32, gradients of patches
   * @param input shape of dx
   * @param domain null if the leading axis is not the batch
   */
  record PatchesGradient(Buffer g, Shape input, Window window, Domain domain, Buffer dx)
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

  /**
   * The largest of all elements; NaN if one is.
   *
   * @param x F32
   * @param domain that x is cut along
   * @param y one F32
   */
  record Largest(Buffer x, Domain domain, Buffer y) implements Work {}

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

  // ---- integers

  /**
   * Floats to integers at a scale, as {@link Op.ToInteger} has it.
   *
   * @param x F32
   * @param scale one F32
   * @param limit the largest integer
   * @param y I16
   * @param clamped one I32: how many were clamped
   */
  record ToInteger(Buffer x, Buffer scale, int limit, Domain domain, Buffer y, Buffer clamped)
      implements Work {}

  /**
   * Integers to floats: x / scale / denominator in float64, rounded once.
   *
   * @param x I16 or I32
   * @param scale one F32
   */
  record ToFloat(Buffer x, Buffer scale, int denominator, Domain domain, Buffer y)
      implements Work {}

  /**
   * Integers to bits: set where they are less than a threshold.
   *
   * @param x I16 or I32, of at least two axes: {@code shape}
   * @param threshold I32, of a shape that is broadcast to it: {@code of}
   * @param domain null if the leading axis is not the batch
   * @param bits BIT
   */
  record Threshold(Buffer x, Shape shape, Buffer threshold, Shape of, Domain domain, Buffer bits)
      implements Work {}

  /**
   * Random numbers, as {@link Op.Random} has them.
   *
   * @param seed I32 [2]
   * @param step one I32
   * @param y I32 or F32, as the kind has it
   */
  record Random(Op.RandomKind kind, Buffer seed, Buffer step, int stream, Domain domain, Buffer y)
      implements Work {}

  // ---- shapes

  /**
   * A change of shape for which elements move: bits in rows of another length; or which is to be
   * read along another leading axis.
   *
   * @param from shape of x
   * @param to shape of y
   * @param domain null if the leading axis is not the batch, in both
   */
  record Repack(Buffer x, Shape from, Shape to, Domain domain, Buffer y) implements Work {}

  /**
   * A block of a value.
   *
   * @param x a value of {@code shape}, of at least two axes
   * @param from where the block begins in it
   * @param size of the block
   * @param to where it is put
   */
  record Block(Buffer x, Shape shape, Shape from, Shape size, Shape to) {}

  /**
   * Blocks put into a value; any dtype, all of one.
   *
   * @param shape of the result, at least two axes
   * @param rest what lies where no block does
   * @param domain null if the leading axis is not the batch, in all of them from its beginning to
   *     its end
   */
  record Blocks(List<Block> blocks, Shape shape, float rest, Domain domain, Buffer y)
      implements Work {}

  /**
   * A value along other axes: transposed, broadcast; any dtype.
   *
   * @param x its shape is {@code shape}
   * @param axes for each axis of the result the axis of x along which it runs, or -1: nothing of x
   *     changes along it
   * @param to shape of the result, at least one axis
   * @param domain null if the leading axis is not the batch, in both
   */
  record Along(Buffer x, Shape shape, List<Integer> axes, Shape to, Domain domain, Buffer y)
      implements Work {}

  /** One float for all. */
  record Fill(Buffer x, Buffer y) implements Work {}

  /**
   * A transposed matrix of floats.
   *
   * @param x [rows, columns]
   */
  record Transpose(Buffer x, int rows, int columns, Buffer y) implements Work {}
}
