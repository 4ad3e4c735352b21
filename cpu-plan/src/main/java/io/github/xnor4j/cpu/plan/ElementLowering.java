package io.github.xnor4j.cpu.plan;

import io.github.xnor4j.cpu.plan.ElementProgram.Code;
import io.github.xnor4j.group.Group;
import io.github.xnor4j.group.Group.Form;
import io.github.xnor4j.group.Grouper;
import io.github.xnor4j.group.Mask;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/** Element-wise ops and sums, in runs or alone. */
final class ElementLowering {
  private final Planner planner;
  private final Set<Group> planned = Collections.newSetFromMap(new IdentityHashMap<>());

  ElementLowering(Planner planner) {
    this.planner = planner;
  }

  private Buffer buffer(Value value) {
    return planner.need(value);
  }

  /** Whether there is a stage for a run. */
  boolean isPlanned(Group.Elements run) {
    return planned.contains(run);
  }

  /** A run as one stage. */
  void run(Group.Elements run) {
    run(run, null, null);
  }

  /**
   * The run that makes a value over the batch, together with something that reads the same elements
   * of it.
   *
   * @param more is told the value's register
   * @return false, and nothing is planned, if no run makes the value that is still to be planned
   */
  boolean runWith(Value value, ObjIntConsumer<Sweep> more) {
    if (planner.groups().of(value) instanceof Group.Elements run
        && !planned.contains(run)
        && planner.isBatchOfRows(value)
        && run.results().stream().anyMatch(r -> r.value() == value && r.form() == Form.DENSE)) {
      run(run, value, more);
      return true;
    }
    return false;
  }

  private void run(Group.Elements run, Value extended, ObjIntConsumer<Sweep> more) {
    planned.add(run);
    Sweep sweep = new Sweep(planner, swept(run));
    int[] registers = new int[run.operands().size() + run.instructions().size()];
    for (int i = 0; i < run.operands().size(); i++) {
      Group.Operand operand = run.operands().get(i);
      registers[i] = sweep.read(operand.value(), operand.form());
    }
    for (Group.Instruction step : run.instructions()) {
      registers[step.target()] = step(sweep, run, step, registers);
    }
    Map<Integer, Value> given = new HashMap<>();
    Map<Value, Value> same = new LinkedHashMap<>(); // changes of shape
    for (Group.Result result : run.results()) {
      int register = registers[result.register()];
      boolean sum = result.form() == Form.SUMS || result.form() == Form.TOTAL;
      Value before = sum ? null : given.putIfAbsent(result.register(), result.value());
      if (before != null) {
        same.put(result.value(), before);
      } else if (result.form() == Form.MASK) {
        giveMask(sweep, planner.groups().mask(result.value()), register);
      } else {
        sweep.give(result.value(), result.form(), register);
      }
    }
    if (extended != null) { // behind all others, as Work.Elements has it
      Group.Result result =
          run.results().stream().filter(r -> r.value() == extended).findFirst().orElseThrow();
      more.accept(sweep, registers[result.register()]);
    }
    sweep.add(label(run));
    same.forEach((value, as) -> planner.alias(value, planner.need(as)));
  }

  private static String label(Group.Elements run) {
    String first = Planner.label(run.nodes().getFirst());
    String last = run.nodes().getLast().op().name();
    return run.nodes().size() == 1 ? first : first + " to " + last;
  }

  /** What a run sweeps: whatever is not summed. */
  private static Value swept(Group.Elements run) {
    Node first = run.nodes().getFirst();
    return first.op() instanceof Op.Reduce reduce ? reduce.x() : first.output();
  }

  private static int step(
      Sweep sweep, Group.Elements run, Group.Instruction step, int[] registers) {
    int[] of = step.sources().stream().mapToInt(source -> registers[source]).toArray();
    int first = step.sources().getFirst();
    boolean masked = first < run.operands().size() && run.operands().get(first).form() == Form.MASK;
    return switch (step.op()) {
      case Op.Unary op -> sweep.step(Code.of(op.kind()), of);
      case Op.Binary op -> sweep.step(Code.of(op.kind()), of);
      // a mask is read only by those that it is a mask for
      case Op.Select op when masked -> sweep.step(Code.PASS, of[0], of[2], of[3]);
      case Op.Select op -> sweep.step(Code.of(op.comparison()), of);
      case Op.Sign op -> sweep.step(Code.SIGN, of);
      case Op.Unpack op -> of[0]; // registers of bits are +-1
      default -> throw new IllegalStateException(step.op().name() + " is no element-wise op");
    };
  }

  /** Gives in place of |x| where it is at most a limit: of x itself nothing need outlive that. */
  void giveMask(Sweep sweep, Mask mask, int register) {
    int limit = sweep.read(planner.constant(mask.limit()), Form.SCALAR);
    sweep.give(mask.size(), Form.MASK, register, limit);
  }

  /** An op by itself: a run of one step, or what no run is made of. */
  void alone(Node node) {
    Group.Elements run = Grouper.alone(node);
    if (run == null) {
      if (node.op() instanceof Op.Select op && isIntegerSelect(op)) {
        planner.offer(
            node,
            null,
            results ->
                new Work.SelectIntegers(
                    op.comparison(),
                    buffer(op.a()),
                    buffer(op.b()),
                    buffer(op.ifTrue()),
                    buffer(op.ifFalse()),
                    results.getFirst()));
      } else if (node.op() instanceof Op.Reduce op && isLargestOfAll(op)) {
        Domain domain = domain(op.x());
        planner.offer(
            node, domain, results -> new Work.Largest(buffer(op.x()), domain, results.getFirst()));
      } else {
        planner.fallback(node);
      }
      return;
    }
    Mask mask = planner.groups().mask(node.output());
    if (mask == null) {
      run(run);
    } else {
      Sweep sweep = new Sweep(planner, mask.size());
      giveMask(sweep, mask, sweep.step(Code.ABS, sweep.read(mask.x(), Form.DENSE)));
      sweep.add("mask of " + Planner.label(node));
    }
  }

  private static boolean isLargestOfAll(Op.Reduce op) {
    return op.kind() == Op.ReduceKind.MAX && op.axes().size() == op.x().shape().rank();
  }

  private Domain domain(Value value) {
    return planner.isBatched(value)
        ? planner.batchDomain()
        : planner.flatDomain(value.shape().elements());
  }

  /** Whether an op compares integers of one shape to choose between two floats: a metric's. */
  private static boolean isIntegerSelect(Op.Select op) {
    return op.a().dtype() == DType.I32
        && op.b().dtype() == DType.I32
        && op.a().shape().equals(op.b().shape())
        && Planner.areFloats(List.of(op.ifTrue(), op.ifFalse()))
        && op.ifTrue().shape().elements() == 1
        && op.ifFalse().shape().elements() == 1;
  }

  void scale(Node node, Op.Scale op) {
    Domain domain = domain(node.output());
    planner.offer(
        node, domain, results -> new Work.Scale(buffer(op.x()), op, domain, results.getFirst()));
  }
}
