package io.github.xnor4j.testkit;

import com.google.gson.JsonObject;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.data.Dataset;
import io.github.xnor4j.mnist.Mnist;
import io.github.xnor4j.nn.BatchNormalization;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.PixelScaling;
import io.github.xnor4j.nn.Traced;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a case of group training: so many steps on MNIST in file order, held to the bounds of the
 * table in the golden README. Where every pixel is a float, all sums of the first layer are exact
 * and the tight column holds; else the order of those sums decides ties, and the loose one.
 */
final class GoldenTraining {
  /** The learning rate that the table's bounds on weights were measured with. */
  private static final double TABLE_RATE = 0.001;

  /** Relative bound of moving variances and outputs behind them: TensorFlow sums in float32. */
  private static final double VARIANCE = 5e-5;

  /** Relative bound of moving means, which the table leaves out: no float32 variance is in them. */
  private static final double MEAN = 1e-5;

  /** Of every step of the tight column, and of the loose one until signs flip. */
  private static final double LOSS = 5e-7;

  /**
   * Once a sign has flipped, the runs are different ones: the table has what was measured between a
   * few such pairs, and another pair is allowed twice that.
   */
  private static final int CHAOS = 2;

  private static final String STEP = "step";

  private final GoldenCase c;
  private final Session session;
  private final Model model;
  private final Optimizer.Update update;
  private final int batch;
  private final boolean tight;
  private final double rate;
  private final Map<String, Tensor> outputs = new LinkedHashMap<>();
  private final double[] loss;

  private GoldenTraining(GoldenCase c, Session session) {
    JsonObject config = c.config();
    this.c = c;
    this.session = session;
    double divisor = config.get("pixel_divisor").getAsDouble();
    this.model = model(c, config).withPixels(scaling(divisor));
    this.batch = config.get("batch_size").getAsInt();
    this.tight = isExact(divisor);
    JsonObject optimizer = config.getAsJsonObject("optimizer");
    this.rate = optimizer.getAsJsonObject("config").get("learning_rate").getAsDouble();
    this.update = GoldenConfig.optimizer(optimizer).bind(trainable());
    this.loss = new double[config.get("steps").getAsInt()];
  }

  static void run(GoldenCase c, Session session, GoldenReport report) {
    new GoldenTraining(c, session).run();
  }

  private static Model model(GoldenCase c, JsonObject config) {
    String json = c.text(config.get("model").getAsString());
    return GoldenConfig.built(() -> KerasJson.read(json));
  }

  /** v / divisor - 1 on integers. */
  private static PixelScaling scaling(double divisor) {
    int denominator = (int) Math.rint(2 * divisor);
    if (denominator != 2 * divisor) {
      throw new AssertionError("pixel_divisor is " + divisor + ", expected a multiple of 1/2");
    }
    return new PixelScaling(2, -denominator, denominator);
  }

  private static boolean isExact(double divisor) {
    for (int v = 0; v < 256; v++) {
      double pixel = v / divisor - 1;
      if ((float) pixel != pixel) {
        return false;
      }
    }
    return true;
  }

  private List<Weight> trainable() {
    return model.weights().stream().filter(weight -> weight.variable().isTrainable()).toList();
  }

  // ---- running

  private void run() {
    requireTrainable();
    model.weights().forEach(w -> session.write(w.variable(), c.tensor("initial/" + w.name())));
    Program program = program();
    Executable executable = session.compile(program);
    Dataset images = Mnist.train();
    int first = c.config().get("first_image").getAsInt();
    Tensor[] results = program.newOutputs();
    for (int step = 0; step < loss.length; step++) {
      update.prepare(session, step);
      executable.run(Data.batch(images, first + step * batch, batch), results);
      collect(program, results);
      check(step + 1);
    }
    checkLastLosses();
  }

  private void requireTrainable() {
    List<String> names = trainable().stream().map(Weight::name).toList();
    List<String> golden =
        c.config().getAsJsonArray("trainable").asList().stream().map(e -> e.getAsString()).toList();
    if (!names.equals(golden)) {
      throw new AssertionError("trainable weights are " + names + ", expected " + golden);
    }
  }

