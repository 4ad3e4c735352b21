package io.github.xnor4j.program;

import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An immutable list of ops: every operand stands before its use, every value has a static shape. A
 * run takes the inputs, gives the outputs, and changes the variables that are assigned to.
 */
public final class Program {
  private final List<Node> nodes;
  private final Map<String, Value> inputs;
  private final Map<String, Value> outputs;
  private final Map<Value, Node> producers;
  private final Set<Variable> variables;

  Program(List<Node> trace, Map<String, Value> inputs, Map<String, Value> outputs) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = List.copyOf(live(trace));
    this.producers = new IdentityHashMap<>();
    Set<Variable> found = new LinkedHashSet<>();
    for (Node node : nodes) {
      node.outputs().forEach(value -> producers.put(value, node));
      if (node.op() instanceof Op.Read read) {
        found.add(read.variable());
      } else if (node.op() instanceof Op.Assign assign) {
        found.add(assign.variable());
      }
    }
    this.variables = Collections.unmodifiableSet(found);
  }

  /** Nodes that an output or an assignment depends on, and all inputs. */
  private List<Node> live(List<Node> trace) {
    Map<Value, Node> producer = new IdentityHashMap<>();
    trace.forEach(node -> node.outputs().forEach(value -> producer.put(value, node)));
    Deque<Node> open = new ArrayDeque<>();
    Set<Node> used = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node node : trace) {
      if (node.op() instanceof Op.Assign || node.op() instanceof Op.Input) {
        open.push(node);
      }
    }
    outputs.values().forEach(value -> open.push(producer.get(value)));
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (used.add(node)) {
        node.op().inputs().forEach(value -> open.push(producer.get(value)));
      }
    }
    List<Node> kept = new ArrayList<>(trace);
    kept.removeIf(node -> !used.contains(node));
    return kept;
  }

  /** The ops, operands before their uses. */
  public List<Node> nodes() {
    return nodes;
  }

  /** What a run takes, by name, in the order of declaration. */
  public Map<String, Value> inputs() {
    return inputs;
  }

  /** What a run gives, by name, in the order of declaration. */
  public Map<String, Value> outputs() {
    return outputs;
  }

  /** The variables that are read or assigned, in the order of first use. */
  public Set<Variable> variables() {
    return variables;
  }

  /** The node that gives a value. */
  public Node producer(Value value) {
    return producers.get(value);
  }

  /** The ops that read a value, in order; empty if only an output does. */
  public List<Node> consumers(Value value) {
    return nodes.stream().filter(node -> node.op().inputs().contains(value)).toList();
  }

  /**
   * Checks the tensors handed to a run.
   *
   * @param tensors by position, in the order of {@link #inputs}
   * @throws IllegalArgumentException naming the input, what was given and what was expected
   */
  public void checkInputs(Tensor... tensors) {
    checkTensors("input", inputs, tensors);
  }

  /**
   * Checks the tensors that a run shall fill.
   *
   * @param tensors by position, in the order of {@link #outputs}
   * @throws IllegalArgumentException naming the output, what was given and what was expected
   */
  public void checkOutputs(Tensor... tensors) {
    checkTensors("output", outputs, tensors);
  }

  private static void checkTensors(String what, Map<String, Value> values, Tensor[] tensors) {
    if (tensors.length != values.size()) {
      throw new IllegalArgumentException(
          tensors.length
              + " "
              + what
              + " tensors, expected "
              + values.size()
              + ": "
              + values.keySet());
    }
    int i = 0;
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      Tensor given = tensors[i++];
      Type wanted = entry.getValue().type();
      if (given.dtype() != wanted.dtype() || !given.shape().equals(wanted.shape())) {
        throw new IllegalArgumentException(
            what + " '" + entry.getKey() + "' is " + given.describe() + ", expected " + wanted);
      }
    }
  }

  /** New tensors of the outputs' dtypes and shapes, in order. */
  public Tensor[] newOutputs() {
    return outputs.values().stream()
        .map(value -> Tensor.zeros(value.dtype(), value.shape()))
        .toArray(Tensor[]::new);
  }

  /** One line for each op. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    Set<String> scopes = new HashSet<>();
    for (Node node : nodes) {
      if (scopes.add(node.scope()) && !node.scope().isEmpty()) {
        text.append("# ").append(node.scope()).append('\n');
      }
      text.append(node.outputs()).append(" = ").append(node.op().name());
      if (node.op() instanceof Op.Read read) {
        text.append(' ').append(read.variable().name());
      } else if (node.op() instanceof Op.Assign assign) {
        text.append(' ').append(assign.variable().name());
      }
      node.op().inputs().forEach(value -> text.append(" %").append(value.id()));
      text.append('\n');
    }
    return text.toString();
  }
}
