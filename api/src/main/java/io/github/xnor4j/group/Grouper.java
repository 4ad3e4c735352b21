package io.github.xnor4j.group;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the groups of a program. Patterns that begin with one op (a product, batch norm, ...) come
 * first; of the element-wise ops that are left each joins the run that makes what it reads.
 */
public final class Grouper {
  private final Program program;
  private final Map<Node, Integer> positions = new IdentityHashMap<>();
  private final Map<Value, List<Node>> readers = new IdentityHashMap<>();
  private final Map<Node, Group> claimed = new IdentityHashMap<>();
  private final List<Mask> masks = new ArrayList<>();

  private Grouper(Program program) {
    this.program = program;
    for (Node node : program.nodes()) {
      positions.put(node, positions.size());
      // an op may read a value twice
      Set.copyOf(node.op().inputs())
          .forEach(value -> readers.computeIfAbsent(value, v -> new ArrayList<>()).add(node));
    }
    readers.values().forEach(nodes -> nodes.sort(Comparator.comparing(positions::get)));
  }

  /** The groups of a program. */
  public static Groups group(Program program) {
    return new Grouper(program).run();
  }

  /**
   * One element-wise op as a run, for backends that have no other way to compute one.
   *
   * @return null if the op is none, or its operands are broadcast in a way that no {@link
   *     Group.Form} stands for
   */
  public static Group.Elements alone(Node node) {
    return ElementRuns.alone(node);
  }