  private Program program() {
    Trace trace = new Trace();
    Traced traced = model.trace(trace, batch, true);
    Value labels = trace.batchInput("labels:", DType.I32, Shape.of(batch));
    String name = c.config().get("loss").getAsString();
    Value each = Losses.named(name).perExample(trace, traced.output(), labels);
    Value mean = trace.mean(each);
    trace.output("losses", each);
    Value hits = Metrics.accuracy().perExample(trace, traced.output(), labels);
    trace.output("accuracy", trace.mean(hits));
    List<Weight> weights = trainable();
    List<Value> read = weights.stream().map(w -> trace.read(w.variable())).toList();
    List<Value> gradients = Differentiator.gradients(trace, mean, read);
    for (int i = 0; i < weights.size(); i++) {
      trace.output("gradient/" + weights.get(i).name(), gradients.get(i));
    }
    traced.layerOutputs().forEach((layer, value) -> trace.output("output/" + layer, value));
    update.trace(trace, gradients);
    return trace.build();
  }

  private void collect(Program program, Tensor[] results) {
    outputs.clear();
    for (String name : program.outputs().keySet()) {
      outputs.put(name, results[outputs.size()]);
    }
  }

  // ---- comparing

  private void check(int step) {
    String what = c.name() + ", step " + step;
    loss[step - 1] = mean(outputs.get("losses").floats());
    require(what + ", loss", Math.abs(loss[step - 1] - golden("loss", step)), lossBound(step));
    double accuracy = Math.abs(outputs.get("accuracy").scalar() - golden("accuracy", step));
    if (tight || step <= 10) {
      require(what + ", accuracy", accuracy, 1e-6);
    }
    Deviation weights = new Deviation();
    for (String role : c.roles()) {
      String[] parts = role.split("/", 3);
      if (!parts[0].equals(STEP + step)) {
        continue;
      }
      switch (parts[1]) {
        case "output" -> checkOutput(role, parts[2]);
        case "gradient" -> checkGradient(role, parts[2]);
        case "slot_m" -> c.compare(role, slot("m", parts[2]), gradientBound(parts[2]), 0);
        case "slot_v" -> c.compare(role, slot("v", parts[2]), 2 * gradientBound(parts[2]), 0);
        case "weights" -> checkWeight(step, role, parts[2], weights);
        default -> throw new AssertionError(role + ": unknown role");
      }
    }
    if (weights.values > 0) {
      check(step, weights);
    }
  }

  /** In float64: the bounds are narrower than the distance of floats near a loss. */
  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private double golden(String role, int step) {
    return c.tensor(role).floats()[step - 1];
  }

  private static void require(String what, double difference, double bound) {
    if (!(difference <= bound)) {
      throw new AssertionError(what + " differs by " + difference + ", expected at most " + bound);
    }
  }

  private double lossBound(int step) {
    return tight || step <= 10 ? LOSS : CHAOS * 0.17;
  }

  private void checkLastLosses() {
    int steps = loss.length;
    if (!tight && steps > 20) {
      double mean = 0;
      for (int step = steps - 9; step <= steps; step++) {
        mean += (loss[step - 1] - golden("loss", step)) / 10;
      }
      require(c.name() + ", mean of the last ten losses", Math.abs(mean), CHAOS * 0.005);
    }
  }

  /**
   * Golden data have the first image of the batch. Outputs behind a batch normalization are as near
   * as the variances that they are made of; those in front of the first are as near as any layer's.
   */
  private void checkOutput(String role, String layer) {
    Tensor all = outputs.get("output/" + layer);
    Shape shape = c.tensor(role).shape();
    Tensor first = Tensor.f32(shape, Arrays.copyOf(all.floats(), shape.elements()));
    if (isBehindBatchNorm(layer)) {
      c.compare(role, first, VARIANCE, 0);
    } else {
      c.compare(role, first);
    }
  }

