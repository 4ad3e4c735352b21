package io.github.xnor4j.backend;

import io.github.xnor4j.program.Program;
import io.github.xnor4j.tensor.Tensor;

/** A program compiled for a session. Not for use by several threads at a time. */
public interface Executable {
  /** What was compiled. */
  Program program();

  /**
   * Runs the program once: reads the inputs, fills the outputs, updates the session's variables.
   * Tensors are matched by position, in the order of {@link Program#inputs} and {@link
   * Program#outputs}; their dtypes and shapes must be the program's (see {@link
   * Program#checkInputs}), which is not checked again. No output may share memory with an input: a
   * backend may fill a part of it before it has read all of those.
   */
  void run(Tensor[] inputs, Tensor[] outputs);

  /**
   * Runs the program once, with checks.
   *
   * @return new tensors, in the order of {@link Program#outputs}
   * @throws IllegalArgumentException if an input's dtype or shape is not the program's
   */
  default Tensor[] run(Tensor... inputs) {
    program().checkInputs(inputs);
    Tensor[] outputs = program().newOutputs();
    run(inputs, outputs);
    return outputs;
  }

  /**
   * Prepares for many runs on inputs such as these: a backend on the JVM has its kernels compiled.
   * Neither variables nor the results of later runs are changed by it.
   *
   * @param inputs as for {@link #run(Tensor[], Tensor[])}
   */
  default void warmUp(Tensor[] inputs) {}

  /**
   * A text of what was compiled: groups, the kernels that serve them, buffers; and the time that
   * each took, if the session was opened with {@link SessionOptions#profile}.
   */
  String plan();
}
