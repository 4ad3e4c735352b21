package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.program.Grid;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Convolutions and their gradients. Where a filter is the transposed sign of latent weights it is
 * given as those; where a value stands for integers, as those. A gradient that comes out of a
 * max-pool is offered as the pool's; where the backend has no kernel for that, as a whole.
 */
final class ConvLowering {
  private final Planner planner;
  private final PoolLowering pools;
  private final Set<Value> undivided = Collections.newSetFromMap(new IdentityHashMap<>());

  ConvLowering(Planner planner, PoolLowering pools) {
    this.planner = planner;
    this.pools = pools;
  }

  // ---- operands

  /** Input of a product, of integers or of what they stand for. */
  Work.Source source(Value value, boolean integers) {
    Op.Scale pixels = integers ? planner.scaling(value) : null;
    Grid grid = value.type().grid();
    boolean known = integers && grid != null;
    Buffer buffer = planner.need(pixels != null ? pixels.x() : value);
    return new Work.Source(
        buffer, pixels, known ? grid.denominator() : 1, known ? grid.bound() : 0);
  }

  private Work.Filter filter(Value filter, boolean integers) {
    Value latent =
        planner.groups().of(filter) instanceof Group.BinaryFilter group && group.isFilter(filter)
            ? group.latent()
            : null;
    Grid grid = filter.type().grid();
    int denominator = integers && grid != null ? grid.denominator() : 1;
    Buffer buffer = planner.need(latent != null ? latent : filter);
    return new Work.Filter(buffer, latent != null, filter.shape(), denominator);
  }

  // ---- forward

  void forward(Node node, Op.Conv op) {
    if (IntegerLowering.isProduct(node)) {
      planner.integers().convolution(node, List.of(op.x()));
      return;
    }
    Buffer y = Planner.bufferFor(node.output());
    boolean wait = divisor(node) > 1 && pools.divides(node.output());
    Kernel kernel = prepare(node, op, wait ? 1 : divisor(node), y, null);
    if (kernel == null) {
      planner.fallback(node);
      return;
    }
    if (wait) {
      undivided.add(node.output());
    }
    planner.run(node, planner.batchDomain(), kernel, y);
  }

  /**
   * Plans a convolution with its max-pool.
   *
   * @return when both are there; null if there is no kernel for them
   */
  Ready forward(Node node, Op.Conv op, Buffer y, Work.Pooling pooling) {
    Kernel kernel = prepare(node, op, divisor(node), y, pooling);
    return kernel == null ? null : planner.run(planner.batchDomain(), Planner.label(node), kernel);
  }

  /** Whether the integers of a product have still to be divided by their denominator. */
  boolean isUndivided(Value product) {
    return undivided.contains(product);
  }

  /** What the integers of a product are divided by. */
  private static int divisor(Node product) {
    Grid grid = product.output().type().grid();
    return grid == null ? 1 : grid.denominator();
  }

  private Kernel prepare(Node node, Op.Conv op, int divisor, Buffer y, Work.Pooling pooling) {
    if (!planner.isBatched(op.x())) {
      return null;
    }
    boolean integers = node.output().type().grid() != null;
    return planner.prepare(
        new Work.Convolution(
            source(op.x(), integers),
            filter(op.filter(), integers),
            new Work.Geometry(op.x().shape(), op.window(), op.groups(), op.padValue()),
            divisor,
            planner.batchDomain(),
            y,
            pooling));
  }

  // ---- gradients

  /** The work of a gradient, of the product's or of a pool's behind it. */
  @FunctionalInterface
  private interface Gradient {
    Work of(Buffer g, Work.Pooling pooling, Buffer result);
  }

  /** A gradient; of bits, which no rule of a derivative gives, as floats. */
  private Buffer floats(Value g) {
    Buffer place = planner.need(g);
    if (g.dtype() != DType.BIT) {
      return place;
    }
    Domain domain = planner.batchDomain();
    Buffer y = new Buffer(DType.F32, g.shape());
    ElementProgram.Builder program = new ElementProgram.Builder();
    program.result(Form.DENSE, program.operand(Form.BITS));
    Work work =
        new Work.Elements(
            program.build(),
            List.of(place),
            List.of(y),
            g.shape().elements(),
            g.shape().dim(-1),
            domain,
            null);
    return planner.made(y, planner.run(domain, "gradient", planner.require(work)));
  }

  void inputGradient(Node node, Op.ConvInputGradient op) {
    int limit = planner.integers().limit(op.g());
    gradient(
        node,
        op.g(),
        List.of(op.g()),
        (g, pooling, dx) ->
            new Work.InputGradient(
                g,
                limit,
                filter(op.filter(), false),
                new Work.Geometry(op.input(), op.window(), op.groups(), 0),
                planner.batchDomain(),
                dx,
                pooling));
  }

  void filterGradient(Node node, Op.ConvFilterGradient op) {
    int limit = planner.integers().limit(op.g());
    boolean integers = IntegerLowering.isProduct(node) || op.x().type().grid() != null;
    gradient(
        node,
        op.g(),
        op.inputs(),
        (g, pooling, dw) ->
            new Work.FilterGradient(
                source(op.x(), integers),
                g,
                limit,
                new Work.Geometry(op.x().shape(), op.window(), op.groups(), op.padValue()),
                planner.batchDomain(),
                dw,
                pooling));
  }

  /** A gradient; of a product of integers that has no kernel here: as any such product. */
  private void gradient(Node node, Value g, List<Value> batched, Gradient gradient) {
    boolean integers = IntegerLowering.isProduct(node);
    Buffer result = Planner.bufferFor(node.output());
    boolean offered =
        integers
            ? g.dtype() == DType.I16 && batched.stream().allMatch(planner::isBatched)
            : planner.isBatched(g);
    Kernel kernel = offered ? prepare(g, gradient, result) : null;
    if (kernel != null) {
      planner.run(node, planner.batchDomain(), kernel, result);
    } else if (integers) {
      planner.integers().convolution(node, batched);
    } else {
      planner.fallback(node);
    }
  }

  private Kernel prepare(Value g, Gradient gradient, Buffer result) {
    PoolLowering.Behind behind =
        g.dtype() == DType.I16 ? planner.integers().behind(g) : pools.behind(g);
    Kernel kernel =
        behind == null ? null : planner.prepare(gradient.of(behind.g(), behind.pooling(), result));
    return kernel != null ? kernel : planner.prepare(gradient.of(floats(g), null, result));
  }
}
