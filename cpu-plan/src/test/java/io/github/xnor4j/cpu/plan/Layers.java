package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Traces small networks, layer by layer, each in a scope of its name. */
final class Layers {
  /** Three tiles, the last one shorter. */
  static final int BATCH = 20;

  private final Trace trace = new Trace();
  private final Map<Variable, Value> weights = new LinkedHashMap<>();
  private final boolean batched;

  Layers() {
    this(true);
  }

  /**
   * A new network.
   *
   * @param batched whether the leading axis of inputs is declared to be the batch
   */
  Layers(boolean batched) {
    this.batched = batched;
  }

  Trace trace() {
    return trace;
  }

  Value input(String name, DType dtype, int... dims) {
    Shape shape = Shape.of(dims);
    return batched ? trace.batchInput(name, dtype, shape) : trace.input(name, dtype, shape);
  }

  /** Bytes as floats on a grid, of 255. */
  Value pixels(int height, int width, int channels) {
    Value bytes = input("images", DType.U8, BATCH, 1, height, width, channels);
    return trace.scope("pixels", () -> trace.value(new Op.Scale(bytes, 2, -255, 255)));
  }

  Value weight(String name, int... shape) {
    Tensor zeros = Tensor.zeros(DType.F32, Shape.of(shape));
    Variable variable = new Variable(name, Type.f32(Shape.of(shape)), true, zeros::copy);
    Value value = trace.read(variable);
    weights.put(variable, value);
    return value;
  }

  /** The sign with a clipped straight-through estimator. */
  Value binary(Value x) {
    Value one = trace.constant(1f);
    return trace.customGradient(
        List.of(x),
        () -> trace.sign(x),
        g -> {
          Value size = trace.unary(Op.UnaryKind.ABS, x);
          return List.of(trace.select(Op.Comparison.LESS_EQUAL, size, one, g, trace.constant(0f)));
        });
  }

  /** A convolution with the signs of a kernel. */
  Value conv(String name, Value x, int filters, int size, int groups) {
    return trace.scope(
        name,
        () -> {
          int channels = x.shape().dim(4) / groups;
          Value kernel = weight(name + "/kernel", 1, size, size, channels, filters);
          Value filter = trace.transpose(binary(kernel), List.of(4, 0, 1, 2, 3));
          return trace.value(
              new Op.Conv(x, filter, Window.of(new Extent(1, size, size)), groups, 0));
        });
  }

  Value dense(String name, Value x, int units) {
    return trace.scope(
        name,
        () -> {
          int n = x.shape().dim(0);
          int k = x.shape().dim(1);
          Value kernel = weight(name + "/kernel", k, units);
          Value filter = trace.transpose(binary(kernel), List.of(1, 0));
          Value y =
              trace.value(
                  new Op.Conv(
                      trace.reshape(x, Shape.of(n, 1, 1, 1, k)),
                      trace.reshape(filter, Shape.of(units, 1, 1, 1, k)),
                      Window.point(),
                      1,
                      0));
          return trace.reshape(y, Shape.of(n, units));
        });
  }

  Value pool(String name, Value x, int size, int stride) {
    Extent steps = new Extent(1, stride, stride);
    Window window =
        new Window(new Extent(1, size, size), steps, Extent.ONE, Extent.ZERO, Extent.ZERO);
    return trace.scope(name, () -> trace.value(new Op.Pool(Op.PoolKind.MAX, x, window)));
  }

  /** Batch normalization by the batch's own statistics, and the sign of it. */
  Value binaryNorm(String name, Value x) {
    return trace.scope(name, () -> binary(norm(name, x)));
  }

  Value norm(String name, Value x) {
    return trace.scope(
        name,
        () -> {
          int c = x.shape().dim(-1);
          List<Value> statistics = trace.add(new Op.BatchNormStatistics(x));
          return trace.value(
              new Op.BatchNorm(
                  x,
                  statistics.get(0),
                  statistics.get(1),
                  trace.constant(Tensor.full(Shape.of(c), 1)),
                  weight(name + "/beta", c),
                  1e-3f));
        });
  }

  Value flatten(Value x) {
    int n = x.shape().dim(0);
    return trace.reshape(x, Shape.of(n, x.shape().elements() / n));
  }

  Value loss(String name, Value logits, Value labels) {
    return trace.scope(
        name, () -> trace.mean(trace.add(new Op.SoftmaxCrossEntropy(logits, labels)).getFirst()));
  }

  /** A program that gives a value and its gradients. */
  Program withGradients(Value loss) {
    trace.output("loss", loss);
    gradients(loss).forEach((weight, g) -> trace.output("gradient of " + weight.name(), g));
    return trace.build();
  }

  /** A program that gives a value and moves all weights against its gradients. */
  Program descending(Value loss) {
    trace.output("loss", loss);
    gradients(loss).forEach((weight, g) -> trace.assign(weight, trace.sub(weights.get(weight), g)));
    return trace.build();
  }

  private Map<Variable, Value> gradients(Value loss) {
    List<Value> values = Differentiator.gradients(trace, loss, List.copyOf(weights.values()));
    Map<Variable, Value> gradients = new LinkedHashMap<>();
    weights.keySet().forEach(weight -> gradients.put(weight, values.get(gradients.size())));
    return gradients;
  }

  /** A program that gives a value. */
  Program giving(Value y) {
    trace.output("y", y);
    return trace.build();
  }

  /** The loss of the network of Larq's tutorial, smaller. */
  Value tutorial() {
    Value x = conv("conv1", pixels(12, 12, 1), 16, 3, 1);
    x = binaryNorm("norm1", pool("pool1", x, 2, 2));
    x = conv("conv2", x, 32, 2, 1);
    x = binaryNorm("norm2", pool("pool2", x, 2, 2));
    x = norm("norm3", dense("dense", flatten(x), 10));
    return loss("loss", x, input("labels", DType.I32, BATCH));
  }
}
