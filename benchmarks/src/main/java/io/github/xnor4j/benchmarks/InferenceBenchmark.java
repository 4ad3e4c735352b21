package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Optimizers;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
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

/** The tutorial's network on images of MNIST, bytes in and probabilities out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class InferenceBenchmark {
  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"1", "2"})
  public int threads;

  /** Images at a time. */
  @Param({"1", "1000"})
  public int images;

  private Trainer trainer;
  private Tensor pixels;

  /** For JMH. */
  public InferenceBenchmark() {}

  /** Opens a model of untrained weights, which cost what trained ones do. */
  @Setup
  public void setup() throws IOException {
    trainer =
        Trainer.of(
                Networks.mnistTutorial(), Optimizers.adam(), Losses.sparseCategoricalCrossentropy())
            .on(Backends.select(backend), new SessionOptions(threads));
    pixels = Mnist.test().first(images).images();
  }

  /** U8 images to F32 probabilities. */
  @Benchmark
  public Tensor predict() {
    return trainer.predict(pixels);
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    trainer.close();
  }
}
