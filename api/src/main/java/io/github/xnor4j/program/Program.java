package io.github.xnor4j.program;

import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An immutable list of ops: every operand stands before its use, every value has a static shape. A
 * run takes the inputs, gives the outputs, and changes the variables that are assigned to.
 */
public final class Program {
  private final List<Node> nodes;
  private final Map<String, Value> inputs;
  private final Map<String, Value> outputs;
  private final Map<Value, Node> producers;
  private final Map<Value, Integer> numbers = new IdentityHashMap<>();
  private final Set<Variable> variables;
  private final OptionalInt batch;

  Program(List<Node> trace, Map<String, Value> inputs, Map<String, Value> outputs) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.nodes = List.copyOf(live(trace));
    this.producers = new IdentityHashMap<>();
    Map<String, Variable> found = new LinkedHashMap<>();
    OptionalInt images = OptionalInt.empty();
    for (Node node : nodes) {
      for (Value value : node.outputs()) {
        producers.put(value, node);
        numbers.put(value, numbers.size());
        images = common(images, value);
      }
      if (node.op() instanceof Op.Read read) {
        add(found, read.variable());
      } else if (node.op() instanceof Op.Assign assign) {
        add(found, assign.variable());
      }
    }
    this.variables = Collections.unmodifiableSet(new LinkedHashSet<>(found.values()));
    this.batch = images;
  }

  private static OptionalInt common(OptionalInt images, Value value) {
    OptionalInt own = value.type().dims().images();
    if (images.isPresent() && own.isPresent() && !images.equals(own)) {
      throw new IllegalArgumentException(
          "batch of "
              + value
              + " is "
              + own.getAsInt()
              + ", expected "
              + images.getAsInt()
              + " as that of the values before it");
    }
    return own.isPresent() ? own : images;
  }

  /** Variables are told apart by their names in a program's text. */
  private static void add(Map<String, Variable> found, Variable variable) {
    Variable known = found.putIfAbsent(variable.name(), variable);
    if (known != null && known != variable) {
      throw new IllegalArgumentException(
          "two variables are named '" + variable.name() + "', expected different names");
    }
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

  /** The number of a value in the program's text. */
  public int number(Value value) {
    return numbers.get(value);
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

  // ---- other programs

  /** Number of images of a batch; empty if nothing in the program follows from it. */
  public OptionalInt batch() {
    return batch;
  }

  /**
   * This program for batches of another size: the same as tracing the model with that size gives.
   *
   * @param images 1 or more
   * @throws IllegalArgumentException if {@code images} is less, or if an op goes with this
   *     program's batch only: a constant with a row for each image, say
   */
  public Program withBatch(int images) {
    if (images < 1) {
      throw new IllegalArgumentException("images is " + images + ", expected 1 or more");
    }
    if (batch.isEmpty() || batch.getAsInt() == images) {
      return this;
    }
    return rewrite((trace, node, operands) -> withBatch(trace, node, operands, images));
  }

  private static List<Value> withBatch(Trace trace, Node node, List<Value> operands, int images) {
    try {
      List<Value> results = trace.append(node.op().withBatch(operands, images));
      for (int i = 0; i < results.size(); i++) {
        Dims own = node.outputs().get(i).type().dims().withBatch(images);
        Shape made = results.get(i).shape();
        // operands of the old batch and of the new one may be broadcast, if one of them is 1
        if (!made.equals(own.shape())) {
          throw new IllegalArgumentException(
              "its result is " + made + ", expected " + own.shape() + " as " + own);
        }
      }
      return results;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "no batch of "
              + images
              + ": "
              + node.op().name()
              + " in '"
              + node.scope()
              + "' goes with this program's batch only: "
              + e.getMessage(),
          e);
    }
  }

  /** What becomes of a node in another program. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Gives the values that stand for a node's results.
     *
     * @param trace records what is new, in the node's scope
     * @param node of this program
     * @param operands what stands for the node's operands
     * @return one value for each result; or null if the node stays as it is, on these operands. An
     *     assignment, which has no results, is removed by an empty list
     */
    List<Value> apply(Trace trace, Node node, List<Value> operands);
  }

  /**
   * A copy of this program in which some nodes are replaced or removed. Scopes stay, and so do the
   * names of outputs and of those inputs that are not replaced. What nothing needs any longer is
   * left out.
   *
   * @throws IllegalArgumentException if replaced values do not fit their readers
   */
  public Program rewrite(Rule rule) {
    Trace trace = new Trace();
    Map<Value, Value> copies = new IdentityHashMap<>();
    for (Node node : nodes) {
      List<Value> operands = node.op().inputs().stream().map(copies::get).toList();
      List<Value> results =
          trace.scope(
              node.scope(),
              () -> {
                List<Value> replaced = rule.apply(trace, node, operands);
                return replaced != null ? replaced : trace.append(node.op().withInputs(operands));
              });
      if (results.size() != node.outputs().size()) {
        throw new IllegalArgumentException(
            results.size() + " values stand for " + node.outputs() + ", expected as many");
      }
      for (int i = 0; i < results.size(); i++) {
        copies.put(node.outputs().get(i), results.get(i));
      }
    }
    outputs.forEach((name, value) -> trace.output(name, copies.get(value)));
    return trace.build();
  }

  /**
   * This program with some of its outputs only, and what those and its assignments need.
   *
   * @param wanted tells by name
   */
  public Program withOutputs(Predicate<String> wanted) {
    Map<String, Value> kept = new LinkedHashMap<>(outputs);
    kept.keySet().removeIf(wanted.negate());
    return new Program(nodes, inputs, kept);
  }

  // ---- as text

  /**
   * Everything that the program says, one line for each op: {@link #parse} reads it back. Constants
   * of more than a few elements stand by the names of {@link #constants}.
   */
  @Override
  public String toString() {
    return ProgramText.print(this);
  }

  /** The constants that the text names instead of writing them down, by that name. */
  public Map<String, Tensor> constants() {
    return ProgramText.constants(this);
  }

  /**
   * Reads the text of a program whose constants are all written down. Its variables are new ones,
   * which begin with zeros.
   *
   * @throws IllegalArgumentException if the text is no program's, naming the line
   */
  public static Program parse(String text) {
    return parse(text, Map.of(), Map.of());
  }

  /**
   * Reads the text of a program.
   *
   * @param variables by name; those that the text names and that are not here are new ones, which
   *     begin with zeros
   * @param constants by the names that the text has for them
   * @throws IllegalArgumentException if the text is no program's, naming the line; or if a constant
   *     is missing, or a variable or constant of a name is another
   */
  public static Program parse(
      String text, Map<String, Variable> variables, Map<String, Tensor> constants) {
    return ProgramText.parse(text, variables, constants);
  }
}
