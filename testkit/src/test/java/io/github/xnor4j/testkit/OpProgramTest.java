package io.github.xnor4j.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the program of the ops that no network uses says of itself: its text, other batches. */
class OpProgramTest {
  private static final int[] BATCHES = {1, 3, 8};

  private final OpProgram ops = new OpProgram();

  @Test
  void holdsTheseOps() {
    Set<String> names = new HashSet<>();
    ops.program(3).nodes().forEach(node -> names.add(node.op().name()));
    for (Class<?> op :
        List.of(
            Op.MatMul.class,
            Op.Patches.class,
            Op.PatchesGradient.class,
            Op.Pad.class,
            Op.Slice.class,
            Op.Concatenate.class,
            Op.Random.class,
            Op.Threshold.class,
            Op.ToInteger.class,
            Op.ToFloat.class)) {
      assertTrue(names.contains(op.getSimpleName()), op + " in " + names);
    }
  }

  @Test
  void anotherBatchIsWhatTracingGives() {
    for (int from : BATCHES) {
      for (int to : BATCHES) {
        assertEquals(ops.program(to).toString(), ops.program(from).withBatch(to).toString());
      }
    }
  }

  @Test
  void textIsReadBackAndRunsToTheSameBits() {
    for (int n : BATCHES) {
      Program program = ops.program(n);
      Program read = Program.parse(program.toString(), ops.variables(), program.constants());
      assertEquals(program.toString(), read.toString());
      assertEquals(run(program), run(read));
    }
  }

  @Test
  void aProgramCountsItsSteps() {
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      Program program = ops.program(1);
      session.compile(program).run(OpProgram.inputs(program));
      session.compile(program).run(OpProgram.inputs(program));
      assertEquals(Tensor.i32(Shape.SCALAR, 7), session.read(ops.step()));
    }
  }

  private static List<Tensor> run(Program program) {
    try (Session session = new ReferenceProvider().open(new SessionOptions(1))) {
      return List.of(session.compile(program).run(OpProgram.inputs(program)));
    }
  }
}
