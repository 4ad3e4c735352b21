package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * One step of a program. Each record checks its operands when it is made and knows the types of its
 * results; a new op does not compile until every switch over this interface knows it.
 *
 * <p>Activations are [N, D, H, W, C], filters [O, kd, kh, kw, C / groups]: three spatial axes, of
 * which unused ones are 1. A dense product is a convolution of one tap over one position.
 */
public sealed interface Op {
  /** The operands, in order: the components of the record that are values or lists of values. */
  default List<Value> inputs() {
    return OpForm.of(this).operands(this);
  }

  /** The types of the results, in order. */
  List<Type> outputs();

  /**
   * The same op on other operands.
   *
   * @param inputs as many as {@link #inputs}
   * @throws IllegalArgumentException if there are more or fewer, or if they do not fit
   */
  default Op withInputs(List<Value> inputs) {
    return OpForm.of(this).rebuilt(this, inputs, UnaryOperator.identity());
  }

  /**
   * The same op on operands of another batch: attributes that follow the batch, which are those of
   * class {@link Dims} and {@link Type}, become those of so many images.
   *
   * @param inputs as many as {@link #inputs}
   * @throws IllegalArgumentException if there are more or fewer, or if they do not fit
   */
  default Op withBatch(List<Value> inputs, int images) {
    return OpForm.of(this)
        .rebuilt(
            this,
            inputs,
            attribute ->
                switch (attribute) {
                  case Dims dims -> dims.withBatch(images);
                  case Type type -> type.withBatch(images);
                  default -> attribute;
                });
  }

  /** Short name for plans and messages. */
  default String name() {
    return getClass().getSimpleName();
  }

  // ---- sources and state

  /**
   * A tensor that the caller hands to each run.
   *
   * @param name unique among the program's inputs
   * @param type dtype and shape
   */
  record Input(String name, Type type) implements Op {

    @Override
    public List<Type> outputs() {
      return List.of(type);
    }
  }

  /**
   * A fixed tensor.
   *
   * @param value the content
   */
  record Constant(Tensor value) implements Op {
    /** Copies the content, so that a program cannot change. */
    public Constant {
      value = value.copy();
    }

    /** A copy of the content. */
    @Override
    public Tensor value() {
      return value.copy();
    }

    @Override
    public List<Type> outputs() {
      Type type = Type.of(value.dtype(), value.shape());
      return List.of(
          value.dtype() == DType.F32
              ? new Type(DType.F32, type.dims(), Grid.of(value.floats()), Range.of(value.floats()))
              : type);
    }
  }

  /** What {@link Count} tells of a number n. */
  enum CountKind {
    /** n. */
    NUMBER,
    /** n / max(n - 1, 1): what makes a variance unbiased. */
    BESSEL
  }

