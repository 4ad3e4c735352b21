package io.github.xnor4j.program;

import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Records ops in order. The same op on the same operands is recorded once; a program is made of
 * what was recorded by {@link #build}. Not for use by several threads.
 */
public final class Trace {
  /** What the names of the outputs begin with that {@link #check} declares. */
  public static final String CHECK_PREFIX = "check/";

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Op, List<Value>> known = new HashMap<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final List<Region> regions = new ArrayList<>();
  private String scope = "";
  private int nextId;
  private int openRegions;

  /** Makes gradients for the operands of a custom gradient from the gradient of its result. */
  @FunctionalInterface
  public interface GradientRule {
    /**
     * Traces the gradients.
     *
     * @param g gradient of the result, F32 of its shape
     * @return one gradient for each operand, of its shape; null where there is none
     */
    List<Value> gradients(Value g);
  }

  /** A stretch of the trace that has its own gradient. */
  record Region(int from, int to, List<Value> operands, Value result, GradientRule rule) {}

  /**
   * Records an op.
   *
   * @return its results
   */
  public List<Value> add(Op op) {
    boolean shareable = openRegions == 0 && !(op instanceof Op.Assign) && !(op instanceof Op.Input);
    List<Value> results = shareable ? known.get(op) : null;
    if (results == null) {
      results = append(op);
      if (shareable) {
        known.put(op, results);
      }
    }
    return results;
  }

  /** Records an op even if the same one is there already: copies of programs keep every node. */
  List<Value> append(Op op) {
    List<Value> results = op.outputs().stream().map(type -> new Value(nextId++, type)).toList();
    if (op instanceof Op.Input input
        && inputs.putIfAbsent(input.name(), results.getFirst()) != null) {
      throw new IllegalArgumentException(
          "input '" + input.name() + "' is declared twice, expected once");
    }
    nodes.add(new Node(op, results, scope));
    return results;
  }

  /** Records an op of one result. */
  public Value value(Op op) {
    return add(op).getFirst();
  }

  /** Runs an action whose ops are labelled with a layer's name. */
  public <T> T scope(String name, Supplier<T> action) {
    String outer = scope;
    scope = name;
    try {
      return action.get();
    } finally {
      scope = outer;
    }
  }

  /**
   * Records ops whose gradient is not theirs but the one that {@code rule} gives: a quantizer and
   * its pseudo-gradient.
   *
   * @param operands what the gradient goes to
   * @param forward traces the ops
   * @param rule traces the gradient
   * @return what {@code forward} returned, or a copy of it if that was not made by it
   */
  public Value customGradient(List<Value> operands, Supplier<Value> forward, GradientRule rule) {
    int from = nodes.size();
    openRegions++;
    try {
      Value result = forward.get();
      Value made = result;
      boolean own =
          nodes.subList(from, nodes.size()).stream().anyMatch(n -> n.outputs().contains(made));
      if (!own) {
        result = reshape(result, result.shape());
      }
      regions.add(new Region(from, nodes.size(), List.copyOf(operands), result, rule));
      return result;
    } finally {
      openRegions--;
    }
  }

  /**
   * Makes the program of what was recorded, without the ops that neither an output nor an
   * assignment needs.
   */
  public Program build() {
    return new Program(nodes, inputs, outputs);
  }

  /** The op that gave a value of this trace; a loss looks here for a softmax in front of it. */
  public Op producer(Value value) {
    return nodes.stream()
        .filter(node -> node.outputs().contains(value))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("value " + value + " is of another trace"))
        .op();
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Region> regions() {
    return regions;
  }

  // ---- sources, state, results

  /**
   * Declares an input of a fixed shape.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public Value input(String name, DType dtype, Shape shape) {
    return value(new Op.Input(name, Type.of(dtype, shape)));
  }

  /**
   * Declares an input whose leading axis is the batch: one index for each image, along which
   * backends divide their work, and whose extent {@link Program#withBatch} changes.
   *
   * @throws IllegalArgumentException if there is one of this name, or if the shape is a scalar's
   */
  public Value batchInput(String name, DType dtype, Shape shape) {
    return value(new Op.Input(name, Type.batch(dtype, shape)));
  }

  /** A constant tensor. */
  public Value constant(Tensor value) {
    return value(new Op.Constant(value));
  }

  /** A constant scalar. */
  public Value constant(float value) {
    return constant(Tensor.scalar(value));
  }

  /** A variable's content at the start of the run. */
  public Value read(Variable variable) {
    return value(new Op.Read(variable));
  }

  /** Gives a variable new content, after every read of the same run. */
  public void assign(Variable variable, Value value) {
    add(new Op.Assign(variable, value));
  }

  /**
   * Declares an output.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public void output(String name, Value value) {
    if (outputs.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("output '" + name + "' is declared twice, expected once");
    }
  }

  /**
   * Declares an output that must be finite: a scalar that becomes NaN or infinite when something in
   * the named layer does. It is the output {@code check/NAME}.
   */
  public void check(String name, Value scalar) {
    output(CHECK_PREFIX + name, scalar);
  }

  // ---- short forms

  /** a + b. */
  public Value add(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.ADD, a, b));
  }

  /** a - b. */
  public Value sub(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.SUB, a, b));
  }

  /** a * b. */
  public Value mul(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.MUL, a, b));
  }

  /** a / b. */
  public Value div(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.DIV, a, b));
  }

  /** The smaller of a and b. */
  public Value min(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.MIN, a, b));
  }

  /** The larger of a and b. */
  public Value max(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.MAX, a, b));
  }

  /** a to the power of b. */
  public Value pow(Value a, Value b) {
    return value(new Op.Binary(Op.BinaryKind.POW, a, b));
  }

  /** A function of each element. */
  public Value unary(Op.UnaryKind kind, Value x) {
    return value(new Op.Unary(kind, x));
  }

  /** ifTrue where a compares with b, else ifFalse. */
  public Value select(Op.Comparison comparison, Value a, Value b, Value ifTrue, Value ifFalse) {
    return value(new Op.Select(comparison, a, b, ifTrue, ifFalse));
  }

  /** The signs as BIT. */
  public Value sign(Value x) {
    return value(new Op.Sign(x));
  }

  /** Matrix products, one for each index of the leading axes. */
  public Value matMul(Value a, Value b) {
    return value(new Op.MatMul(a, b));
  }

  /** What each position of a window sees, side by side. */
  public Value patches(Value x, Window window, float padValue) {
    return value(new Op.Patches(x, window, padValue));
  }

  /** x with so many more elements of one value on each axis. */
  public Value pad(Value x, List<Integer> before, List<Integer> after, float value) {
    return value(new Op.Pad(x, before, after, value));
  }

  /** A part of x: so many elements on each axis. Axes taken as a whole may follow the batch. */
  public Value slice(Value x, List<Integer> start, Shape size) {
    return value(new Op.Slice(x, start, size));
  }

  /** Values one behind the other along an axis. */
  public Value concatenate(List<Value> xs, int axis) {
    return value(new Op.Concatenate(xs, axis));
  }

  /**
   * Random numbers that follow from a counter. Two calls with the same operands and stream give the
   * same numbers.
   *
   * @param seed I32 [2], the low word first
   * @param step I32 scalar, another one for each run
   * @param stream tells values of one program apart, at least 0
   */
  public Value random(Op.RandomKind kind, Value seed, Value step, int stream, Dims dims) {
    return value(new Op.Random(kind, seed, step, stream, dims));
  }

  /** +-1 for integers: -1 below the threshold. */
  public Value threshold(Value x, Value threshold) {
    return value(new Op.Threshold(x, threshold));
  }

  /** Integers as floats; exact up to 2^24. */
  public Value toFloat(Value x) {
    return value(new Op.ToFloat(x, constant(1f), 1));
  }

  /**
   * The largest power of two that is not above x, found by halving the range of exponents: 2^-126
   * to 2^127, these also for what lies outside; 2^-126 for NaN. A scale of {@link Op.ToInteger} is
   * that of its limit over the largest absolute value.
   */
  public Value powerOfTwo(Value x) {
    Value power = constant(Float.MIN_NORMAL);
    for (int exponent : new int[] {126, 64, 32, 16, 8, 4, 2, 1}) {
      Value larger = mul(power, constant(Math.scalb(1f, exponent)));
      power = select(Op.Comparison.LESS_EQUAL, larger, x, larger, power);
    }
    return power;
  }

  /** The sum over axes, which stay with extent 1; of integers, too. */
  public Value sum(Value x, List<Integer> axes) {
    return value(new Op.Reduce(Op.ReduceKind.SUM, x, axes));
  }

  /** The mean of all elements, a scalar. */
  public Value mean(Value x) {
    List<Integer> all = IntStream.range(0, x.shape().rank()).boxed().toList();
    Value total = reshape(sum(x, all), Shape.SCALAR);
    return div(total, count(Op.CountKind.NUMBER, x, all));
  }

  /**
   * What follows from the number of elements along some axes: a constant where they are fixed, else
   * {@link Op.Count}, which is right for any batch.
   */
  public Value count(Op.CountKind kind, Value x, List<Integer> axes) {
    Op.Count count = new Op.Count(kind, x.type().dims().axes(axes));
    return count.dims().images().isPresent() ? value(count) : constant(count.value());
  }

  /** Zeros of the shape of another value. */
  Value zeros(Value like) {
    Dims dims = like.type().dims();
    return dims.images().isPresent()
        ? broadcast(constant(0f), dims)
        : constant(Tensor.zeros(DType.F32, dims.shape()));
  }

  /** The same elements under another shape; x itself if it is its own. */
  public Value reshape(Value x, Shape shape) {
    return x.shape().equals(shape) && openRegions == 0 ? x : value(new Op.Reshape(x, shape));
  }

  /** The same elements under the shape of another value; x itself if it is its own. */
  public Value reshape(Value x, Dims dims) {
    return x.type().dims().equals(dims) && openRegions == 0 ? x : value(new Op.Reshape(x, dims));
  }

  /** Axes in another order; x itself if it is its own. */
  public Value transpose(Value x, List<Integer> permutation) {
    List<Integer> own = IntStream.range(0, x.shape().rank()).boxed().toList();
    return permutation.equals(own) ? x : value(new Op.Transpose(x, permutation));
  }

  /** x broadcast to a larger shape; x itself if it is its own. */
  public Value broadcast(Value x, Shape shape) {
    return x.shape().equals(shape) ? x : value(new Op.Broadcast(x, shape));
  }

  /** x broadcast to the shape of another value, the batch where that has it; or x itself. */
  public Value broadcast(Value x, Dims dims) {
    return x.type().dims().equals(dims) ? x : value(new Op.Broadcast(x, dims));
  }
}
