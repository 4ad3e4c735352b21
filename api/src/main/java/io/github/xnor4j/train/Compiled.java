package io.github.xnor4j.train;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A compiled program with the tensors of its runs, which are reused. */
final class Compiled {
  final Executable executable;
  final Tensor[] inputs;
  final Tensor[] outputs;
  final List<String> outputNames;

  Compiled(Session session, Program program, Tensor... inputs) {
    program.checkInputs(inputs);
    this.executable = session.compile(program);
    this.inputs = inputs;
    this.outputs = program.newOutputs();
    this.outputNames = List.copyOf(new ArrayList<>(program.outputs().keySet()));
  }

  void run() {
    executable.run(inputs, outputs);
  }

  /** Position of an output. */
  int output(String name) {
    return outputNames.indexOf(name);
  }
}
