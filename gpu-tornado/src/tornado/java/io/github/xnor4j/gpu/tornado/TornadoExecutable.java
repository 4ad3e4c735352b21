package io.github.xnor4j.gpu.tornado;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.Tensor;

/** A program and the graph that runs it, which programs of the same text and variables share. */
record TornadoExecutable(Program program, ProgramGraph graph) implements Executable {
  @Override
  public void run(Tensor[] inputs, Tensor[] outputs) {
    graph.run(inputs, outputs);
  }

  @Override
  public String plan() {
    return graph.describe();
  }
}
