package io.github.xnor4j.train;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.program.Node;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import java.util.List;

/** What the bits of a training depend on beside its program and its data. */
final class Arithmetic {
  /** Nothing: what backends that keep the order of sums, on any machine, have in common. */
  static final String INTEGERS = "integers";

  private Arithmetic() {}

  /** {@link #INTEGERS}, or what decides how a session adds up floats. */
  static String of(Session session, List<Program> programs) {
    boolean exact = programs.stream().allMatch(Arithmetic::isExact);
    return exact && session.keepsSumOrder() ? INTEGERS : session.arithmetic();
  }

  /** Whether all products are of integers. */
  private static boolean isExact(Program program) {
    return program.nodes().stream()
        .map(Node::op)
        .filter(Arithmetic::isProduct)
        .flatMap(op -> op.inputs().stream())
        .allMatch(Arithmetic::isInteger);
  }

  private static boolean isProduct(Op op) {
    return op instanceof Op.Conv
        || op instanceof Op.ConvInputGradient
        || op instanceof Op.ConvFilterGradient
        || op instanceof Op.MatMul;
  }

  private static boolean isInteger(Value value) {
    return value.dtype() != DType.F32 || value.type().grid() != null;
  }
}