  /**
   * A number that follows from a shape, and so from the batch: a scalar of F32. A program that
   * divides by it is right for every batch, where a constant would be right for one.
   *
   * @param kind what is told
   * @param dims whose elements are counted
   */
  record Count(CountKind kind, Dims dims) implements Op {
    /** The scalar: computed in float64, rounded once. */
    public float value() {
      double n = dims.shape().elements();
      return (float) (kind == CountKind.NUMBER ? n : n / Math.max(n - 1, 1));
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(Shape.SCALAR));
    }
  }

  /**
   * The content of a variable as it was when the run began.
   *
   * @param variable what is read
   */
  record Read(Variable variable) implements Op {

    @Override
    public List<Type> outputs() {
      return List.of(variable.type());
    }
  }

  /**
   * A variable's new content; takes effect after every read of the same run. No results.
   *
   * @param variable what is written
   * @param value of the variable's dtype and shape
   */
  record Assign(Variable variable, Value value) implements Op {
    /** Checks that dtype and shape are the variable's. */
    public Assign {
      check(
          value.dtype() == variable.dtype() && value.shape().equals(variable.shape()),
          "Assign",
          "value is " + value.type() + ", expected that of variable " + variable);
    }

    @Override
    public List<Type> outputs() {
      return List.of();
    }
  }

  // ---- products

  /**
   * Convolution: y[n, p, o] = sum over taps t and channels c of x[n, source(p, t), g(o) + c] *
   * filter[o, t, c]; a tap outside the input reads padValue.
   *
   * <p>As for every product, operands may be F32 or BIT in any combination, and the result is F32,
   * on a {@link Grid} where both are +-1 or integers. Beside an I16 operand the other one is I16,
   * BIT, or F32 on a grid, which then stands for its integers (0 where it is not finite); the
   * result is I32, a sum of integers modulo 2^32 and so exact where it fits and the same everywhere
   * where it does not. No gradient goes through such a product: it stands in one itself.
   *
   * @param x [N, D, H, W, C]
   * @param filter [O, kd, kh, kw, C / groups]
   * @param window how taps lie
   * @param groups divides C and O
   * @param padValue what lies around the input
   */
  record Conv(Value x, Value filter, Window window, int groups, float padValue) implements Op {
    /** Checks dtypes, ranks, channels and that the window fits. */
    public Conv {
      product("Conv", "x", x, "filter", filter);
      padding("Conv", x, filter, window, padValue);
      rank("Conv", "x", x, 5);
      rank("Conv", "filter", filter, 5);
      filterShape("Conv", x.shape(), filter.shape(), window, groups);
    }

    /** Products of each sum: taps times channels of a group. */
    public int depth() {
      return filter.shape().elements() / filter.shape().dim(0);
    }

    @Override
    public List<Type> outputs() {
      Extent out = window.outputs(x.shape());
      Shape shape =
          Shape.of(x.shape().dim(0), out.depth(), out.height(), out.width(), filter.shape().dim(0));
      Grid grid =
          Grid.products(Grid.ofPadded(x, window, padValue), Grid.ofOperand(filter), depth());
      return List.of(productType(x, filter, x.type().dims().leading(shape), grid));
    }
  }

  /**
   * Gradient of {@link Conv} with respect to x: the transposed convolution of g with the filter.
   *
   * @param g gradient of the convolution's result, [N, D', H', W', O]
   * @param filter [O, kd, kh, kw, C / groups]
   * @param dims of x
   * @param window how taps lie
   * @param groups divides C and O
   */
  record ConvInputGradient(Value g, Value filter, Dims dims, Window window, int groups)
      implements Op {
    /** Checks that g has the shape that the convolution of such operands gives. */
    public ConvInputGradient {
      product("ConvInputGradient", "g", g, "filter", filter);
      rank("ConvInputGradient", "filter", filter, 5);
      filterShape("ConvInputGradient", dims.shape(), filter.shape(), window, groups);
      gradientShape("ConvInputGradient", g, dims.shape(), filter.shape(), window);
    }

    /** Of an x with this shape, whose leading axis is that of g. */
    public ConvInputGradient(Value g, Value filter, Shape input, Window window, int groups) {
      this(g, filter, g.type().dims().leading(input), window, groups);
    }

    /** Shape of x. */
    public Shape input() {
      return dims.shape();
    }

    @Override
    public List<Type> outputs() {
      return List.of(productType(g, filter, dims, grid()));
    }

    /**
     * As a transposed layer of +-1 it gives integers. They are sums of floats, which are exact in
     * any order where no operand was rounded.
     */
    private Grid grid() {
      Grid ofG = Grid.ofOperand(g);
      Grid ofFilter = Grid.ofOperand(filter);
      boolean exact = ofG != null && ofFilter != null && ofG.isExact() && ofFilter.isExact();
      int terms = filter.shape().elements() / filter.shape().dim(4) / groups;
      return exact ? Grid.products(ofG, ofFilter, terms) : null;
    }
  }

  /**
   * Gradient of {@link Conv} with respect to the filter.
   *
   * @param x [N, D, H, W, C]
   * @param g gradient of the convolution's result, [N, D', H', W', O]
   * @param filter shape of the filter
   * @param window how taps lie
   * @param groups divides C and O
   * @param padValue what lies around x
   */
  record ConvFilterGradient(
      Value x, Value g, Shape filter, Window window, int groups, float padValue) implements Op {
    /** Checks that g has the shape that the convolution of such operands gives. */
    public ConvFilterGradient {
      product("ConvFilterGradient", "x", x, "g", g);
      padding("ConvFilterGradient", x, g, window, padValue);
      rank("ConvFilterGradient", "x", x, 5);
      filterShape("ConvFilterGradient", x.shape(), filter, window, groups);
      gradientShape("ConvFilterGradient", g, x.shape(), filter, window);
    }

    @Override
    public List<Type> outputs() {
      return List.of(productType(x, g, Dims.fixed(filter), null));
    }
  }

  /**
   * Matrix products, one for each index of the leading axes: y[..., m, p] = sum over k of a[..., m,
   * k] * b[..., k, p]. For dtypes see {@link Conv}. A sum over the images of a batch no longer
   * follows it.
   *
   * @param a [..., M, K]
   * @param b [..., K, P], with the same leading axes
   */
  record MatMul(Value a, Value b) implements Op {
    /** Checks dtypes and shapes. */
    public MatMul {
      product("MatMul", "a", a, "b", b);
      int rank = a.shape().rank();
      check(
          rank >= 2
              && b.shape().rank() == rank
              && a.shape().with(-1, 1).with(-2, 1).equals(b.shape().with(-1, 1).with(-2, 1))
              && a.shape().dim(-1) == b.shape().dim(-2),
          "MatMul",
          "a is " + a.type() + " and b is " + b.type() + ", expected [..., M, K] and [..., K, P]");
    }

    /** Products of each sum. */
    public int depth() {
      return a.shape().dim(-1);
    }

    @Override
    public List<Type> outputs() {
      int rank = a.shape().rank();
      List<Integer> inA = a.type().dims().perImage();
      List<Integer> inB = b.type().dims().perImage();
      List<Integer> perImage = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        int ofA = axis == rank - 1 ? 0 : inA.get(axis);
        int ofB = axis == rank - 2 ? 0 : inB.get(axis);
        perImage.add(Math.max(ofA, ofB));
      }
      Dims dims = new Dims(a.shape().with(-1, b.shape().dim(-1)), perImage);
      return List.of(
          productType(a, b, dims, Grid.products(Grid.ofOperand(a), Grid.ofOperand(b), depth())));
    }
  }

  /**
   * What each position of a window sees, side by side: y[n, p, t * C + c] = x[n, source(p, t), c],
   * in the order of a filter; a tap outside the input reads padValue. A product of these by a
   * matrix is a convolution, by one matrix for each position a locally connected layer.
   *
   * @param x [N, D, H, W, C], any dtype
   * @param window how the taps lie
   * @param padValue what lies around the input; a value of x's dtype
   */
  record Patches(Value x, Window window, float padValue) implements Op {
    /** Checks the rank, and that the padding is a value of x's dtype. */
    public Patches {
      rank("Patches", "x", x, 5);
      if (window.isPadded()) {
        fill("Patches", "padValue", padValue, x);
      }
      shape(x.shape(), window);
    }

    @Override
    public List<Type> outputs() {
      Dims dims = x.type().dims().leading(shape(x.shape(), window));
      return List.of(window.isPadded() ? filled(x, padValue, dims) : x.type().withDims(dims));
    }

    private static Shape shape(Shape input, Window window) {
      Extent out = window.outputs(input);
      check(
          out.volume() > 0,
          "Patches",
          "window of " + window.size() + " does not fit into input " + input);
      Extent k = window.size();
      int seen = Shape.of(k.depth(), k.height(), k.width(), input.dim(4)).elements();
      return Shape.of(input.dim(0), out.depth(), out.height(), out.width(), seen);
    }
  }

  /**
   * Gradient of {@link Patches}: each element of x gets the sum of those of g that show it, added
   * in their order, each sum rounded to float.
   *
   * @param g gradient of the patches, F32 [N, D', H', W', taps * C]
   * @param dims of x
   * @param window how the taps lie
   */
  record PatchesGradient(Value g, Dims dims, Window window) implements Op {
    /** Checks that g has the shape of the patches of such an x. */
    public PatchesGradient {
      dtype("PatchesGradient", "g", g, DType.F32);
      check(dims.rank() == 5, "PatchesGradient", "dims are " + dims + ", expected [N, D, H, W, C]");
      Shape expected = Patches.shape(dims.shape(), window);
      check(
          g.shape().equals(expected),
          "PatchesGradient",
          "g is " + g.type() + ", expected shape " + expected);
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(dims));
    }
  }

  // ---- integers

  /**
   * Floats to integers at a scale: q = rint(x * scale), ties to even, clamped to +-(2^(bits - 1) -
   * 1). Computed in float64, where a product by a power of two is exact. Two results: q, and a
   * scalar I32 that tells how many elements were clamped. NaN becomes 0 and counts as clamped. No
   * gradient: these are gradients, rounded once so that sums of them are exact.
   *
   * @param x F32
   * @param scale F32 scalar, a power of two
   * @param bits of the integers, sign included: 2 to 16
   */
  record ToInteger(Value x, Value scale, int bits) implements Op {
    /** Checks dtypes, that scale is a scalar, and bits. */
    public ToInteger {
      dtype("ToInteger", "x", x, DType.F32);
      dtype("ToInteger", "scale", scale, DType.F32);
      rank("ToInteger", "scale", scale, 0);
      check(bits >= 2 && bits <= 16, "ToInteger", "bits is " + bits + ", expected 2 to 16");
    }

    /** The largest integer of so many bits. */
    public static int limit(int bits) {
      return (1 << bits - 1) - 1;
    }

    /** The largest integer. */
    public int limit() {
      return limit(bits);
    }

    @Override
    public List<Type> outputs() {
      return List.of(
          Type.of(DType.I16, x.type().dims()), Type.of(DType.I32, Dims.fixed(Shape.SCALAR)));
    }
  }

  /**
   * Integers to floats: x / scale / denominator in float64, rounded once. Where scale is a power of
   * two that is the float next to the true quotient. No gradient, see {@link ToInteger}.
   *
   * @param x I16 or I32
   * @param scale F32 scalar, a power of two
   * @param denominator at least 1 and less than {@link Grid#LIMIT}: that of the grid whose integers
   *     were multiplied
   */
  record ToFloat(Value x, Value scale, int denominator) implements Op {
    /** Checks dtypes, that scale is a scalar, and the denominator. */
    public ToFloat {
      integer("ToFloat", "x", x);
      dtype("ToFloat", "scale", scale, DType.F32);
      rank("ToFloat", "scale", scale, 0);
      check(
          denominator >= 1 && Grid.fits(denominator),
          "ToFloat",
          "denominator is " + denominator + ", expected 1 to " + (Grid.LIMIT - 1));
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(x.type().dims()));
    }
  }

  /**
   * Integers to +-1: -1 where x is less than the threshold, else +1. No gradient.
   *
   * @param x I16 or I32
   * @param threshold I32, of a shape that is broadcast to that of x
   */
  record Threshold(Value x, Value threshold) implements Op {
    /** Checks dtypes and shapes. */
    public Threshold {
      integer("Threshold", "x", x);
      dtype("Threshold", "threshold", threshold, DType.I32);
      check(
          Shape.broadcast(x.shape(), threshold.shape()).equals(x.shape()),
          "Threshold",
          "threshold is "
              + threshold.type()
              + ", expected one that can be broadcast to "
              + x.shape());
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.of(DType.BIT, x.type().dims()));
    }
  }

  // ---- random numbers

  /** What {@link Random} gives. */
  enum RandomKind {
    /** I32: the 32 random bits of each element. */
    BITS,
    /** F32 in [0, 1): the upper 24 of these bits over 2^24. */
    UNIFORM
  }

  /**
   * Random numbers that follow from a counter ({@link io.github.xnor4j.tensor.Philox}): the same on
   * every backend, for any number of threads and after a resume. The key is the seed; the counter's
   * lower half is a quarter of the element's index in row-major order (of each block of four words
   * an element takes one), its upper half is {@code step << 32 | 1 << 31 | stream}: bit 31 tells
   * these numbers from those that the host draws. With the batch in front an image's numbers do not
   * depend on the number of images. No gradient.
   *
   * <p>A trace records the same op on the same operands once: numbers that are to be independent
   * have different streams.
   *
   * @param kind what is given
   * @param seed I32 [2]: the low word, then the high one
   * @param step I32 scalar, another one for each run
   * @param stream at least 0
   * @param dims of the result
   */
  record Random(RandomKind kind, Value seed, Value step, int stream, Dims dims) implements Op {
    /** Checks dtypes, shapes and the stream. */
    public Random {
      dtype("Random", "seed", seed, DType.I32);
      check(
          seed.shape().equals(Shape.of(2)),
          "Random",
          "seed is " + seed.type() + ", expected shape [2]");
      dtype("Random", "step", step, DType.I32);
      rank("Random", "step", step, 0);
      check(stream >= 0, "Random", "stream is " + stream + ", expected 0 or more");
    }

    /** The generator for a seed and a step; elements are drawn by their indices. */
    public Philox generator(int low, int high, int step) {
      long upper = (long) step << 32 | 1L << 31 | stream;
      return new Philox((long) high << 32 | low & 0xFFFFFFFFL, upper);
    }

    @Override
    public List<Type> outputs() {
      return List.of(
          kind == RandomKind.BITS
              ? Type.of(DType.I32, dims)
              : new Type(DType.F32, dims, null, Range.of(0, 1)));
    }
  }

  // ---- pooling

  /** What a pooling window computes. */
  enum PoolKind {
    /** The largest value inside the input. Of equal ones the first in row-major order counts. */
    MAX,
    /** The mean of the values inside the input. */
    AVERAGE
  }

  /**
   * Pooling over windows; padding never takes part.
   *
   * @param kind what is computed
   * @param x F32 [N, D, H, W, C]
   * @param window how the taps lie
   */
  record Pool(PoolKind kind, Value x, Window window) implements Op {
    /** Checks dtype and rank. */
    public Pool {
      dtype("Pool", "x", x, DType.F32);
      rank("Pool", "x", x, 5);
    }

    @Override
    public List<Type> outputs() {
      Extent out = window.outputs(x.shape());
      Shape shape =
          Shape.of(x.shape().dim(0), out.depth(), out.height(), out.width(), x.shape().dim(4));
      Dims dims = x.type().dims().leading(shape);
      return List.of(new Type(DType.F32, dims, grid(), x.type().range()));
    }

    /**
     * A maximum is one of the values. A mean of integers over the taps of a window that lie inside
     * the input is an integer over their number, which may be smaller at the border.
     */
    private Grid grid() {
      Grid grid = x.type().grid();
      if (kind == PoolKind.MAX || grid == null) {
        return grid;
      }
      long taps = 1;
      for (int axis = 0; axis < 3; axis++) {
        taps = Math.multiplyExact(taps, window.commonTaps(axis, x.shape().dim(axis + 1)));
        if (!Grid.fits(taps)) {
          return null;
        }
      }
      return Grid.orNull(taps * grid.denominator(), taps * grid.bound());
    }
  }

  /**
   * Gradient of {@link Pool}: to the first largest value of each window, or in equal parts. What an
   * element gets of several windows is added in their order, each sum rounded to float.
   *
   * @param kind what was computed
   * @param x what was pooled, F32 [N, D, H, W, C]
   * @param g gradient of the result
   * @param window how the taps lie
   */
  record PoolGradient(PoolKind kind, Value x, Value g, Window window) implements Op {
    /** Checks that g has the shape of the pooled value. */
    public PoolGradient {
      dtype("PoolGradient", "g", g, DType.F32);
      Shape pooled = new Pool(kind, x, window).outputs().getFirst().shape();
      check(
          g.shape().equals(pooled),
          "PoolGradient",
          "g is " + g.type() + ", expected shape " + pooled);
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(x.type().dims()));
    }
  }

  // ---- batch normalization

  /**
   * Mean and (biased) variance of each channel over all other axes, of sums of values and of their
   * squares: mean = S1 / N / d, variance = (S2 / N - (S1 / N)^2) / d^2 and at least 0, in float64,
   * each rounded to float once at its end. On a {@link Grid} the sums are taken on the integers,
   * and d is its denominator; else d is 1.
   *
   * @param x F32, channels last
   */
  record BatchNormStatistics(Value x) implements Op {
    /** Checks dtype and rank. */
    public BatchNormStatistics {
      dtype("BatchNormStatistics", "x", x, DType.F32);
      check(x.shape().rank() >= 1, "BatchNormStatistics", "x is a scalar, expected a channel axis");
    }

    @Override
    public List<Type> outputs() {
      Type channels = Type.f32(Shape.of(x.shape().dim(-1)));
      return List.of(channels, channels);
    }
  }

  /**
   * Gradient of {@link BatchNormStatistics}: dx = (x - mean) * (2 * dVariance / N) + dMean / N, N
   * the number of values of a channel; both factors and every operation on x are rounded to float.
   *
   * @param x F32, channels last
   * @param mean [C]
   * @param dMean gradient of the mean, [C]
   * @param dVariance gradient of the variance, [C]
   */
  record BatchNormStatisticsGradient(Value x, Value mean, Value dMean, Value dVariance)
      implements Op {
    /** Checks dtypes and channels. */
    public BatchNormStatisticsGradient {
      channels("BatchNormStatisticsGradient", x, "mean", mean);
      channels("BatchNormStatisticsGradient", x, "dMean", dMean);
      channels("BatchNormStatisticsGradient", x, "dVariance", dVariance);
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(x.type().dims()));
    }
  }

  /**
   * Batch normalization: y = (x - mean) * k + offset, every operation rounded to float, with k =
   * scale / sqrt(variance + epsilon) computed in float64 and rounded once.
   *
   * @param x F32, channels last
   * @param mean [C]
   * @param variance [C]
   * @param scale gamma, [C]
   * @param offset beta, [C]
   * @param epsilon added to the variance
   */
  record BatchNorm(Value x, Value mean, Value variance, Value scale, Value offset, float epsilon)
      implements Op {
    /** Checks dtypes and channels. */
    public BatchNorm {
      channels("BatchNorm", x, "mean", mean);
      channels("BatchNorm", x, "variance", variance);
      channels("BatchNorm", x, "scale", scale);
      channels("BatchNorm", x, "offset", offset);
    }

    /** The factor k of a channel. */
    public static float factor(float scale, float variance, float epsilon) {
      return (float) (scale / Math.sqrt((double) variance + epsilon));
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(x.type().dims()));
    }
  }

  /**
   * Gradient of {@link BatchNorm}, five results: dx = g * k; dMean = -k * sum g; dVariance = -scale
   * / 2 * (variance + epsilon)^(-3/2) * sum g * (x - mean); dScale = sum g * (x - mean) /
   * sqrt(variance + epsilon); dOffset = sum g. Sums run over all axes but the channels, in float64;
   * a product is added by one fused multiply-add. Each result is rounded to float once.
   *
   * @param x F32, channels last
   * @param g gradient of the result, of the shape of x
   * @param mean [C]
   * @param variance [C]
   * @param scale gamma, [C]
   * @param epsilon added to the variance
   */
  record BatchNormGradient(Value x, Value g, Value mean, Value variance, Value scale, float epsilon)
      implements Op {
    /** Checks dtypes, shapes and channels. */
    public BatchNormGradient {
      channels("BatchNormGradient", x, "mean", mean);
      channels("BatchNormGradient", x, "variance", variance);
      channels("BatchNormGradient", x, "scale", scale);
      dtype("BatchNormGradient", "g", g, DType.F32);
      check(
          g.shape().equals(x.shape()),
          "BatchNormGradient",
          "g is " + g.type() + ", expected the shape of x, " + x.shape());
    }

    @Override
    public List<Type> outputs() {
      Type c = Type.f32(mean.shape());
      return List.of(Type.f32(x.type().dims()), c, c, c, c);
    }
  }

  // ---- element by element

  /** Functions of one float. EXP, LOG and TANH are float64's, rounded once. */
  enum UnaryKind {
    /** -x. */
    NEGATE,
    /** The absolute value. */
    ABS,
    /** x * x. */
    SQUARE,
    /** The square root. */
    SQRT,
    /** e to the x. */
    EXP,
    /** The natural logarithm. */
    LOG,
    /** The hyperbolic tangent. */
    TANH,
    /** The nearest integer, ties to even. */
    RINT
  }

  /**
   * A function of each element.
   *
   * @param kind which
   * @param x F32
   */
  record Unary(UnaryKind kind, Value x) implements Op {
    /** Checks the dtype. */
    public Unary {
      dtype("Unary " + kind, "x", x, DType.F32);
    }

    @Override
    public List<Type> outputs() {
      Type type = x.type();
      return List.of(new Type(DType.F32, type.dims(), grid(), type.range().of(kind)));
    }

    private Grid grid() {
      Grid grid = x.type().grid();
      return switch (kind) {
        case NEGATE, ABS -> grid;
        case SQUARE -> Grid.product(grid, grid);
        case RINT ->
            grid != null && grid.denominator() == 1
                ? grid
                : Grid.rounded(x.type().range().of(kind));
        case SQRT, EXP, LOG, TANH -> null;
      };
    }

    @Override
    public String name() {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Functions of two floats. */
  enum BinaryKind {
    /** a + b. */
    ADD,
    /** a - b. */
    SUB,
    /** a * b. */
    MUL,
    /** a / b. */
    DIV,
    /** The smaller; NaN if one is. */
    MIN,
    /** The larger; NaN if one is. */
    MAX,
    /** a to the power of b: float64's, rounded once. */
    POW
  }

  /**
   * A function of each pair of elements, with NumPy's broadcasting.
   *
   * @param kind which
   * @param a F32
   * @param b F32
   */
  record Binary(BinaryKind kind, Value a, Value b) implements Op {
    /** Checks dtypes and shapes. */
    public Binary {
      dtype("Binary " + kind, "a", a, DType.F32);
      dtype("Binary " + kind, "b", b, DType.F32);
      Shape.broadcast(a.shape(), b.shape());
    }

    @Override
    public List<Type> outputs() {
      Dims dims = Dims.broadcast(a.type().dims(), b.type().dims());
      Range range = Range.of(kind, a.type().range(), b.type().range());
      return List.of(new Type(DType.F32, dims, grid(), range));
    }

    private Grid grid() {
      Grid first = a.type().grid();
      Grid second = b.type().grid();
      return switch (kind) {
        case ADD, SUB -> Grid.sum(first, second);
        case MUL -> Grid.product(first, second);
        case DIV -> Grid.quotient(first, b.type().range());
        case MIN, MAX -> Grid.either(first, second);
        case POW -> null;
      };
    }

    @Override
    public String name() {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How {@link Select} compares; a comparison with NaN is false. */
  enum Comparison {
    /** a &lt; b. */
    LESS,
    /** a &lt;= b. */
    LESS_EQUAL,
    /** a == b. */
    EQUAL
  }

  /**
   * Element by element, with broadcasting: ifTrue where a compares with b, else ifFalse.
   *
   * @param comparison how
   * @param a F32 or I32
   * @param b of a's dtype
   * @param ifTrue F32
   * @param ifFalse F32
   */
  record Select(Comparison comparison, Value a, Value b, Value ifTrue, Value ifFalse)
      implements Op {
    /** Checks dtypes and shapes. */
    public Select {
      check(
          a.dtype() == b.dtype() && (a.dtype() == DType.F32 || a.dtype() == DType.I32),
          "Select",
          "a is " + a.type() + " and b is " + b.type() + ", expected both F32 or both I32");
      dtype("Select", "ifTrue", ifTrue, DType.F32);
      dtype("Select", "ifFalse", ifFalse, DType.F32);
    }

    @Override
    public List<Type> outputs() {
      Type first = ifTrue.type();
      Type second = ifFalse.type();
      Dims tested = Dims.broadcast(a.type().dims(), b.type().dims());
      Dims chosen = Dims.broadcast(first.dims(), second.dims());
      return List.of(
          new Type(
              DType.F32,
              Dims.broadcast(tested, chosen),
              Grid.either(first.grid(), second.grid()),
              first.range().or(second.range())));
    }
  }

  /**
   * Unsigned bytes to floats: (v * multiplier + offset) / divisor, on a {@link Grid}. Larq's
   * tutorial scales pixels by x / 127.5 - 1, which is (2 v - 255) / 255.
   *
   * @param x U8
   * @param multiplier of the byte
   * @param offset added to the product
   * @param divisor at least 1
   */
  record Scale(Value x, int multiplier, int offset, int divisor) implements Op {
    /** Checks the dtype and the divisor. */
    public Scale {
      dtype("Scale", "x", x, DType.U8);
      check(divisor >= 1, "Scale", "divisor is " + divisor + ", expected 1 or more");
    }

    @Override
    public List<Type> outputs() {
      long bound = Math.max(Math.abs((long) offset), Math.abs(255L * multiplier + offset));
      Grid grid = Grid.orNull(divisor, bound);
      Range range = Range.of(value(0), value(255));
      return List.of(new Type(DType.F32, x.type().dims(), grid, range));
    }

    private float value(int pixel) {
      return (float) (((double) pixel * multiplier + offset) / divisor);
    }
  }

  /**
   * The sign as +-1: -1 where x &lt; 0, else +1 (so for 0, -0.0 and NaN).
   *
   * @param x F32
   */
  record Sign(Value x) implements Op {
    /** Checks the dtype. */
    public Sign {
      dtype("Sign", "x", x, DType.F32);
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.of(DType.BIT, x.type().dims()));
    }
  }

  /**
   * +-1 values as floats.
   *
   * @param x BIT
   */
  record Unpack(Value x) implements Op {
    /** Checks the dtype. */
    public Unpack {
      dtype("Unpack", "x", x, DType.BIT);
    }

    @Override
    public List<Type> outputs() {
      return List.of(new Type(DType.F32, x.type().dims(), Grid.UNIT, Range.of(-1, 1)));
    }
  }

  // ---- reductions

  /** What a reduction computes. */
  enum ReduceKind {
    /** The sum: of floats in float64, rounded once; of integers modulo 2^32. */
    SUM,
    /** The largest; NaN if one is. */
    MAX
  }

  /**
   * Reduction over axes, which stay with extent 1.
   *
   * @param kind which
   * @param x F32; of a sum also I16 or I32, which give I32
   * @param axes distinct, 0 to rank - 1
   */
  record Reduce(ReduceKind kind, Value x, List<Integer> axes) implements Op {
    /** Checks dtype and axes. */
    public Reduce {
      if (kind == ReduceKind.MAX || !isInteger(x)) {
        dtype("Reduce", "x", x, DType.F32);
      }
      axes = List.copyOf(axes);
      Set<Integer> seen = new HashSet<>();
      for (int axis : axes) {
        check(
            axis >= 0 && axis < x.shape().rank() && seen.add(axis),
            "Reduce",
            "axes " + axes + " of " + x.type() + ", expected distinct axes from 0 to rank - 1");
      }
    }

    @Override
    public List<Type> outputs() {
      Dims dims = x.type().dims();
      for (int axis : axes) {
        dims = dims.with(axis, 1);
      }
      if (isInteger(x)) {
        return List.of(Type.of(DType.I32, dims));
      }
      Grid grid = x.type().grid();
      if (kind == ReduceKind.MAX) {
        return List.of(new Type(DType.F32, dims, grid, x.type().range()));
      }
      long terms = x.shape().elements() / Math.max(1, dims.shape().elements());
      return List.of(new Type(DType.F32, dims, Grid.total(grid, terms), Range.ALL));
    }
  }

  /**
   * Index of the largest value along the last axis; of equal ones the first.
   *
   * @param x F32 [..., C]
   */
  record ArgMax(Value x) implements Op {
    /** Checks dtype and rank. */
    public ArgMax {
      dtype("ArgMax", "x", x, DType.F32);
      check(x.shape().rank() >= 1, "ArgMax", "x is a scalar, expected a last axis");
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.of(DType.I32, x.type().dims().axes(range(x.shape().rank() - 1))));
    }
  }

  // ---- shapes

  /**
   * The same elements in row-major order under another shape.
   *
   * @param x any dtype
   * @param dims with as many elements
   */
  record Reshape(Value x, Dims dims) implements Op {
    /** Checks the number of elements. */
    public Reshape {
      check(
          dims.shape().elements() == x.shape().elements(),
          "Reshape",
          "x is " + x.type() + ", expected as many elements as in " + dims.shape());
    }

    /** To a shape that follows the batch as {@link Dims#reshaped} tells. */
    public Reshape(Value x, Shape shape) {
      this(x, x.type().dims().reshaped(shape));
    }

    /** The other shape. */
    public Shape shape() {
      return dims.shape();
    }

    @Override
    public List<Type> outputs() {
      return List.of(x.type().withDims(dims));
    }
  }

  /**
   * Axes in another order: axis i of the result is axis {@code permutation[i]} of x.
   *
   * @param x any dtype
   * @param permutation of 0 to rank - 1
   */
  record Transpose(Value x, List<Integer> permutation) implements Op {
    /** Checks the permutation. */
    public Transpose {
      permutation = List.copyOf(permutation);
      check(
          permutation.size() == x.shape().rank()
              && permutation.stream().sorted().toList().equals(range(x.shape().rank())),
          "Transpose",
          "permutation " + permutation + " of " + x.type() + ", expected each axis once");
    }

    /** Whether the last axis becomes the first and the others stay in their order. */
    public boolean movesLastToFront() {
      int n = permutation.size();
      return n > 1
          && permutation.getFirst() == n - 1
          && permutation.subList(1, n).equals(range(n - 1));
    }

    @Override
    public List<Type> outputs() {
      return List.of(x.type().withDims(x.type().dims().axes(permutation)));
    }
  }

  /**
   * NumPy's broadcasting to a larger shape.
   *
   * @param x any dtype
   * @param dims what x is broadcast to
   */
  record Broadcast(Value x, Dims dims) implements Op {
    /** Checks that x fits. */
    public Broadcast {
      check(
          Shape.broadcast(x.shape(), dims.shape()).equals(dims.shape()),
          "Broadcast",
          "x is " + x.type() + ", expected one that can be broadcast to " + dims.shape());
    }

    /** To a fixed shape, or one of which an axis follows the batch as that of x does. */
    public Broadcast(Value x, Shape shape) {
      this(x, Dims.broadcast(Dims.fixed(shape), x.type().dims()));
    }

    /** What x is broadcast to. */
    public Shape shape() {
      return dims.shape();
    }

    @Override
    public List<Type> outputs() {
      return List.of(x.type().withDims(dims));
    }
  }

  /**
   * A value in the midst of one value elsewhere: what {@link Slice} takes is put back.
   *
   * @param x any dtype
   * @param start where x begins on each axis
   * @param dims of the result
   * @param value what lies around x; a value of its dtype
   */
  record Pad(Value x, Dims start, Dims dims, float value) implements Op {
    /** Checks that x fits. */
    public Pad {
      inside("Pad", x.shape(), start, dims.shape(), "x is " + x.type());
      fill("Pad", "value", value, x);
    }

    /**
     * By so many elements on each axis. An axis that follows the batch stays as it is: padded, it
     * would be of this batch alone.
     */
    public Pad(Value x, List<Integer> before, List<Integer> after, float value) {
      this(x, offsets(before), padded(x.type().dims(), before, after), value);
    }

    private static Dims padded(Dims dims, List<Integer> before, List<Integer> after) {
      check(
          before.size() == dims.rank() && after.size() == dims.rank(),
          "Pad",
          "before is " + before + " and after is " + after + ", expected one for each of " + dims);
      Dims out = dims;
      for (int axis = 0; axis < dims.rank(); axis++) {
        int more = before.get(axis) + after.get(axis);
        check(
            before.get(axis) >= 0
                && after.get(axis) >= 0
                && (more == 0 || dims.perImage().get(axis) == 0),
            "Pad",
            "before is "
                + before
                + " and after is "
                + after
                + ", expected 0 or more; 0 where "
                + dims
                + " follows the batch");
        if (more > 0) {
          out = out.with(axis, dims.dim(axis) + more);
        }
      }
      return out;
    }

    @Override
    public List<Type> outputs() {
      return List.of(filled(x, value, dims));
    }
  }

  /**
   * A part of a value: from {@code start} on, so many elements on each axis. Of the batch either a
   * part that follows it is taken, such as one of two halves, or certain images; these are there in
   * every batch that has so many.
   *
   * @param x any dtype
   * @param start where the part begins on each axis
   * @param dims of the part
   */
  record Slice(Value x, Dims start, Dims dims) implements Op {
    /** Checks that the part lies inside. */
    public Slice {
      inside("Slice", dims.shape(), start, x.shape(), "the part is " + dims);
    }

    /** A part of fixed extents, but for axes taken as a whole. */
    public Slice(Value x, List<Integer> start, Shape size) {
      this(x, offsets(start), part(x.type().dims(), size));
    }

    private static Dims part(Dims dims, Shape size) {
      Dims out = dims;
      for (int axis = 0; axis < Math.min(dims.rank(), size.rank()); axis++) {
        if (size.dim(axis) != dims.dim(axis)) {
          out = out.with(axis, size.dim(axis));
        }
      }
      return size.rank() == dims.rank() ? out : Dims.fixed(size);
    }

    @Override
    public List<Type> outputs() {
      return List.of(x.type().withDims(dims));
    }
  }

  /**
   * Values one behind the other along an axis.
   *
   * @param xs at least one, of one dtype and, but for this axis, one shape
   * @param axis 0 to rank - 1
   */
  record Concatenate(List<Value> xs, int axis) implements Op {
    /** Checks dtypes and shapes. */
    public Concatenate {
      xs = List.copyOf(xs);
      check(!xs.isEmpty(), "Concatenate", "no values, expected at least one");
      Value first = xs.getFirst();
      check(
          axis >= 0 && axis < first.shape().rank(),
          "Concatenate",
          "axis " + axis + " of " + first.type() + ", expected 0 to rank - 1");
      for (Value x : xs) {
        check(
            x.dtype() == first.dtype()
                && x.shape().rank() == first.shape().rank()
                && x.shape().with(axis, 0).equals(first.shape().with(axis, 0)),
            "Concatenate",
            x.type()
                + " behind "
                + first.type()
                + ", expected one that differs on axis "
                + axis
                + " only");
      }
    }

    /** Where an operand begins on the axis: the extents of those before it. */
    Dims start(int operand) {
      Dims zero = Dims.fixed(Shape.of(new int[xs.getFirst().shape().rank()]));
      return operand == 0 ? zero : zero.with(axis, joined(operand));
    }

    /** The axis of the first few operands together; it follows the batch if all of theirs do. */
    private Dims joined(int operands) {
      int extent = 0;
      int perImage = 0;
      boolean follows = true;
      for (Value x : xs.subList(0, operands)) {
        extent += x.shape().dim(axis);
        perImage += x.type().dims().perImage().get(axis);
        follows &= x.type().dims().perImage().get(axis) > 0;
      }
      return new Dims(Shape.of(extent), List.of(follows ? perImage : 0));
    }

    @Override
    public List<Type> outputs() {
      Dims dims = xs.getFirst().type().dims();
      Grid grid = xs.getFirst().type().grid();
      Range range = xs.getFirst().type().range();
      for (Value x : xs.subList(1, xs.size())) {
        Type type = x.type();
        dims = Dims.broadcast(dims.with(axis, 1), type.dims().with(axis, 1));
        grid = Grid.either(grid, type.grid());
        range = range.or(type.range());
      }
      return List.of(
          new Type(xs.getFirst().dtype(), dims.with(axis, joined(xs.size())), grid, range));
    }
  }

  // ---- softmax and loss

  /**
   * Softmax along the last axis: exp(x - max) / sum, in float64, rounded once.
   *
   * @param x F32 [..., C]
   */
  record Softmax(Value x) implements Op {
    /** Checks dtype and rank. */
    public Softmax {
      dtype("Softmax", "x", x, DType.F32);
      check(x.shape().rank() >= 1, "Softmax", "x is a scalar, expected a last axis");
    }

    @Override
    public List<Type> outputs() {
      return List.of(new Type(DType.F32, x.type().dims(), null, Range.of(0, 1)));
    }
  }

  /**
   * Softmax and sparse categorical crossentropy in one, two results: the loss of each row, -log
   * softmax(logits)[label], [N], and the probabilities, [N, C]. A label outside 0 to C - 1 gives a
   * NaN loss, as TensorFlow's CPU kernel reports an error there.
   *
   * @param logits F32 [N, C]
   * @param labels I32 [N]
   */
  record SoftmaxCrossEntropy(Value logits, Value labels) implements Op {
    /** Checks dtypes and shapes. */
    public SoftmaxCrossEntropy {
      dtype("SoftmaxCrossEntropy", "logits", logits, DType.F32);
      rank("SoftmaxCrossEntropy", "logits", logits, 2);
      labelRows("SoftmaxCrossEntropy", logits, labels);
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(labels.type().dims()), Type.f32(logits.type().dims()));
    }
  }

  /**
   * Gradient of the loss of {@link SoftmaxCrossEntropy}: (probabilities - onehot(labels)) * g.
   *
   * @param probabilities F32 [N, C]
   * @param labels I32 [N]
   * @param g gradient of each row's loss, F32 [N]
   */
  record SoftmaxCrossEntropyGradient(Value probabilities, Value labels, Value g) implements Op {
    /** Checks dtypes and shapes. */
    public SoftmaxCrossEntropyGradient {
      dtype("SoftmaxCrossEntropyGradient", "probabilities", probabilities, DType.F32);
      rank("SoftmaxCrossEntropyGradient", "probabilities", probabilities, 2);
      labelRows("SoftmaxCrossEntropyGradient", probabilities, labels);
      dtype("SoftmaxCrossEntropyGradient", "g", g, DType.F32);
      check(
          g.shape().equals(labels.shape()),
          "SoftmaxCrossEntropyGradient",
          "g is " + g.type() + ", expected shape " + labels.shape());
    }

    @Override
    public List<Type> outputs() {
      return List.of(Type.f32(probabilities.type().dims()));
    }
  }

  // ---- checks

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  private static void check(boolean condition, String op, String message) {
    if (!condition) {
      throw new IllegalArgumentException(op + ": " + message);
    }
  }

  private static void dtype(String op, String operand, Value value, DType expected) {
    check(
        value.dtype() == expected,
        op,
        operand + " is " + value.type() + ", expected dtype " + expected);
  }

  private static boolean isInteger(Value value) {
    return value.dtype() == DType.I16 || value.dtype() == DType.I32;
  }

  private static void integer(String op, String operand, Value value) {
    check(isInteger(value), op, operand + " is " + value.type() + ", expected dtype I16 or I32");
  }

  // products

  private static void product(String op, String first, Value a, String second, Value b) {
    productOperand(op, first, a, b);
    productOperand(op, second, b, a);
  }

  private static void productOperand(String op, String operand, Value value, Value other) {
    DType dtype = value.dtype();
    check(
        dtype == DType.F32 || dtype == DType.BIT || dtype == DType.I16,
        op,
        operand + " is " + value.type() + ", expected dtype F32, BIT or I16");
    check(
        other.dtype() != DType.I16 || Grid.ofOperand(value) != null,
        op,
        operand + " is " + value.type() + ", expected I16, BIT, or F32 on a grid beside I16");
  }

  private static void padding(String op, Value x, Value other, Window window, float padValue) {
    boolean integers = x.dtype() == DType.I16 || other.dtype() == DType.I16;
    check(
        !integers || Grid.ofPadded(x, window, padValue) != null,
        op,
        "padValue is " + padValue + ", expected one on the grid of x beside integers");
  }

  private static Type productType(Value a, Value b, Dims dims, Grid grid) {
    return a.dtype() == DType.I16 || b.dtype() == DType.I16
        ? Type.of(DType.I32, dims)
        : new Type(DType.F32, dims, grid, Range.ALL);
  }

  // shapes

  /** Checks that something is a value of x's dtype. */
  private static void fill(String op, String what, float value, Value x) {
    boolean fits =
        switch (x.dtype()) {
          case F32 -> true;
          case BIT -> Math.abs(value) == 1;
          case U8 -> isWhole(value, 0, 0x1p8f);
          case I16 -> isWhole(value, -0x1p15f, 0x1p15f);
          case I32 -> isWhole(value, -0x1p31f, 0x1p31f);
        };
    check(fits, op, what + " is " + value + ", expected a value of dtype " + x.dtype());
  }

  private static boolean isWhole(float value, float least, float end) {
    return value == Math.rint(value) && value >= least && value < end;
  }

  /** The type of the elements of x with a value among them. */
  private static Type filled(Value x, float value, Dims dims) {
    Type type = x.type().withDims(dims);
    if (x.dtype() != DType.F32) {
      return type;
    }
    Grid grid = Grid.either(type.grid(), Grid.of(new float[] {value}));
    return new Type(DType.F32, dims, grid, type.range().or(Range.of(value)));
  }

  private static Dims offsets(List<Integer> start) {
    return Dims.fixed(Shape.of(start.stream().mapToInt(i -> i).toArray()));
  }

  /** Checks that a part that begins somewhere lies inside of a whole. */
  private static void inside(String op, Shape part, Dims start, Shape whole, String what) {
    boolean fits = part.rank() == whole.rank() && start.rank() == whole.rank();
    for (int axis = 0; fits && axis < whole.rank(); axis++) {
      fits = (long) start.dim(axis) + part.dim(axis) <= whole.dim(axis);
    }
    check(fits, op, what + " from " + start + " on, expected to fit into " + whole);
  }

  private static void rank(String op, String operand, Value value, int expected) {
    check(
        value.shape().rank() == expected,
        op,
        operand + " is " + value.type() + ", expected rank " + expected);
  }

  private static void channels(String op, Value x, String operand, Value value) {
    dtype(op, "x", x, DType.F32);
    dtype(op, operand, value, DType.F32);
    check(x.shape().rank() >= 1, op, "x is a scalar, expected a channel axis");
    Shape expected = Shape.of(x.shape().dim(-1));
    check(
        value.shape().equals(expected),
        op,
        operand + " is " + value.type() + ", expected shape " + expected + " for x " + x.type());
  }

  private static void labelRows(String op, Value rows, Value labels) {
    dtype(op, "labels", labels, DType.I32);
    Shape expected = Shape.of(rows.shape().dim(0));
    check(
        labels.shape().equals(expected),
        op,
        "labels are " + labels.type() + ", expected shape " + expected);
  }

  private static void filterShape(String op, Shape input, Shape filter, Window window, int groups) {
    check(groups >= 1, op, "groups is " + groups + ", expected 1 or more");
    check(
        input.rank() == 5 && filter.rank() == 5 && filter.elements() > 0,
        op,
        "filter is " + filter + " and input is " + input + ", expected rank 5, and some filters");
    int c = input.dim(4);
    int o = filter.dim(0);
    check(
        c % groups == 0 && o % groups == 0,
        op,
        "groups is " + groups + ", expected a divisor of C = " + c + " and O = " + o);
    Extent k = window.size();
    Shape expected = Shape.of(o, k.depth(), k.height(), k.width(), c / groups);
    check(
        filter.equals(expected),
        op,
        "filter is " + filter + ", expected " + expected + " for input " + input);
    check(
        window.outputs(input).volume() > 0,
        op,
        "window of " + k + " does not fit into input " + input);
  }

  private static void gradientShape(String op, Value g, Shape input, Shape filter, Window window) {
    Extent out = window.outputs(input);
    Shape expected = Shape.of(input.dim(0), out.depth(), out.height(), out.width(), filter.dim(0));
    check(g.shape().equals(expected), op, "g is " + g.type() + ", expected shape " + expected);
  }
}
