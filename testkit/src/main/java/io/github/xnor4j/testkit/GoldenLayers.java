package io.github.xnor4j.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.nn.InputLayer;
import io.github.xnor4j.nn.Layer;
import io.github.xnor4j.nn.Layers;
import io.github.xnor4j.nn.Model;
import io.github.xnor4j.nn.Quantizer;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Differentiator;
import io.github.xnor4j.program.Op;
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs the cases of groups quantizers, layers and keras_layers: results and gradients. */
final class GoldenLayers {
  private GoldenLayers() {}

  // ---- quantizers

  static void quantizer(GoldenCase c, Session session, GoldenReport report) {
    Quantizer quantizer = GoldenConfig.quantizer(c.op(), c.config());
    Tensor x = c.tensor("x");
    Tensor dy = c.tensor("dy");
    Trace trace = new Trace();
    Value input = trace.batchInput("x", DType.F32, x.shape());
    Value quantized = quantizer.quantize(trace, input);
    Value y = quantized.dtype() == DType.BIT ? trace.value(new Op.Unpack(quantized)) : quantized;
    Value g = trace.batchInput("dy", DType.F32, dy.shape());
    trace.output("y", y);
    trace.output("dx", Differentiator.gradients(trace, y, g, List.of(input)).getFirst());
    Tensor[] out = session.compile(trace.build()).run(x, dy);
    c.compare("dx", out[1]);
    c.compare("y", withoutExceptions(c, out[0], quantizer.precision() == 1, report));
  }

  /**
   * The result with golden values in the two places that are compared in the gradient only: a NaN
   * that Larq hands on and bits cannot be, and subnormal inputs, which TensorFlow reads as zeros.
   *
   * @param bits whether the quantizer has two values
   */
  private static Tensor withoutExceptions(
      GoldenCase c, Tensor y, boolean bits, GoldenReport report) {
    float[] x = c.tensor("x").floats();
    float[] golden = c.tensor("y").floats();
    float[] out = y.floats().clone();
    int nans = 0;
    int subnormals = 0;
    for (int i = 0; i < out.length; i++) {
      if (bits && Float.isNaN(golden[i]) && !Float.isNaN(out[i])) {
        out[i] = golden[i];
        nans++;
      } else if (x[i] != 0 && Math.abs(x[i]) < Float.MIN_NORMAL) {
        out[i] = golden[i];
        subnormals++;
      }
    }
    report.note("NaN out of quantizers that give bits: compared in dx only", nans);
    report.note("subnormal inputs, which TensorFlow reads as 0: compared in dx only", subnormals);
    return Tensor.f32(y.shape(), out);
  }

  // ---- layers

  static void layer(GoldenCase c, Session session, GoldenReport report) {
    JsonObject config = c.config();
    JsonElement mode = config.remove("training");
    boolean training = mode != null && mode.getAsBoolean();
    Layer layer = GoldenConfig.layer(c.op(), config).name("layer");
    List<String> roles = inputRoles(c);
    List<InputLayer> inputs =
        roles.stream().map(role -> Layers.input(withoutBatch(c.tensor(role))).name(role)).toList();
    Model model = Model.of(inputs, List.of(layer.apply(inputs.toArray(InputLayer[]::new))));
    run(c, session, model, roles, training);
  }

  private static List<String> inputRoles(GoldenCase c) {
    return c.roles().stream().filter(role -> role.matches("x\\d*")).toList();
  }

  private static int[] withoutBatch(Tensor x) {
    int[] dims = x.shape().dims();
    return Arrays.copyOfRange(dims, 1, dims.length);
  }

  private static void run(
      GoldenCase c, Session session, Model model, List<String> roles, boolean training) {
    Trace trace = new Trace();
    int batch = c.tensor(roles.getFirst()).shape().dim(0);
    Value y = model.trace(trace, batch, training).output();
    List<Value> wrt = new ArrayList<>(trace.build().inputs().values());
    Value g = trace.batchInput("dy", DType.F32, y.shape());
    trace.output("y", y);
    List<String> results = new ArrayList<>(roles.stream().map(role -> "d" + role).toList());
    for (Weight weight : model.weights()) {
      String gradient = "d_" + role(weight);
      if (c.has(gradient)) {
        results.add(gradient);
        wrt.add(trace.read(weight.variable()));
      }
    }
    List<Value> gradients = Differentiator.gradients(trace, y, g, wrt);
    for (int i = 0; i < gradients.size(); i++) {
      trace.output(results.get(i), gradients.get(i));
    }
    for (Weight weight : model.weights()) {
      session.write(weight.variable(), c.tensor(role(weight)));
    }
    List<Tensor> fed = new ArrayList<>(roles.stream().map(c::tensor).toList());
    fed.add(c.tensor("dy"));
    compare(c, session, trace, fed, model);
  }

  private static void compare(
      GoldenCase c, Session session, Trace trace, List<Tensor> fed, Model model) {
    Program program = trace.build();
    Tensor[] out = session.compile(program).run(fed.toArray(Tensor[]::new));
    int i = 0;
    for (String name : program.outputs().keySet()) {
      Tensor result = out[i++];
      if (!name.startsWith(Trace.CHECK_PREFIX)) {
        c.compare(name, result);
      }
    }
    for (Weight weight : model.weights()) {
      String updated = "new_" + role(weight);
      if (c.has(updated)) {
        c.compare(updated, session.read(weight.variable()));
      }
    }
  }

  /** The weight's name within its layer. */
  private static String role(Weight weight) {
    return weight.name().substring(weight.name().lastIndexOf('/') + 1);
  }
}
