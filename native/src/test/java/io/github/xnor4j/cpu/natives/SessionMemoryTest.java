package io.github.xnor4j.cpu.natives;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Memory outside of the heap goes with its session. */
final class SessionMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int SESSIONS = Integer.getInteger("xnor4j.native.sessions", 100);

  /** Bytes that one session has at least: weights, their gradient and the sums it is made of. */
  private static final long OF_SESSION = 4L * 256 * 9 * 256 * 3;

  private static final Shape INPUT = Shape.of(8, 1, 6, 6, 256);

  /** A step of a layer of bits: its gradient is added to its weights. */
  private static Program step() {
    Trace trace = new Trace();
    Window window = Window.of(new Extent(1, 3, 3));
    Shape filter = Shape.of(256, 1, 3, 3, 256);
    Variable variable = Variable.state("w", Tensor.zeros(DType.F32, filter));
    Value x = trace.batchInput("x", DType.BIT, INPUT);
    Value w = trace.value(new Op.Read(variable));
    Value y = trace.value(new Op.Conv(x, w, window, 1, 0));
    Value dw = trace.value(new Op.ConvFilterGradient(x, y, filter, window, 1, 0));
    trace.assign(variable, trace.value(new Op.Binary(Op.BinaryKind.ADD, w, dw)));
    return trace.build();
  }

  private static void train(Program step) {
    Tensor[] inputs = {Tensor.zeros(DType.BIT, INPUT)};
    try (Session session = new NativeProvider().open(new SessionOptions(1))) {
      Executable executable = session.compile(step);
      executable.run(inputs, new Tensor[0]);
    }
  }

  private static long resident() throws IOException {
    return Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        * 1024;
  }

  /**
   * Sessions one after the other. If they were not freed, resident memory would be larger by all of
   * them; the heap's own growth is allowed a quarter of that, and no more than 256 MiB.
   */
  @Test
  void closedSessionsTakeNoMemory() throws IOException {
    assumeTrue(new NativeProvider().probe().isAvailable(), "there is no library");
    assumeTrue(Files.exists(STATUS), () -> "there is no " + STATUS);
    Program step = step();
    for (int i = 0; i < 10; i++) {
      train(step);
    }
    long before = resident();
    for (int i = 0; i < SESSIONS; i++) {
      train(step);
    }
    long more = resident() - before;
    long bound = Math.min(SESSIONS * OF_SESSION / 4, 256L << 20);
    assertTrue(more < bound, "%,d bytes more, expected less than %,d".formatted(more, bound));
  }
}
