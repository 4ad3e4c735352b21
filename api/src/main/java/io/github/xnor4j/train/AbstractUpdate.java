package io.github.xnor4j.train;

import io.github.xnor4j.backend.Session;
import io.github.xnor4j.nn.Weight;
import io.github.xnor4j.program.Trace;
import io.github.xnor4j.program.Type;
import io.github.xnor4j.program.Value;
import io.github.xnor4j.program.Variable;
import io.github.xnor4j.tensor.DType;
import io.github.xnor4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What the updates of optimizers have in common: slots, a learning rate, the constraint. */
abstract class AbstractUpdate implements Optimizer.Update {
  private final String prefix;
  private final List<Weight> weights;
  private final List<Variable> variables = new ArrayList<>();
  private final Hyperparameter learningRate;

  AbstractUpdate(String prefix, List<Weight> weights, Schedule learningRate) {
    this.prefix = prefix;
    this.weights = List.copyOf(weights);
    this.learningRate = new Hyperparameter(prefix + "/learning_rate", learningRate);
    variables.add(this.learningRate.variable());
  }

  /** Adds a scalar variable, first 0. */
  final Variable counter(String name) {
    Variable counter = Variable.state(prefix + "/" + name, Tensor.scalar(0));
    variables.add(counter);
    return counter;
  }

  /** Adds a variable of each weight's shape, first zeros. */
  final List<Variable> slots(String name) {
    List<Variable> slots = new ArrayList<>();
    for (Weight weight : weights) {
      Type type = Type.f32(weight.variable().shape());
      slots.add(
          new Variable(
              prefix + "/" + name + "/" + weight.name(),
              type,
              false,
              () -> Tensor.zeros(DType.F32, type.shape())));
    }
    variables.addAll(slots);
    return slots;
  }

  final List<Weight> weights() {
    return weights;
  }

  @Override
  public final List<Variable> variables() {
    return List.copyOf(variables);
  }

  @Override
  public final void prepare(Session session, long step) {
    learningRate.prepare(session, step);
  }

  @Override
  public final void trace(Trace trace, List<Value> gradients) {
    if (gradients.size() != weights.size()) {
      throw new IllegalArgumentException(
          gradients.size() + " gradients, expected " + weights.size());
    }
    Value rate = trace.read(learningRate.variable());
    trace.scope(
        prefix,
        () -> {
          trace(trace, gradients, rate);
          return null;
        });
  }

  /** Traces the update with the step's learning rate. */
  abstract void trace(Trace trace, List<Value> gradients, Value rate);

  /** Assigns a weight's new value, after its constraint. */
  static void assign(Trace trace, Weight weight, Value updated) {
    Value kept = weight.constraint() == null ? updated : weight.constraint().apply(trace, updated);
    trace.assign(weight.variable(), kept);
  }
}
