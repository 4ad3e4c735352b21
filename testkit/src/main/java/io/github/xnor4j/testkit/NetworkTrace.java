package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Records the layers of a test network, as the layers of the library record theirs. */
final class NetworkTrace {
  private static final float EPSILON = 1e-3f;
  private static final float MOMENTUM = 0.9f;

  private final Trace trace;
  private final Map<String, Variable> variables;
  private final boolean training;
  private final Map<Variable, Value> weights = new LinkedHashMap<>();
  private int layers;

  /**
   * A trace of a network.
   *
   * @param variables of the network by name; those that are not there yet are added
   * @param training whether batch normalization takes the batch's statistics
   */
  NetworkTrace(Trace trace, Map<String, Variable> variables, boolean training) {
    this.trace = trace;
    this.variables = variables;
    this.training = training;
  }

  Trace trace() {
    return trace;
  }

  /** What training updates, with its value in this trace. */
  Map<Variable, Value> weights() {
    return weights;
  }

  private Value weight(String name, Shape shape, float least, float bound) {
    Variable variable = variable(name, shape, true, least, bound);
    Value value = trace.read(variable);
    weights.put(variable, value);
    return value;
  }

  /** A variable with uniform first values. */
  Variable variable(String name, Shape shape, boolean trainable, float least, float bound) {
    return variables.computeIfAbsent(
        name,
        key -> {
          Random random = Data.random(key, 0);
          float[] values = new float[shape.elements()];
          for (int i = 0; i < values.length; i++) {
            values[i] = least == bound ? least : random.nextFloat(least, bound);
          }
          Tensor first = Tensor.f32(shape, values);
          return new Variable(key, Type.f32(shape), trainable, first::copy);
        });
  }

  // ---- layers

  /** The sign with a clipped straight-through estimator. */
  Value binary(Value x) {
    Value one = trace.constant(1f);
    return trace.customGradient(
        List.of(x),
        () -> trace.sign(x),
        g -> {
          Value size = trace.unary(Op.UnaryKind.ABS, x);
          Value zero = trace.constant(0f);
          return List.of(trace.select(Op.Comparison.LESS_EQUAL, size, one, g, zero));
        });
  }

  /**
   * Convolution of x with a weight in the layout of Keras, DHWIO.
   *
   * @param binary whether the filter's signs are taken
   */
  Value conv(Value x, int filters, Window window, int groups, float padValue, boolean binary) {
    Extent k = window.size();
    int c = x.shape().dim(4) / groups;
    Shape shape = Shape.of(k.depth(), k.height(), k.width(), c, filters);
    Value kernel = weight("conv" + layers++ + "/kernel", shape, -0.5f, 0.5f);
    Value filter = trace.transpose(binary ? binary(kernel) : kernel, List.of(4, 0, 1, 2, 3));
    return trace.value(new Op.Conv(x, filter, window, groups, padValue));
  }

  /** Dense layer on [N, K]. */
  Value dense(Value x, int units, boolean binary) {
    int n = x.shape().dim(0);
    int k = x.shape().dim(1);
    Value kernel = weight("dense" + layers++ + "/kernel", Shape.of(k, units), -0.5f, 0.5f);
    Value filter = trace.transpose(binary ? binary(kernel) : kernel, List.of(1, 0));
    Value y =
        trace.value(
            new Op.Conv(
                trace.reshape(x, Shape.of(n, 1, 1, 1, k)),
                trace.reshape(filter, Shape.of(units, 1, 1, 1, k)),
                Window.point(),
                1,
                0));
    return trace.reshape(y, Shape.of(n, units));
  }

  Value bias(Value x) {
    return trace.add(x, weight("bias" + layers++, Shape.of(x.shape().dim(-1)), -0.1f, 0.1f));
  }

  /** A scale of each channel, behind a product. */
  Value scaled(Value x) {
    return trace.mul(x, weight("scale" + layers++, Shape.of(x.shape().dim(-1)), 0.1f, 1));
  }

  Value pool(Op.PoolKind kind, Value x, Window window) {
    return trace.value(new Op.Pool(kind, x, window));
  }

  Value flatten(Value x) {
    int n = x.shape().dim(0);
    return trace.reshape(x, Shape.of(n, x.shape().elements() / n));
  }