  private Groups run() {
    for (Node node : program.nodes()) {
      if (!claimed.containsKey(node)) {
        switch (node.op()) {
          case Op.Scale op -> pixels(node, op);
          case Op.Sign op -> binaryFilter(node, op);
          case Op.Conv op -> product(node, true);
          case Op.ConvInputGradient op -> product(node, false);
          case Op.ConvFilterGradient op -> product(node, false);
          case Op.PoolGradient op -> unpooling(node, op);
          case Op.BatchNorm op -> normalization(node);
          case Op.BatchNormGradient op -> normalizationGradient(node, op);
          default -> {}
        }
      }
    }
    Set<Group> patterns = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : program.nodes()) {
      if (claimed.containsKey(node)) {
        patterns.add(claimed.get(node));
      }
    }
    ElementRuns runs = new ElementRuns(program, positions, readers, patterns);
    runs.groups().forEach(this::claim);
    masks.addAll(runs.masks());
    program.nodes().forEach(node -> claimed.computeIfAbsent(node, Group.Single::new));
    return new Groups(program, inOrder(), masks);
  }

  /** Each group behind those that make what it reads. */
  private List<Group> inOrder() {
    Map<Group, Boolean> done = new IdentityHashMap<>();
    List<Group> order = new ArrayList<>();
    for (Node node : program.nodes()) {
      visit(claimed.get(node), done, order);
    }
    return order;
  }

  private void visit(Group group, Map<Group, Boolean> done, List<Group> order) {
    Boolean state = done.putIfAbsent(group, false);
    if (state != null) {
      if (!state) {
        throw new IllegalStateException("groups wait for each other: " + group.nodes());
      }
      return;
    }
    for (Node node : group.nodes()) {
      for (Value value : node.op().inputs()) {
        Group before = claimed.get(program.producer(value));
        if (before != group) {
          visit(before, done, order);
        }
      }
    }
    done.put(group, true);
    order.add(group);
  }

  // ---- patterns; each is a chain from its first op on, so that whatever it reads is there before

  private List<Node> readers(Value value) {
    return readers.getOrDefault(value, List.of());
  }

  private boolean isOutput(Value value) {
    return program.outputs().containsValue(value);
  }

  /** A value and what it becomes by changes of shape alone; those are added to the nodes. */
  private List<Value> shapes(Value value, List<Node> nodes) {
    List<Value> all = new ArrayList<>(List.of(value));
    for (int i = 0; i < all.size(); i++) {
      for (Node reader : readers(all.get(i))) {
        if (reader.op() instanceof Op.Reshape) {
          all.add(reader.output());
          nodes.add(reader);
        }
      }
    }
    return all;
  }

  private void claim(Group group) {
    group.nodes().forEach(node -> claimed.put(node, group));
  }

  private List<Node> ordered(List<Node> nodes) {
    return nodes.stream().sorted(Comparator.comparing(positions::get)).toList();
  }

  private void pixels(Node node, Op.Scale op) {
    List<Node> nodes = new ArrayList<>(List.of(node));
    shapes(node.output(), nodes);
    claim(new Group.Pixels(ordered(nodes), op));
  }

  private void binaryFilter(Node node, Op.Sign op) {
    for (Node transpose : readers(node.output())) {
      if (transpose.op() instanceof Op.Transpose t
          && !claimed.containsKey(transpose)
          && t.movesLastToFront()) {
        List<Node> nodes = new ArrayList<>(List.of(node, transpose));
        shapes(transpose.output(), nodes);
        boolean sameChannels =
            nodes.stream()
                .skip(2)
                .allMatch(n -> sameFirst(n.output().shape(), transpose.output().shape()));
        if (sameChannels) {
          claim(new Group.BinaryFilter(ordered(nodes), op.x()));
        }
        return;
      }
    }
  }

  private static boolean sameFirst(Shape a, Shape b) {
    return a.rank() > 0 && b.rank() > 0 && a.dim(0) == b.dim(0);
  }

  private void product(Node node, boolean mayBePooled) {
    List<Node> nodes = new ArrayList<>(List.of(node));
    List<Value> results = shapes(node.output(), nodes);
    Node pool = mayBePooled ? onlyPool(results) : null;
    if (pool != null) {
      nodes.add(pool);
      results = shapes(pool.output(), nodes);
    }
    Node statistics = null;
    for (Value result : results) {
      for (Node reader : readers(result)) {
        if (statistics == null && reader.op() instanceof Op.BatchNormStatistics) {
          statistics = reader;
          nodes.add(reader);
        }
      }
    }
    claim(new Group.Product(ordered(nodes), node, pool, statistics));
  }

  /** The max-pool that is all that reads some values, but for its gradients; or null. */
  private Node onlyPool(List<Value> values) {
    Node pool = null;
    for (Value value : values) {
      if (isOutput(value)) {
        return null;
      }
      for (Node reader : readers(value)) {
        if (reader.op() instanceof Op.Pool op && op.kind() == Op.PoolKind.MAX && pool == null) {
          pool = reader;
        } else if (!(reader.op() instanceof Op.Reshape)
            && !(reader.op() instanceof Op.PoolGradient g && g.g() != value)) {
          return null;
        }
      }
    }
    return pool != null && areItsGradients(values, (Op.Pool) pool.op()) ? pool : null;
  }

  private boolean areItsGradients(List<Value> values, Op.Pool pool) {
    return values.stream()
        .flatMap(value -> readers(value).stream())
        .allMatch(
            reader ->
                !(reader.op() instanceof Op.PoolGradient g)
                    || g.kind() == pool.kind()
                        && g.window().equals(pool.window())
                        && g.x() == pool.x());
  }

  private void unpooling(Node node, Op.PoolGradient op) {
    if (op.kind() == Op.PoolKind.MAX) {
      List<Node> nodes = new ArrayList<>(List.of(node));
      shapes(node.output(), nodes);
      claim(new Group.Unpooling(ordered(nodes), op));
    }
  }

  private void normalization(Node node) {
    List<Node> nodes = new ArrayList<>(List.of(node));
    List<Mask> own = new ArrayList<>();
    for (Value result : shapes(node.output(), nodes)) {
      for (Node reader : readers(result)) {
        Mask mask = maskOf(reader);
        if (mask != null) {
          own.add(mask);
          nodes.add(reader);
        } else if (reader.op() instanceof Op.Sign) {
          nodes.add(reader);
          shapes(reader.output(), nodes);
        }
      }
    }
    masks.addAll(own);
    claim(new Group.Normalization(ordered(nodes), node, List.copyOf(own)));
  }

  private Mask maskOf(Node node) {
    return maskOf(program, readers, node);
  }

  /** The mask that an op |x| stands for: all that reads it compares it with one limit; or null. */
  static Mask maskOf(Program program, Map<Value, List<Node>> readers, Node node) {
    if (!(node.op() instanceof Op.Unary abs)
        || abs.kind() != Op.UnaryKind.ABS
        || !abs.x().type().isBatched()
        || program.outputs().containsValue(node.output())) {
      return null;
    }
    Value size = node.output();
    float limit = Float.NaN;
    for (Node reader : readers.getOrDefault(size, List.of())) {
      float own = limit(program, reader, size);
      if (!(own >= 0) || !Float.isNaN(limit) && own != limit) {
        return null;
      }
      limit = own;
    }
    return Float.isNaN(limit) ? null : new Mask(size, abs.x(), limit);
  }

  /** What a straight-through estimator's gradient compares |x| with; NaN if an op is none. */
  private static float limit(Program program, Node node, Value size) {
    boolean keeps =
        node.op() instanceof Op.Select op
            && op.comparison() == Op.Comparison.LESS_EQUAL
            && op.a() == size
            && op.b() != size
            && op.ifTrue() != size
            && op.ifFalse() != size
            && op.ifTrue().shape().equals(size.shape())
            && constant(program, op.ifFalse()) == 0;
    return keeps ? constant(program, ((Op.Select) node.op()).b()) : Float.NaN;
  }

  /** The number that a value is, or NaN. */
  private static float constant(Program program, Value value) {
    return program.producer(value).op() instanceof Op.Constant c
            && value.dtype() == DType.F32
            && value.shape().elements() == 1
        ? c.value().floats()[0]
        : Float.NaN;
  }

  /** The two halves of dx are one group only if nothing else reads them or comes between them. */
  private void normalizationGradient(Node node, Op.BatchNormGradient op) {
    Value dx = node.outputs().getFirst();
    List<Node> users = readers(dx);
    if (users.size() == 1
        && !isOutput(dx)
        && users.getFirst().op() instanceof Op.Binary sum
        && sum.kind() == Op.BinaryKind.ADD
        && sum.a() != sum.b()) {
      Node other = program.producer(sum.a() == dx ? sum.b() : sum.a());
      if (other.op() instanceof Op.BatchNormStatisticsGradient statistics
          && !claimed.containsKey(other)
          && !isOutput(other.output())
          && readers(other.output()).size() == 1
          && statistics.x() == op.x()
          && statistics.mean() == op.mean()
          && statistics.dMean() == node.outputs().get(1)
          && statistics.dVariance() == node.outputs().get(2)) {
        List<Node> nodes = new ArrayList<>(List.of(node, other, users.getFirst()));
        shapes(users.getFirst().output(), nodes);
        claim(new Group.NormalizationGradient(ordered(nodes), node, other, users.getFirst()));
        return;
      }
    }
    List<Node> nodes = new ArrayList<>(List.of(node));
    shapes(dx, nodes);
    claim(new Group.NormalizationGradient(ordered(nodes), node, null, null));
  }
}