  /** Whether the layer is a batch normalization, or one has traced before it. */
  private boolean isBehindBatchNorm(String layer) {
    for (Layer each : model.layers()) {
      if (each instanceof BatchNormalization) {
        return true;
      }
      if (each.name().equals(layer)) {
        return false;
      }
    }
    throw new AssertionError("no layer " + layer + " in the model");
  }

  private void checkGradient(String role, String weight) {
    c.compare(role, outputs.get("gradient/" + weight), gradientBound(weight), 0);
  }

  /**
   * Relative to the largest value of the gradient. The first kernel's depends on the ties in the
   * pool behind it. That and the statistics of TensorFlow, whose variances have errors of 2e-5,
   * decide for equal activations close to +-1 whether the first quantizer passes their gradients
   * on: so the batch normalization in front of it shares the kernel's bound.
   */
  private double gradientBound(String weight) {
    if (tight) {
      return 2e-5;
    }
    List<Weight> weights = trainable();
    int index = weights.stream().map(Weight::name).toList().indexOf(weight);
    return index == 0 || index == 1 && !weight.endsWith("/kernel") ? 0.1 : 3e-6;
  }

  private Tensor slot(String slot, String weight) {
    for (Variable variable : update.variables()) {
      if (variable.name().endsWith("/" + slot + "/" + weight)) {
        return session.read(variable);
      }
    }
    throw new AssertionError("no slot " + slot + " of " + weight + ": " + update.variables());
  }

  /** How far the trained weights are from the golden ones. */
  private static final class Deviation {
    private int values;
    private int overMillionth;
    private int signs;
    private double sum;
    private double largest;
  }

  private void checkWeight(int step, String role, String name, Deviation deviation) {
    Weight weight =
        model.weights().stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
    Tensor actual = session.read(weight.variable());
    if (!weight.variable().isTrainable()) {
      // statistics of later steps are those of other weights by then
      if (tight || step <= 10) {
        checkStatistics(role, actual);
      } else {
        c.tensor(role);
      }
    } else if (tight) {
      double bound = step == 1 ? 1e-6 : step <= 10 ? 1e-5 : 3e-5;
      c.compare(role, actual, 0, bound * grown());
    } else if (name.endsWith("/kernel")) {
      add(deviation, actual, c.tensor(role));
    } else {
      c.compare(role, actual, 0, largestDifference(step));
    }
  }

  /** Variances differ by channel in size, so each is compared with itself. */
  private void checkStatistics(String role, Tensor actual) {
    if (role.endsWith("/moving_variance")) {
      c.compareEach(role, actual, VARIANCE);
    } else {
      c.compare(role, actual, MEAN, 0);
    }
  }

  /** What the bounds on kernels and the shares are multiplied by. */
  private double grown() {
    return rate / TABLE_RATE;
  }

  private static void add(Deviation deviation, Tensor actual, Tensor golden) {
    for (int i = 0; i < golden.floats().length; i++) {
      double difference = Math.abs((double) actual.floats()[i] - golden.floats()[i]);
      deviation.values++;
      deviation.overMillionth += difference > 1e-6 ? 1 : 0;
      deviation.signs += actual.floats()[i] < 0 != golden.floats()[i] < 0 ? 1 : 0;
      deviation.sum += difference;
      deviation.largest = Math.max(deviation.largest, difference);
    }
  }

  private double largestDifference(int step) {
    return step == 1 ? 2 * rate : step <= 10 ? 4e-3 * grown() : CHAOS * 1.1e-2 * grown();
  }

  private void check(int step, Deviation d) {
    String what = c.name() + ", step " + step + ", kernels: ";
    require(what + "largest difference", d.largest, largestDifference(step));
    double share = (double) d.overMillionth / d.values;
    if (step <= 10) {
      require(what + "share over 1e-6", share, (step == 1 ? 2e-4 : 3e-3) * grown());
    } else {
      require(what + "mean difference", d.sum / d.values, CHAOS * 1.7e-3 * grown());
      double signs = (double) d.signs / d.values;
      require(what + "share of other signs", signs, CHAOS * 0.011 * grown());
    }
  }
}
