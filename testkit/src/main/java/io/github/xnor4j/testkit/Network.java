package io.github.xnor4j.testkit;

import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.GradientRounding;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
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
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A small network with its training step and its evaluation: what backends fuse and reuse buffers
 * in.
 *
 * @param name unique
 * @param image shape of one image [D, H, W, C]
 * @param classes number of logits
 * @param layers records the layers between pixels and logits
 */
record Network(
    String name, Shape image, int classes, BiFunction<NetworkTrace, Value, Value> layers) {
  /** All of them. */
  static List<Network> all() {
    return List.of(
        new Network("tutorial", Shape.of(1, 12, 12, 1), 10, Network::tutorial),
        new Network("pool, norm, sign, twice", Shape.of(1, 13, 11, 2), 7, Network::pooled),
        new Network("residual", Shape.of(1, 8, 9, 3), 5, Network::residual),
        new Network("residual of bits", Shape.of(1, 9, 8, 3), 5, Network::residualOfBits),
        new Network("binary weights only", Shape.of(1, 9, 8, 4), 6, Network::binaryWeights),
        new Network("binary activations only", Shape.of(1, 6, 7, 5), 3, Network::binaryInputs),
        new Network("floats", Shape.of(1, 7, 7, 3), 4, Network::floats),
        new Network("volumes", Shape.of(5, 6, 5, 2), 4, Network::volumes),
        new Network("dense", Shape.of(1, 1, 1, 130), 33, Network::dense),
        new Network("sums", Shape.of(1, 1, 5, 3), 3, Network::sums),
        new Network("pools behind pools", Shape.of(1, 13, 13, 4), 4, Network::pools),
        new Network("merged batch", Shape.of(3, 6, 6, 2), 4, Network::merged),
        new Network("shared values", Shape.of(1, 6, 6, 3), 4, Network::sharedValues),
        new Network("flattened", Shape.of(1, 5, 6, 2), 3, Network::flattened));
  }

  private static Window window(int size) {
    return Window.of(new Extent(1, size, size));
  }

  private static Window same(int size) {
    Extent side = new Extent(0, size / 2, size / 2);
    return new Window(new Extent(1, size, size), Extent.ONE, Extent.ONE, side, side);
  }

  private static Window halved(int size, int before, int after) {
    return new Window(
        new Extent(1, size, size),
        new Extent(1, 2, 2),
        Extent.ONE,
        new Extent(0, before, before),
        new Extent(0, after, after));
  }

  /** The MNIST network, smaller. */
  private static Value tutorial(NetworkTrace t, Value x) {
    Value y = t.conv(x, 8, window(3), 1, 0, true);
    y = t.batchNorm(t.pool(Op.PoolKind.MAX, y, halved(2, 0, 0)), false);
    y = t.conv(t.binary(y), 16, window(3), 1, 0, true);
    y = t.batchNorm(t.pool(Op.PoolKind.MAX, y, halved(2, 0, 0)), false);
    y = t.dense(t.flatten(t.binary(y)), 33, true);
    y = t.dense(t.binary(t.batchNorm(y, false)), 10, true);
    return t.batchNorm(y, false);
  }

  /** Windows that leave pixels over, and gammas of both signs behind a pool. */
  private static Value pooled(NetworkTrace t, Value x) {
    Value y = t.conv(x, 33, same(3), 1, 1, true);
    y = t.binary(t.batchNorm(t.pool(Op.PoolKind.MAX, y, halved(2, 0, 0)), true));
    y = t.conv(y, 17, same(3), 1, 1, true);
    y = t.binary(t.batchNorm(t.pool(Op.PoolKind.MAX, y, halved(3, 1, 0)), true));
    return t.batchNorm(t.dense(t.flatten(y), 7, true), true);
  }

  private static Value residual(NetworkTrace t, Value x) {
    Value y = t.batchNorm(t.conv(x, 12, halved(3, 0, 1), 1, 0, false), true);
    Value block = t.batchNorm(t.conv(t.binary(y), 12, same(3), 1, 1, true), true);
    y = t.trace().add(block, y);
    block = t.batchNorm(t.conv(t.binary(y), 20, halved(3, 0, 1), 1, 1, true), true);
    Value shortcut =
        t.conv(t.pool(Op.PoolKind.AVERAGE, y, halved(2, 0, 1)), 20, window(1), 1, 0, false);
    y = t.trace().add(block, t.batchNorm(shortcut, true));
    return t.bias(t.dense(t.globalAverage(y), 5, false));
  }

  /** Bits or pixels in every product; two pools whose windows overlap; groups; a bias. */
  private static Value residualOfBits(NetworkTrace t, Value x) {
    Value y = t.conv(x, 12, same(3), 1, 0, true);
    y = t.batchNorm(t.pool(Op.PoolKind.MAX, y, halved(3, 1, 1)), true);
    Value block = t.bias(t.batchNorm(t.conv(t.binary(y), 12, same(3), 3, 1, true), true));
    y = t.trace().add(block, y);
    block = t.batchNorm(t.conv(t.binary(y), 20, halved(3, 0, 1), 1, 0, true), true);
    Value shortcut =
        t.conv(
            t.binary(t.pool(Op.PoolKind.AVERAGE, y, halved(3, 0, 1))), 20, window(1), 1, 0, true);
    y = t.trace().add(block, t.batchNorm(t.scaled(shortcut), true));
    y = t.batchNorm(y, false);
    return t.bias(t.dense(t.binary(t.globalAverage(y)), 5, true));
  }

  private static Value relu(NetworkTrace t, Value x) {
    return t.trace().max(x, t.trace().constant(0f));
  }

  private static Value binaryWeights(NetworkTrace t, Value x) {
    Value y = relu(t, t.batchNorm(t.conv(x, 8, same(3), 2, 0, true), true));
    y = t.scaled(t.conv(y, 12, halved(3, 1, 1), 4, 0, true));
    y = relu(t, t.bias(y));
    return t.scaled(t.dense(t.flatten(y), 6, true));
  }

  private static Value binaryInputs(NetworkTrace t, Value x) {
    Value y = t.conv(t.binary(x), 9, same(3), 1, 1, false);
    y = t.conv(t.binary(t.batchNorm(y, true)), 9, window(2), 3, 0, false);
    return t.dense(t.flatten(t.binary(t.bias(y))), 3, false);
  }

  private static Value floats(NetworkTrace t, Value x) {
    Value y = t.bias(t.conv(x, 6, same(3), 1, 0, false));
    y = t.trace().unary(Op.UnaryKind.TANH, t.pool(Op.PoolKind.AVERAGE, y, halved(3, 1, 1)));
    y = t.batchNorm(t.conv(y, 5, window(2), 1, 0, false), true);
    // a number that all images of the batch have a part in
    Value size = t.trace().mean(t.trace().unary(Op.UnaryKind.ABS, y));
    return t.trace().mul(t.dense(t.flatten(y), 4, false), size);
  }

  /** Sums over the batch that their own elements meet again: no run may hold both. */
  private static Value sums(NetworkTrace t, Value x) {
    Trace trace = t.trace();
    Value size = trace.unary(Op.UnaryKind.ABS, t.bias(t.dense(t.flatten(x), 7, true)));
    Value sums = trace.mul(trace.sum(size, List.of(0)), trace.constant(0.125f));
    Value direct = trace.sum(size, List.of(0));
    Value other = trace.unary(Op.UnaryKind.NEGATE, t.bias(t.dense(t.flatten(x), 7, true)));
    Value met = trace.add(size, trace.mul(other, direct));
    return t.dense(trace.sub(trace.sub(met, sums), direct), 3, false);
  }

  /** Of a product that is pooled twice only the first pool is its own; so with groups of pixels. */
  private static Value pools(NetworkTrace t, Value x) {
    Value y = t.pool(Op.PoolKind.MAX, t.conv(x, 6, same(3), 2, 0, true), halved(2, 0, 1));
    y = t.pool(Op.PoolKind.MAX, y, halved(3, 1, 0));
    Value bits = t.binary(t.batchNorm(y, true));
    y = t.pool(Op.PoolKind.MAX, t.conv(bits, 8, window(2), 1, 0, true), window(1));
    return t.dense(t.flatten(t.pool(Op.PoolKind.AVERAGE, y, window(2))), 4, false);
  }

  /** Images and their slices as one axis, which no backend may cut as if it were the batch. */
  private static Value merged(NetworkTrace t, Value x) {
    Trace trace = t.trace();
    Shape s = x.shape();
    int slices = s.dim(0) * s.dim(1);
    Value y = trace.reshape(x, Shape.of(slices, 1, s.dim(2), s.dim(3), s.dim(4)));
    y = t.pool(Op.PoolKind.MAX, t.conv(y, 5, window(3), 1, 0, true), halved(2, 0, 0));
    y = t.binary(t.batchNorm(y, true));
    y = t.batchNorm(t.conv(y, 6, window(2), 1, 0, true), true);
    y = trace.reshape(y, Shape.of(s.dim(0), s.dim(1), 1, 1, 6));
    return t.dense(t.flatten(t.binary(y)), 4, true);
  }

  private static Value volumes(NetworkTrace t, Value x) {
    Window three =
        new Window(
            new Extent(2, 3, 3), Extent.ONE, Extent.ONE, new Extent(1, 1, 0), new Extent(0, 1, 1));
    Value y = t.conv(x, 6, three, 1, 0, true);
    Window two = Window.of(new Extent(2, 2, 2));
    y = t.binary(t.batchNorm(t.pool(Op.PoolKind.MAX, y, two), true));
    y = t.batchNorm(t.conv(y, 7, two, 1, 0, true), true);
    return t.dense(t.flatten(t.binary(y)), 4, true);
  }

  private static Value dense(NetworkTrace t, Value x) {
    Value y = t.batchNorm(t.dense(t.flatten(x), 65, true), false);
    y = t.batchNorm(t.dense(t.binary(y), 63, true), false);
    return t.batchNorm(t.dense(t.binary(y), 33, true), true);
  }

  /** One value that a product, a sum, a pool and a sign read: no group may swallow it. */
  private static Value sharedValues(NetworkTrace t, Value x) {
    Value product = t.conv(x, 10, same(3), 1, 0, true);
    Value bits = t.binary(t.batchNorm(product, false));
    Value a = t.conv(bits, 10, same(3), 1, 1, true);
    Value b = t.conv(bits, 10, same(1), 1, 0, true);
    Value sum = t.trace().add(t.trace().add(a, b), product);
    Value unpacked = t.trace().value(new Op.Unpack(bits));
    Value pooled = t.pool(Op.PoolKind.MAX, t.trace().add(sum, unpacked), halved(2, 0, 0));
    Value again = t.binary(t.batchNorm(product, true));
    Value flat = t.flatten(t.batchNorm(pooled, true));
    return t.trace().add(t.dense(flat, 4, false), t.dense(t.flatten(again), 4, true));
  }

  /** Batch norm's result in rows of another length: its signs and masks lie in other words. */
  private static Value flattened(NetworkTrace t, Value x) {
    Value y = t.batchNorm(t.conv(x, 9, window(3), 1, 0, true), true);
    return t.dense(t.binary(t.flatten(y)), 3, true);
  }

  // ---- programs

  /**
   * A training step: outputs loss, probabilities, predicted classes and all gradients.
   *
   * @param variables the network's, filled by the first program
   * @param expose whether every other value is an output too
   */
  Program step(Map<String, Variable> variables, int batch, boolean expose) {
    return step(variables, batch, expose, GradientRounding.NONE);
  }

  /** A training step in which gradients are rounded to integers of 12 bits in front of products. */
  Program stepOnIntegers(Map<String, Variable> variables, int batch, boolean expose) {
    return step(variables, batch, expose, Network::rounded);
  }

  /** Whether that has sums of integers only in its products: they are the same in any order. */
  boolean isExactOnIntegers() {
    return stepOnIntegers(new LinkedHashMap<>(), 2, false).nodes().stream()
        .filter(
            node ->
                switch (node.op()) {
                  case Op.Conv op -> true;
                  case Op.ConvInputGradient op -> true;
                  case Op.ConvFilterGradient op -> true;
                  case Op.MatMul op -> true;
                  default -> false;
                })
        .allMatch(
            node -> node.output().dtype() == DType.I32 || node.output().type().grid() != null);
  }

  /** At the largest power of two at which none is clamped. */
  private static GradientRounding.Rounded rounded(Trace t, GradientRounding.Product product) {
    int bits = Math.min(12, product.mostBits());
    List<Integer> axes = IntStream.range(0, product.source().shape().rank()).boxed().toList();
    Value size = t.unary(Op.UnaryKind.ABS, product.source());
    Value largest = t.value(new Op.Reduce(Op.ReduceKind.MAX, size, axes));
    Value limit = t.constant((float) Op.ToInteger.limit(bits));
    Value scale = t.powerOfTwo(t.div(limit, t.reshape(largest, Shape.SCALAR)));
    Value q = t.add(new Op.ToInteger(product.g(), scale, bits)).getFirst();
    return new GradientRounding.Rounded(q, scale);
  }

  private Program step(
      Map<String, Variable> variables, int batch, boolean expose, GradientRounding rounding) {
    Trace trace = new Trace();
    NetworkTrace t = new NetworkTrace(trace, variables, true);
    Value logits = logits(t, batch);
    Value labels = trace.batchInput("labels", DType.I32, Shape.of(batch));
    List<Value> losses = trace.add(new Op.SoftmaxCrossEntropy(logits, labels));
    Value loss = trace.mean(losses.get(0));
    trace.output("loss", loss);
    trace.output("probabilities", losses.get(1));
    trace.output("classes", trace.value(new Op.ArgMax(logits)));
    List<Value> gradients =
        Differentiator.gradients(trace, loss, new ArrayList<>(t.weights().values()), rounding);
    List<Variable> weights = new ArrayList<>(t.weights().keySet());
    for (int i = 0; i < weights.size(); i++) {
      trace.output("gradient of " + weights.get(i).name(), gradients.get(i));
    }
    t.update(gradients);
    if (expose) {
      t.exposeAll();
    }
    return trace.build();
  }

  /** Evaluation with moving statistics: outputs probabilities. */
  Program evaluation(Map<String, Variable> variables, int batch) {
    Trace trace = new Trace();
    Value logits = logits(new NetworkTrace(trace, variables, false), batch);
    trace.output("probabilities", trace.value(new Op.Softmax(logits)));
    return trace.build();
  }

  private Value logits(NetworkTrace t, int batch) {
    Shape images = Shape.of(batch, image.dim(0), image.dim(1), image.dim(2), image.dim(3));
    Value pixels = t.trace().batchInput("images", DType.U8, images);
    return layers.apply(t, t.trace().value(new Op.Scale(pixels, 2, -255, 255)));
  }

  /** Inputs of a program of this network. */
  Tensor[] inputs(Program program, int round) {
    Random random = Data.random(name, round);
    Map<String, Data.Filler> fillers = new LinkedHashMap<>();
    fillers.put("images", Data::bytes);
    fillers.put("labels", Data.integers(0, classes));
    return program.inputs().entrySet().stream()
        .map(in -> fillers.get(in.getKey()).fill(in.getValue().shape(), random, round))
        .toArray(Tensor[]::new);
  }
}
