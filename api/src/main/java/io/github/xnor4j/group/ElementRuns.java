package io.github.xnor4j.group;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Maximal runs of element-wise ops. In the program's order each op joins the runs that make its
 * operands, and joins them to each other, unless an op outside would then lie between ops of the
 * run: what it needs must be there before the run begins.
 */
final class ElementRuns {
  private final Program program;
  private final Map<Node, Integer> positions;
  private final Map<Value, List<Node>> readers;
  private final Map<Node, Unit> units = new IdentityHashMap<>();
  private final List<Mask> masks = new ArrayList<>();

  /** What is swept: so many elements in rows of so many, of the batch or of a parameter. */
  private record Extent(boolean batched, int elements, int last) {
    static Extent of(Value value) {
      Shape shape = value.shape();
      int last = shape.rank() == 0 ? 1 : shape.dim(-1);
      return new Extent(value.type().isBatched(), shape.elements(), last);
    }
  }

  /** Ops that run at one time: a run in the making, another group, or an op by itself. */
  private static final class Unit {
    private final List<Node> nodes = new ArrayList<>();
    private final Extent extent; // null if it is no run
    private final boolean grows; // whether readers join it

    Unit(Extent extent, boolean grows) {
      this.extent = extent;
      this.grows = grows;
    }
  }

  /**
   * Finds the runs.
   *
   * @param positions of all ops in the program
   * @param readers of all values
   * @param others groups found before
   */
  ElementRuns(
      Program program,
      Map<Node, Integer> positions,
      Map<Value, List<Node>> readers,
      Set<Group> others) {
    this.program = program;
    this.positions = positions;
    this.readers = readers;
    for (Group group : others) {
      Unit unit = new Unit(null, false);
      unit.nodes.addAll(group.nodes());
      group.nodes().forEach(node -> units.put(node, unit));
    }
    for (Node node : program.nodes()) {
      if (!units.containsKey(node)) {
        place(node);
      }
    }
  }

  /** Masks that runs give. */
  List<Mask> masks() {
    return masks;
  }

  /** The runs. */
  List<Group> groups() {
    Set<Unit> all = new LinkedHashSet<>();
    program.nodes().forEach(node -> all.add(units.get(node)));
    List<Group> groups = new ArrayList<>();
    for (Unit unit : all) {
      if (unit.extent != null) {
        groups.add(elements(unit));
      }
    }
    return groups;
  }

  // ---- which ops run together

  private void place(Node node) {
    Extent extent = extent(node);
    Mask mask = extent == null ? null : Grouper.maskOf(program, readers, node);
    if (mask != null) {
      masks.add(mask);
    }
    Set<Unit> joined = extent == null ? Set.of() : joinable(node, extent);
    if (extent != null && joined.isEmpty() && needsRun(node)) {
      extent = null;
    }
    // of a mask only bits are read, so it is made where x is and not where it is wanted
    Unit unit = new Unit(extent, mask == null || !joined.isEmpty());
    for (Unit other : joined) {
      unit.nodes.addAll(other.nodes);
    }
    unit.nodes.add(node);
    unit.nodes.sort(Comparator.comparing(positions::get));
    unit.nodes.forEach(each -> units.put(each, unit));
  }

  /** Changes of shape and sums are parts of a run, but make none. */
  private static boolean needsRun(Node node) {
    return node.op() instanceof Op.Reshape || node.op() instanceof Op.Reduce;
  }

  /**
   * What an element-wise op sweeps; null if an op is none, or if its operands are rows of columns.
   */
  private static Extent extent(Node node) {
    Value swept =
        switch (node.op()) {
          case Op.Unary op -> node.output();
          case Op.Binary op -> node.output();
          case Op.Select op -> op.a().dtype() == DType.F32 ? node.output() : null;
          case Op.Sign op -> node.output();
          case Op.Unpack op -> node.output();
          case Op.Reshape op -> node.output();
          case Op.Reduce op -> sums(op) != null ? op.x() : null;
          default -> null;
        };
    if (swept == null) {
      return null;
    }
    Extent extent = Extent.of(swept);
    boolean fits = node.op().inputs().stream().allMatch(value -> form(value, extent) != null);
    return fits ? extent : null;
  }

  /** What a sum gives of a run; null if it is none over all rows or all elements. */
  private static Group.Form sums(Op.Reduce op) {
    int rank = op.x().shape().rank();
    if (op.kind() != Op.ReduceKind.SUM || rank == 0 || op.x().dtype() != DType.F32) {
      return null;
    }
    if (op.axes().size() == rank) {
      return Group.Form.TOTAL;
    }
    return op.axes().size() == rank - 1 && !op.axes().contains(rank - 1) ? Group.Form.SUMS : null;
  }

  /** How a value meets the elements of a sweep; null if it does so in another way. */
  private static Group.Form form(Value value, Extent extent) {
    Extent own = Extent.of(value);
    if (own.elements == extent.elements && own.last == extent.last) {
      return value.dtype() == DType.BIT ? Group.Form.BITS : Group.Form.DENSE;
    }
    if (value.dtype() == DType.BIT) {
      return null;
    }
    if (own.elements == 1) {
      return Group.Form.SCALAR;
    }
    return own.elements == own.last && own.last == extent.last ? Group.Form.ROW : null;
  }

