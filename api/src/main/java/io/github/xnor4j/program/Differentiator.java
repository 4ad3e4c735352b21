package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reverse-mode differentiation: appends the gradient's ops to the trace that recorded the forward
 * ops. One rule for each op; a custom gradient replaces those of its stretch.
 */
public final class Differentiator {
  private final Trace trace;
  private final GradientRounding rounding;
  private final Set<Value> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, Value> gradients = new IdentityHashMap<>();

  private Differentiator(Trace trace, GradientRounding rounding) {
    this.trace = trace;
    this.rounding = rounding;
  }

  /**
   * Appends the gradients of a scalar.
   *
   * @param trace what recorded it
   * @param loss F32 of one element
   * @param wrt values recorded before it
   * @return for each of {@code wrt} the gradient, of its shape; zeros where the loss does not
   *     depend on it
   * @throws IllegalArgumentException if the loss is no scalar
   */
  public static List<Value> gradients(Trace trace, Value loss, List<Value> wrt) {
    return gradients(trace, loss, wrt, GradientRounding.NONE);
  }

  /**
   * Appends the gradients of a scalar, some of them rounded on their way. What reaches a product of
   * which an operand is +-1 or stands for integers becomes integers if {@code rounding} says so;
   * its product with that operand is I32, exact, and divided once. A product with an operand of
   * floats takes the gradient as it is.
   *
   * @param trace what recorded it
   * @param loss F32 of one element
   * @param wrt values recorded before it
   * @param rounding asked for each such product
   * @return for each of {@code wrt} the gradient, of its shape; zeros where the loss does not
   *     depend on it
   * @throws IllegalArgumentException if the loss is no scalar
   * @throws SumOverflowException if so many terms are summed that not even integers of two bits fit
   */
  public static List<Value> gradients(
      Trace trace, Value loss, List<Value> wrt, GradientRounding rounding) {
    if (loss.dtype() != DType.F32 || loss.shape().elements() != 1) {
      throw new IllegalArgumentException("loss is " + loss.type() + ", expected one F32 element");
    }
    Value one = trace.constant(Tensor.full(loss.shape(), 1));
    return gradients(trace, loss, one, wrt, rounding);
  }

  /**
   * Appends the gradients of sum(y * g).
   *
   * @param trace what recorded y
   * @param y F32 or BIT; integers have no gradient, and none goes through them
   * @param g F32 of the shape of y
   * @param wrt values recorded before y
   * @return for each of {@code wrt} the gradient, of its shape; zeros where y does not depend on it
   * @throws IllegalArgumentException if y holds integers
   */
  public static List<Value> gradients(Trace trace, Value y, Value g, List<Value> wrt) {
    return gradients(trace, y, g, wrt, GradientRounding.NONE);
  }

  /**
   * Appends the gradients of sum(y * g), some of them rounded on their way as those of a scalar
   * are.
   *
   * @param trace what recorded y
   * @param y F32 or BIT; integers have no gradient, and none goes through them
   * @param g F32 of the shape of y
   * @param wrt values recorded before y
   * @param rounding asked for each product of which an operand is +-1 or stands for integers
   * @return for each of {@code wrt} the gradient, of its shape; zeros where y does not depend on it
   * @throws IllegalArgumentException if y holds integers
   * @throws SumOverflowException if so many terms are summed that not even integers of two bits fit
   */
  public static List<Value> gradients(
      Trace trace, Value y, Value g, List<Value> wrt, GradientRounding rounding) {
    if (y.dtype() != DType.F32 && y.dtype() != DType.BIT) {
      throw new IllegalArgumentException("y is " + y.type() + ", expected dtype F32 or BIT");
    }
    Differentiator d = new Differentiator(trace, rounding);
    d.markDependent(wrt);
    d.gradients.put(y, g);
    d.run();
    return wrt.stream().map(d::gradientOrZeros).toList();
  }

  private Value gradientOrZeros(Value value) {
    Value g = gradients.get(value);
    return g != null ? g : trace.zeros(value);
  }