  /** The mean over all positions. */
  Value globalAverage(Value x) {
    Shape s = x.shape();
    Value sum = trace.sum(x, List.of(1, 2, 3));
    float positions = (float) s.dim(1) * s.dim(2) * s.dim(3);
    Value mean = trace.div(sum, trace.constant(positions));
    return trace.reshape(mean, Shape.of(s.dim(0), s.dim(4)));
  }

  /**
   * Batch normalization with moving statistics.
   *
   * @param scaled whether it has a gamma, some of which are negative
   */
  Value batchNorm(Value x, boolean scaled) {
    String name = "norm" + layers++;
    Shape c = Shape.of(x.shape().dim(-1));
    Value beta = weight(name + "/beta", c, -0.3f, 0.3f);
    Value gamma = scaled ? weight(name + "/gamma", c, -1, 1) : trace.constant(Tensor.full(c, 1));
    Variable movingMean = variable(name + "/moving_mean", c, false, 0, 0);
    Variable movingVariance = variable(name + "/moving_variance", c, false, 1, 1);
    if (!training) {
      return trace.value(
          new Op.BatchNorm(
              x, trace.read(movingMean), trace.read(movingVariance), gamma, beta, EPSILON));
    }
    List<Value> statistics = trace.add(new Op.BatchNormStatistics(x));
    move(movingMean, statistics.get(0));
    move(movingVariance, statistics.get(1));
    return trace.value(
        new Op.BatchNorm(x, statistics.get(0), statistics.get(1), gamma, beta, EPSILON));
  }

  private void move(Variable moving, Value batch) {
    Value difference = trace.sub(trace.read(moving), batch);
    Value change = trace.mul(difference, trace.constant(1 - MOMENTUM));
    trace.assign(moving, trace.sub(trace.read(moving), change));
  }

  // ---- training

  /**
   * Adam (Kingma and Ba) with a large epsilon, which keeps steps a smooth function of the gradient,
   * so that rounding errors stay small; kernels are clipped to [-1, 1].
   */
  void update(List<Value> gradients) {
    Variable step = variable("step", Shape.SCALAR, false, 0, 0);
    Variable rate = variable("learning_rate", Shape.SCALAR, false, 0.01f, 0.01f);
    Value t = trace.add(trace.read(step), trace.constant(1f));
    trace.assign(step, t);
    Value correction =
        trace.div(trace.unary(Op.UnaryKind.SQRT, oneMinusPower(0.999f, t)), oneMinusPower(0.9f, t));
    Value size = trace.mul(trace.read(rate), correction);
    List<Variable> updated = new ArrayList<>(weights.keySet());
    for (int i = 0; i < updated.size(); i++) {
      adam(updated.get(i), gradients.get(i), size);
    }
  }

  private Value oneMinusPower(float base, Value t) {
    return trace.sub(trace.constant(1f), trace.pow(trace.constant(base), t));
  }

  private void adam(Variable weight, Value g, Value size) {
    Value m = slot(weight, "/m", g, 0.9f);
    Value v = slot(weight, "/v", trace.unary(Op.UnaryKind.SQUARE, g), 0.999f);
    Value root = trace.add(trace.unary(Op.UnaryKind.SQRT, v), trace.constant(0.1f));
    Value moved = trace.sub(weights.get(weight), trace.div(trace.mul(size, m), root));
    if (weight.name().endsWith("kernel")) {
      moved = trace.max(trace.min(moved, trace.constant(1f)), trace.constant(-1f));
    }
    trace.assign(weight, moved);
  }

  private Value slot(Variable weight, String name, Value g, float decay) {
    Variable slot = variable(weight.name() + name, weight.shape(), false, 0, 0);
    Value kept = trace.mul(trace.read(slot), trace.constant(decay));
    Value value = trace.add(kept, trace.mul(g, trace.constant(1 - decay)));
    trace.assign(slot, value);
    return value;
  }

  /** Makes every value that a program computes an output too: nothing of it can be left out. */
  void exposeAll() {
    int number = 0;
    for (Node node : trace.build().nodes()) {
      for (Value value : node.outputs()) {
        if (value.dtype() != DType.U8) {
          trace.output("value " + number + " of " + node.op().name(), value);
        }
        number++;
      }
    }
  }
}