  /** The runs that an op joins: those that make its operands, as many of them as may. */
  private Set<Unit> joinable(Node node, Extent extent) {
    Set<Unit> joined = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Value operand : node.op().inputs()) {
      Unit unit = units.get(program.producer(operand));
      if (unit.grows && extent.equals(unit.extent) && joined.add(unit)) {
        if (readsOwnSum(joined, node) || hasBetween(joined, node)) {
          joined.remove(unit);
        }
      }
    }
    return joined;
  }

  /** Whether an op would read a sum of its own run, which is there only when that is over. */
  private boolean readsOwnSum(Set<Unit> runs, Node node) {
    return Stream.concat(runs.stream().flatMap(run -> run.nodes.stream()), Stream.of(node))
        .flatMap(reader -> reader.op().inputs().stream())
        .map(program::producer)
        .anyMatch(
            producer -> producer.op() instanceof Op.Reduce && runs.contains(units.get(producer)));
  }

  /** Whether something outside would lie between ops of a run, if an op joined some runs to it. */
  private boolean hasBetween(Set<Unit> runs, Node node) {
    int first = runs.stream().mapToInt(this::first).min().orElseThrow();
    Set<Unit> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Unit> open = new ArrayDeque<>();
    runs.forEach(run -> open.addAll(before(run.nodes)));
    open.addAll(before(List.of(node)));
    open.removeIf(runs::contains);
    while (!open.isEmpty()) {
      Unit unit = open.pop();
      // what ends before the runs begin reads nothing of them
      if (seen.add(unit) && last(unit) > first) {
        Set<Unit> before = before(unit.nodes);
        if (before.stream().anyMatch(runs::contains)) {
          return true;
        }
        open.addAll(before);
      }
    }
    return false;
  }

  /** What makes what some ops read, but for the unit that they are of. */
  private Set<Unit> before(List<Node> nodes) {
    Unit own = units.get(nodes.getFirst());
    Set<Unit> before = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : nodes) {
      for (Value value : node.op().inputs()) {
        Unit unit = units.get(program.producer(value));
        if (unit != own) {
          before.add(unit);
        }
      }
    }
    return before;
  }

  private int first(Unit unit) {
    return positions.get(unit.nodes.getFirst());
  }

  private int last(Unit unit) {
    return positions.get(unit.nodes.getLast());
  }

  // ---- runs as straight-line programs

  /** One op as a run of its own; null if it is none. */
  static Group.Elements alone(Node node) {
    Extent extent = node.op() instanceof Op.Reshape ? null : extent(node);
    if (extent == null) {
      return null;
    }
    List<Value> read = node.op().inputs().stream().distinct().toList();
    List<Group.Operand> operands =
        read.stream().map(value -> new Group.Operand(value, form(value, extent))).toList();
    List<Integer> sources = node.op().inputs().stream().map(read::indexOf).toList();
    int register = needsRun(node) ? sources.getFirst() : operands.size();
    List<Group.Instruction> instructions =
        needsRun(node) ? List.of() : List.of(new Group.Instruction(node.op(), sources, register));
    Group.Form form =
        node.op() instanceof Op.Reduce op
            ? sums(op)
            : node.output().dtype() == DType.BIT ? Group.Form.BITS : Group.Form.DENSE;
    List<Group.Result> results = List.of(new Group.Result(node.output(), form, register));
    return new Group.Elements(List.of(node), operands, instructions, results);
  }

  private Group.Elements elements(Unit unit) {
    Map<Value, Integer> registers = new IdentityHashMap<>();
    List<Group.Operand> operands = new ArrayList<>();
    for (Node node : unit.nodes) {
      for (Value value : node.op().inputs()) {
        boolean outside = units.get(program.producer(value)) != unit;
        if (outside && !registers.containsKey(value)) {
          registers.put(value, operands.size());
          operands.add(new Group.Operand(value, formOfOperand(value, unit.extent)));
        }
      }
    }
    List<Group.Instruction> instructions = new ArrayList<>();
    List<Group.Result> results = new ArrayList<>();
    for (Node node : unit.nodes) {
      List<Integer> sources = node.op().inputs().stream().map(registers::get).toList();
      int register = sources.getFirst();
      if (!needsRun(node)) {
        register = operands.size() + instructions.size();
        instructions.add(new Group.Instruction(node.op(), sources, register));
      }
      if (!(node.op() instanceof Op.Reduce)) {
        registers.put(node.output(), register);
      }
      if (isReadOutside(node.output(), unit)) {
        results.add(new Group.Result(node.output(), formOfResult(node), register));
      }
    }
    return new Group.Elements(
        List.copyOf(unit.nodes),
        List.copyOf(operands),
        List.copyOf(instructions),
        List.copyOf(results));
  }

  private boolean isReadOutside(Value value, Unit unit) {
    return program.outputs().containsValue(value)
        || readers.getOrDefault(value, List.of()).stream().anyMatch(r -> units.get(r) != unit);
  }

  private Group.Form formOfOperand(Value value, Extent extent) {
    return maskOf(value) != null ? Group.Form.MASK : form(value, extent);
  }

  private Group.Form formOfResult(Node node) {
    if (node.op() instanceof Op.Reduce op) {
      return sums(op);
    }
    if (node.output().dtype() == DType.BIT) {
      return Group.Form.BITS;
    }
    return maskOf(node.output()) != null ? Group.Form.MASK : Group.Form.DENSE;
  }

  private Mask maskOf(Value value) {
    return Grouper.maskOf(program, readers, program.producer(value));
  }
}
