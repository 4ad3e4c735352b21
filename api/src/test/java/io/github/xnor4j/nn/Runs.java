package io.github.xnor4j.nn;

import io.github.xnor4j.backend.Backends;
import io.github.xnor4j.backend.Executable;
import io.github.xnor4j.backend.Session;
import io.github.xnor4j.backend.SessionOptions;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.tensor.Philox;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Runs models on the reference backend. */
final class Runs {
  static final long SEED = 20251;

  private Runs() {}

  static Session session() {
    return Backends.select("reference").open(new SessionOptions(1));
  }

  /** Values in [-2, 2), the same ones for the same stream. */
  static Tensor random(Shape shape, long stream) {
    Philox random = new Philox(SEED, stream);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 4 * random.uniform(i) - 2;
    }
    return Tensor.f32(shape, values);
  }

  /** Outputs and, by name, the weights after one run with first values of {@link #SEED}. */
  record Result(Tensor[] outputs, Map<String, Tensor> weights, Map<String, Tensor> all) {
    Tensor output() {
      return outputs[0];
    }
  }

  static Result run(Model model, boolean training, Tensor... inputs) {
    Trace trace = new Trace();
    Traced traced = model.trace(trace, inputs[0].shape().dim(0), training);
    for (int i = 0; i < traced.outputs().size(); i++) {
      trace.output("y" + i, traced.outputs().get(i));
    }
    try (Session session = session()) {
      Executable executable = session.compile(trace.build());
      model.weights().forEach(w -> session.write(w.variable(), w.initial(SEED)));
      Tensor[] results = executable.run(inputs);
      Map<String, Tensor> weights = new HashMap<>();
      model.weights().forEach(w -> weights.put(w.name(), session.read(w.variable())));
      Map<String, Tensor> all = new HashMap<>();
      int i = 0;
      for (String name : executable.program().outputs().keySet()) {
        all.put(name, results[i++]);
      }
      Tensor[] outputs = new Tensor[traced.outputs().size()];
      for (int k = 0; k < outputs.length; k++) {
        outputs[k] = all.get("y" + k);
      }
      return new Result(outputs, weights, all);
    }
  }
}
