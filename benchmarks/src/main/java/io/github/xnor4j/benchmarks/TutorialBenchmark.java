package io.github.xnor4j.benchmarks;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Batches;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.train.History;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.Optimizers;
import io.github.xnor4j.train.Trainer;
import java.io.IOException;
import java.util.Map;
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

/** Larq's MNIST tutorial: an epoch of training on 60,000 images, and the 10,000 test images. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class TutorialBenchmark {
  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"1", "2"})
  public int threads;

  private static final int BATCH = 64;

  private Trainer trainer;
  private Batches batches;
  private Dataset test;

  /** For JMH. */
  public TutorialBenchmark() {}

  /** Loads the data and opens the trainer. */
  @Setup
  public void setup() throws IOException {
    batches = Mnist.train().batches(BATCH);
    test = Mnist.test();
    trainer =
        Trainer.of(
                Networks.mnistTutorial(),
                Optimizers.adam(),
                Losses.sparseCategoricalCrossentropy(),
                Metrics.accuracy())
            .on(Backends.select(backend), new SessionOptions(threads));
  }

  /** One epoch of 938 steps. */
  @Benchmark
  public History epoch() throws IOException {
    return trainer.fit(batches, 1);
  }

  /** Loss and accuracy of the test images. */
  @Benchmark
  public Map<String, Double> evaluate() {
    return trainer.evaluate(test);
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    trainer.close();
  }
}
