package io.github.xnor4j.reference;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.Tensor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Runs programs op by op on host tensors. */
final class ReferenceSession implements Session {
  private final Map<Variable, Tensor> variables = new IdentityHashMap<>();

  @Override
  public String backend() {
    return "reference";
  }

  @Override
  public boolean keepsSumOrder() {
    return true;
  }

  @Override
  public Executable compile(Program program) {
    program.variables().forEach(this::content);
    return new Interpreter(program);
  }

  private Tensor content(Variable variable) {
    return variables.computeIfAbsent(variable, Variable::initial);
  }

  @Override
  public Tensor read(Variable variable) {
    return content(variable).copy();
  }

  @Override
  public void write(Variable variable, Tensor value) {
    content(variable).copyFrom(value);
  }

  @Override
  public void close() {
    variables.clear();
  }

  private final class Interpreter implements Executable {
    private final Program program;
    private final Map<Value, Tensor> constants = new IdentityHashMap<>();

    Interpreter(Program program) {
      this.program = program;
      for (Node node : program.nodes()) {
        if (node.op() instanceof Op.Constant constant) {
          constants.put(node.output(), constant.value()); // which copies, so once
        }
      }
    }

    @Override
    public Program program() {
      return program;
    }

    @Override
    public void run(Tensor[] inputs, Tensor[] outputs) {
      Map<Value, Tensor> values = new IdentityHashMap<>(constants);
      Map<Variable, Tensor> assigned = new HashMap<>();
      int next = 0;
      for (Value input : program.inputs().values()) {
        values.put(input, inputs[next++]);
      }
      for (Node node : program.nodes()) {
        switch (node.op()) {
          case Op.Input input -> {}
          case Op.Constant constant -> {}
          case Op.Read read -> values.put(node.output(), content(read.variable()));
          case Op.Assign assign -> assigned.put(assign.variable(), values.get(assign.value()));
          default -> compute(node, values);
        }
      }
      next = 0;
      for (Value output : program.outputs().values()) {
        outputs[next++].copyFrom(values.get(output));
      }
      // copies first, since the new content of one variable may be the old content of another
      assigned.replaceAll((variable, value) -> value.copy());
      variables.putAll(assigned);
    }

    private static void compute(Node node, Map<Value, Tensor> values) {
      List<Tensor> operands = node.op().inputs().stream().map(values::get).toList();
      List<Tensor> results = ReferenceKernels.evaluate(node.op(), operands);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.outputs().get(i), results.get(i));
      }
    }

    @Override
    public String plan() {
      return program.toString();
    }
  }
}
