package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What lies between binary products: the signs of activations packed to bits, and packed signs of a
 * 2x2 max-pool. Bound by memory, so no share of a ceiling is told.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class ElementBenchmark {
  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"1"})
  public int threads;

  /** Images at a time. */
  @Param({"32"})
  public int batch;

  /** Extent and channels. */
  @Param({"56x64", "14x256"})
  public String shape;

  private Session session;
  private Executable pack;
  private Executable pool;
  private Tensor[] x;
  private Tensor[] packed;
  private Tensor[] pooled;

  /** For JMH. */
  public ElementBenchmark() {}

  /** Compiles both and makes their operand. */
  @Setup
  public void setup() {
    int[] size = Common.sizes(shape);
    Shape image = Shape.of(batch, 1, size[0], size[0], size[1]);
    session = Backends.select(backend).open(new SessionOptions(threads));

    Trace trace = new Trace();
    trace.output("bits", trace.sign(trace.batchInput("x", DType.F32, image)));
    pack = session.compile(trace.build());

    trace = new Trace();
    Extent halves = new Extent(1, 2, 2);
    Extent none = new Extent(0, 0, 0);
    Window window = new Window(halves, halves, Extent.ONE, none, none);
    Value max =
        trace.value(new Op.Pool(Op.PoolKind.MAX, trace.batchInput("x", DType.F32, image), window));
    trace.output("bits", trace.sign(max));
    pool = session.compile(trace.build());

    x = new Tensor[] {Common.random(image, 0)};
    packed = pack.program().newOutputs();
    pooled = pool.program().newOutputs();
  }

  /** F32 to BIT. */
  @Benchmark
  public Tensor[] pack() {
    pack.run(x, packed);
    return packed;
  }

  /** F32 to BIT of a quarter of the size. */
  @Benchmark
  public Tensor[] maxPool() {
    pool.run(x, pooled);
    return pooled;
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    session.close();
  }
}
