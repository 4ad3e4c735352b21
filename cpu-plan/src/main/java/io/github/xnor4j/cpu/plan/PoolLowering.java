package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.Schedule.Ready;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Max-pooling remembers which tap of each window won, so that its gradient needs neither the pooled
 * value nor a comparison. The gradient of an average asks for no more than the window.
 */
final class PoolLowering {
  private final Planner planner;
  private final Map<List<Object>, Boolean> hasKernel = new HashMap<>();
  private final Map<Value, Map<Window, Pooled>> pooled = new IdentityHashMap<>();

  PoolLowering(Planner planner) {
    this.planner = planner;
  }

  /** Result and winners of one pooling. */
  private record Pooled(Buffer y, Buffer argmax) {}

  /** Whether a pool is not left to the reference. */
  private boolean hasKernel(Op.PoolKind kind, Value x, Window window) {
    return kind == Op.PoolKind.MAX
        && planner.isBatched(x)
        && hasKernel.computeIfAbsent(
            List.of(x.shape(), window),
            key ->
                planner.prepare(
                        new Work.MaxPool(
                            Planner.bufferFor(x),
                            x.shape(),
                            window,
                            1,
                            planner.batchDomain(),
                            new Buffer(DType.F32, pooledShape(x, window)),
                            new Buffer(DType.I32, pooledShape(x, window))))
                    != null);
  }

  private static Shape pooledShape(Value x, Window window) {
    return new Op.Pool(Op.PoolKind.MAX, x, window).outputs().getFirst().shape();
  }

  /**
   * Whether a product's only reader is a max-pool, so that the division of its integers can wait
   * until fewer are left: max commutes with it.
   */
  boolean divides(Value product) {
    return planner.groups().of(product) instanceof Group.Product group && hasKernel(group);
  }

  /** Whether the pool of a group is not left to the reference, which knows of no such wait. */
  private boolean hasKernel(Group.Product group) {
    return group.pool() != null
        && group.pool().op() instanceof Op.Pool pool
        && hasKernel(pool.kind(), pool.x(), pool.window());
  }

  /**
   * The group in which a value is pooled and in no other way read; or null. The pool's own result
   * is in that group, too, and may be pooled by another.
   */
  private Group.Product groupOf(Value value) {
    return planner.groups().of(value) instanceof Group.Product group
            && hasKernel(group)
            && group.isPooled(value)
        ? group
        : null;
  }

  /** What a value's integers are still to be divided by. */
  private int divisor(Value value) {
    Group.Product group = groupOf(value);
    boolean wait = group != null && planner.convolutions().isUndivided(group.product().output());
    return wait ? value.type().grid().denominator() : 1;
  }

  void forward(Node node, Op.Pool op) {
    if (hasKernel(op.kind(), op.x(), op.window())) {
      planner.alias(node.output(), pool(op.x(), op.window(), Planner.label(node)).y());
    } else if (op.kind() == Op.PoolKind.AVERAGE && planner.isBatched(op.x())) {
      average(node, op);
    } else {
      planner.fallback(node);
    }
  }

  private void average(Node node, Op.Pool op) {
    boolean integers = node.output().type().grid() != null;
    Domain domain = planner.batchDomain();
    planner.offer(
        node,
        domain,
        results ->
            new Work.AveragePool(
                planner.convolutions().source(op.x(), integers),
                op.x().shape(),
                op.window(),
                domain,
                results.getFirst()));
  }

  private void averageGradient(Node node, Op.PoolGradient op) {
    Domain domain = planner.batchDomain();
    planner.offer(
        node,
        domain,
        results ->
            new Work.AveragePoolGradient(
                planner.need(op.g()), op.x().shape(), op.window(), domain, results.getFirst()));
  }

  private Pooled pool(Value x, Window window, String label) {
    return pooled
        .computeIfAbsent(x, v -> new HashMap<>())
        .computeIfAbsent(window, w -> lower(x, w, label));
  }

  private Pooled lower(Value value, Window window, String label) {
    Pooled fused = behindProduct(value, window);
    return fused != null ? fused : alone(value, window, label);
  }

  /** A product with its pool as one stage, or null where there is no kernel for both. */
  private Pooled behindProduct(Value value, Window window) {
    Group.Product group = groupOf(value);
    if (group == null
        || !sameChannels(value, group.product().output())
        || !(group.product().op() instanceof Op.Conv op)) {
      return null;
    }
    Buffer y = new Buffer(DType.F32, pooledShape(value, window));
    Buffer argmax = new Buffer(DType.I32, y.shape());
    Work.Pooling pooling = new Work.Pooling(value.shape(), window, argmax);
    Ready ready = planner.convolutions().forward(group.product(), op, y, pooling);
    return ready == null ? null : new Pooled(planner.made(y, ready), planner.made(argmax, ready));
  }

  private Pooled alone(Value value, Window window, String label) {
    Buffer x = planner.need(value);
    Buffer y = new Buffer(DType.F32, pooledShape(value, window));
    Buffer argmax = new Buffer(DType.I32, y.shape());
    Domain domain = planner.batchDomain();
    Work work = new Work.MaxPool(x, value.shape(), window, divisor(value), domain, y, argmax);
    Ready ready = planner.run(domain, label, planner.require(work));
    return new Pooled(planner.made(y, ready), planner.made(argmax, ready));
  }

  void gradient(Node node, Op.PoolGradient op) {
    if (op.kind() == Op.PoolKind.AVERAGE
        && planner.isBatched(op.x())
        && planner.isBatched(op.g())) {
      averageGradient(node, op);
      return;
    }
    if (!hasKernel(op.kind(), op.x(), op.window())) {
      planner.fallback(node);
      return;
    }
    Pooled forward = pool(op.x(), op.window(), Planner.label(node));
    Buffer g = planner.need(op.g());
    Buffer dx = Planner.bufferFor(node.output());
    Domain domain = planner.batchDomain();
    Work work =
        new Work.MaxPoolGradient(g, forward.argmax(), op.x().shape(), op.window(), domain, dx);
    planner.run(node, domain, planner.require(work), dx);
  }

  /**
   * A gradient that comes out of a max-pool, so that all but one element of each window are zero.
   *
   * @param g gradient of the pooled value
   * @param pooling the pool
   */
  record Behind(Buffer g, Work.Pooling pooling) {}

  /** How a value came out of a max-pool, or null. Seen through changes of shape. */
  Behind behind(Value value) {
    if (!(planner.groups().of(value) instanceof Group.Unpooling group)) {
      return null;
    }
    Op.PoolGradient op = group.gradient();
    if (!hasKernel(op.kind(), op.x(), op.window()) || !sameChannels(value, op.x())) {
      return null;
    }
    Pooled forward = pool(op.x(), op.window(), Planner.label(group.nodes().getFirst()));
    Work.Pooling pooling = new Work.Pooling(op.x().shape(), op.window(), forward.argmax());
    return new Behind(planner.need(op.g()), pooling);
  }

  /** Whether a change of shape has left the positions what they were, if not where. */
  private static boolean sameChannels(Value a, Value b) {
    return a.shape().dim(-1) == b.shape().dim(-1);
  }
}
