package io.github.xnor4j.benchmarks;

import static io.github.xnor4j.nn.Constraints.weightClip;
import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.flatten;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantDense;
import static io.github.xnor4j.nn.Layers.quantized;
import static io.github.xnor4j.nn.Layers.softmax;
import static io.github.xnor4j.nn.Quantizers.steSign;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.KernelOptions;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Networks;
import io.github.xnor4j.nn.Padding;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Optimizer;
import io.github.xnor4j.train.Optimizers;
import java.io.IOException;
import java.util.ArrayList;
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
 * One step of a network's training: forward, backward, Adam, constraint. Of the tutorial's on
 * MNIST, batch size 64, or of Larq's BinaryNet for CIFAR-10, batch size 50, on random pixels
 * ({@code benchmarks/peers/binarynet.py} times Larq's). With {@code -prof gc} it shows what a step
 * allocates.
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
  /** Which network. */
  @Param({"tutorial"})
  public String network;

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
    boolean binaryNet = network.equals("binarynet");
    Model model = binaryNet ? binaryNet() : Networks.mnistTutorial();
    int batch = binaryNet ? 50 : 64;
    session = Backends.select(backend).open(new SessionOptions(threads));
    model.weights().forEach(w -> session.write(w.variable(), w.initial(Common.SEED)));
    List<Weight> weights =
        model.weights().stream().filter(w -> w.variable().isTrainable()).toList();
    update = Optimizers.adam().bind(weights);

    Trace trace = new Trace();
    Traced traced = model.trace(trace, batch, true);
    Value labels = trace.batchInput("labels:", DType.I32, Shape.of(batch));
    Value losses =
        Losses.sparseCategoricalCrossentropy().perExample(trace, traced.output(), labels);
    Value loss = trace.mean(losses);
    trace.output("loss", loss);
    List<Value> read = weights.stream().map(w -> trace.read(w.variable())).toList();
    update.trace(trace, Differentiator.gradients(trace, loss, read));
    step = session.compile(trace.build());

    inputs = binaryNet ? noise(batch) : digits(batch);
    outputs = step.program().newOutputs();
    step.warmUp(inputs);
  }

  private static Tensor[] digits(int batch) throws IOException {
    Dataset images = Mnist.train().first(batch);
    return new Tensor[] {images.images(), images.labels()};
  }

  private static Tensor[] noise(int batch) {
    Tensor pixels = Tensor.zeros(DType.U8, Shape.of(batch, 32, 32, 3));
    Tensor labels = Tensor.zeros(DType.I32, Shape.of(batch));
    Philox random = new Philox(Common.SEED, 0);
    for (int i = 0; i < pixels.bytes().length; i++) {
      pixels.bytes()[i] = (byte) random.below(256, i);
    }
    for (int i = 0; i < batch; i++) {
      labels.ints()[i] = i % 10;
    }
    return new Tensor[] {pixels, labels};
  }

  /** The network of Larq's tutorial "BinaryNet on CIFAR10". */
  private static Model binaryNet() {
    List<Layer> layers = new ArrayList<>();
    layers.add(input(32, 32, 3).pixels());
    KernelOptions binary =
        quantized(steSign(), steSign()).kernelConstraint(weightClip()).useBias(false);
    layers.add(
        quantConv2D(128, 3)
            .kernelQuantizer(steSign())
            .kernelConstraint(weightClip())
            .useBias(false));
    layers.add(batchNormalization().momentum(0.999).scale(false));
    int[] filters = {128, 256, 256, 512, 512};
    for (int i = 0; i < filters.length; i++) {
      layers.add(quantConv2D(filters[i], 3).with(binary).padding(Padding.SAME));
      if (i % 2 == 0) {
        layers.add(maxPooling2D(2));
      }
      layers.add(batchNormalization().momentum(0.999).scale(false));
    }
    layers.add(flatten());
    for (int units : new int[] {1024, 1024, 10}) {
      layers.add(quantDense(units).with(binary));
      layers.add(batchNormalization().momentum(0.999).scale(false));
    }
    layers.add(softmax());
    return Sequential.of(layers.toArray(Layer[]::new));
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
