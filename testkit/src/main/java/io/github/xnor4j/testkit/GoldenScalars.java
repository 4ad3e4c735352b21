package io.github.xnor4j.testkit;

import com.google.gson.JsonObject;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.nn.Constraint;
import io.github.xnor4j.nn.Constraints;
import io.github.xnor4j.nn.Initializers;
import io.github.xnor4j.nn.KerasJson;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Summary;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Metric;
import io.github.xnor4j.train.Metrics;
import io.github.xnor4j.train.Optimizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Runs the cases of groups losses, optimizers, metrics and summary. */
final class GoldenScalars {
  private GoldenScalars() {}

  // ---- losses

  static void loss(GoldenCase c, Session session, GoldenReport report) {
    JsonObject config = c.config();
    Tensor logits = c.tensor("logits");
    Tensor target = c.tensor("target");
    Trace trace = new Trace();
    Value x = trace.input("logits", DType.F32, logits.shape());
    Value labels = trace.input("target", target.dtype(), target.shape());
    Value output = tail(trace, x, config.get("tail").getAsString());
    boolean fromLogits = config.has("from_logits") && config.get("from_logits").getAsBoolean();
    String name = config.get("loss").getAsString() + (fromLogits ? "_from_logits" : "");
    Value each = Losses.named(name).perExample(trace, output, labels);
    Value mean = trace.mean(each);
    trace.output("output", output);
    trace.output("per_sample", each);
    trace.output("loss", mean);
    trace.output("d_logits", Differentiator.gradients(trace, mean, List.of(x)).getFirst());
    Tensor[] out = session.compile(trace.build()).run(logits, target);
    c.compare("output", out[0]);
    // relative to the largest: small ones are the rounding of what they were subtracted from
    c.compare("per_sample", out[1], 1e-6, 0);
    c.compare("loss", out[2], 1e-6, 0);
    c.compare("d_logits", out[3], 0, 1e-7);
  }

  private static Value tail(Trace trace, Value x, String tail) {
    return switch (tail) {
      case "logits" -> x;
      case "softmax" -> trace.value(new Op.Softmax(x));
      case "softmax_identity" -> {
        Value probabilities = trace.value(new Op.Softmax(x));
        yield trace.value(new Op.Reshape(probabilities, x.shape()));
      }
      default -> throw new AssertionError("tail is " + tail + ", unknown");
    };
  }

  // ---- optimizers

  static void optimizer(GoldenCase c, Session session, GoldenReport report) {
    if (!c.config().has("class_name")) {
      throw NotBuilt.refused(NotBuilt.Kind.OPTIMIZER, c.op());
    }
    Optimizer optimizer = GoldenConfig.optimizer(c.config());
    Tensor w0 = c.tensor("w0");
    Variable variable = new Variable("w", Type.f32(w0.shape()), true, w0::copy);
    Constraint constraint = constraint(c);
    Weight weight = new Weight(variable, 0, Initializers.zeros(), constraint, null);
    Optimizer.Update update = optimizer.bind(List.of(weight));
    Trace trace = new Trace();
    update.trace(trace, List.of(trace.input("g", DType.F32, w0.shape())));
    Executable executable = session.compile(trace.build());
    Tensor grads = c.tensor("grads");
    Tensor w = c.tensor("w");
    for (int step = 0; step < grads.shape().dim(0); step++) {
      update.prepare(session, step);
      executable.run(row(grads, step));
      Expected.near(row(w, step), 0, 1e-6)
          .check(session.read(variable), c.name() + ", w after step " + (step + 1));
    }
    for (String role : c.roles()) {
      if (role.startsWith("slot_")) {
        c.compare(role, slot(session, update, role.substring("slot_".length())), 0, 1e-6);
      }
    }
  }

  /**
   * The constraint of the case, which its parameters do not tell: a clip, if several weights have
   * exactly the largest absolute value. (Where it is a coincidence such a clip changes nothing.)
   */
  private static Constraint constraint(GoldenCase c) {
    float largest = (float) c.largest("w");
    int at = 0;
    for (float w : c.tensor("w").floats()) {
      at += Math.abs(w) == largest ? 1 : 0;
    }
    return at > 1 ? Constraints.weightClip(largest) : null;
  }

  private static Tensor slot(Session session, Optimizer.Update update, String slot) {
    for (Variable variable : update.variables()) {
      if (variable.name().endsWith("/" + slot + "/w")) {
        return session.read(variable);
      }
    }
    throw new AssertionError("no slot '" + slot + "' among " + update.variables());
  }

  /** One element of the first axis. */
  private static Tensor row(Tensor x, int index) {
    int[] dims = x.shape().dims();
    Shape shape = Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
    int from = index * shape.elements();
    int to = from + shape.elements();
    return x.dtype() == DType.I32
        ? Tensor.i32(shape, Arrays.copyOfRange(x.ints(), from, to))
        : Tensor.f32(shape, Arrays.copyOfRange(x.floats(), from, to));
  }

  // ---- metrics

  static void metric(GoldenCase c, Session session, GoldenReport report) {
    if (!c.op().equals("SparseCategoricalAccuracy")) {
      throw NotBuilt.refused(NotBuilt.Kind.METRIC, c.op());
    }
    Metric metric = Metrics.accuracy();
    Tensor predictions = c.tensor("predictions");
    Tensor target = c.tensor("target");
    Tensor first = row(predictions, 0);
    Tensor labels = row(target, 0);
    Trace trace = new Trace();
    Value output = trace.input("output", DType.F32, first.shape());
    Value classes = trace.input("labels", DType.I32, labels.shape());
    trace.output("each", metric.perExample(trace, output, classes));
    Executable executable = session.compile(trace.build());
    float[] result = new float[predictions.shape().dim(0)];
    double sum = 0;
    int count = 0;
    for (int i = 0; i < result.length; i++) {
      Tensor each = executable.run(row(predictions, i), row(target, i))[0];
      for (float x : each.floats()) {
        sum += x;
        count++;
      }
      result[i] = (float) (sum / count);
    }
    c.compare("result", Tensor.f32(Shape.of(result.length), result), 0, 1e-7);
  }

  // ---- summary

  static void summary(GoldenCase c, Session session, GoldenReport report) {
    JsonObject config = c.config();
    String json = c.text(config.get("model").getAsString());
    Model model = GoldenConfig.built(() -> KerasJson.read(json));
    String text = Summary.of(model, config.get("include_macs").getAsBoolean());
    Assertions.assertEquals(
        c.text(config.get("text").getAsString()).stripTrailing(),
        text.stripTrailing(),
        c.name() + ", summary");
  }
}
