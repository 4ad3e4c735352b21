package io.github.xnor4j.benchmarks;

import static io.github.xnor4j.nn.Layers.batchNormalization;
import static io.github.xnor4j.nn.Layers.input;
import static io.github.xnor4j.nn.Layers.maxPooling2D;
import static io.github.xnor4j.nn.Layers.quantConv2D;
import static io.github.xnor4j.nn.Layers.quantized;
import static io.github.xnor4j.nn.Quantizers.steSign;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Padding;
import io.github.xnor4j.nn.Sequential;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.GradientRounding;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * Forward pass, gradient of the input and gradient of the latent weights of one large binarized
 * convolution, 3x3 "same" padded with zeros, in a training step: with max-pool and batch norm
 * behind it, or alone; or padded with ones, with batch norm and its input added (QuickNet's block);
 * or depthwise. {@code benchmarks/peers/layers.py} times Larq on the same.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 3,
    jvmArgsPrepend = {Common.VECTORS, Common.DELAY, Common.PROFILE})
public class LayerBenchmark {
  /** Which backend computes. */
  @Param({"cpu-vector"})
  public String backend;

  /** Threads of the session. */
  @Param({"2"})
  public int threads;

  /** Images at a time. */
  @Param({"50"})
  public int batch;

  /** Extent, channels in and out, and what else. */
  @Param({"30x128+pool", "8x512", "56x64+block", "56x64+depthwise"})
  public String layer;

  /** Bits that gradients are rounded to, or 0: floats. */
  @Param({"0", "12"})
  public int gradients;

  private Session session;
  private Executable step;
  private Tensor[] inputs;
  private Tensor[] outputs;

  /** For JMH. */
  public LayerBenchmark() {}

  /** Compiles the layer's step and makes its operands. */
  @Setup
  public void setup() {
    String kind = layer.contains("+") ? layer.substring(layer.indexOf('+') + 1) : "alone";
    String[] parts = layer.split("\\+")[0].split("x");
    int side = Integer.parseInt(parts[0]);
    int channels = Integer.parseInt(parts[1]);
    List<Layer> layers = new ArrayList<>();
    layers.add(input(side, side, channels));
    layers.add(
        quantConv2D(channels, 3)
            .with(quantized(steSign(), steSign()).useBias(false))
            .padding(Padding.SAME)
            .padValues(kind.equals("block") ? 1 : 0)
            .groups(kind.equals("depthwise") ? channels : 1));
    if (kind.equals("pool")) {
      layers.add(maxPooling2D(2));
    }
    if (kind.equals("pool") || kind.equals("block")) {
      layers.add(batchNormalization().scale(false));
    }
    Model model = Sequential.of(layers.toArray(Layer[]::new));
    session = Backends.select(backend).open(new SessionOptions(threads));
    model.weights().forEach(w -> session.write(w.variable(), w.initial(Common.SEED)));

    Trace trace = new Trace();
    Traced traced = model.trace(trace, batch, true);
    Value x = traced.layerOutputs().values().iterator().next();
    Value y = kind.equals("block") ? trace.add(traced.output(), x) : traced.output();
    Value kernel = trace.read(model.weights().getFirst().variable());
    Value g = trace.batchInput("g", DType.F32, y.shape());
    List<Value> found = Differentiator.gradients(trace, y, g, List.of(x, kernel), rounding());
    trace.output("y", y); // else a forward pass that no gradient needs would be left out
    trace.output("dx", found.get(0));
    trace.output("dw", found.get(1));
    Program program = trace.build();
    step = session.compile(program);
    List<Tensor> fed = new ArrayList<>();
    program.inputs().values().forEach(v -> fed.add(Common.random(v.shape(), fed.size())));
    inputs = fed.toArray(Tensor[]::new);
    outputs = program.newOutputs();
  }

  /** As a training does it: at a scale from the step before, and with the scale for the next. */
  private GradientRounding rounding() {
    if (gradients == 0) {
      return GradientRounding.NONE;
    }
    Variable scale = Variable.state("scale", Tensor.scalar(1024));
    session.write(scale, Tensor.scalar(1024));
    return (trace, product) -> {
      Value size = trace.unary(Op.UnaryKind.ABS, product.source());
      List<Integer> all = IntStream.range(0, size.shape().rank()).boxed().toList();
      trace.output("largest", trace.value(new Op.Reduce(Op.ReduceKind.MAX, size, all)));
      Value by = trace.read(scale);
      int bits = Math.min(gradients, product.mostBits());
      List<Value> q = trace.add(new Op.ToInteger(product.g(), by, bits));
      trace.output("clamped", q.get(1));
      return new GradientRounding.Rounded(q.get(0), by);
    };
  }

  /** Forward and backward. */
  @Benchmark
  public Tensor[] forwardAndBackward() {
    step.run(inputs, outputs);
    return outputs;
  }

  /** Frees the session. */
  @TearDown
  public void close() {
    session.close();
  }
}
