package io.github.xnor4j.testkit;

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
import io.github.xnor4j.program.Program;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.reference.ReferenceProvider;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Shape;
import io.github.xnor4j.tensor.Tensor;
import io.github.xnor4j.train.Losses;
import io.github.xnor4j.train.Optimizer;
import io.github.xnor4j.train.Optimizers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Larq's tutorial as users train it: the whole network, batches of 64 images of MNIST, Adam. Every
 * bit of a forward pass is the reference's, since all its sums are of integers; the losses of ten
 * steps stay within 1e-6, since the gradients' sums of floats differ in their order only.
 */
final class TutorialRunner {
  private static final int BATCH = 64;
  private static final int STEPS = 10;
  private static final double LOSS = 1e-6;
  private static final long SEED = 1;

  private final Dataset images = Mnist.train();

  /** Compares a session with the reference. */
  void run(Session session) {
    try (Session reference = new ReferenceProvider().open(new SessionOptions(1))) {
      compareForward(reference, session);
      Tensor[] expected = losses(reference, false);
      Tensor[] actual = losses(session, false);
      Tensor[] warmed = losses(session, true);
      String what = "tutorial, seed " + SEED + ", losses of step ";
      Expected.same(expected[0]).check(actual[0], what + 1);
      for (int step = 1; step < STEPS; step++) {
        Expected.near(expected[step], 0, LOSS).check(actual[step], what + (step + 1));
        Expected.same(actual[step]).check(warmed[step], what + (step + 1) + " after a warm-up");
      }
    }
  }

  private void compareForward(Session reference, Session session) {
    Map<String, Tensor> expected = forward(reference);
    Map<String, Tensor> actual = forward(session);
    expected.forEach(
        (layer, tensor) ->
            Expected.same(tensor)
                .check(actual.get(layer), "tutorial, seed " + SEED + ", output of " + layer));
  }

  /** What each layer gives in training. */
  private Map<String, Tensor> forward(Session session) {
    Model model = initialized(session);
    Trace trace = new Trace();
    model.trace(trace, BATCH, true).layerOutputs().forEach(trace::output);
    Program program = trace.build();
    Tensor[] results = program.newOutputs();
    session.compile(program).run(new Tensor[] {Data.batch(images, 0, BATCH)[0]}, results);
    Map<String, Tensor> named = new LinkedHashMap<>();
    program.outputs().keySet().forEach(layer -> named.put(layer, results[named.size()]));
    return named;
  }

  /** The losses of the images of each step of a training, whatever the session ran before. */
  private Tensor[] losses(Session session, boolean warmUp) {
    Model model = initialized(session);
    Optimizer.Update update = Optimizers.adam().bind(trainable(model));
    update.variables().forEach(v -> session.write(v, v.initial()));
    Executable step = session.compile(step(model, update, BATCH));
    if (warmUp) {
      step.warmUp(Data.batch(images, 0, BATCH));
    }
    Tensor[] losses = new Tensor[STEPS];
    for (int i = 0; i < STEPS; i++) {
      update.prepare(session, i);
      Tensor[] results = step.program().newOutputs();
      step.run(Data.batch(images, i * BATCH, BATCH), results);
      losses[i] = results[0];
    }
    return losses;
  }

  private static Model initialized(Session session) {
    Model model = Networks.mnistTutorial();
    model.weights().forEach(w -> session.write(w.variable(), w.initial(SEED)));
    return model;
  }

  static List<Weight> trainable(Model model) {
    return model.weights().stream().filter(w -> w.variable().isTrainable()).toList();
  }

  /** The training step of a model that gives probabilities; its output is each image's loss. */
  static Program step(Model model, Optimizer.Update update, int batch) {
    Trace trace = new Trace();
    Traced traced = model.trace(trace, batch, true);
    Value labels = trace.batchInput("labels:", DType.I32, Shape.of(batch));
    Value each = Losses.sparseCategoricalCrossentropy().perExample(trace, traced.output(), labels);
    trace.output("losses", each);
    List<Value> read = trainable(model).stream().map(w -> trace.read(w.variable())).toList();
    update.trace(trace, Differentiator.gradients(trace, trace.mean(each), read));
    return trace.build();
  }
}