  private void markDependent(List<Value> wrt) {
    dependent.addAll(wrt);
    List<Node> nodes = trace.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).op().inputs().stream().anyMatch(dependent::contains)) {
        dependent.addAll(nodes.get(i).outputs());
      }
      // a rule may send gradients to operands that its stretch does not read
      for (Trace.Region region : trace.regions()) {
        if (region.to() == i + 1 && region.operands().stream().anyMatch(dependent::contains)) {
          dependent.add(region.result());
        }
      }
    }
  }

  private void run() {
    List<Node> forward = new ArrayList<>(trace.nodes());
    List<Trace.Region> regions = new ArrayList<>(trace.regions());
    for (int i = forward.size() - 1; i >= 0; i--) {
      Trace.Region region = outermostEndingAt(regions, i + 1);
      if (region != null) {
        differentiate(region);
        i = region.from();
      } else {
        Node node = forward.get(i);
        if (node.outputs().stream().anyMatch(gradients::containsKey)) {
          trace.scope(
              node.scope(),
              () -> {
                differentiate(node);
                return null;
              });
        }
      }
    }
  }

  /** Of equal stretches the last recorded is the outer one: it was closed behind the other. */
  private static Trace.Region outermostEndingAt(List<Trace.Region> regions, int end) {
    Trace.Region found = null;
    for (Trace.Region region : regions) {
      if (region.to() == end && (found == null || region.from() <= found.from())) {
        found = region;
      }
    }
    return found;
  }

  private void differentiate(Trace.Region region) {
    Value g = gradients.get(region.result());
    if (g == null || region.operands().stream().noneMatch(dependent::contains)) {
      return;
    }
    String scope = trace.nodes().get(region.from()).scope();
    List<Value> results = trace.scope(scope, () -> region.rule().gradients(g));
    if (results.size() != region.operands().size()) {
      throw new IllegalArgumentException(
          "custom gradient gave "
              + results.size()
              + " gradients, expected "
              + region.operands().size());
    }
    for (int i = 0; i < results.size(); i++) {
      accumulate(region.operands().get(i), results.get(i));
    }
  }

  private void accumulate(Value operand, Value g) {
    if (g == null || !dependent.contains(operand)) {
      return;
    }
    if (!g.shape().equals(operand.shape())) {
      throw new IllegalArgumentException(
          "gradient is " + g.type() + ", expected the shape of its operand, " + operand.type());
    }
    gradients.merge(operand, g, trace::add);
  }

  private boolean needed(Value operand) {
    return dependent.contains(operand);
  }

  private void differentiate(Node node) {
    Value g = gradients.get(node.outputs().getFirst());
    switch (node.op()) {
      case Op.Input op -> {}
      case Op.Constant op -> {}
      case Op.Count op -> {}
      case Op.Read op -> {}
      case Op.Assign op -> {}
      case Op.Scale op -> {}
      case Op.ArgMax op -> {}
      case Op.Random op -> {}
      case Op.ToInteger op -> {}
      case Op.ToFloat op -> {}
      case Op.Threshold op -> {}
      case Op.Sign op -> {} // zero almost everywhere; quantizers bring their pseudo-gradient
      case Op.Conv op -> conv(op, g, node.scope());
      case Op.ConvInputGradient op -> convInputGradient(op, g, node.scope());
      case Op.ConvFilterGradient op -> convFilterGradient(op, g, node.scope());
      case Op.MatMul op -> matMul(op, g, node.scope());
      case Op.Patches op ->
          accumulate(
              op.x(), trace.value(new Op.PatchesGradient(g, op.x().type().dims(), op.window())));
      case Op.PatchesGradient op ->
          accumulate(op.g(), trace.value(new Op.Patches(g, op.window(), 0)));
      case Op.Pool op -> accumulate(op.x(), poolGradient(op, g));
      case Op.PoolGradient op -> poolGradientGradient(op, g);
      case Op.BatchNormStatistics op -> statistics(op, node.outputs());
      case Op.BatchNorm op -> batchNorm(op, g);
      case Op.Unary op -> unary(op, node.output(), g);
      case Op.Binary op -> binary(op, node.output(), g);
      case Op.Select op -> select(op, g);
      case Op.Unpack op -> accumulate(op.x(), g);
      case Op.Reduce op -> reduce(op, node.output(), g);
      case Op.Reshape op -> accumulate(op.x(), trace.reshape(g, op.x().type().dims()));
      case Op.Transpose op -> accumulate(op.x(), trace.transpose(g, inverse(op.permutation())));
      case Op.Broadcast op -> accumulate(op.x(), sumTo(g, op.x()));
      case Op.Pad op ->
          accumulate(op.x(), trace.value(new Op.Slice(g, op.start(), op.x().type().dims())));
      case Op.Slice op ->
          accumulate(op.x(), trace.value(new Op.Pad(g, op.start(), op.x().type().dims(), 0)));
      case Op.Concatenate op -> concatenate(op, g);
      case Op.Softmax op -> softmax(op, node.output(), g);
      case Op.SoftmaxCrossEntropy op -> crossEntropy(op, node.outputs());
      case Op.BatchNormStatisticsGradient op -> throw secondDerivative(op);
      case Op.BatchNormGradient op -> throw secondDerivative(op);
      case Op.SoftmaxCrossEntropyGradient op -> throw secondDerivative(op);
    }
  }

  private static IllegalArgumentException secondDerivative(Op op) {
    return new IllegalArgumentException(
        op.name() + " is itself a gradient: expected a first derivative only");
  }

  // The three products are each other's derivatives: y = conv(x, w) is linear in x and in w.

  /**
   * One of the two gradients of a product.
   *
   * @param operand whose gradient it is
   * @param partner what the gradient of the product's result meets: the integers behind the other
   *     operand, or null if there are none
   * @param terms of each sum
   */
  private record Half(Value operand, Grid partner, long terms) {}

  private void conv(Op.Conv op, Value g, String scope) {
    Half x =
        new Half(op.x(), Grid.ofOperand(op.filter()), spread(op.filter().shape(), op.groups()));
    Grid padded = Grid.ofPadded(op.x(), op.window(), op.padValue());
    Half filter = new Half(op.filter(), padded, nonzeroRows(g));
    GradientRounding.Rounded q = rounded(g, scope, x, filter);
    accumulate(
        x,
        g,
        q,
        v ->
            new Op.ConvInputGradient(
                v, op.filter(), op.x().type().dims(), op.window(), op.groups()));
    accumulate(
        filter,
        g,
        q,
        v ->
            new Op.ConvFilterGradient(
                op.x(), v, op.filter().shape(), op.window(), op.groups(), op.padValue()));
  }

  private void convInputGradient(Op.ConvInputGradient op, Value g, String scope) {
    Shape shape = op.filter().shape();
    Half inner = new Half(op.g(), Grid.ofOperand(op.filter()), shape.elements() / shape.dim(0));
    Half filter = new Half(op.filter(), Grid.ofOperand(op.g()), op.g().shape().rows());
    GradientRounding.Rounded q = rounded(g, scope, inner, filter);
    accumulate(inner, g, q, v -> new Op.Conv(v, op.filter(), op.window(), op.groups(), 0));
    accumulate(
        filter,
        g,
        q,
        v -> new Op.ConvFilterGradient(v, op.g(), shape, op.window(), op.groups(), 0));
  }

  private void convFilterGradient(Op.ConvFilterGradient op, Value g, String scope) {
    Shape shape = op.filter();
    Half x = new Half(op.x(), Grid.ofOperand(op.g()), spread(shape, op.groups()));
    Grid padded = Grid.ofPadded(op.x(), op.window(), op.padValue());
    Half inner = new Half(op.g(), padded, shape.elements() / shape.dim(0));
    GradientRounding.Rounded q = rounded(g, scope, x, inner);
    accumulate(
        x,
        g,
        q,
        v -> new Op.ConvInputGradient(op.g(), v, op.x().type().dims(), op.window(), op.groups()));
    accumulate(inner, g, q, v -> new Op.Conv(op.x(), v, op.window(), op.groups(), op.padValue()));
  }

  private void matMul(Op.MatMul op, Value g, String scope) {
    Half a = new Half(op.a(), Grid.ofOperand(op.b()), g.shape().dim(-1));
    Half b = new Half(op.b(), Grid.ofOperand(op.a()), g.shape().dim(-2));
    GradientRounding.Rounded q = rounded(g, scope, a, b);
    accumulate(a, g, q, v -> new Op.MatMul(v, transposed(op.b())));
    accumulate(b, g, q, v -> new Op.MatMul(transposed(op.a()), v));
  }

  /** Filters and taps that meet one element of the input. */
  private static long spread(Shape filter, int groups) {
    return filter.elements() / filter.dim(4) / groups;
  }

  /** The gradient of a product's result as integers; null if both halves take it as it is. */
  private GradientRounding.Rounded rounded(Value g, String scope, Half... halves) {
    List<Half> exact =
        Stream.of(halves).filter(h -> h.partner() != null && needed(h.operand())).toList();
    if (rounding == GradientRounding.NONE || exact.isEmpty()) {
      return null;
    }
    int bits = exact.stream().mapToInt(half -> mostBits(half, scope)).min().orElseThrow();
    Op.PoolGradient pool = maxPool(g);
    Value source = pool != null && pool.window().isDisjoint() ? pool.g() : g;
    return rounding.round(trace, new GradientRounding.Product(scope, g, source, bits));
  }

  /** The most bits with which no sum passes 31 bits and its sign. */
  private static int mostBits(Half half, String scope) {
    long bound = half.partner().bound() * half.terms(); // each below 2^31
    long largest = Integer.MAX_VALUE / Math.max(1, bound);
    for (int bits = 16; bits >= 2; bits--) {
      if (Op.ToInteger.limit(bits) <= largest) {
        return bits;
      }
    }
    throw new SumOverflowException(
        "gradients of '"
            + scope
            + "' are sums of "
            + half.terms()
            + " products by integers up to "
            + half.partner().bound()
            + ", expected at most "
            + Integer.MAX_VALUE / Math.max(1, half.partner().bound())
            + " so that they fit 32 bits: a smaller batch, or gradients in floats");
  }

  /** Rows of a gradient that are not all zeros: of those behind a max-pool only the winners. */
  private long nonzeroRows(Value g) {
    Op.PoolGradient pool = maxPool(g);
    boolean channels = pool != null && pool.g().shape().dim(4) == g.shape().dim(-1);
    return channels ? Math.min(pool.g().shape().rows(), g.shape().rows()) : g.shape().rows();
  }

  /** The max-pool's gradient that a value is, whatever its shape; or null. */
  private Op.PoolGradient maxPool(Value g) {
    Op op = trace.producer(g);
    while (op instanceof Op.Reshape reshape) {
      op = trace.producer(reshape.x());
    }
    return op instanceof Op.PoolGradient pool && pool.kind() == Op.PoolKind.MAX ? pool : null;
  }

  /** Accumulates one half: exact on integers, if there are any on both sides. */
  private void accumulate(
      Half half, Value g, GradientRounding.Rounded rounded, Function<Value, Op> product) {
    if (!needed(half.operand())) {
      return;
    }
    if (rounded == null || half.partner() == null) {
      accumulate(half.operand(), trace.value(product.apply(g)));
      return;
    }
    Value sums = trace.value(product.apply(rounded.q()));
    int denominator = half.partner().denominator();
    accumulate(half.operand(), trace.value(new Op.ToFloat(sums, rounded.scale(), denominator)));
  }

  private Value transposed(Value matrices) {
    int rank = matrices.shape().rank();
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(axes, rank - 2, rank - 1);
    return trace.transpose(matrices, axes);
  }

  private void concatenate(Op.Concatenate op, Value g) {
    for (int i = 0; i < op.xs().size(); i++) {
      Value x = op.xs().get(i);
      if (needed(x)) {
        accumulate(x, trace.value(new Op.Slice(g, op.start(i), x.type().dims())));
      }
    }
  }

  private Value poolGradient(Op.Pool op, Value g) {
    return trace.value(new Op.PoolGradient(op.kind(), op.x(), g, op.window()));
  }

  private void poolGradientGradient(Op.PoolGradient op, Value g) {
    if (op.kind() == Op.PoolKind.MAX) {
      throw secondDerivative(op);
    }
    accumulate(op.g(), trace.value(new Op.Pool(op.kind(), g, op.window())));
  }

  private void statistics(Op.BatchNormStatistics op, List<Value> results) {
    accumulate(
        op.x(),
        trace.value(
            new Op.BatchNormStatisticsGradient(
                op.x(),
                results.get(0),
                gradientOrZeros(results.get(0)),
                gradientOrZeros(results.get(1)))));
  }

  private void batchNorm(Op.BatchNorm op, Value g) {
    List<Value> d =
        trace.add(
            new Op.BatchNormGradient(
                op.x(), g, op.mean(), op.variance(), op.scale(), op.epsilon()));
    accumulate(op.x(), d.get(0));
    accumulate(op.mean(), d.get(1));
    accumulate(op.variance(), d.get(2));
    accumulate(op.scale(), d.get(3));
    accumulate(op.offset(), d.get(4));
  }

  private void unary(Op.Unary op, Value y, Value g) {
    Value x = op.x();
    Value zero = trace.constant(0f);
    Value dx =
        switch (op.kind()) {
          case NEGATE -> trace.unary(Op.UnaryKind.NEGATE, g);
          case ABS ->
              trace.select(
                  Op.Comparison.LESS,
                  x,
                  zero,
                  trace.unary(Op.UnaryKind.NEGATE, g),
                  trace.select(Op.Comparison.EQUAL, x, zero, zero, g));
          case SQUARE -> trace.mul(g, trace.add(x, x));
          case SQRT -> trace.div(g, trace.add(y, y));
          case EXP -> trace.mul(g, y);
          case LOG -> trace.div(g, x);
          case TANH ->
              trace.mul(g, trace.sub(trace.constant(1f), trace.unary(Op.UnaryKind.SQUARE, y)));
          case RINT -> null;
        };
    accumulate(x, dx);
  }

  private void binary(Op.Binary op, Value y, Value g) {
    Value a = op.a();
    Value b = op.b();
    Value zero = trace.constant(0f);
    Value da = null;
    Value db = null;
    switch (op.kind()) {
      case ADD -> {
        da = g;
        db = g;
      }
      case SUB -> {
        da = g;
        db = trace.unary(Op.UnaryKind.NEGATE, g);
      }
      case MUL -> {
        da = trace.mul(g, b);
        db = trace.mul(g, a);
      }
      case DIV -> {
        da = trace.div(g, b);
        db = trace.unary(Op.UnaryKind.NEGATE, trace.div(trace.mul(g, y), b));
      }
      // TensorFlow's rule for min and max: of two equal operands the first gets the gradient
      case MIN -> {
        da = trace.select(Op.Comparison.LESS_EQUAL, a, b, g, zero);
        db = trace.select(Op.Comparison.LESS_EQUAL, a, b, zero, g);
      }
      case MAX -> {
        da = trace.select(Op.Comparison.LESS_EQUAL, b, a, g, zero);
        db = trace.select(Op.Comparison.LESS_EQUAL, b, a, zero, g);
      }
      case POW -> {
        Value lower = trace.pow(a, trace.sub(b, trace.constant(1f)));
        da = trace.mul(g, trace.mul(b, lower));
        // TensorFlow's rule: where a is not above 0, b gets none
        Value log = trace.unary(Op.UnaryKind.LOG, a);
        Value slope = trace.select(Op.Comparison.LESS, zero, a, log, zero);
        db = trace.mul(g, trace.mul(y, slope));
      }
    }
    accumulateSummed(a, da);
    accumulateSummed(b, db);
  }

  private void select(Op.Select op, Value g) {
    Value zero = trace.constant(0f);
    if (needed(op.ifTrue())) {
      accumulateSummed(op.ifTrue(), trace.select(op.comparison(), op.a(), op.b(), g, zero));
    }
    if (needed(op.ifFalse())) {
      accumulateSummed(op.ifFalse(), trace.select(op.comparison(), op.a(), op.b(), zero, g));
    }
  }

  private void reduce(Op.Reduce op, Value y, Value g) {
    Value spread = trace.broadcast(g, op.x().type().dims());
    if (op.kind() == Op.ReduceKind.MAX) {
      Value zero = trace.constant(0f);
      Value hit = trace.select(Op.Comparison.EQUAL, op.x(), y, trace.constant(1f), zero);
      // TensorFlow's rule for reduce_max: equal largest values share the gradient
      Value share = trace.div(hit, trace.sum(hit, op.axes()));
      spread = trace.mul(spread, share);
    }
    accumulate(op.x(), spread);
  }

  private void softmax(Op.Softmax op, Value y, Value g) {
    Value dot = trace.sum(trace.mul(g, y), List.of(y.shape().rank() - 1));
    accumulate(op.x(), trace.mul(trace.sub(g, dot), y));
  }

  private void crossEntropy(Op.SoftmaxCrossEntropy op, List<Value> results) {
    if (gradients.containsKey(results.get(1))) {
      throw new IllegalArgumentException(
          "the probabilities of SoftmaxCrossEntropy have no gradient: expected Softmax for that");
    }
    accumulate(
        op.logits(),
        trace.value(
            new Op.SoftmaxCrossEntropyGradient(
                results.get(1), op.labels(), gradients.get(results.get(0)))));
  }

  private void accumulateSummed(Value operand, Value g) {
    if (g != null && needed(operand)) {
      accumulate(operand, sumTo(g, operand));
    }
  }

  /** Sums over the axes along which an operand was broadcast. */
  private Value sumTo(Value g, Value operand) {
    Shape shape = operand.shape();
    int extra = g.shape().rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < g.shape().rank(); axis++) {
      if (axis < extra
          || shape.dim(axis - extra) == 1 && isLonger(g, axis, operand, axis - extra)) {
        axes.add(axis);
      }
    }
    Value summed = axes.isEmpty() ? g : trace.sum(g, axes);
    return trace.reshape(summed, operand.type().dims());
  }

  /** Whether an operand of one element along an axis meets more, if not in this batch of one. */
  private static boolean isLonger(Value g, int axis, Value operand, int own) {
    return g.shape().dim(axis) != 1
        || g.type().dims().perImage().get(axis) > operand.type().dims().perImage().get(own);
  }

  private static List<Integer> inverse(List<Integer> permutation) {
    Integer[] out = new Integer[permutation.size()];
    for (int i = 0; i < out.length; i++) {
      out[permutation.get(i)] = i;
    }
    return List.of(out);
  }
}
