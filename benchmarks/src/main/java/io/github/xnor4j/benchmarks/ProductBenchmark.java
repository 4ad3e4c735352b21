package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Extent;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.program.Window;
import io.github.xnor4j.tensor.Bits;
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
 * The three products of a 3x3 convolution with +-1 weights on the shapes of a ResNet (SAME, 115.6
 * million multiply-adds an image each): forward on bits, and both gradients of floats by bits. The
 * weights are a variable, so they are packed once, as in inference.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class ProductBenchmark {
  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"1", "2"})
  public int threads;

  /** Images at a time. */
  @Param({"1", "32"})
  public int batch;

  /** Extent and channels, in and out. */
  @Param({"56x64", "28x128", "14x256", "7x512"})
  public String shape;

  private Session session;
  private Executable forward;
  private Executable fromFloats;
  private Executable inputGradient;
  private Executable filterGradient;
  private Tensor[] activations;
  private Tensor[] values;
  private Tensor[] gradients;
  private Tensor[] activationsAndGradient;
  private Tensor[] y;
  private Tensor[] dx;
  private Tensor[] dw;

  /** For JMH. */
  public ProductBenchmark() {}

  /** Compiles the three products and makes their operands. */
  @Setup
  public void setup() {
    int side = Common.sizes(shape)[0];
    int channels = Common.sizes(shape)[1];
    Shape image = Shape.of(batch, 1, side, side, channels);
    Shape filter = Shape.of(channels, 1, 3, 3, channels);
    Extent one = new Extent(0, 1, 1);
    Window same = new Window(new Extent(1, 3, 3), Extent.ONE, Extent.ONE, one, one);
    session = Backends.select(backend).open(new SessionOptions(threads));

    Trace trace = new Trace();
    Value x = trace.batchInput("x", DType.BIT, image);
    Variable weights = Variable.state("w", Bits.pack(Common.random(filter, 1)));
    Value w = trace.read(weights);
    trace.output("y", trace.value(new Op.Conv(x, w, same, 1, 1)));
    forward = session.compile(trace.build());

    trace = new Trace();
    Value floats = trace.batchInput("x", DType.F32, image);
    w = trace.read(weights);
    trace.output("y", trace.value(new Op.Conv(trace.sign(floats), w, same, 1, 1)));
    fromFloats = session.compile(trace.build());

    trace = new Trace();
    Value g = trace.batchInput("g", DType.F32, image);
    w = trace.read(weights);
    trace.output("dx", trace.value(new Op.ConvInputGradient(g, w, image, same, 1)));
    inputGradient = session.compile(trace.build());

    trace = new Trace();
    x = trace.batchInput("x", DType.BIT, image);
    g = trace.batchInput("g", DType.F32, image);
    trace.output("dw", trace.value(new Op.ConvFilterGradient(x, g, filter, same, 1, 1)));
    filterGradient = session.compile(trace.build());

    Tensor bits = Bits.pack(Common.random(image, 0));
    Tensor gradient = Common.random(image, 2);
    activations = new Tensor[] {bits};
    values = new Tensor[] {Common.random(image, 0)};
    gradients = new Tensor[] {gradient};
    activationsAndGradient = new Tensor[] {bits, gradient};
    y = forward.program().newOutputs();
    dx = inputGradient.program().newOutputs();
    dw = filterGradient.program().newOutputs();
  }

  /** BIT x BIT: xor and population count. */
  @Benchmark
  public Tensor[] forward() {
    forward.run(activations, y);
    return y;
  }

  /** F32, whose signs are packed first, x BIT: what a layer does in inference. */
  @Benchmark
  public Tensor[] fromFloats() {
    fromFloats.run(values, y);
    return y;
  }

  /** F32 x BIT: the gradient of the activations. */
  @Benchmark
  public Tensor[] inputGradient() {
    inputGradient.run(gradients, dx);
    return dx;
  }

  /** BIT x F32: the gradient of the weights. */
  @Benchmark
  public Tensor[] filterGradient() {
    filterGradient.run(activationsAndGradient, dw);
    return dw;
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    session.close();
  }
}
