package io.github.xnor4j.group;

import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A program's ops, each in one group. Immutable. */
public final class Groups {
  private final Program program;
  private final List<Group> list;
  private final Map<Node, Group> owners = new IdentityHashMap<>();
  private final Map<Value, Mask> masks = new IdentityHashMap<>();

  /**
   * Groups of a program.
   *
   * @param list in an order in which they can be run
   * @param masks all of them, of whatever group
   */
  Groups(Program program, List<Group> list, List<Mask> masks) {
    this.program = program;
    this.list = List.copyOf(list);
    list.forEach(group -> group.nodes().forEach(node -> owners.put(node, group)));
    masks.forEach(mask -> this.masks.put(mask.size(), mask));
  }

  /** Every op in a group of its own: what a backend computes that runs nothing together. */
  public static Groups single(Program program) {
    List<Group> list = new ArrayList<>();
    program.nodes().forEach(node -> list.add(new Group.Single(node)));
    return new Groups(program, list, List.of());
  }

  /** The program. */
  public Program program() {
    return program;
  }

  /** All groups, in an order in which they can be run. */
  public List<Group> list() {
    return list;
  }

  /** The group that makes a value. */
  public Group of(Value value) {
    return owners.get(program.producer(value));
  }

  /** The group of an op. */
  public Group of(Node node) {
    return owners.get(node);
  }

  /** The mask that stands for a value |x|, or null if all of that is wanted. */
  public Mask mask(Value size) {
    return masks.get(size);
  }

  /** What a group reads that it does not make, in order. */
  public List<Value> operands(Group group) {
    Set<Value> made = made(group);
    Set<Value> read = new LinkedHashSet<>();
    for (Node node : group.nodes()) {
      node.op().inputs().stream().filter(value -> !made.contains(value)).forEach(read::add);
    }
    return List.copyOf(read);
  }

  /** What a group makes that others or the program's outputs read, in order. */
  public List<Value> results(Group group) {
    List<Value> results = new ArrayList<>();
    for (Node node : group.nodes()) {
      for (Value value : node.outputs()) {
        boolean read =
            program.outputs().containsValue(value)
                || program.consumers(value).stream().anyMatch(user -> owners.get(user) != group);
        if (read) {
          results.add(value);
        }
      }
    }
    return List.copyOf(results);
  }

  private static Set<Value> made(Group group) {
    Set<Value> made = Collections.newSetFromMap(new IdentityHashMap<>());
    group.nodes().forEach(node -> made.addAll(node.outputs()));
    return made;
  }

  // ---- as text

  /** One line for each group of several ops, and one for each step of element-wise ones. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Group group : list) {
      if (!(group instanceof Group.Single)) {
        text.append(describe(group));
      }
    }
    return text.toString();
  }

  private String describe(Group group) {
    StringBuilder text = new StringBuilder(group.kind());
    String scope = group.nodes().getFirst().scope();
    text.append(scope.isEmpty() ? "" : " of " + scope).append(": ");
    if (group instanceof Group.Elements elements) {
      text.append(describe(elements));
    } else {
      text.append(group.nodes().stream().map(Groups::describe).collect(Collectors.joining(", ")));
      text.append(" of ").append(numbers(operands(group)));
      text.append(" gives ");
      text.append(results(group).stream().map(this::result).collect(Collectors.joining(", ")));
      text.append('\n');
    }
    return text.toString();
  }

  private static String describe(Node node) {
    return node.op().name();
  }

  private String numbers(List<Value> values) {
    return values.stream().map(this::number).collect(Collectors.joining(", "));
  }

  private String number(Value value) {
    return "%" + program.number(value);
  }

  private String result(Value value) {
    Mask mask = mask(value);
    boolean winners = of(value) instanceof Group.Product product && product.isPooled(value);
    return number(value)
        + (mask == null ? "" : " as mask at " + mask.limit())
        + (winners ? " as winners" : "");
  }

  private String describe(Group.Elements elements) {
    StringBuilder text = new StringBuilder();
    List<Group.Operand> operands = elements.operands();
    for (int i = 0; i < operands.size(); i++) {
      Group.Operand operand = operands.get(i);
      text.append(i == 0 ? "" : ", ").append('r').append(i).append(" = ");
      text.append(number(operand.value())).append(' ').append(operand.form());
    }
    text.append('\n');
    for (Group.Instruction step : elements.instructions()) {
      text.append("  r").append(step.target()).append(" = ").append(name(step.op()));
      step.sources().forEach(source -> text.append(" r").append(source));
      text.append('\n');
    }
    for (Group.Result result : elements.results()) {
      text.append("  ").append(result(result.value())).append(" = r").append(result.register());
      text.append(' ').append(result.form()).append('\n');
    }
    return text.toString();
  }

  private static String name(Op op) {
    return op instanceof Op.Select select ? "Select " + select.comparison() : op.name();
  }
}
