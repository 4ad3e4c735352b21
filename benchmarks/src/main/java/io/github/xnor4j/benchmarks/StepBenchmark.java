package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Optimizer;
import io.github.xnor4j.train.Optimizers;
import java.io.IOException;
import java.util.List;
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
 * One step of the tutorial's training, batch size 64: forward, backward, Adam, constraint. With
 * {@code -prof gc} it shows what a step allocates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class StepBenchmark {
  private static final int BATCH = 64;

  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"1", "2"})
  public int threads;

  private Session session;
  private Optimizer.Update update;
  private Executable step;
  private Tensor[] inputs;
  private Tensor[] outputs;
  private long done;

  /** For JMH. */
  public StepBenchmark() {}

  /** Compiles the step. */
  @Setup
  public void setup() throws IOException {
    Model model = Networks.mnistTutorial();
    session = Backends.select(backend).open(new SessionOptions(threads));
    model.weights().forEach(w -> session.write(w.variable(), w.initial(Common.SEED)));
    List<Weight> weights =
        model.weights().stream().filter(w -> w.variable().isTrainable()).toList();
    update = Optimizers.adam().bind(weights);

    Trace trace = new Trace();
    Traced traced = model.trace(trace, BATCH, true);
    Value labels = trace.batchInput("labels:", DType.I32, Shape.of(BATCH));
    Value losses =
        Losses.sparseCategoricalCrossentropy().perExample(trace, traced.output(), labels);
    Value loss = trace.mean(losses);
    trace.output("loss", loss);
    List<Value> read = weights.stream().map(w -> trace.read(w.variable())).toList();
    update.trace(trace, Differentiator.gradients(trace, loss, read));
    step = session.compile(trace.build());

    Dataset images = Mnist.train().first(BATCH);
    inputs = new Tensor[] {images.images(), images.labels()};
    outputs = step.program().newOutputs();
    step.warmUp(inputs);
  }

  /** One step, on the same images every time. */
  @Benchmark
  public Tensor[] step() {
    update.prepare(session, done++);
    step.run(inputs, outputs);
    return outputs;
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    session.close();
  }
}
